#include "analysis/issues/unanswered.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <string>
#include <vector>

#include "analysis/text.hpp"

namespace barometer {

namespace {

using std::chrono::days;
using Words = std::vector<std::string_view>;

constexpr std::size_t near = 12;        // words from a complaint to what is said of its answer, or of its time
constexpr int longest_ago = 10;         // years: who complains of more means something else
constexpr std::size_t no_and_word = 6;  // from "nobody" to "rang", at most

// Somebody told them, in so many words.
constexpr std::array complaints = {
    "complained", "complaint",      "complaints",  "pals",       "ombudsman",        "wrote to", "written to",
    "emailed",    "raised it with", "raised this", "raised our", "raised my",        "spoke up", "our letter",
    "my letter",  "formal letter",  "my email",    "grievance",  "put it in writing"};
// Nobody answered; each is enough.
constexpr std::array silences = {
    "still nothing",    "heard nothing",     "nothing back",     "nothing since", "had nothing",   "got nothing",
    "still waiting",    "still no",          "no word",          "not a word",    "not a peep",    "not a sausage",
    "not one word",     "not so much as",    "been ignored",     "was ignored",   "is ignored",    "ignored us",
    "ignored me",       "ignored it",        "unanswered",       "radio silence", "silence since", "then silence",
    "met with silence", "deafening silence", "complete silence", "gone quiet",    "fobbed off",    "black hole"};
// Or one of these, with one of those within the next words.
constexpr std::array noes = {"no",      "never",  "not",    "nobody",   "zero",  "without", "hasn't",
                             "haven't", "didn't", "hadn't", "don't",    "won't", "nothing", "noone",
                             "hasnt",   "havent", "didnt",  "awaiting", "await", "neither", "none"};
constexpr std::array answers = {"reply",   "replied",  "replies",         "answer",       "answered",
                                "answers", "response", "respond",         "responded",    "responses",
                                "heard",   "hear",     "acknowledgement", "acknowledged", "called",
                                "rang",    "rung",     "phoned",          "contacted",    "wrote",
                                "written", "back",     "outcome",         "apology",      "explanation"};

constexpr std::array months = {"january", "february", "march",     "april",   "may",      "june",
                               "july",    "august",   "september", "october", "november", "december"};
constexpr std::array short_months = {"jan", "feb", "mar",  "apr", "may", "jun",
                                     "jul", "aug", "sept", "oct", "nov", "dec"};
constexpr std::array weekdays = {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
constexpr std::array before_times = {"in", "since", "last", "from", "on", "early", "mid", "late", "of", "end", "this"};
constexpr std::array numbers = {"zero",  "one",   "two",  "three", "four",   "five",  "six",
                                "seven", "eight", "nine", "ten",   "eleven", "twelve"};

struct Unit {
  std::string_view word;
  std::chrono::hours length;
};
constexpr std::array units = {Unit{"day", days{1}},    Unit{"days", days{1}},    Unit{"week", days{7}},
                              Unit{"weeks", days{7}},  Unit{"wks", days{7}},     Unit{"fortnight", days{14}},
                              Unit{"month", days{30}}, Unit{"months", days{30}}, Unit{"mths", days{30}},
                              Unit{"year", days{365}}, Unit{"years", days{365}}, Unit{"yrs", days{365}}};

template <typename List>
bool is_one_of(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

template <typename List>
std::optional<int> place_in(const List& list, std::string_view word) {
  const auto found = std::find(list.begin(), list.end(), word);
  if (found == list.end()) return std::nullopt;
  return static_cast<int>(found - list.begin());
}

// Whether these words, separated by one blank, stand at `at`.
bool stands(const Words& words, std::size_t at, std::string_view phrase) {
  for (;; ++at) {
    const auto end = phrase.find(' ');
    if (at >= words.size() || words[at] != phrase.substr(0, end)) return false;
    if (end == std::string_view::npos) return true;
    phrase.remove_prefix(end + 1);
  }
}

template <typename List>
bool any_stands(const Words& words, std::size_t at, const List& phrases) {
  return std::any_of(phrases.begin(), phrases.end(), [&](std::string_view one) { return stands(words, at, one); });
}

bool silent(const Words& words, std::size_t at) {
  if (any_stands(words, at, silences)) return true;
  if (!is_one_of(noes, words[at]) && !stands(words, at, "no one")) return false;
  const auto first = words.begin() + static_cast<std::ptrdiff_t>(at);
  const auto last = words.begin() + static_cast<std::ptrdiff_t>(std::min(words.size(), at + 1 + no_and_word));
  return std::any_of(first, last, [](std::string_view word) { return is_one_of(answers, word); });
}

std::optional<int> number_in(std::string_view word) {
  if (const auto named = place_in(numbers, word)) return named;
  if (word == "a" || word == "an") return 1;
  if (word == "couple") return 2;
  if (word == "few" || word == "several") return 3;
  int value = 0;
  const auto [end, odd] = std::from_chars(word.data(), word.data() + word.size(), value);
  const bool whole = odd == std::errc{} && end == word.data() + word.size();
  return whole ? std::optional{value} : std::nullopt;
}

// "in March", "last march", "on the 3rd of march 2024"
std::optional<UtcTime> month_at(const Words& words, std::size_t at, UtcTime made_at) {
  auto month = place_in(months, words[at]);
  if (!month) month = place_in(short_months, words[at]);
  if (!month || at == 0) return std::nullopt;
  const bool dated = words[at - 1].find_first_of("0123456789") != std::string_view::npos;
  if (!dated && !is_one_of(before_times, words[at - 1])) return std::nullopt;  // "we march", "it may"
  const auto made = std::chrono::year_month_day{std::chrono::floor<days>(made_at)};
  const std::chrono::month named{static_cast<unsigned>(*month + 1)};
  auto year = made.year();
  const auto told = at + 1 < words.size() ? number_in(words[at + 1]) : std::nullopt;
  if (told && *told > 1900 && *told < 2200)
    year = std::chrono::year{*told};
  else if (named > made.month() || (named == made.month() && words[at - 1] == "last"))
    --year;
  return UtcTime{std::chrono::sys_days{year / named / 1}};
}

// "six weeks ago", "for 3 months", "over a year"
std::optional<UtcTime> length_at(const Words& words, std::size_t at, UtcTime made_at) {
  const auto unit = std::find_if(units.begin(), units.end(), [&](const Unit& one) { return one.word == words[at]; });
  if (unit == units.end() || at == 0) return std::nullopt;
  if (words[at - 1] == "last") return made_at - unit->length;
  auto before = at - 1;
  if (before > 0 && (words[before] == "of" || words[before] == "working" || words[before] == "whole")) --before;
  const auto number = number_in(words[before]);
  if (!number || *number > longest_ago * 365) return std::nullopt;
  return made_at - *number * unit->length;
}

std::optional<UtcTime> weekday_at(const Words& words, std::size_t at, UtcTime made_at) {
  if (words[at] == "yesterday") return made_at - days{1};
  const auto day = place_in(weekdays, words[at]);
  if (!day) return std::nullopt;
  const auto made = std::chrono::floor<days>(made_at);
  const auto back = std::chrono::weekday{made} - std::chrono::weekday{static_cast<unsigned>(*day)};
  return UtcTime{made - (back == days{0} ? days{7} : back)};
}

std::optional<UtcTime> time_at(const Words& words, std::size_t at, UtcTime made_at) {
  auto time = month_at(words, at, made_at);
  if (!time) time = length_at(words, at, made_at);
  if (!time) time = weekday_at(words, at, made_at);
  if (!time || *time > made_at || made_at - *time > days{365 * longest_ago}) return std::nullopt;
  return time;
}

std::size_t apart(std::size_t a, std::size_t b) { return a > b ? a - b : b - a; }

Words words_of(std::string_view text, const Tokens& tokens) {
  Words words;
  for (const Token& token : tokens) {
    if (token.kind == TokenKind::word) words.push_back(token.text);
    if (token.kind == TokenKind::number) words.push_back(text.substr(token.begin, token.end - token.begin));
  }
  return words;
}

}  // namespace

std::optional<UtcTime> unanswered_since(std::string_view text, UtcTime made_at) {
  const Tokens tokens = tokenise(text);
  const Words words = words_of(text, tokens);
  std::vector<std::size_t> said;
  for (std::size_t at = 0; at < words.size(); ++at)
    if (any_stands(words, at, complaints)) said.push_back(at);
  const auto far = [&said](std::size_t at) {
    std::size_t least = near + 1;
    for (const auto one : said) least = std::min(least, apart(one, at));
    return least;
  };
  bool unanswered = false;
  std::optional<UtcTime> since;
  std::size_t nearest = near + 1;
  for (std::size_t at = 0; at < words.size() && !said.empty(); ++at) {
    if (far(at) > near) continue;
    unanswered = unanswered || silent(words, at);
    const auto time = time_at(words, at, made_at);
    if (!time || far(at) >= nearest) continue;
    since = time;
    nearest = far(at);
  }
  if (!unanswered) return std::nullopt;
  return since.value_or(made_at);
}

}  // namespace barometer
