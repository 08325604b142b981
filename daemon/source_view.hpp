#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.hpp"

namespace barometer {

// "Why is this source silent?", answered from the store alone, beside a running daemon or without one.

struct BlindTime {
  std::chrono::milliseconds day{0};  // of the last 24 hours
  std::chrono::milliseconds week{0};
};

struct SourceView {
  std::string name = {};
  // listening, starting, stopped (barometer is not at work), never_asked, retired (it left the settings), or why it hears
  // nothing: a GapReason.
  std::string state = {};
  std::optional<SourceRecord> record = {};
  std::optional<UtcTime> alive = {};  // barometer's last sign of life
  std::vector<Gap> gaps = {};         // of the last 7 days, the newest first; an open one among them
  BlindTime blind = {};
  HourTally day = {};   // sums; `hour` means nothing
  HourTally week = {};  //
  std::string advice = {};
};

// Any thread.
Result<SourceView> source_view(const Store& store, const std::string& name, UtcTime now);

// Several lines for people, with UK times; or one JSON object, times in UTC.
std::string explained(const SourceView& view, UtcTime now);
std::string source_json(const SourceView& view, UtcTime now);

// One line for people.
std::string in_short(const SourceView& view, UtcTime now);

// "4 s", "12 min", "3 h 20 min", "5 d 2 h"
std::string length_text(std::chrono::milliseconds length);

// One object, as `gaps` prints it.
std::string gap_json(const Gap& gap, UtcTime now);

}  // namespace barometer
