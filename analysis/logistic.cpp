#include "analysis/logistic.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "analysis/dice.hpp"
#include "analysis/squared_length.hpp"

namespace barometer {

void Examples::add(const Reading& reading, std::uint8_t label, std::span<const float> hints) {
  hints_.insert(hints_.end(), hints.begin(), hints.end());
  hint_columns_ = hints.size();
  for (std::size_t b = 0; b < block_count; ++b) {
    for (const auto& feature : reading.ngrams.block(static_cast<Block>(b))) slots_.push_back(feature.slot());
    end_block(b, reading.ngrams.value(static_cast<Block>(b)));
  }
  for (const auto feature : reading.lexicon.features)
    slots_.push_back(static_cast<std::uint32_t>(slot_count) + feature);
  end_block(block_count, ClassWeights::lexicon_value);
  end_row(label);
}

void Examples::add_for_feedback(const Reading& reading, std::uint8_t label) {
  for (const auto& feature : reading.ngrams.block(Block::words))
    slots_.push_back(LinearModel::feedback_slot(feature.slot()));
  end_block(0, reading.ngrams.value(Block::words));
  for (std::size_t b = 1; b < blocks; ++b) end_block(b, 0);
  end_row(label);
}

void Examples::end_block(std::size_t block, float value) {
  open_bounds_[block + 1] = slots_.size();
  open_values_[block] = value;
}

void Examples::end_row(std::uint8_t label) {
  bounds_.push_back(open_bounds_);
  values_.push_back(open_values_);
  labels_.push_back(label);
  open_bounds_[0] = slots_.size();
}

std::array<Examples::Part, Examples::blocks> Examples::parts(std::size_t row) const {
  std::array<Part, blocks> parts;
  const auto& bounds = bounds_[row];
  for (std::size_t b = 0; b < blocks; ++b) {
    parts[b] = {std::span(slots_).subspan(bounds[b], bounds[b + 1] - bounds[b]), values_[row][b]};
  }
  return parts;
}

std::span<const float> Examples::hints(std::size_t row) const {
  return std::span(hints_).subspan(row * hint_columns_, hint_columns_);
}

std::vector<Examples::Change> Examples::standardise_hints(float deviation) {
  std::vector<Change> changes;
  const auto rows = static_cast<double>(size());
  for (std::size_t column = 0; column < hint_columns_; ++column) {
    double sum = 0;
    double squares = 0;
    for (std::size_t at = column; at < hints_.size(); at += hint_columns_) sum += hints_[at];
    const double mean = sum / rows;
    for (std::size_t at = column; at < hints_.size(); at += hint_columns_)
      squares += (hints_[at] - mean) * (hints_[at] - mean);
    const double factor = squares > 0 ? deviation / std::sqrt(squares / rows) : 0;
    changes.push_back({static_cast<float>(factor), static_cast<float>(-mean * factor)});
    for (std::size_t at = column; at < hints_.size(); at += hint_columns_)
      hints_[at] = hints_[at] * changes.back().factor + changes.back().shift;
  }
  return changes;
}

double Examples::squared_length(std::size_t row) const {
  std::vector<SparseValue> values;
  for (const auto& part : parts(row))
    for (const auto slot : part.slots) values.emplace_back(slot, part.value);
  double sum = 1 + barometer::squared_length(values);
  for (const double hint : hints(row)) sum += hint * hint;
  return sum;
}

namespace {

constexpr std::size_t lanes = ClassWeights::classes;
constexpr double newton_tolerance = 1e-3;
constexpr int newton_steps = 100;

// The two dual variables of one example and class; they sum up to that example's cost.
struct Dual {
  double alpha = 0;
  double rest = 0;
};

// Minimises the dual along one variable: z log z + (C - z) log (C - z) + a/2 (z - start)^2 + b (z - start), by Newton steps on
// whichever of the pair stays away from 0. Returns how far alpha moved; `gradient` is what there was to gain.
double improve(Dual& dual, double a, double b, double& gradient) {
  const double cost = dual.alpha + dual.rest;
  const bool swapped = 0.5 * a * (dual.rest - dual.alpha) + b < 0;
  const double start = swapped ? dual.rest : dual.alpha;
  const double slope = swapped ? -b : b;
  double z = cost - start < 0.5 * cost ? 0.1 * start : start;
  const auto derivative = [&] { return a * (z - start) + slope + std::log(z / (cost - z)); };
  gradient = std::abs(b + std::log(dual.alpha / dual.rest));
  double d = derivative();
  for (int i = 0; i < newton_steps && std::abs(d) > newton_tolerance; ++i) {
    const double next = z - d / (a + cost / ((cost - z) * z));
    z = next <= 0 ? 0.1 * z : next;
    d = derivative();
  }
  const double moved = swapped ? start - z : z - start;
  dual = swapped ? Dual{cost - z, z} : Dual{z, cost - z};
  return moved;
}

}  // namespace

ClassWeights::Row score(const LogisticWeights& fitted, const Examples& examples, std::size_t row) {
  ClassWeights::Row sums = fitted.bias;
  for (const auto& part : examples.parts(row)) {
    ClassWeights::Row block = {};
    for (const auto slot : part.slots) {
      for (std::size_t c = 0; c < lanes; ++c) block[c] += fitted.weights[slot * lanes + c];
    }
    for (std::size_t c = 0; c < lanes; ++c) sums[c] += part.value * block[c];
  }
  const auto hints = examples.hints(row);
  for (std::size_t i = 0; i < hints.size(); ++i) {
    for (std::size_t c = 0; c < lanes; ++c) sums[c] += hints[i] * fitted.hints[i][c];
  }
  return sums;
}

namespace {

// The descent on all classes at once: each example's slots are fetched once for all of them.
class Descent {
 public:
  Descent(const Examples& examples, const LogisticOptions& options, std::vector<std::size_t> rows)
      : examples_(examples),
        options_(options),
        fitted_{.weights = std::vector<float>(Examples::slots * lanes)},
        duals_(examples.size() * lanes),
        order_(std::move(rows)),
        dice_(options.seed) {
    if (examples.size() > 0) fitted_.hints.resize(examples.hints(0).size());
    for (std::size_t row = 0; row < examples.size(); ++row) lengths_.push_back(examples.squared_length(row));
    start();
  }

  LogisticWeights run() {
    while (fitted_.rounds < options_.rounds) {
      ++fitted_.rounds;
      for (std::size_t i = order_.size(); i > 1; --i) std::swap(order_[i - 1], order_[dice_.below(i)]);
      double worst = 0;
      for (const auto row : order_) worst = std::max(worst, visit(row));
      if (worst < options_.tolerance) break;
    }
    return std::move(fitted_);
  }

 private:
  // A class's own examples cost C times what balances its share; all others C, as liblinear does for one-vs-rest.
  void start() {
    std::array<double, lanes> counts = {};
    for (const auto row : order_) counts[examples_.label(row)] += 1;
    const auto all = static_cast<double>(order_.size());
    for (const auto row : order_) {
      for (std::size_t c = 0; c < options_.classes; ++c) {
        const std::uint8_t own = examples_.label(row);
        const double balance = all / (static_cast<double>(options_.classes) * counts[own]);
        const double cost = options_.cost * (own == c || options_.even ? balance : 1.0);
        const double alpha = std::min(0.001 * cost, 1e-8);
        duals_[row * lanes + c] = {alpha, cost - alpha};
        std::array<float, lanes> by = {};
        by[c] = static_cast<float>(sign(row, c) * alpha);
        shift(row, by);
      }
    }
  }

  double sign(std::size_t row, std::size_t c) const { return examples_.label(row) == c ? 1 : -1; }

  void shift(std::size_t row, const std::array<float, lanes>& by) {
    for (std::size_t c = 0; c < lanes; ++c) fitted_.bias[c] += by[c];
    for (const auto& part : examples_.parts(row)) {
      for (const auto slot : part.slots) {
        for (std::size_t c = 0; c < lanes; ++c) fitted_.weights[slot * lanes + c] += part.value * by[c];
      }
    }
    const auto hints = examples_.hints(row);
    for (std::size_t i = 0; i < hints.size(); ++i) {
      for (std::size_t c = 0; c < lanes; ++c) fitted_.hints[i][c] += hints[i] * by[c];
    }
  }

  double visit(std::size_t row) {
    const auto scores = score(fitted_, examples_, row);
    std::array<float, lanes> by = {};
    double worst = 0;
    for (std::size_t c = 0; c < options_.classes; ++c) {
      double gradient = 0;
      const double b = sign(row, c) * double{scores[c]};
      by[c] = static_cast<float>(sign(row, c) * improve(duals_[row * lanes + c], lengths_[row], b, gradient));
      worst = std::max(worst, gradient);
    }
    shift(row, by);
    return worst;
  }

  const Examples& examples_;
  const LogisticOptions& options_;
  LogisticWeights fitted_;
  std::vector<Dual> duals_;
  std::vector<double> lengths_ = {};
  std::vector<std::size_t> order_;
  Dice dice_;
};

}  // namespace

LogisticWeights fit_logistic(const Examples& examples, const LogisticOptions& options) {
  std::vector<std::size_t> all(examples.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return fit_logistic(examples, options, std::move(all));
}

LogisticWeights fit_logistic(const Examples& examples, const LogisticOptions& options, std::vector<std::size_t> rows) {
  return Descent(examples, options, std::move(rows)).run();
}

}  // namespace barometer
