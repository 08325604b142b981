#pragma once

#include <optional>
#include <string_view>

#include "connectors/result.hpp"

namespace barometer {

// When the complaint was made that a text says has no answer: "Complained in March, still nothing" is the first of the last March,
// "no reply to our letter after six weeks" six weeks before the post was made. Where the text says no time, the post's own: the
// complaint is at least as old. Empty where it says no such thing.
//
// A reader of our own words for it: somebody complained or wrote, and near by there was no reply. Whether the text is about care, a wish or
// a story is for the rules to say (complaint_ignored). Linear in the text; pure.
std::optional<UtcTime> unanswered_since(std::string_view text, UtcTime made_at);

}  // namespace barometer
