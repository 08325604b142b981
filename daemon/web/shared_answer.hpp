#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "connectors/result.hpp"

namespace barometer {

// One answer for all who ask within a moment: made by the first, given to the rest; while it is made anew others get the
// one before. Any thread.
template <class T>
class SharedAnswer {
 public:
  explicit SharedAnswer(std::chrono::milliseconds good_for) : good_for_{good_for} {}

  std::shared_ptr<const T> get(UtcTime now, const std::function<T()>& make) {
    std::unique_lock lock(mutex_);
    made_.wait(lock, [this] { return value_ || !making_; });
    if (value_ && (making_ || (now >= at_ && now - at_ < good_for_))) return value_;
    making_ = true;
    lock.unlock();
    std::shared_ptr<const T> fresh;
    try {
      fresh = std::make_shared<const T>(make());
    } catch (...) {
      ended(nullptr, now);
      throw;
    }
    ended(fresh, now);
    return fresh;
  }

 private:
  void ended(std::shared_ptr<const T> fresh, UtcTime now) {
    const std::lock_guard lock(mutex_);
    making_ = false;
    if (fresh) value_ = std::move(fresh), at_ = now;
    made_.notify_all();
  }

  std::chrono::milliseconds good_for_;
  std::mutex mutex_;
  std::condition_variable made_;
  std::shared_ptr<const T> value_;
  UtcTime at_ = {};
  bool making_ = false;
};

}  // namespace barometer
