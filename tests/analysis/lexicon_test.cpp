#include "analysis/lexicon.hpp"

#include <set>

#include <doctest/doctest.h>

#include "analysis/everyday.hpp"

using namespace barometer;

TEST_CASE("each everyday word is known by its own number, other words by none, and too many are refused") {
  std::vector<EverydayNumbers::Word> words;
  for (std::uint16_t i = 1; i <= 600; ++i) words.push_back({word_hash("word" + std::to_string(i)), i});
  const EverydayNumbers numbers(words);
  for (const auto& word : words) CHECK(numbers[word.hash] == word.number);
  CHECK(numbers[word_hash("other")] == 0);
  for (std::uint16_t i = 601; i <= 3000; ++i) words.push_back({word_hash("word" + std::to_string(i)), i});
  CHECK_THROWS_AS(EverydayNumbers{words}, std::length_error);
}

namespace {

Lexicon small_lexicon() {
  const std::vector<WordScores> lists = {*parse_word_scores("good\t2.0\tnote\nBad\t-2\nlove\t3.2\n", "first.tsv"),
                                         *parse_word_scores("good\t3\n:)\t2\n", "second.tsv")};
  return make_lexicon(lists);
}

// The score of all words of a text together.
float score_of(std::string_view text) {
  LexiconReading reading;
  read_lexicon(tokenise(text), small_lexicon(), reading);
  float sum = 0;
  for (const auto& [token, score] : reading.words) sum += score;
  return sum;
}

}  // namespace

TEST_CASE("words are found in their normalised form, with a score in each list") {
  const auto lexicon = small_lexicon();
  REQUIRE(lexicon.find("good") != nullptr);
  CHECK(lexicon.find("good")->tenths == std::array<std::int8_t, 2>{20, 30});
  REQUIRE(lexicon.find("bad") != nullptr);
  CHECK(lexicon.find("bad")->tenths == std::array<std::int8_t, 2>{-20, 0});
  CHECK(lexicon.find("goods") == nullptr);
  CHECK(Lexicon().find("good") == nullptr);
}

TEST_CASE("what surrounds a word changes its score") {
  struct Row {
    const char* fact;
    const char* text;
    float score;
  };
  const Row rows[] = {
      {"both lists speak", "good", 1.0F + 1.2F},
      {"one list speaks", "bad", -1.0F},
      {"a hashtag counts without its sign", "#bad", -1.0F},
      {"an emoticon", ":-)", 0.8F},
      {"an emoji scores as its Unicode name: two hearts are none, a love letter is", "💌", 1.6F},
      {"capitals are louder", "BAD", -1.25F},
      {"a booster is louder", "very bad", -1.3F},
      {"negation turns and softens", "not bad", 0.6F},
      {"unknown words say nothing", "hospital @user 3", 0},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    CHECK(score_of(row.text) == doctest::Approx(row.score));
  }
}

TEST_CASE("words that nobody scored are known, and change no score") {
  const auto scored = small_lexicon();
  const std::uint64_t more[] = {word_hash("ward"), word_hash("good")};
  const auto lexicon = with_words(scored, more);
  CHECK(lexicon.entries().size() == scored.entries().size() + 1);
  LexiconReading reading;
  read_lexicon(tokenise("a good #ward"), lexicon, reading);
  CHECK(reading.words.size() == 1);
  REQUIRE(reading.known.size() == 2);
  CHECK(reading.known[0].token == 1);
  CHECK(reading.known[1].token == 2);
  CHECK(lexicon.entries()[reading.known[1].entry].word == word_hash("ward"));
}

TEST_CASE("every statistic falls into a bucket of its own") {
  LexiconReading reading;
  for (const auto* text : {"", "good bad", "love love love LOVE #love very good", "bad bad bad bad bad bad bad bad"}) {
    read_lexicon(tokenise(text), small_lexicon(), reading);
    const std::set<std::uint32_t> distinct(reading.features.begin(), reading.features.end());
    CHECK(distinct.size() == reading.features.size());
    CHECK(*distinct.rbegin() < lexicon_feature_count);
  }
}

TEST_CASE("a score that is no number is named by file and line") {
  const auto scores = parse_word_scores("good\t2\n\nbad\tvery\n", "words.tsv");
  REQUIRE_FALSE(scores.has_value());
  CHECK(scores.error().detail.starts_with("words.tsv:3: "));
  CHECK_FALSE(parse_word_scores("good\t200\n", "words.tsv").has_value());
}
