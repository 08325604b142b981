// A program of the build:  compile_rules FILE.yaml OUT  reads a rules file once and for all; see compiled_rules.hpp.

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "analysis/compiled_rules.hpp"

int main(int count, char** words) {
  if (count != 3) {
    std::cerr << "usage: compile_rules FILE.yaml OUT\n";
    return 2;
  }
  std::ifstream in(words[1], std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  const auto rules = barometer::read_rules(bytes, words[1]);
  if (!rules) {
    std::cerr << rules.error().detail << '\n';
    return 1;
  }
  std::ofstream out(words[2], std::ios::binary);
  out << barometer::compile_rules(*rules) << std::flush;
  return out ? 0 : 1;
}
