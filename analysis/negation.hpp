#pragma once

#include <span>

#include "analysis/text.hpp"

namespace barometer {

// Sets Token::negated: of the five tokens after a word that negates ("not", "n't", "never", "hardly", "didnt" …), up to the end of
// its clause, which a sign or a word such as "but" ends. The tokens' hashes are set; linear.
void mark_negations(std::span<Token> tokens);

}  // namespace barometer
