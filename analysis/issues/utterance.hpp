#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/issues/sketch.hpp"
#include "analysis/taxonomy.hpp"
#include "connectors/result.hpp"

namespace barometer {

using PostHash = std::array<char, 16>;  // of Post::id

// What is remembered of a post that raises a concern about care. Kept in the store as long as it may matter, so that a tracker
// can be made again; holds no word and no name.
struct Utterance {
  PostHash post = {};
  UtcTime made_at = {};
  UtcTime heard_at = {};
  std::uint64_t voice = 0;  // who speaks. hear() replaces it by whom the post repeats, if it is a copy
  std::string place = {};   // id of the service; empty: not clear
  std::string tag = {};     // the first watched one
  std::string source = {};
  struct Concern {
    Theme theme = {};
    int severity = 0;
    std::string rule = {};
  };
  std::vector<Concern> concerns = {};  // about care, the worst first; never empty
  Sketch sketch = {};
  // When the complaint was made that the post says has no answer (unanswered.hpp); empty: it says no such thing.
  std::optional<UtcTime> unanswered_since = {};
  bool copied = false;  // another had said the same words before, and it is no repost; hear() fills it in
};

// How a post counts for a change of direction. The numbers are on disk.
enum class Tone : std::uint8_t { other = 0, negative = 1 };

// Of an author on a platform, by pseudonym.
std::uint64_t voice_number(std::string_view platform, std::string_view author);

struct TrackerSettings {
  double threshold = 2.1;  // surprise at which an issue is opened
  double nowhere = 4.0;    // how much more it takes where no place is named: nobody can be asked to look
  double again = 2.0;      // how much more it takes soon after an issue of the same was closed: it has been told
  double calm = 0.0;       // below it an issue's last week is as usual again
  int least_voices = 3;
  double few = 3.0;  // how much more it takes with no more voices than that: one post misread is a third of them
  std::chrono::days warm_up{21};  // of listening, before anything can be called unusual
  std::size_t most_themes = 1;    // of one post, the worst first, that count
};

}  // namespace barometer
