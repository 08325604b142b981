#pragma once

#include <string>
#include <string_view>

#include "analysis/text.hpp"

namespace barometer {

// The language of a text, as a BCP 47 tag: "en" unless its script, or its everyday words, say otherwise and more of them
// say so than say English. `claim` is what the platform says; it is believed where the words say nothing, and checked where
// they do, since many people post in another language than their account is set to. Scots and dialect count as English.
// The words are the commonest of each language, which English does not share.
std::string language_of(const Tokens& tokens, std::string_view claim);

}  // namespace barometer
