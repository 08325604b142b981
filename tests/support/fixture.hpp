#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <doctest/doctest.h>

namespace barometer {

inline std::string file_bytes(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  REQUIRE_MESSAGE(in.good(), file.string());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// A body of tests/fixtures, by its path there.
inline std::string fixture(const std::string& name) { return file_bytes(std::filesystem::path(FIXTURES) / name); }

}  // namespace barometer
