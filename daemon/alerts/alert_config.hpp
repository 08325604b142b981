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
  IssueMatch except = {};               // issues that one of these lists names are not told
  std::vector<std::string> hours = {};  // of delivery, by the clock in the United Kingdom; empty: always
  bool bank_holidays = false;           // deliver on them as well
  int urgent_from = 4;                  // from this severity on at once, whatever the hours
  std::string digest = "none";          // none, daily, weekly
  bool weekly = true;                   // told each week that the line is alive
  bool recap = false;                   // told after each chat what it was about
  std::string stand_in = {};            // name of the recipient who is told when this one acknowledges nothing
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
  IssueMatch match = {};
};

struct AlertsConfig {
  std::chrono::milliseconds group_wait{30'000};
  std::chrono::milliseconds group_interval = std::chrono::hours{1};
  std::chrono::milliseconds repeat_interval = std::chrono::days{3};    // 0: never
  std::vector<std::string> group_by = {"issue"};                       // "issue", "theme", "place", "tag"
  std::chrono::milliseconds unanswered_after = std::chrono::hours{4};  // until the stand-in is told
  std::filesystem::path silences_file = {};                            // empty: silences.yaml in the store's folder
  std::string digest_at = "8:00";                                      // clock time in the United Kingdom
  std::string weekly_on = "Mon";                                       // day of the weekly mails, at digest_at
  std::vector<RouteConfig> routes = {};
  std::vector<InhibitConfig> inhibit = {};
};

}  // namespace barometer
