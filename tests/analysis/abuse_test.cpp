#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "analysis/abuse_train.hpp"
#include "analysis/corpus.hpp"
#include "analysis/sentiment.hpp"

using namespace barometer;

namespace {

AbuseLessons lessons() {
  AbuseLessons lessons;
  for (int i = 0; i < 4; ++i) {
    for (const char* text : {"you are scum", "what an idiot you are", "shut up you fool", "they are all vermin"})
      lessons.tweets.push_back({true, text});
    for (const char* text : {"what a lovely day", "the bus was late again", "we won, get in", "see you at the match"})
      lessons.tweets.push_back({false, text});
  }
  lessons.corpus = {{"bloody brilliant nurses", {Voice::patient}, false},
                    {"that nurse is a pig", {Voice::patient}, true}};
  return lessons;
}

bool abusive(const AbuseModel& model, std::string_view text) {
  Reading reading;
  const Tokens tokens = tokenise(text);
  reading.ngrams.fill(tokens);
  read_lexicon(tokens, {}, reading.lexicon);
  return model.abusive(reading, model.count(reading));
}

std::string altered(std::string bytes, std::size_t at) {
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  return bytes;
}

}  // namespace

TEST_CASE("what was taught as abuse is known, and swearing in joy is none") {
  const auto trained = train_abuse(lessons(), {});
  CHECK(trained.macro_f1 > 0.9);
  CHECK(abusive(trained.model, "you idiot"));
  CHECK(abusive(trained.model, "that nurse is a pig"));
  CHECK_FALSE(abusive(trained.model, "lovely match"));
  CHECK_FALSE(abusive(trained.model, "bloody brilliant nurses"));
}

TEST_CASE("the same lessons give the same bytes of a model of abuse, which survive") {
  const std::string bytes = write_abuse_model(train_abuse(lessons(), {}).model);
  CHECK(write_abuse_model(train_abuse(lessons(), {}).model) == bytes);
  const auto read = read_abuse_model(bytes, "abuse.bin");
  REQUIRE(read.has_value());
  CHECK(write_abuse_model(*read) == bytes);
}

TEST_CASE("weights of words are kept, and carried only by a model of the same words") {
  AbuseLessons with = lessons();
  with.vectors = {{word_hash("idiot"), word_hash("oaf")}, std::vector<float>(2 * WordVectors::dimensions, 0.1F)};
  const auto model = train_abuse(with, {}).model;
  REQUIRE(model.words.size() == 2);
  CHECK(read_abuse_model(write_abuse_model(model), "abuse.bin")->words == model.words);
  LinearModel sentiment;
  for (ClassWeights* weights : {&sentiment.posts, &sentiment.feedback})
    weights->ngrams = Rows<ClassWeights::Bytes>(slot_count);
  CHECK_THROWS(sentiment.carry(model.ngrams.all(), model.words.all(), model.known));
  CHECK_NOTHROW(sentiment.carry(model.ngrams.all(), {}, 0));
  CHECK(sentiment.posts.ngrams[7].back() == model.ngrams[7]);
}

TEST_CASE("a damaged model of abuse is refused by name, with what to do") {
  const auto bytes = write_abuse_model(train_abuse(lessons(), {}).model);
  struct Row {
    const char* fact;
    std::string bytes;
    const char* says;
  };
  const Row rows[] = {
      {"empty", "", "is not a model of abuse"},
      {"a later format", altered(bytes, 7), "another format"},
      {"cut short", bytes.substr(0, bytes.size() - 1), "cut short"},
      {"a bit flipped", altered(bytes, bytes.size() / 2), "checksum"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto read = read_abuse_model(row.bytes, "abuse.bin");
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().detail.starts_with("abuse.bin: "));
    CHECK(read.error().detail.find(row.says) != std::string::npos);
    CHECK(read.error().detail.find("barometer train") != std::string::npos);
  }
}

TEST_CASE("labelled tweets and invented posts are read, and a wrong line is named") {
  const auto tweets = parse_abuse_tsv("offensive\tyou fool\n\nnot-offensive\tnice\n", "a.tsv");
  REQUIRE(tweets.has_value());
  REQUIRE(tweets->size() == 2);
  CHECK((*tweets)[0].abusive);
  CHECK((*tweets)[1].text == "nice");
  CHECK(parse_abuse_tsv("offensive\ta\nrude\tb\n", "a.tsv").error().detail.starts_with("a.tsv:2: "));
  const std::string head = "id\ttext\tconcerns\tseverity\tvoice\tsentiment\tabusive\tidentifiers\tkind\tnote\n";
  const auto posts = parse_corpus_tsv(head + "1\thello\t\t0\tstaff|carer\tneutral\t1\t\tplain\t\n", "c.tsv");
  REQUIRE(posts.has_value());
  REQUIRE(posts->size() == 1);
  CHECK(posts->front().text == "hello");
  CHECK(posts->front().voices == std::vector{Voice::staff, Voice::carer});
  CHECK(posts->front().abusive);
  CHECK(parse_corpus_tsv(head + "1\thello\n", "c.tsv").error().detail.starts_with("c.tsv:2: "));
  CHECK(parse_corpus_tsv(head + "1\tx\t\t0\tghost\tneutral\t1\t\tplain\t\n", "c.tsv").error().detail.find("ghost") !=
        std::string::npos);
}
