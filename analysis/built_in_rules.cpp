#include "analysis/compiled_rules.hpp"
#include "analysis/rules.hpp"

extern "C" const char concern_rules_begin[], concern_rules_end[];
extern "C" const char compiled_rules_begin[], compiled_rules_end[];

namespace barometer {

std::string_view built_in_rules() {
  return {concern_rules_begin, static_cast<std::size_t>(concern_rules_end - concern_rules_begin)};
}

Rules built_in_compiled_rules() {
  return read_compiled_rules(
      {compiled_rules_begin, static_cast<std::size_t>(compiled_rules_end - compiled_rules_begin)});
}

}  // namespace barometer
