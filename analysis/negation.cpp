#include "analysis/negation.hpp"

#include <array>
#include <string_view>

#include "analysis/word_table.hpp"

namespace barometer {
namespace {

constexpr int negation_reach = 5;  // tokens

constexpr auto negators = std::to_array<std::string_view>(
    {"aint",    "arent",    "barely",   "cannot", "cant",   "couldnt", "didnt",   "doesnt",  "dont",
     "hadnt",   "hardly",   "hasnt",    "havent", "isnt",   "lack",    "lacking", "lacks",   "n't",
     "neither", "never",    "no",       "nobody", "none",   "nor",     "not",     "nothing", "nowhere",
     "rarely",  "scarcely", "shouldnt", "wasnt",  "werent", "without", "wont",    "wouldnt"});

constexpr auto clause_words = std::to_array<std::string_view>({"although", "but", "however", "though"});

enum Weight : std::uint8_t { plain = 0, negates = 1, parts_clauses = 2 };

// Of words only.
const WordTable<Weight>& weights() {
  static const auto table = [] {
    WordTable<Weight> all;
    for (const auto word : negators) all[word] = negates;
    for (const auto word : clause_words) all[word] = parts_clauses;
    return all;
  }();
  return table;
}

// Ends in "n't", told letter by letter since every word is asked.
bool is_short_not(std::string_view word) {
  const std::size_t n = word.size();
  return n >= 3 && word[n - 1] == 't' && word[n - 2] == '\'' && word[n - 3] == 'n';
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

Weight weight_of(const Token& token, const WordTable<Weight>& known) {
  if (token.kind == TokenKind::punctuation) return ends_clause(token.text) ? parts_clauses : plain;
  if (token.kind != TokenKind::word) return plain;
  const Weight* const found = known.find(token.hash);
  return found != nullptr ? *found : is_short_not(token.text) ? negates : plain;
}

}  // namespace

void mark_negations(std::span<Token> tokens) {
  const auto& known = weights();
  int left = 0;
  for (Token& token : tokens) {
    token.negated = left > 0;
    const Weight weight = weight_of(token, known);
    if (weight == negates)
      left = negation_reach;
    else if (weight == parts_clauses)
      left = 0;
    else if (left > 0)
      --left;
  }
}

}  // namespace barometer
