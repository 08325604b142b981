#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <boost/system/result.hpp>

namespace barometer {

// A moment in UTC, to the millisecond.
using UtcTime = std::chrono::sys_time<std::chrono::milliseconds>;

// What the caller should do about a failure. The same word is the log's and the metric's.
enum class Remedy {
  retry,         // passing trouble: ask again after the usual back-off
  wait,          // the other side said when: not before Failure::not_before
  skip,          // this answer will not get better: count it, go on with the next
  ask_operator,  // only a person can mend it (credentials, terms, a wrong address, a full disk)
};

// Expected trouble, as a value. Callers switch on `remedy` and never read `detail`.
struct Failure {
  Remedy remedy = Remedy::retry;
  std::string detail = {};                 // for a person: what happened and what to do; no post text, no handle
  std::optional<UtcTime> not_before = {};  // set when the remedy is wait
  bool capped = false;                     // wait: for our own budget (a day's quota, a month's posts), not for theirs
};

template <class T>
using Result = boost::system::result<T, Failure>;

constexpr const char* name_of(Remedy remedy) {
  switch (remedy) {
    case Remedy::retry: return "retry";
    case Remedy::wait: return "wait";
    case Remedy::skip: return "skip";
    case Remedy::ask_operator: return "ask_operator";
  }
  return "";
}

// boost::system::result asks for this by argument-dependent lookup when value() is called on a failure.
[[noreturn]] void throw_exception_from_error(const Failure& failure, const boost::source_location& where);

}  // namespace barometer
