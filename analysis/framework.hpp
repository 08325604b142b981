#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace barometer {

// The labels that NHS England's qualitative data categorisation project sorts patients' comments by: its patient-experience
// framework, version 7 (github.com/The-Strategy-Unit/pxtextmining, "framework"). A comment may carry several.
struct FrameworkLabel {
  std::string_view id;
  std::string_view title;  // the framework's own name
};

inline constexpr std::size_t framework_size = 32;
// By number. The numbers are on disk and in models: never reused.
std::span<const FrameworkLabel, framework_size> framework();
std::optional<std::size_t> framework_number(std::string_view id);

// One bit a label, by number.
using FrameworkSet = std::uint32_t;

}  // namespace barometer
