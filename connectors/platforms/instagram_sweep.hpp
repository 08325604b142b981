#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "connectors/source.hpp"

namespace barometer {

// The place in a list that has no order, and whose pages are told apart only by the server: the cursor of the next page is the same
// on each. It is swept again and again from its beginning, until two pages in a row held nothing new; after a sweep that
// found something beyond its first page the next one goes at least as deep, so that what a shift hid is found.
struct InstagramSweep {
  std::string hashtag_id = {};               // the API's id of the hashtag; constant
  std::map<std::string, UtcTime> seen = {};  // ids of the sweeps that are over, and when each was last met
  std::set<std::string> met = {};            // ids of the sweep under way
  std::string token = {};                    // of the next page; empty: begin
  int pages = 0;                             // read in the sweep under way
  int quiet = 0;                             // the last so many of them held nothing new
  bool deep = false;                         // something new was beyond the first page
  int depth = 0;                             // pages that this sweep reads at least
  int beginnings = 0;                        // how often the sweep under way had to begin again
  std::optional<UtcTime> began_at = {};      // the sweep under way
  std::optional<UtcTime> read_at = {};       // when the last one that is over began
};

// A cursor that cannot be read is a beginning.
InstagramSweep sweep_in(const Cursor& cursor);
Cursor cursor_of(const InstagramSweep& sweep);

struct SweepRules {
  int first_pages = 5;                         // of the first sweep
  int most_pages = 100;                        // of any other
  std::chrono::hours remembered{48};           // ids that have not been met for longer are forgotten
  std::size_t most_seen = 3000;                // beyond, those that were met longest ago are
  std::optional<std::chrono::hours> window{};  // the platform shows no more than this; older gaps are Page::missed
};

// Gives up the sweep under way: the next page is the first.
void begin_again(InstagramSweep& sweep);

// Takes in one page: sets page.next, page.more, page.missed.
void sweep_on(InstagramSweep sweep, const std::string& next_token, const SweepRules& rules, UtcTime now, Page& page);

}  // namespace barometer
