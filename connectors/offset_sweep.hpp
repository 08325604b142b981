#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "connectors/source.hpp"

namespace barometer {

// The place in a list that is read by offset (skip and take, offset and limit), again and again from a date on. Each page
// begins a few entries before the end of the one before; where the entry that stood last is not among them, the list has
// shifted (something was withdrawn, or an old answer came), and the sweep begins again. So nothing is passed over.
struct OffsetSweep {
  std::optional<UtcTime> known = {};       // newest date of the sweeps that are over; empty: none is
  std::optional<UtcTime> top = {};         // newest date of the one under way
  std::size_t seen = 0;                    // entries read in the one under way
  std::string last = {};                   // id of the last of them that could be read
  int beginnings = 0;                      // how often the one under way had to begin again
  bool removed = false;                    // the one under way reads what was taken away
  std::optional<UtcTime> removed_at = {};  // when such a one was over

  static constexpr std::size_t overlap = 10;
  static constexpr int most_beginnings = 5;  // then it ends: the list knows no offset
  // Where the next page begins.
  std::size_t offset() const { return seen > overlap ? seen - overlap : 0; }
};

// A cursor that cannot be read is a beginning.
OffsetSweep sweep_of(const Cursor& cursor);
Cursor cursor_of(const OffsetSweep& sweep);

// Takes in one page: the ids of its entries in the order of the list (empty for one that could not be read), and the newest
// date among them. True while the sweep goes on; at its end `known` has moved up.
bool sweep_on(OffsetSweep& sweep, const std::vector<std::string>& ids, std::optional<UtcTime> newest, UtcTime now);

}  // namespace barometer
