#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/taxonomy.hpp"
#include "analysis/theme_set.hpp"
#include "connectors/result.hpp"

namespace barometer {

// A post and what a careful reader says of it.
struct ConcernText {
  std::string text = {};
  std::vector<ThemeSet> wanted = {};  // of each set at least one theme is to be found
  ThemeSet allowed = 0;               // themes that may be found: all of `wanted`, and doubtful ones
  std::uint8_t severities = 0;        // bit n: severity n is right; several where readers may differ
  bool near_miss = false;             // written to look like a concern without being one
  bool elsewhere = false;             // taken from talk of anything: a lesson in what is not meant, and counted apart

  int least() const;  // severity
  int most() const;
  bool red_flag() const { return least() == severities_end - 1; }

 private:
  static constexpr int severities_end = barometer::severities;
};

// The posts of a file as analysis/corpus has them: a header line, then id, text, concerns, severity, voice, sentiment, abusive,
// identifiers, kind, note between tabs. In concerns "a|b" is at least one of the two, "a?" may be found or not; "2|3": either is right.
// A wrong line is a failure (ask_operator) that says "file_name:line: what is wrong".
Result<std::vector<ConcernText>> parse_concern_tsv(std::string_view bytes, std::string_view file_name);

// A post that is known only to be no concern.
ConcernText post_from_elsewhere(std::string_view text);

}  // namespace barometer
