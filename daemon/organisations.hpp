#pragma once

#include <filesystem>
#include <vector>

#include "analysis/issues/organisations.hpp"

namespace barometer {

// The organisations of the settings `analysis.organisations_file`: of that file where it names one, else the built-in ones.
Result<std::vector<Service>> organisations_of(const std::filesystem::path& file);

}  // namespace barometer
