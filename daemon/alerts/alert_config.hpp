#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace barometer {

// Settings of who is told of which issue, when and how often; the words are Alertmanager's where it has one.

// Issues that meet all of it; an empty list is met by any.
struct IssueMatch {
  std::vector<std::string> themes = {};  // ids, as "call_bell"
  std::vector<std::string> places = {};  // ids of services; "unclear": those that no service could be told of
  std::vector<std::string> tags = {};    // names of watched tags
  std::vector<std::string> kinds = {};   // "burst", "slow_burn", …
};

// Somebody who is told: the subscription.
struct RecipientConfig {
  std::string name = {};  // a role ("patient experience lead"); in logs and `alerts`
  std::string address = {};
  int min_severity = 2;                  // of an issue's worst post
  std::vector<std::string> routes = {};  // what this role answers for; empty: everything
  IssueMatch wanted = {};
  bool elsewhere = false;               // also issues at organisations of the list, which are none of `services`
  IssueMatch except = {};               // issues that one of these lists names are not told
  std::vector<std::string> hours = {};  // of delivery, by the clock in the United Kingdom; empty: always
  bool bank_holidays = false;           // deliver on them as well
  int urgent_from = 4;                  // from this severity on at once, whatever the hours
  std::string digest = "none";          // none, daily, weekly
  bool weekly = true;                   // told each week that the line is alive
  bool recap = false;                   // told after each chat what it was about
  std::string stand_in = {};            // name of the recipient who is told when this one acknowledges nothing
  std::string channel = "mail";         // how this one is reached: mail, webhook, slack, teams
  std::filesystem::path url_file = {};  // all but mail: holds the address, which is a secret where it alone lets one in
  std::filesystem::path secret_file = {};  // webhook: holds what its messages are signed with
  bool local_network = false;              // that address may be of the local network
  std::string report = "none";             // none, monthly: the board report
};

// Which role answers for which themes, where it is not as Barometer has it.
struct RouteConfig {
  std::string route = {};
  std::vector<std::string> themes = {};
};

// While an issue that meets `source` is open, those that meet `target` and have the same `equal` are not told. Never a red flag.
struct InhibitConfig {
  IssueMatch source = {};
  IssueMatch target = {};
  std::vector<std::string> equal = {};  // "theme", "place", "tag"
};

// As it is written in the file of silences.
struct SilenceConfig {
  std::string owner = {};
  std::string reason = {};
  std::string until = {};  // a time as people write it
  std::string since = {};  // likewise: when it was made; empty: not known
  IssueMatch match = {};
};

struct AlertsConfig {
  std::chrono::milliseconds group_wait{30'000};
  std::chrono::milliseconds group_interval = std::chrono::hours{1};
  std::chrono::milliseconds repeat_interval = std::chrono::days{3};       // 0: never
  std::vector<std::string> group_by = {"issue"};                          // "issue", "theme", "place", "tag"
  std::chrono::milliseconds unanswered_after = std::chrono::hours{4};     // until the stand-in is told
  std::filesystem::path silences_file = {};                               // empty: silences.yaml in the store's folder
  std::chrono::milliseconds silences_warn_before = std::chrono::days{1};  // its end, a silence's owner is told; 0: not
  std::string digest_at = "8:00";                                         // clock time in the United Kingdom
  std::string weekly_on = "Mon";                                          // day of the weekly mails, at digest_at
  std::vector<RouteConfig> routes = {};
  std::vector<InhibitConfig> inhibit = {};
};

// Where alerts about Barometer itself go; never those about issues, whose labels would say what people wrote about.
struct AlertmanagerConfig {
  std::string url = {};                                               // http://host:9093; empty: none
  std::filesystem::path login_file = {};                              // USER:PASSWORD; empty: it asks for none
  std::chrono::milliseconds every{60'000};                            // what lasts is told again
  std::chrono::milliseconds blind_after = std::chrono::minutes{30};   // a source that hears nothing for so long is told
  std::chrono::milliseconds unsent_after = std::chrono::minutes{30};  // a message that should have left so long ago
  int store_free = 10;  // percent of the store's file system; with less it is told
};

// A campaign or an event of our own: what begins within it may be due to it, and is told all the same.
struct EventConfig {
  std::string name = {};
  std::string from = {};                 // a time as people write it; a day alone is one in the United Kingdom
  std::string to = {};                   // likewise; a day alone is the whole of it
  std::vector<std::string> tags = {};    // names of watched tags; empty: any
  std::vector<std::string> places = {};  // ids of services; empty: any
};

}  // namespace barometer
