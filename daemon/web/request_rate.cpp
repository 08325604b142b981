#include "daemon/web/request_rate.hpp"

#include <algorithm>

namespace barometer {

void RequestRate::allow(int a_minute) {
  const std::lock_guard lock(mutex_);
  a_minute_ = a_minute;
  paid_at_.clear();
}

std::optional<std::chrono::seconds> RequestRate::wait(const std::string& asker, UtcTime now) {
  const std::lock_guard lock(mutex_);
  if (a_minute_ == 0) return std::nullopt;
  if (paid_at_.size() >= most_remembered) forget_paid(now);
  const UtcTime::duration each = std::chrono::duration_cast<UtcTime::duration>(std::chrono::minutes{1}) / a_minute_;
  const UtcTime::duration at_most = std::max<UtcTime::duration>(burst, each);
  UtcTime& paid_at = paid_at_[asker];
  // A clock that was set back must not shut anybody out.
  const UtcTime next = (paid_at < now || paid_at > now + 2 * at_most ? now : paid_at) + each;
  if (next - now > at_most)
    return std::max(std::chrono::ceil<std::chrono::seconds>(next - now - at_most), std::chrono::seconds{1});
  paid_at = next;
  return std::nullopt;
}

void RequestRate::forget_paid(UtcTime now) {
  std::erase_if(paid_at_, [now](const auto& one) { return one.second <= now; });
  if (paid_at_.size() >= most_remembered) paid_at_.clear();
}

}  // namespace barometer
