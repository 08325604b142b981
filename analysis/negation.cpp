#include "analysis/negation.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string_view>

#include "analysis/everyday.hpp"

namespace barometer {
namespace {

constexpr std::size_t negation_reach = 5;  // tokens

constexpr auto all_negators = std::to_array<std::string_view>(
    {"aint",    "arent",    "barely",   "cannot", "cant",   "couldnt", "didnt",   "doesnt",  "dont",
     "hadnt",   "hardly",   "hasnt",    "havent", "isnt",   "lack",    "lacking", "lacks",   "n't",
     "neither", "never",    "no",       "nobody", "none",   "nor",     "not",     "nothing", "nowhere",
     "rarely",  "scarcely", "shouldnt", "wasnt",  "werent", "without", "wont",    "wouldnt"});

constexpr auto all_clause_words = std::to_array<std::string_view>({"although", "but", "however", "though"});

// Ends in "n't". Its last three letters are looked at together: every word is asked, and whether it has so many nobody can foresee.
bool is_short_not(std::string_view word) {
  static_assert(Tokens::readable_behind >= 3);
  std::uint32_t letters = 0;
  std::memcpy(&letters, word.data() + (std::max<std::size_t>(word.size(), 3) - 3), sizeof letters);
  static_assert(std::endian::native == std::endian::little);
  constexpr std::uint32_t short_not = 'n' | '\'' << 8 | 't' << 16;
  return (word.size() >= 3) & ((letters & 0xFFFFFF) == short_not);
}

// By the first byte of a sign; beyond ASCII only one ends a clause.
constexpr std::string_view wide_end = "\u2013";
constexpr auto may_end_clause = [] {
  std::array<bool, 256> ends{};
  for (const char sign : std::string_view(".,;:!?-")) ends[static_cast<unsigned char>(sign)] = true;
  ends[static_cast<unsigned char>(wide_end[0])] = true;
  return ends;
}();

// What a token does, found by looking and not by choosing: tokens of all kinds follow each other, so that every choice would often be
// a surprise. Only words have a turn of their own.
Turn turn_of(const Token& token, const std::vector<EverydayWord>& known) {
  const auto turn = static_cast<unsigned>(known[token.everyday].turn);
  const bool short_not = (token.kind == TokenKind::word) & (turn == 0) & is_short_not(token.text);
  bool parts = (token.kind == TokenKind::punctuation) & may_end_clause[static_cast<unsigned char>(token.text[0])];
  if (token.text[0] == wide_end[0]) parts = parts && token.text == wide_end;
  return static_cast<Turn>(turn | short_not * static_cast<unsigned>(Turn::negates) |
                           parts * static_cast<unsigned>(Turn::parts_clauses));
}

// By what a token does: how many tokens after it are negated, by how many would have been from it on.
constexpr std::array<std::array<std::uint8_t, negation_reach + 1>, 3> left_after = {{
    {0, 0, 1, 2, 3, 4},  // none
    {5, 5, 5, 5, 5, 5},  // negates
    {0, 0, 0, 0, 0, 0},  // parts_clauses
}};
static_assert(left_after[static_cast<std::size_t>(Turn::negates)][0] == negation_reach);

}  // namespace

std::span<const std::string_view> negators() { return all_negators; }
std::span<const std::string_view> clause_words() { return all_clause_words; }

void mark_negations(std::span<Token> tokens) {
  const auto& known = everyday_words();
  std::size_t left = 0;
  for (Token& token : tokens) {
    token.negated = left > 0;
    left = left_after[static_cast<std::size_t>(turn_of(token, known))][left];
  }
}

}  // namespace barometer
