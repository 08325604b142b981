#include "analysis/linear_model.hpp"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

using namespace barometer;

namespace {

LinearModel small_model() {
  LinearModel model;
  model.version = "test";
  model.columns = 3;
  model.scale = 0.5F;
  model.temperature = 2;
  model.bias = {0.25F, 0, -0.25F};
  model.weights.resize(3 * slot_count);
  model.weights[7] = -128;
  model.weights.back() = 127;
  model.lexicon = Lexicon({{9, {-39, 0}}, {3, {12, 40}}});
  model.lexicon_weights.resize(3 * lexicon_feature_count);
  model.lexicon_weights[1] = -0.5F;
  model.feedback_scale = 0.125F;
  model.feedback_bias = -2;
  model.feedback_weights.resize(LinearModel::feedback_slots);
  model.feedback_weights[5] = 3;
  model.feedback_shift = {0, 1, 2};
  return model;
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
  CHECK(read->columns == model.columns);
  CHECK(read->scale == model.scale);
  CHECK(read->temperature == model.temperature);
  CHECK(read->bias == model.bias);
  CHECK(read->weights == model.weights);
  CHECK(std::ranges::equal(read->lexicon.entries(), model.lexicon.entries()));
  CHECK(read->lexicon_weights == model.lexicon_weights);
  CHECK(read->feedback_scale == model.feedback_scale);
  CHECK(read->feedback_bias == model.feedback_bias);
  CHECK(read->feedback_weights == model.feedback_weights);
  CHECK(read->feedback_shift == model.feedback_shift);
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
      {"no classes", altered(altered(bytes, 12), 13), "wrong number of classes"},
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
