#pragma once

#include <string>
#include <string_view>

#include "analysis/rules.hpp"

namespace barometer {

// A rules file as the build leaves it in the binary: reading YAML at every start would take 40 ms. Without the examples, which are for
// tests. Only for the program of the same build.
std::string compile_rules(const Rules& rules);
// Throws std::runtime_error if bytes are missing.
Rules read_compiled_rules(std::string_view bytes);

// The built-in rules, so read.
Rules built_in_compiled_rules();

}  // namespace barometer
