#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "analysis/issues/issue.hpp"

namespace barometer {

// An issue in the words of a message. Pure; no word comes from a post.

std::string people(std::uint64_t number);        // "1 person", "5 people"
std::string time_span(std::chrono::hours span);  // "3 days", "36 hours", "4 weeks"
// So many in a window of that length, as a rate that a person can picture: "1 a month", "2.5 a week", "none".
std::string usual(double expected, std::chrono::hours window);

std::string title_of(Theme theme);        // "Calls for help unanswered"
std::string lower_title_of(Theme theme);  // "calls for help unanswered"
std::string where_of(const Issue& issue,
                     std::string_view place);  // "Ward 7, Anytown General" or "place not clear, #nhssm"
std::string capitalised(std::string_view text);

// "High: calls for help unanswered – Ward 7 – 5 people in 3 days (usually 1 a month)"
std::string headline_of(const Issue& issue, std::string_view place);
// The same as a sentence: what is reported, since when, what is usual.
std::string sentence_of(const Issue& issue, std::string_view place);
// Why it was opened, in a few words: "far more people than usual within days".
std::string_view reason_of(IssueKind kind);

}  // namespace barometer
