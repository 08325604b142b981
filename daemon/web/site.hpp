#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "daemon/web/request_rate.hpp"
#include "daemon/web/shared_answer.hpp"
#include "daemon/web/today.hpp"
#include "daemon/web/visit.hpp"

namespace barometer {

// Everything that people and programs may ask for beside metrics and health: which address is answered by what, and to whom.
//
// Without people in the settings it is open and changes nothing; then only requests are answered that name this machine or the
// public address as their host, so that no page elsewhere can make a browser read it. With people everything but signing in needs a
// right; a form needs the token of its session and must come from a page of ours.
struct Route;

class Site {
 public:
  struct Of {
    Store& store;
    const SourceStates& states;
    std::function<std::shared_ptr<const Config>()> config;
    std::function<UtcTime()> now;
    std::filesystem::path audit_file = {};
    std::function<void(const ReviewAction&)> reviewed = {};    // somebody took a step of a review
    std::function<std::shared_ptr<const Judge>()> judge = {};  // empty: the built-in rules
    // As Desk has it; empty: carried out there and then.
    std::function<std::optional<Result<std::string>>(const Order&)> obey = {};
  };
  // Throws std::runtime_error if the people cannot be read.
  explicit Site(Of of);
  // The people that the settings name from now on; those there were stay if they cannot be read.
  Result<void> configure(const Config& config);

  // Any thread; reads the store.
  HttpReply answer(const WebRequest& request);
  // Whether who asks may read figures for Prometheus: from this machine anybody, from elsewhere with a token.
  bool may_measure(const WebRequest& request);

  // What is older leaves the record of who read what.
  Result<void> shorten_record(UtcTime until);

 private:
  void admit(const Config& config);  // throws std::runtime_error
  std::optional<HttpReply> refusal(const Route& route, const Visit& visit) const;
  std::optional<HttpReply> too_often(const Visit& visit);

  Of of_;
  Access access_;
  AuditLog audit_;
  RequestRate api_rate_;
  SharedAnswer<TodayView> today_{std::chrono::seconds{2}};         // with words
  SharedAnswer<TodayView> today_masked_{std::chrono::seconds{2}};  // without
};

}  // namespace barometer
