#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/text.hpp"
#include "connectors/post.hpp"

namespace barometer {

// What somebody typed, as phrases: words between quotation marks are one, any other word is one by itself. What says nothing
// (blanks, handles: nobody is looked for by name) is left out.
//   cancelled "call bell" #nhssm  →  "cancelled", "call bell", "#nhssm"
std::vector<std::string> phrases_of(std::string_view query);

// Whether tokens follow one another in the text (of the same normal form, so case and width of letters do not matter). A word is also in
// the text if a hashtag is that word; a number must be written alike; no mention is ever like another.
bool says(std::string_view text, const Tokens& said, std::string_view phrase, const Tokens& wanted);

// All phrases in its title or its text.
bool says_all(const Post& post, const std::vector<std::string>& phrases);

}  // namespace barometer
