#include "daemon/own_rules.hpp"

#include "daemon/own_file.hpp"

namespace barometer {

namespace {

Result<std::shared_ptr<const Judge>> read_judge(const std::filesystem::path& rules_file) {
  if (rules_file.empty()) return Judge::built_in();
  const auto rules = own_file(rules_file, "name a file of rules that barometer's user may read, or leave it empty");
  if (!rules) return rules.error();
  return Judge::with_own_rules(*rules, rules_file.string());
}

}  // namespace

Result<std::shared_ptr<const Judge>> judge_with(const std::filesystem::path& rules_file) {
  auto judge = read_judge(rules_file);
  // What it judges by is read when it is first asked for: now, so that no post waits for it.
  if (judge) (*judge)->judge("A day on the ward");
  return judge;
}

}  // namespace barometer
