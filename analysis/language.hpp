#pragma once

#include <span>
#include <string>
#include <string_view>

#include "analysis/text.hpp"

namespace barometer {

// A language that is told by its commonest words (blanks between); English first. A word may stand in several.
struct Tongue {
  std::string_view tag = {};
  std::string_view words = {};
};
std::span<const Tongue> tongues();

// The language of a text, as a BCP 47 tag: "en" unless its script, or its everyday words, say otherwise and more of them
// say so than say English. `claim` is what the platform says; it is believed where the words say nothing, and checked where
// they do, since many people post in another language than their account is set to. Scots and dialect count as English.
// The words are the commonest of each language, which English does not share.
std::string language_of(const Tokens& tokens, std::string_view claim);

}  // namespace barometer
