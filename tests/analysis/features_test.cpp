#include "analysis/features.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <doctest/doctest.h>

using namespace barometer;

namespace {

Features features_of(std::string_view text) {
  Tokens tokens;
  tokenise(text, tokens);
  Features features;
  features.fill(tokens);
  return features;
}

}  // namespace

TEST_CASE("an n-gram of words is a feature as often as it stands there") {
  // Three of one, two of two and one of three tokens, and four that reach beyond an end; three more tokens begin three more each.
  const Features once = features_of("pain relief late");
  const Features twice = features_of("pain relief late pain relief late");
  CHECK(once.block(Block::words).size() == 10);
  CHECK(twice.block(Block::words).size() == 19);
}

TEST_CASE("a token that has just stood before is not spelt again") {
  const Features once = features_of("pain");
  const Features often = features_of("pain pain pain");
  CHECK(once.block(Block::letters).size() == 9);  // of " pain ": four of three letters, three of four, two of five
  CHECK(often.block(Block::letters).size() == 9);
  CHECK(std::ranges::equal(often.letter_ends(), std::array{9, 9, 9}));
}

TEST_CASE("letters of a text are read up to so many, words to its end") {
  std::string text;
  for (int i = 0; i < 60'000; ++i) text += std::to_string(1'000'000 + i * 7) + "x ";
  const Features features = features_of(text);
  const std::size_t most = std::size_t{1} << 18;
  CHECK(features.block(Block::letters).size() >= most);
  CHECK(features.block(Block::letters).size() < most + 1'000);
  CHECK(features.letter_ends().back() == features.block(Block::letters).size());
  CHECK(features.block(Block::words).size() > 3 * 60'000 - 10);
}
