#include "analysis/evaluate.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace barometer;

namespace {

constexpr std::size_t negative = 0;
constexpr std::size_t neutral = 1;
constexpr std::size_t positive = 2;

}  // namespace

TEST_CASE("the measures are those of the shared tasks") {
  const std::vector<Verdict> verdicts = {{negative, negative}, {negative, neutral},  {neutral, neutral},
                                         {neutral, neutral},   {positive, positive}, {positive, negative}};
  const auto evaluation = evaluate(verdicts, sentiment_classes);
  CHECK(evaluation.texts == 6);
  CHECK(evaluation.macro_recall.value == doctest::Approx((0.5 + 1.0 + 0.5) / 3));
  CHECK(evaluation.macro_f1.value == doctest::Approx((0.5 + 0.8 + 2.0 / 3) / 3));
  CHECK(evaluation.accuracy == doctest::Approx(4.0 / 6));
  CHECK(evaluation.confusion[negative][neutral] == 1);
  CHECK(evaluation.confusion[positive][negative] == 1);
  CHECK(f1_of(evaluation.confusion, positive) == doctest::Approx(2.0 / 3));
  CHECK(evaluation.macro_recall.low < evaluation.macro_recall.value);
  CHECK(evaluation.macro_recall.high > evaluation.macro_recall.value);
}

TEST_CASE("the interval is the same each time, and narrows to a point when all is right") {
  std::vector<Verdict> verdicts(50, {positive, positive});
  CHECK(evaluate(verdicts, sentiment_classes).macro_recall.low == 1);
  verdicts.push_back({negative, positive});
  CHECK(to_text(evaluate(verdicts, sentiment_classes)) == to_text(evaluate(verdicts, sentiment_classes)));
}

TEST_CASE("nothing to measure measures nothing") {
  CHECK(evaluate({}, sentiment_classes).texts == 0);
  CHECK(evaluate({}, sentiment_classes).macro_recall.value == 0);
}
