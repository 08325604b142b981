#include "analysis/word_vectors.hpp"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "analysis/text.hpp"

using namespace barometer;

namespace {

// Two circles of words that never meet.
WordStream two_circles() {
  WordStream stream;
  for (int i = 0; i < 300; ++i) {
    stream.add("the kind nurse was gentle");
    stream.add("the #kind doctor was gentle");
    stream.add("a late bus or slow tram");
    stream.add("a late train or slow tram");
  }
  return stream;
}

// The cosine of the angle between two words.
float likeness(const WordVectors& vectors, std::string_view one, std::string_view other) {
  const auto point = [&](std::string_view word) {
    const auto place = std::ranges::find(vectors.words, word_hash(word)) - vectors.words.begin();
    return vectors.points.begin() + place * static_cast<std::ptrdiff_t>(WordVectors::dimensions);
  };
  float sum = 0;
  for (std::ptrdiff_t k = 0; k < static_cast<std::ptrdiff_t>(WordVectors::dimensions); ++k)
    sum += point(one)[k] * point(other)[k];
  return sum;
}

}  // namespace

TEST_CASE("words that keep the same company are alike") {
  const auto vectors = learn_word_vectors(two_circles(), {.passes = 400});
  CHECK(likeness(vectors, "nurse", "nurse") == doctest::Approx(1).epsilon(0.001));
  CHECK(likeness(vectors, "nurse", "doctor") > likeness(vectors, "nurse", "train") + 0.2F);
  CHECK(likeness(vectors, "bus", "train") > likeness(vectors, "bus", "doctor") + 0.2F);
}

TEST_CASE("the same texts give the same vectors") {
  const auto one = learn_word_vectors(two_circles(), {});
  const auto other = learn_word_vectors(two_circles(), {});
  CHECK(one.words == other.words);
  CHECK(one.points == other.points);
}

TEST_CASE("rare words are left out, a hashtag is its word, and the most frequent come first") {
  WordStream stream = two_circles();
  stream.add("a rare thing");
  const auto vectors = learn_word_vectors(stream, {.most_words = 3});
  REQUIRE(vectors.words.size() == 3);
  CHECK(vectors.points.size() == 3 * WordVectors::dimensions);
  CHECK(vectors.words.front() == word_hash("a"));
  const auto all = learn_word_vectors(stream, {});
  CHECK(std::ranges::count(all.words, word_hash("rare")) == 0);
  CHECK(std::ranges::count(all.words, word_hash("kind")) == 1);
  CHECK(std::ranges::count(all.words, word_hash("#kind")) == 0);
}

TEST_CASE("of nothing, nothing is learnt") { CHECK(learn_word_vectors({}, {}).words.empty()); }
