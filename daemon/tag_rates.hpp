#pragma once

#include <string>

#include "daemon/tag_term.hpp"

namespace barometer {

// About how many posts a day hold a term, over everything that can be heard at once: from the table in tag_rates.tsv, which
// is rough and says so. 0 for what nobody has estimated: names, long phrases, tags of one trade.
double posts_a_day(const TagTerm& term);

// A figure as one says it when it is an estimate: "40,000".
std::string rough(double number);

}  // namespace barometer
