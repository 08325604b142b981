#include <cmath>
#include <cstdio>
#include <limits>
#include <random>
#include <string>

#include <doctest/doctest.h>

#include "analysis/judge.hpp"

using namespace barometer;

namespace {

std::string between(const std::string& json, const std::string& before, char after) {
  const std::size_t begin = json.find(before) + before.size();
  return json.substr(begin, json.find(after, begin) - begin);
}

std::string printed(double value, int places) {
  char text[400];
  std::snprintf(text, sizeof text, "%.*f", places, value);
  const std::string out = text;
  return out[0] == '-' && out.find_first_not_of("-0.") == std::string::npos ? out.substr(1) : out;
}

void check_numbers(double value) {
  Assessment assessment{.score = value};
  assessment.why = {{.begin = 0, .end = 1, .weight = static_cast<float>(value)}};
  const std::string json = to_json(assessment, "a", "1");
  CAPTURE(value);
  CHECK(between(json, "\"score\":", ',') == printed(value, 2));
  CHECK(between(json, "\"weight\":", '}') == printed(static_cast<double>(static_cast<float>(value)), 3));
}

}  // namespace

TEST_CASE("numbers are written as the C library would, but for a zero below zero") {
  for (const double value : {0.0, -0.0, 0.005, -0.004, 0.125, -0.125, 0.995, 0.9999, 1.0, 12.345, 1e9, 1e300})
    check_numbers(value);
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> near_zero(-2, 2);
  for (int i = 0; i < 20'000; ++i) check_numbers(near_zero(random));
  for (int i = -3000; i <= 3000; ++i) check_numbers(i / 2000.0);  // half of them in the middle of two numbers
}

TEST_CASE("a phrase is cut from the text, escaped, and valid UTF-8 whatever the text's bytes") {
  struct Row {
    std::string phrase;
    std::string json;
  };
  const Row rows[] = {
      {"so kind", "so kind"},
      {"\"so\" kind\\", "\\\"so\\\" kind\\\\"},
      {"two\nlines\t", "two\\nlines\\t"},
      {"caf\u00e9 \U0001F44D", "caf\u00e9 \U0001F44D"},
      {"\xff!", "\uFFFD!"},
      {"a\x01", "a\\u0001"},
      {std::string(300, 'a'), std::string(300, 'a')},
      {"", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.phrase);
    const std::string text = "<" + row.phrase + ">";
    Assessment assessment;
    assessment.why = {{.begin = 1, .end = static_cast<std::uint32_t>(1 + row.phrase.size()), .weight = 1}};
    const std::string expected = "\"why\":[{\"text\":\"" + row.json + "\",\"begin\":1";
    CHECK(to_json(assessment, text, "1").find(expected) != std::string::npos);
  }
}
