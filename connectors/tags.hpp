#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace barometer {

// One spelling for all of a tag: no '#', compatibility forms and case folded (Unicode's NFKC_Casefold), white space trimmed.
std::string fold_tag(std::string_view tag);

// More than any honest post has; what lies beyond is left out, so that a hostile one costs no more than its length.
inline constexpr std::size_t most_tags_of_post = 256;

// Adds the folded tag unless it is empty or already there; the order of appearance stays.
void add_tag(std::vector<std::string>& tags, std::string_view tag);

// Adds the hashtags written in a text: '#' that no letter, digit, '&' or '/' precedes, then letters, marks, digits and '_',
// at least one of them no digit.
void add_hashtags(std::vector<std::string>& tags, std::string_view text);

}  // namespace barometer
