// What a post costs the store, and what queries take. Times are CPU of the whole process, RocksDB's threads included;
// commits are synced to a real disk, under the folder for temporary files.
#include <benchmark/benchmark.h>
#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>

#include "storage/store.hpp"
#include "tests/support/temp_dir.hpp"

namespace barometer {
namespace {

constexpr std::array tags{"nhssm", "nhs", "patients", "nursing", "gp", "maternity", "ambulance", "waiting"};
constexpr std::array words{"staff", "ward",   "waited", "hours", "kind", "trolley",  "nobody",
                           "phone", "letter", "clinic", "thank", "you",  "again",    "cancelled",
                           "nurse", "pain",   "bay",    "tea",   "list", "operation"};

// Posts of about 150 letters, two tags each, one in three with a concern.
class Posts {
 public:
  explicit Posts(std::chrono::milliseconds apart) : apart_(apart) {}

  Batch page(std::size_t posts) {
    Batch batch;
    batch.source = "social.example";
    for (std::size_t i = 0; i < posts; ++i) batch.entries.push_back(next());
    batch.cursor = Cursor{std::to_string(number_)};
    return batch;
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }

  Entry next() {
    Entry entry;
    entry.post.platform = "mastodon";
    entry.post.source = "social.example";
    entry.post.native_id = std::to_string(++number_);
    entry.post.id = "https://social.example/users/someone/statuses/" + entry.post.native_id;
    entry.post.url = "https://social.example/@someone/" + entry.post.native_id;
    entry.post.author = "~0123456789abcdef0123456789abcdef";
    entry.post.made_at = UtcTime{std::chrono::hours{24 * 20'000}} + apart_ * number_;
    entry.post.seen_at = entry.post.made_at + std::chrono::seconds{40};
    while (entry.post.text.size() < 150) (entry.post.text += words[below(words.size())]) += ' ';
    entry.assessment.sentiment = static_cast<Sentiment>(below(3));
    entry.assessment.score = static_cast<double>(below(2000)) / 1000 - 1;
    entry.assessment.confidence = 0.9;
    entry.assessment.lang = "en";
    entry.assessment.why = {{.begin = 0, .end = 5, .weight = 0.4f}, {.begin = 9, .end = 14, .weight = -0.2f}};
    if (below(3) == 0) {
      entry.assessment.severity = static_cast<int>(below(5));
      entry.assessment.concerns = {
          {.theme = Theme::waiting, .severity = entry.assessment.severity, .rule = "waiting.1", .begin = 3, .end = 20}};
    }
    entry.watched = {tags[0], tags[1 + below(tags.size() - 1)]};
    entry.post.tags = entry.watched;
    return entry;
  }

  std::chrono::milliseconds apart_;
  std::int64_t number_ = 0;
  std::mt19937 random_{1};
};

void fill(Store& store, std::size_t posts, std::chrono::milliseconds apart) {
  Posts stream{apart};
  for (std::size_t done = 0; done < posts; done += 1000) {
    const auto batch = stream.page(1000);
    store.commit({&batch, 1}).value();
  }
}

// Arguments: posts in a commit, milliseconds between the times at which they were made.
void commit_posts(benchmark::State& state) {
  const TempDir folder;
  const auto store = Store::open({.path = folder.path()}).value();
  Posts stream{std::chrono::milliseconds{state.range(1)}};
  const auto size = static_cast<std::size_t>(state.range(0));
  std::size_t posts = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const auto batch = stream.page(size);
    state.ResumeTiming();
    store->commit({&batch, 1}).value();
    posts += size;
  }
  using benchmark::Counter;
  state.counters["cpu_per_post"] = Counter(static_cast<double>(posts), Counter::kIsRate | Counter::kInvert);
  state.counters["bytes_per_post"] = static_cast<double>(store->size().bytes) / static_cast<double>(posts);
}

void hear_copies(benchmark::State& state) {
  const TempDir folder;
  const auto store = Store::open({.path = folder.path()}).value();
  fill(*store, 100'000, std::chrono::seconds{1});
  Posts stream{std::chrono::seconds{1}};
  const auto batch = stream.page(500);
  for (auto _ : state) store->commit({&batch, 1}).value();
  state.counters["cpu_per_post"] = benchmark::Counter(static_cast<double>(state.iterations()) * 500,
                                                      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// 720 hours of one tag, of a store that was opened anew.
void month_of_hours(benchmark::State& state) {
  const TempDir folder;
  fill(*Store::open({.path = folder.path()}).value(), 200'000, std::chrono::seconds{15});
  const auto store = Store::open({.path = folder.path()}).value();
  std::int64_t points = 0;
  for (auto _ : state) {
    points = 0;
    const auto begin = UtcTime{std::chrono::hours{24 * 20'000}};
    store
        ->series({.resolution = Resolution::hour, .tag = tags[0], .from = begin, .to = begin + std::chrono::hours{720}},
                 [&](const SeriesPoint& point) { return points += point.posts[0][0] >= 0, true; })
        .value();
  }
  state.counters["points"] = static_cast<double>(points);
}

void page_of_posts(benchmark::State& state) {
  const TempDir folder;
  const auto store = Store::open({.path = folder.path()}).value();
  fill(*store, 100'000, std::chrono::seconds{15});
  for (auto _ : state) {
    int left = 50;
    store->posts({.tag = tags[1]}, true, [&](const StoredPost&) { return --left > 0; }).value();
  }
}

void verify_store(benchmark::State& state) {
  const TempDir folder;
  const auto store = Store::open({.path = folder.path()}).value();
  fill(*store, 200'000, std::chrono::seconds{15});
  for (auto _ : state)
    if (!store->verify({}).value().differences.empty()) state.SkipWithError("verify found a difference");
  state.counters["cpu_per_post"] = benchmark::Counter(static_cast<double>(state.iterations()) * 200'000,
                                                      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

BENCHMARK(commit_posts)
    ->Args({10, 1000})
    ->Args({100, 1000})
    ->Args({500, 100})
    ->Args({500, 1000})
    ->Args({500, 78'000})
    ->Args({2000, 1000})
    ->MeasureProcessCPUTime();
BENCHMARK(hear_copies)->MeasureProcessCPUTime();
BENCHMARK(month_of_hours)->Unit(benchmark::kMicrosecond);
BENCHMARK(page_of_posts)->Unit(benchmark::kMicrosecond);
BENCHMARK(verify_store)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();

}  // namespace
}  // namespace barometer
