#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/assessment.hpp"
#include "analysis/issues/utterance.hpp"
#include "connectors/result.hpp"

namespace barometer {

struct StoredPost;

// Where a post stands among all that are kept: by when it was made, then by the hash of its id. It stays where it is as long as
// it is kept, and after; so a list goes on behind it, whatever came or went meanwhile.
struct PostPlace {
  UtcTime made_at = {};
  PostHash hash = {};
};
PostPlace place_of(const StoredPost& kept);
// 48 hexadecimal digits, to be handed back as they are. Empty if the text is none of ours.
std::string to_text(const PostPlace& place);
std::optional<PostPlace> read_place(std::string_view text);

// Which posts are meant: those that meet all of it.
struct PostFilter {
  std::optional<std::string> tag = {};
  std::optional<std::string> source = {};
  std::optional<Theme> concern = {};
  std::optional<Sentiment> sentiment = {};
  int min_severity = 0;
  std::optional<UtcTime> from = {};  // inclusive, by made_at
  std::optional<UtcTime> to = {};    // exclusive
  std::optional<Voice> voice = {};
  std::optional<std::string> place = {};  // id of the service that it is about
  std::vector<std::string> phrases = {};  // all of them in its title or text (phrases.hpp)
  // Of Store::posts() alone:
  std::optional<PostPlace> after = {};  // what comes behind it, in the order that is asked for
  std::size_t reads = 0;                // gives up after so many posts that do not match; 0: never
};

// All but `after` and `reads`.
bool matches(const StoredPost& kept, const PostFilter& filter);

}  // namespace barometer
