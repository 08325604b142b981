#include "analysis/negation.hpp"

#include <array>
#include <string_view>

#include "analysis/everyday.hpp"

namespace barometer {
namespace {

constexpr int negation_reach = 5;  // tokens

constexpr auto all_negators = std::to_array<std::string_view>(
    {"aint",    "arent",    "barely",   "cannot", "cant",   "couldnt", "didnt",   "doesnt",  "dont",
     "hadnt",   "hardly",   "hasnt",    "havent", "isnt",   "lack",    "lacking", "lacks",   "n't",
     "neither", "never",    "no",       "nobody", "none",   "nor",     "not",     "nothing", "nowhere",
     "rarely",  "scarcely", "shouldnt", "wasnt",  "werent", "without", "wont",    "wouldnt"});

constexpr auto all_clause_words = std::to_array<std::string_view>({"although", "but", "however", "though"});

// Ends in "n't". All three letters are looked at, since every word is asked and many end in one of them.
bool is_short_not(std::string_view word) {
  const std::size_t n = word.size();
  return n >= 3 && ((word[n - 1] == 't') & (word[n - 2] == '\'') & (word[n - 3] == 'n'));
}

bool ends_clause(std::string_view sign) {
  switch (sign[0]) {
    case '.':
    case ',':
    case ';':
    case ':':
    case '!':
    case '?':
    case '-': return true;
    default: return sign == "\u2013";
  }
}

Turn turn_of(const Token& token, const std::vector<EverydayWord>& known) {
  if (token.kind == TokenKind::punctuation) return ends_clause(token.text) ? Turn::parts_clauses : Turn::none;
  if (token.kind != TokenKind::word) return Turn::none;
  const Turn turn = known[token.everyday].turn;
  return turn == Turn::none && is_short_not(token.text) ? Turn::negates : turn;
}

}  // namespace

std::span<const std::string_view> negators() { return all_negators; }
std::span<const std::string_view> clause_words() { return all_clause_words; }

void mark_negations(std::span<Token> tokens) {
  const auto& known = everyday_words();
  int left = 0;
  for (Token& token : tokens) {
    token.negated = left > 0;
    const Turn turn = turn_of(token, known);
    if (turn == Turn::negates)
      left = negation_reach;
    else if (turn == Turn::parts_clauses)
      left = 0;
    else if (left > 0)
      --left;
  }
}

}  // namespace barometer
