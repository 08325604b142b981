#pragma once

#include <filesystem>
#include <memory>

#include "analysis/judge.hpp"
#include "connectors/result.hpp"

namespace barometer {

// Who judges by these settings: the built-in rules, and after them those of `analysis.rules_file` where it names a file.
// A failure (ask_operator) names the file, the line and the remedy.
Result<std::shared_ptr<const Judge>> judge_with(const std::filesystem::path& rules_file);

}  // namespace barometer
