// What a text costs each stage of analysis, and the whole, beside the least that any such model needs: hashing the n-grams of a
// text and adding up the rows of a table. items_per_second is texts a second on one core; compare within one run.
#include <array>
#include <benchmark/benchmark.h>
#include <random>
#include <string>
#include <vector>

#include "analysis/concerns.hpp"
#include "analysis/framework_model.hpp"
#include "analysis/identifiers.hpp"
#include "analysis/judge.hpp"
#include "analysis/language.hpp"
#include "analysis/sentiment.hpp"

namespace barometer {
namespace {

constexpr std::array openings{"Just back from", "Third time this month at",     "Morning all from", "Still waiting at",
                              "So grateful to", "Anyone else seen the news on", "@someone how was"};
constexpr std::array places{"the outpatient clinic", "A&E",       "our local surgery",
                            "the maternity unit",    "ward 7",    "my gym",
                            "the stroke unit",       "Ashby Park"};
constexpr std::array middles{"and the staff could not have been kinder.",
                             "where the phone rang out for an hour.",
                             "and the car park was full again.",
                             "and nobody could tell us why it was cancelled.",
                             "and my gran waited eleven hours on a trolley.",
                             "where they pressed the buzzer and no one came.",
                             "and I don’t think I'll be going back 😊"};
constexpr std::array endings{"Thank you.",     "Not good enough #nhssm",         "What do others think?",
                             "Please share 🙏", "Honestly brilliant!!! #nhs #gp", "https://example.org/story"};

// About 110 bytes each, always the same.
const std::vector<std::string>& texts() {
  static const auto all = [] {
    std::vector<std::string> made;
    std::mt19937 random(1);
    const auto any = [&](const auto& list) { return std::string{list[random() % list.size()]}; };
    while (made.size() < 4096)
      made.push_back(any(openings) + ' ' + any(places) + ' ' + any(middles) + ' ' + any(endings));
    return made;
  }();
  return all;
}

const std::vector<Tokens>& all_tokens() {
  static const auto all = [] {
    std::vector<Tokens> made;
    for (const std::string& text : texts()) made.push_back(tokenise(text));
    return made;
  }();
  return all;
}

// Runs `one` on the number of each text in turn.
template <class One>
void each_text(benchmark::State& state, One one) {
  std::size_t at = 0;
  for (auto _ : state) {
    one(at);
    at = (at + 1) % texts().size();
  }
  state.SetItemsProcessed(state.iterations());
}

// The floor: words of one and two and letters of three to five, 300 a text, and four bytes of a table of one MiB for each.
void hash_and_gather(benchmark::State& state) {
  std::vector<std::array<std::int8_t, 4>> table(std::size_t{1} << 18);
  std::mt19937 random(2);
  for (auto& row : table)
    for (auto& weight : row) weight = static_cast<std::int8_t>(random());
  each_text(state, [&](std::size_t i) {
    const std::string& text = texts()[i];
    std::array<std::int32_t, 4> sums{};
    for (std::size_t first = 0; first + 5 <= text.size(); ++first) {
      std::uint64_t hash = 0;
      for (std::size_t n = 0; n < 5; ++n) {
        hash = (hash ^ static_cast<unsigned char>(text[first + n])) * 0x9E3779B97F4A7C15U;
        if (n < 2) continue;
        const auto& row = table[hash >> 46];
        for (std::size_t c = 0; c < 4; ++c) sums[c] += row[c];
      }
    }
    benchmark::DoNotOptimize(sums);
  });
}
BENCHMARK(hash_and_gather);

void tokens(benchmark::State& state) {
  Tokens out;
  each_text(state, [&](std::size_t i) { tokenise(texts()[i], out); });
}
BENCHMARK(tokens);

void identifiers(benchmark::State& state) {
  each_text(state, [](std::size_t i) { benchmark::DoNotOptimize(mask_identifiers(texts()[i])); });
}
BENCHMARK(identifiers);

void language(benchmark::State& state) {
  each_text(state, [](std::size_t i) { benchmark::DoNotOptimize(language_of(all_tokens()[i], "")); });
}
BENCHMARK(language);

void features(benchmark::State& state) {
  Features ngrams;
  each_text(state, [&](std::size_t i) { ngrams.fill(all_tokens()[i]); });
}
BENCHMARK(features);

void sentiment(benchmark::State& state) {
  const auto model = SentimentModel::built_in();
  Reading reading;
  each_text(state, [&](std::size_t i) { benchmark::DoNotOptimize(model->feeling(all_tokens()[i], reading)); });
}
BENCHMARK(sentiment);

void themes(benchmark::State& state) {
  const auto model = FrameworkModel::built_in();
  std::vector<Features> ngrams(64);
  for (std::size_t i = 0; i < ngrams.size(); ++i) ngrams[i].fill(all_tokens()[i]);
  each_text(state, [&](std::size_t i) { benchmark::DoNotOptimize(model->score(ngrams[i % ngrams.size()], 20)); });
}
BENCHMARK(themes);

void rules(benchmark::State& state) {
  auto read = read_rules(built_in_rules(), "the built-in rules");
  const ConcernFinder finder{std::make_shared<const Rules>(std::move(*read))};
  Statements statements;
  each_text(state, [&](std::size_t i) {
    statements.read(texts()[i], all_tokens()[i]);
    benchmark::DoNotOptimize(finder.find(statements));
  });
}
BENCHMARK(rules);

void whole(benchmark::State& state, Tasks tasks) {
  const auto judge = Judge::built_in();
  std::string out;
  each_text(state, [&](std::size_t i) {
    const Judged judged = judge->judge(texts()[i], {}, tasks);
    out.clear();
    append_json(out, judged.assessment, judged.text, judge->model_version());
    benchmark::DoNotOptimize(out);
  });
}
BENCHMARK_CAPTURE(whole, all_tasks, Tasks{});
BENCHMARK_CAPTURE(whole, sentiment, Tasks{.themes = false, .concerns = false, .identifiers = false});

}  // namespace
}  // namespace barometer
