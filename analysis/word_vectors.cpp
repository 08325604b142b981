#include "analysis/word_vectors.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "analysis/dice.hpp"
#include "analysis/lexicon.hpp"
#include "analysis/text.hpp"

namespace barometer {

namespace {

constexpr double frequent = 1e-4;  // a word with a larger share of all tokens is left out at times
constexpr double flattened = 0.5;  // strangers are drawn by this power of how often they occur
constexpr std::size_t lots = 1 << 22;
constexpr std::uint32_t certain = 1 << 20;  // the chance of 1

using Lanes = float __attribute__((vector_size(16)));
constexpr std::size_t lanes = sizeof(Lanes) / sizeof(float);
using Point = std::array<Lanes, WordVectors::dimensions / lanes>;
static_assert(WordVectors::dimensions % (4 * lanes) == 0);

// Four sums beside each other, for none waits for the one before; always in this order.
float dot(const Point& a, const Point& b) {
  std::array<Lanes, 4> sums = {};
  for (std::size_t k = 0; k < a.size(); k += sums.size())
    for (std::size_t s = 0; s < sums.size(); ++s) sums[s] += a[k + s] * b[k + s];
  const Lanes all = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  return (all[0] + all[1]) + (all[2] + all[3]);
}

void add(Point& to, float times, const Point& what) {
  for (std::size_t k = 0; k < to.size(); ++k) to[k] += times * what[k];
}

// 1 / (1 + e^-x), from a table; beyond its ends 0 and 1.
class Sigmoid {
 public:
  Sigmoid() {
    for (std::size_t i = 0; i < values_.size(); ++i)
      values_[i] = static_cast<float>(1 / (1 + std::exp(end - static_cast<double>(i) / per_unit)));
  }
  float operator()(float x) const {
    if (x >= end) return 1;
    if (x <= -end) return 0;
    return values_[static_cast<std::size_t>((x + end) * per_unit)];
  }

 private:
  static constexpr float end = 6;
  static constexpr float per_unit = 100;
  std::array<float, static_cast<std::size_t>(2 * end * per_unit) + 1> values_ = {};
};

}  // namespace

void WordStream::add(std::string_view text) {
  for (const Token& token : tokenise(text)) {
    const std::uint64_t known = lexicon_key(token);
    const std::uint64_t key = known != 0 ? known : token.hash;  // signs are company too
    const auto [place, is_new] = numbers_.emplace(key, static_cast<std::uint32_t>(keys_.size()));
    if (is_new) {
      keys_.push_back(key);
      counts_.push_back(0);
    }
    ++counts_[place->second];
    tokens_.push_back(place->second);
  }
  ends_.push_back(tokens_.size());
}

class SkipGram {
 public:
  SkipGram(const WordStream& stream, const WordVectorOptions& options)
      : stream_(stream), options_(options), dice_(options.seed) {
    rank_words();
    if (words_.empty()) return;
    draw_lots();
    for (Point& point : points_)
      for (Lanes& part : point)
        for (std::size_t lane = 0; lane < lanes; ++lane) part[lane] = (chance() - 0.5F) / WordVectors::dimensions;
  }

  WordVectors run() {
    if (words_.empty()) return {};
    std::vector<std::uint32_t> order(stream_.texts());
    std::iota(order.begin(), order.end(), 0U);
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[dice_.below(i)]);
    const double all = static_cast<double>(stream_.tokens()) * options_.passes;
    double seen = 0;
    for (int pass = 0; pass < options_.passes; ++pass) {
      for (const std::uint32_t text : order) {
        seen += static_cast<double>(read_text(text));
        rate_ = options_.rate * static_cast<float>(std::max(1e-4, 1 - seen / all));
        learn_text();
      }
    }
    return told();
  }

 private:
  static constexpr std::uint32_t rare = ~std::uint32_t{0};

  float chance() { return static_cast<float>(dice_.below(certain)) / certain; }

  // Words that occur often enough, the most frequent first; and how often each is kept.
  void rank_words() {
    for (std::uint32_t number = 0; number < stream_.keys_.size(); ++number)
      if (stream_.counts_[number] >= options_.least) words_.push_back(number);
    std::ranges::stable_sort(words_, std::ranges::greater{},
                             [&](std::uint32_t number) { return stream_.counts_[number]; });
    ranks_.assign(stream_.keys_.size(), rare);
    const auto all = static_cast<double>(stream_.tokens());
    for (std::uint32_t rank = 0; rank < words_.size(); ++rank) {
      ranks_[words_[rank]] = rank;
      const double excess = frequent * all / stream_.counts_[words_[rank]];
      kept_.push_back(static_cast<std::uint32_t>(certain * std::min(1.0, std::sqrt(excess) + excess)));
    }
    points_.resize(words_.size());
    company_.resize(words_.size());
  }

  void draw_lots() {
    std::vector<double> shares;
    for (const std::uint32_t number : words_) shares.push_back(std::pow(stream_.counts_[number], flattened));
    const double all = std::accumulate(shares.begin(), shares.end(), 0.0);
    double up_to = shares.front() / all;
    std::uint32_t rank = 0;
    for (std::size_t i = 0; i < lots; ++i) {
      strangers_.push_back(rank);
      const double here = static_cast<double>(i + 1) / lots;
      if (here > up_to && rank + 1 < words_.size()) up_to += shares[++rank] / all;
    }
  }

  // What is kept of a text goes into kept_words_; returns its number of tokens.
  std::size_t read_text(std::uint32_t text) {
    const std::size_t begin = text == 0 ? 0 : stream_.ends_[text - 1];
    const std::size_t end = stream_.ends_[text];
    kept_words_.clear();
    for (std::size_t i = begin; i < end; ++i) {
      const std::uint32_t rank = ranks_[stream_.tokens_[i]];
      if (rank != rare && dice_.below(certain) < kept_[rank]) kept_words_.push_back(rank);
    }
    return end - begin;
  }

  void learn_text() {
    for (std::size_t i = 0; i < kept_words_.size(); ++i) {
      const std::size_t reach = 1 + dice_.below(options_.reach);
      const std::size_t last = std::min(kept_words_.size() - 1, i + reach);
      for (std::size_t j = i - std::min(i, reach); j <= last; ++j)
        if (j != i) learn_pair(kept_words_[i], kept_words_[j]);
    }
  }

  void learn_pair(std::uint32_t word, std::uint32_t beside) {
    Point& point = points_[word];
    Point moved = {};
    pull(point, company_[beside], 1, moved);
    for (int n = 0; n < options_.strangers; ++n) {
      const std::uint32_t stranger = strangers_[dice_.below(lots)];
      if (stranger != beside) pull(point, company_[stranger], 0, moved);
    }
    add(point, 1, moved);
  }

  void pull(const Point& point, Point& company, float wanted, Point& moved) const {
    const float by = rate_ * (wanted - sigmoid_(dot(point, company)));
    add(moved, by, company);
    add(company, by, point);
  }

  WordVectors told() const {
    WordVectors out;
    for (std::size_t rank = 0; rank < std::min(options_.most_words, words_.size()); ++rank) {
      const Point& point = points_[rank];
      const float length = std::sqrt(dot(point, point)) + 1e-6F;
      out.words.push_back(stream_.keys_[words_[rank]]);
      for (const Lanes& part : point)
        for (std::size_t lane = 0; lane < lanes; ++lane) out.points.push_back(part[lane] / length);
    }
    return out;
  }

  const WordStream& stream_;
  const WordVectorOptions options_;
  const Sigmoid sigmoid_ = {};
  Dice dice_;
  std::vector<std::uint32_t> words_ = {};  // numbers, by rank
  std::vector<std::uint32_t> ranks_ = {};  // by number
  std::vector<std::uint32_t> kept_ = {};   // of `certain`, by rank
  std::vector<std::uint32_t> strangers_ = {};
  std::vector<Point> points_ = {};
  std::vector<Point> company_ = {};  // what a word is to those it stands by
  std::vector<std::uint32_t> kept_words_ = {};
  float rate_ = 0;
};

WordVectors learn_word_vectors(const WordStream& stream, const WordVectorOptions& options) {
  return SkipGram(stream, options).run();
}

}  // namespace barometer
