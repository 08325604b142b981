#pragma once

#include <span>
#include <string_view>

#include "analysis/text.hpp"

namespace barometer {

// Words that negate, and words that begin another clause; for EverydayWord::turn.
std::span<const std::string_view> negators();
std::span<const std::string_view> clause_words();

// Sets Token::negated: of the five tokens after a word that negates ("not", "n't", "never", "hardly", "didnt" …), up to the end of
// its clause, which a sign or a word such as "but" ends. Token::everyday is set; linear.
void mark_negations(std::span<Token> tokens);

}  // namespace barometer
