#pragma once

#include <array>
#include <map>
#include <optional>

#include "storage/store.hpp"

namespace barometer {

// Issues that go on, and how long the oldest of them waits for somebody to look at it.
struct OpenWork {
  std::map<Theme, std::array<std::int64_t, severities>> issues = {};  // open ones, by severity
  // By severity: when the oldest was opened, or grew again, that nobody has claimed, moved or concluded; empty: none waits.
  std::array<std::optional<UtcTime>, severities> oldest = {};
};
Result<OpenWork> open_work(const Store& store, UtcTime now);

}  // namespace barometer
