#include "analysis/evaluate.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace barometer;

namespace {

constexpr auto negative = Sentiment::negative;
constexpr auto neutral = Sentiment::neutral;
constexpr auto positive = Sentiment::positive;

}  // namespace

TEST_CASE("the measures are those of the shared task") {
  const std::vector<Verdict> verdicts = {{negative, negative}, {negative, neutral},  {neutral, neutral},
                                         {neutral, neutral},   {positive, positive}, {positive, negative}};
  const auto evaluation = evaluate(verdicts);
  CHECK(evaluation.texts == 6);
  CHECK(evaluation.macro_recall == doctest::Approx((0.5 + 1.0 + 0.5) / 3));
  CHECK(evaluation.f1_pn == doctest::Approx((0.5 + 2.0 / 3) / 2));
  CHECK(evaluation.accuracy == doctest::Approx(4.0 / 6));
  CHECK(evaluation.confusion[0][1] == 1);
  CHECK(evaluation.confusion[2][0] == 1);
  CHECK(evaluation.macro_recall_low < evaluation.macro_recall);
  CHECK(evaluation.macro_recall_high > evaluation.macro_recall);
}

TEST_CASE("the interval is the same each time, and narrows to a point when all is right") {
  std::vector<Verdict> verdicts(50, {positive, positive});
  CHECK(evaluate(verdicts).macro_recall_low == 1);
  verdicts.push_back({negative, positive});
  CHECK(to_text(evaluate(verdicts)) == to_text(evaluate(verdicts)));
}

TEST_CASE("nothing to measure measures nothing") {
  CHECK(evaluate({}).texts == 0);
  CHECK(evaluate({}).macro_recall == 0);
}
