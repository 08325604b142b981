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
  model.feedback_weights.resize(LinearModel::feedback_slots);
  model.feedback_weights[5] = 3;
  model.very_positive = 0.75F;
  model.very_negative = 0.625F;
  for (ClassWeights* weights : {&model.posts, &model.feedback}) {
    weights->scale = weights == &model.posts ? 0.5F : 0.25F;
    weights->temperature = 2;
    weights->bias = {0.25F, 0, -0.25F};
    weights->ngrams.resize(slot_count);
    weights->ngrams[7][0] = -128;
    weights->ngrams.back()[2] = 127;
    weights->word_scale = 0.5F;
    weights->words.resize(model.lexicon.entries().size());
    weights->words[1] = {3, 0, -3};
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
