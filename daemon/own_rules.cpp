#include "daemon/own_rules.hpp"

#include <fstream>
#include <iterator>

namespace barometer {

namespace {

Result<std::shared_ptr<const Judge>> read_judge(const std::filesystem::path& rules_file) {
  if (rules_file.empty()) return Judge::built_in();
  std::error_code odd;
  std::ifstream file{rules_file, std::ios::binary};
  if (!file || std::filesystem::is_directory(rules_file, odd))
    return Failure{Remedy::ask_operator, rules_file.string() + " cannot be read: name a file of rules that " +
                                             "barometer's user may read, or leave it empty"};
  const std::string rules{std::istreambuf_iterator<char>{file}, {}};
  return Judge::with_own_rules(rules, rules_file.string());
}

}  // namespace

Result<std::shared_ptr<const Judge>> judge_with(const std::filesystem::path& rules_file) {
  auto judge = read_judge(rules_file);
  // What it judges by is read when it is first asked for: now, so that no post waits for it.
  if (judge) (*judge)->judge("A day on the ward");
  return judge;
}

}  // namespace barometer
