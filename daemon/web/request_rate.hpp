#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "connectors/time.hpp"

namespace barometer {

// How often one asker may ask: so many a minute, and those of ten seconds at once. The generic cell rate algorithm (ITU-T I.371, annex A):
// for each asker one moment, at which what was asked so far would be paid for. Any thread.
class RequestRate {
 public:
  static constexpr std::chrono::seconds burst{10};
  static constexpr std::size_t most_remembered = 10'000;

  void allow(int a_minute);  // 0: any number
  // Empty if this request is within the rate; else how long to wait before another, and it does not count.
  std::optional<std::chrono::seconds> wait(const std::string& asker, UtcTime now);

 private:
  void forget_paid(UtcTime now);

  std::mutex mutex_;
  int a_minute_ = 0;
  std::map<std::string, UtcTime> paid_at_;
};

}  // namespace barometer
