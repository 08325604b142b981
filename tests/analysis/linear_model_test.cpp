#include "analysis/linear_model.hpp"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

using namespace barometer;

namespace {

LinearModel small_model() {
  LinearModel model;
  model.version = "test";
  model.lexicon = Lexicon({{9, {-39, 0}}, {3, {12, 40}}});
  model.feedback_scale = 0.125F;
  model.feedback_bias = -2;
  Rows<std::int8_t> feedback_weights(LinearModel::feedback_slots);
  feedback_weights[5] = 3;
  model.feedback_weights = std::move(feedback_weights);
  model.very_positive = 0.75F;
  model.very_negative = 0.625F;
  for (ClassWeights* weights : {&model.posts, &model.feedback}) {
    weights->scale = weights == &model.posts ? 0.5F : 0.25F;
    weights->temperature = 2;
    weights->bias = {0.25F, 0, -0.25F};
    Rows<ClassWeights::Bytes> ngrams(slot_count);
    ngrams[7][0] = -128;
    ngrams.back()[2] = 127;
    weights->ngrams = std::move(ngrams);
    weights->word_scale = 0.5F;
    weights->words = Rows<ClassWeights::Bytes>{{}, {3, 0, -3}};
    weights->lexicon.resize(lexicon_feature_count);
    weights->lexicon[1][1] = -0.5F;
  }
  return model;
}

bool same(const ClassWeights& a, const ClassWeights& b) {
  return a.scale == b.scale && a.temperature == b.temperature && a.bias == b.bias && a.ngrams == b.ngrams &&
         a.lexicon == b.lexicon && a.word_scale == b.word_scale && a.words == b.words;
}

std::string altered(std::string bytes, std::size_t at) {
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  return bytes;
}

}  // namespace

TEST_CASE("a model survives being written and read") {
  const auto model = small_model();
  const auto read = read_model(write_model(model), "model.bin");
  REQUIRE(read.has_value());
  CHECK(read->version == model.version);
  CHECK(std::ranges::equal(read->lexicon.entries(), model.lexicon.entries()));
  CHECK(read->feedback_scale == model.feedback_scale);
  CHECK(read->feedback_bias == model.feedback_bias);
  CHECK(read->feedback_weights == model.feedback_weights);
  CHECK(read->very_positive == model.very_positive);
  CHECK(read->very_negative == model.very_negative);
  CHECK(same(read->posts, model.posts));
  CHECK(same(read->feedback, model.feedback));
  CHECK_FALSE(same(read->posts, read->feedback));
}

TEST_CASE("what is gathered several at a time is what its n-grams say one by one, however many they are") {
  Rows<ClassWeights::Bytes> rows(slot_count);
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t c = 0; c < rows[i].size(); ++c) rows[i][c] = static_cast<std::int8_t>(i * (2 * c + 3) % 256 - 128);
  ClassWeights weights;
  weights.ngrams = std::move(rows);
  Reading reading;
  std::string text;
  for (int words = 0; words < 20; ++words) {
    const Tokens tokens = tokenise(text);
    reading.ngrams.fill(tokens);
    weights.gather(tokens.size(), reading);
    for (const Block which : {Block::words, Block::letters, Block::negated}) {
      NgramSums::Sums sums = {};
      std::vector<std::int32_t> letters(tokens.size() + 2);
      for (const Feature& feature : reading.ngrams.block(which)) {
        const auto& row = weights.ngrams[feature.slot()];
        for (std::size_t c = 0; c < row.size(); ++c) sums[c] += row[c];
        letters[feature.token()] += row[2] - row[0];
      }
      const auto index = static_cast<std::size_t>(which);
      CHECK(reading.said.blocks[index] == sums);
      if (which != Block::words) CHECK(reading.said.by_token[index] == letters);
    }
    text += words % 3 == 0 ? " not" : words % 3 == 1 ? " waited" : " a";
  }
}

TEST_CASE("a damaged model is refused by name, with what to do") {
  const auto bytes = write_model(small_model());
  struct Row {
    const char* fact;
    std::string bytes;
    const char* says;
  };
  const Row rows[] = {
      {"empty", "", "is not a model"},
      {"something else", std::string(1000, 'x'), "is not a model"},
      {"a later format", altered(bytes, 7), "another format"},
      {"another size of table", altered(bytes, 8), "another number of slots"},
      {"cut short", bytes.substr(0, bytes.size() - 1), "cut short"},
      {"a bit flipped", altered(bytes, bytes.size() / 2), "checksum"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto read = read_model(row.bytes, "model.bin");
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().remedy == Remedy::ask_operator);
    CHECK(read.error().detail.starts_with("model.bin: "));
    CHECK(read.error().detail.find(row.says) != std::string::npos);
    CHECK(read.error().detail.find("barometer train") != std::string::npos);
  }
}
