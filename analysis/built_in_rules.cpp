#include "analysis/rules.hpp"

extern "C" const char concern_rules_begin[], concern_rules_end[];

namespace barometer {

std::string_view built_in_rules() {
  return {concern_rules_begin, static_cast<std::size_t>(concern_rules_end - concern_rules_begin)};
}

}  // namespace barometer
