#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "daemon/alerts/mail_body.hpp"
#include "daemon/config.hpp"
#include "storage/store.hpp"

namespace barometer {

// What messages about a time, and not about an issue, need beside the alert.
struct PeriodFacts {
  std::vector<Alert> told = {};                    // to this recipient in that time, the newest of each issue
  std::map<std::string, std::string> places = {};  // titles of services by id; one without a title is shown by its id
  std::vector<std::string> heard = {};             // sources that answer
  std::vector<std::string> silent = {};            // and those that do not, now
  std::uint64_t posts = 0;                         // that were new to us in that time
  std::string page = {};                           // where people read it; empty: no link
};

// "Weekly digest: 3 issues, the gravest high". Pure.
MailBody digest_mail(const Alert& alert, const AlertsConfig& settings, const PeriodFacts& facts);

// "All quiet: 9 of 9 sources listening"; not all quiet when one does not: then nobody can know.
MailBody all_quiet_mail(const Alert& alert, const PeriodFacts& facts);

// What was said in the hour of a chat: numbers, themes and hosts, never words or names.
struct ChatFacts {
  std::string tag = {};
  std::uint64_t posts = 0;
  std::uint64_t people = 0;                                        // distinct authors
  std::uint64_t questions = 0;                                     // posts that ask something
  std::array<std::uint64_t, 3> mood = {};                          // by Sentiment
  std::vector<std::pair<std::string, std::uint64_t>> themes = {};  // titles, the most frequent first
  std::vector<std::pair<std::string, std::uint64_t>> hosts = {};   // of links that were shared
  std::string page = {};
};

// "#nhssm chat: 42 people, 130 posts, mostly positive". Pure.
MailBody recap_mail(const Alert& alert, const ChatFacts& facts);
Result<ChatFacts> chat_facts(const Store& store, const Alert& alert, const Config& config);

Result<PeriodFacts> period_facts(const Store& store, const Alert& alert, const Config& config);

}  // namespace barometer
