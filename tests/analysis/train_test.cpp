#include "analysis/train.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "analysis/sentiment.hpp"

using namespace barometer;

namespace {

std::vector<LabelledText> lessons() {
  return {{Sentiment::negative, "the worst day"},    {Sentiment::negative, "terrible food, never again"},
          {Sentiment::negative, "rude and late"},    {Sentiment::neutral, "the shop opens at nine"},
          {Sentiment::neutral, "a bus to the city"}, {Sentiment::neutral, "the report is out on monday"},
          {Sentiment::positive, "the best day"},     {Sentiment::positive, "lovely food, thank you"},
          {Sentiment::positive, "kind and prompt"}};
}

}  // namespace

TEST_CASE("what was taught is known") {
  const auto rows = lessons();
  const auto result = train_sentiment({.rows = rows, .held_out = rows, .moods = rows}, {});
  REQUIRE(result.has_value());
  CHECK(result->texts == rows.size());
  const SentimentModel model(result->model);
  Reading reading;
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(name_of(model.feeling(tokenise(row.text), reading).sentiment) == name_of(row.label));
  }
}

TEST_CASE("the same lessons give the same bytes") {
  const auto rows = lessons();
  const Lessons all = {.rows = rows, .held_out = rows, .moods = rows};
  CHECK(write_model(train_sentiment(all, {})->model) == write_model(train_sentiment(all, {})->model));
}

TEST_CASE("a word that no lesson holds is known by the company it keeps") {
  WordVectors vectors;
  for (const auto* word : {"kind", "superb", "rude", "dire"}) {
    vectors.words.push_back(word_hash(word));
    vectors.points.resize(vectors.points.size() + WordVectors::dimensions);
  }
  for (std::size_t word = 0; word < 4; ++word)  // the first two in one direction, the others in another
    vectors.points[word * WordVectors::dimensions + word / 2] = 1;
  TrainOptions options;
  options.posts.cost = 100;
  options.hint_deviation = 1;
  const auto result = train_sentiment({.rows = lessons(), .vectors = vectors}, options);
  REQUIRE(result.has_value());
  const SentimentModel model(result->model);
  Reading reading;
  CHECK(model.feeling(tokenise("superb"), reading).score > 0);
  CHECK(model.feeling(tokenise("dire"), reading).score < 0);
  CHECK(model.feeling(tokenise("superb"), reading).score > model.feeling(tokenise("zinc"), reading).score);
  CHECK(model.feeling(tokenise("dire"), reading).score < model.feeling(tokenise("zinc"), reading).score);
}

TEST_CASE("feedback is told from posts, and may mean other things by the same words") {
  auto rows = lessons();
  for (auto& row : lessons()) {
    row.text = "your service: " + row.text;
    row.feedback = true;
    if (row.label != Sentiment::neutral)
      row.label = row.label == Sentiment::negative ? Sentiment::positive : Sentiment::negative;
    rows.push_back(row);
  }
  TrainOptions options;
  for (auto* part : {&options.posts, &options.feedback, &options.telling_feedback})
    part->cost = 100;  // so few lessons must be believed
  const auto result = train_sentiment({.rows = rows}, options);
  REQUIRE(result.has_value());
  const SentimentModel model(result->model);
  Reading reading;
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(name_of(model.feeling(tokenise(row.text), reading).sentiment) == name_of(row.label));
    CHECK(reading.feedback == row.feedback);
  }
}

TEST_CASE("comments of our own teach how feedback reads, and no post") {
  auto rows = lessons();
  for (auto& row : lessons()) {
    row.text = "your service: " + row.text;
    row.feedback = true;
    rows.push_back(row);
  }
  TrainOptions options;
  for (auto* part : {&options.posts, &options.feedback, &options.telling_feedback}) part->cost = 100;
  const LabelledText comment{Sentiment::negative, "your service: curt and brusque", true, 4};
  const auto without = train_sentiment({.rows = rows}, options);
  const auto with = train_sentiment({.rows = rows, .comments = {comment}}, options);
  REQUIRE(without.has_value());
  REQUIRE(with.has_value());
  CHECK(with->model.posts.ngrams == without->model.posts.ngrams);
  Reading reading;
  CHECK(SentimentModel(with->model).feeling(tokenise(comment.text), reading).sentiment == Sentiment::negative);
  CHECK(reading.feedback);
}

TEST_CASE("a class without a text is refused") {
  auto rows = lessons();
  std::erase_if(rows, [](const LabelledText& row) { return row.label == Sentiment::neutral; });
  const auto result = train_sentiment({.rows = rows}, {});
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().detail.find("neutral") != std::string::npos);
}

TEST_CASE("labelled lines come in two shapes") {
  const auto rows = parse_labelled_tsv(
      "negative\tdreadful\n"
      "positive\tsource\ta\tb\tgood\r\n"
      "staffing\t4\twhat_good\tNothing\n"
      "positive\t1\tcould_improve\tNothing\n"
      "\n"
      "unlabellable\t-\tnonspecific\tDid not answer",
      "x.tsv");
  REQUIRE(rows.has_value());
  REQUIRE(rows->size() == 4);
  CHECK((*rows)[0].text == "dreadful");
  CHECK((*rows)[1].text == "good");
  CHECK((*rows)[2].label == Sentiment::negative);
  CHECK((*rows)[3].label == Sentiment::positive);
  CHECK_FALSE((*rows)[1].feedback);
  CHECK((*rows)[3].feedback);
  CHECK((*rows)[2].level == 4);
  CHECK((*rows)[0].level == 0);
}

TEST_CASE("a wrong line is named") {
  struct Row {
    const char* bytes;
    const char* says;
  };
  const Row rows[] = {
      {"negative\ta\nno tab here\n", "x.tsv:2: no tab"},
      {"\nangry\ttext\n", "x.tsv:2: no label"},
      {"staffing\t6\tq\ttext\n", "x.tsv:1: no label"},
  };
  for (const auto& row : rows) {
    const auto parsed = parse_labelled_tsv(row.bytes, "x.tsv");
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().detail.starts_with(row.says));
  }
}
