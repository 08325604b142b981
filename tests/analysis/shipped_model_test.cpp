#include <fstream>
#include <iterator>
#include <string>

#include <doctest/doctest.h>

#include "analysis/evaluate.hpp"
#include "analysis/labelled.hpp"
#include "analysis/sentiment.hpp"

using namespace barometer;

// The committed weights must not silently get worse. The labelled texts are not ours to publish: they lie beside the checkout, or not at all.
TEST_CASE("the shipped model keeps its floors") {
  struct Row {
    const char* fact;
    std::string file;
    double floor;
  };
  const std::string data = RECORDINGS "/../data";
  const Row rows[] = {{"posts", data + "/sentiment/dev.tsv", 0.69},
                      {"patient feedback", data + "/themes/dev.tsv", 0.65}};
  const auto model = SentimentModel::built_in();
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    std::ifstream file(row.file, std::ios::binary);
    if (!file) {
      MESSAGE("skipped: no labelled texts at ", row.file);
      continue;
    }
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    const auto texts = parse_labelled_tsv(bytes, row.file);
    REQUIRE(texts.has_value());
    std::vector<Verdict> verdicts;
    Reading reading;
    for (const auto& text : *texts)
      verdicts.push_back({static_cast<std::size_t>(text.label),
                          static_cast<std::size_t>(model->feeling(tokenise(text.text), reading).sentiment)});
    CHECK(evaluate(verdicts, sentiment_classes).macro_recall.value >= row.floor);
  }
}
