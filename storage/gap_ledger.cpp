#include "storage/gap_ledger.hpp"

#include <algorithm>
#include <utility>

namespace barometer {

namespace {

UtcTime end_of(const Gap& gap) { return gap.to.value_or(UtcTime::max()); }

// The piece of a gap that lies in [from, to).
Gap piece(const Gap& gap, UtcTime from, UtcTime to) {
  Gap part = gap;
  part.from = std::max(gap.from, from);
  part.to = std::min(end_of(gap), to);
  if (*part.to == UtcTime::max()) part.to.reset();
  return part;
}

}  // namespace

GapLedger::GapLedger(std::string source, std::vector<Gap> known)
    : source_(std::move(source)), before_(known), gaps_(std::move(known)) {}

void GapLedger::blind(const Blind& from) {
  Gap gap{.source = source_, .from = from.at, .reason = from.reason};
  if (!gaps_.empty()) {
    auto& last = gaps_.back();
    if (!last.to) {
      if (last.reason == from.reason) return;
      if (from.at <= last.from) {  // nothing lies between, or our clock was set back
        last.reason = from.reason;
        return;
      }
      last.to = from.at;
    }
    gap.from = std::max(from.at, *last.to);
  }
  gaps_.push_back(std::move(gap));
}

void GapLedger::heard(const Heard& until) {
  if (!gaps_.empty() && !gaps_.back().to) {
    if (until.at <= gaps_.back().from)
      gaps_.pop_back();
    else
      gaps_.back().to = until.at;
  }
  for (auto gap = gaps_.rbegin(); gap != gaps_.rend() && !gap->caught_up; ++gap) gap->caught_up = until.caught_up;
}

std::chrono::milliseconds GapLedger::missed(const Missed& period) {
  std::chrono::milliseconds fresh{0};
  std::vector<Gap> after;
  UtcTime at = period.from;  // what of the period lies before is dealt with
  const auto add_until = [&](UtcTime end) {
    if (end <= at) return;
    after.push_back({.source = source_, .from = at, .to = end, .reason = period.reason, .caught_up = false});
    fresh += end - at;
    at = end;
  };
  for (const Gap& gap : gaps_) {
    add_until(std::min(gap.from, period.to));
    const auto from = std::max(gap.from, period.from);
    const auto to = std::min(end_of(gap), period.to);
    if (from >= to || gap.caught_up == std::optional(false)) {
      after.push_back(gap);
    } else {
      if (gap.from < from) after.push_back(piece(gap, gap.from, from));
      after.push_back(piece(gap, from, to));
      after.back().caught_up = false;
      if (to < end_of(gap)) after.push_back(piece(gap, to, end_of(gap)));
    }
    at = std::max(at, std::min(end_of(gap), period.to));
  }
  add_until(period.to);
  gaps_ = std::move(after);
  return fresh;
}

UtcTime GapLedger::since() const {
  if (before_.empty()) return UtcTime::min();
  return gaps_.empty() ? before_.front().from : std::min(before_.front().from, gaps_.front().from);
}

std::map<UtcTime, std::optional<Gap>> GapLedger::changes() const {
  std::map<UtcTime, std::optional<Gap>> changed;
  for (const Gap& gap : before_) changed[gap.from] = std::nullopt;
  for (const Gap& gap : gaps_) changed[gap.from] = gap;
  for (const Gap& gap : before_)
    if (changed[gap.from] == gap) changed.erase(gap.from);
  return changed;
}

}  // namespace barometer
