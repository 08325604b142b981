// What a post costs the store, and what queries take. Times of commits are CPU of the whole process, RocksDB's threads included;
// they are synced to a real disk, under the folder for temporary files. Queries are asked of 30 days of posts; ten million of
// them take 4 GB there and some minutes to make: leave them out with --benchmark_filter=-/10000000
#include <algorithm>
#include <benchmark/benchmark.h>
#include <cmath>
#include <filesystem>
#include <map>
#include <random>
#include <stdexcept>
#include <string>

#include "storage/store.hpp"
#include "tests/support/temp_dir.hpp"

namespace barometer {
namespace {

constexpr std::array tags{"nhssm", "nhs", "patients", "nursing", "gp", "maternity", "ambulance", "waiting"};
constexpr UtcTime begin_of_time{std::chrono::hours{24 * 20'000}};

// Words as people use them (Zipf's law, exponent 1): the first is said in most posts, the last of these in one of some thousand.
constexpr std::size_t vocabulary = 50'000;
std::string word(std::size_t rank) {
  std::string letters;
  for (auto rest = rank * 7 + 11; rest > 0; rest /= 26) letters.push_back(static_cast<char>('a' + rest % 26));
  return letters;
}

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
  std::size_t rank() {
    const auto chance = static_cast<double>(random_()) / static_cast<double>(std::mt19937::max());
    return static_cast<std::size_t>(std::pow(static_cast<double>(vocabulary), chance)) - 1;
  }

  Entry next() {
    Entry entry;
    entry.post.platform = "mastodon";
    entry.post.source = "social.example";
    entry.post.native_id = std::to_string(++number_);
    entry.post.id = "https://social.example/users/someone/statuses/" + entry.post.native_id;
    entry.post.url = "https://social.example/@someone/" + entry.post.native_id;
    entry.post.author = "~0123456789abcdef0123456789abcdef";
    entry.post.made_at = begin_of_time + apart_ * number_;
    entry.post.seen_at = entry.post.made_at + std::chrono::seconds{40};
    while (entry.post.text.size() < 150) (entry.post.text += word(rank())) += ' ';
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

// A store with so many posts of 30 days, opened anew; made once.
const Store& month_of(std::size_t posts) {
  struct Filled {
    TempDir folder;
    std::unique_ptr<Store> store;
  };
  static std::map<std::size_t, Filled> made;
  auto& filled = made[posts];
  if (filled.store) return *filled.store;
  const std::chrono::milliseconds month = std::chrono::days{30};
  fill(*Store::open({.path = filled.folder.path()}).value(), posts, month / static_cast<std::int64_t>(posts));
  filled.store = Store::open({.path = filled.folder.path()}).value();
  return *filled.store;
}

// Asks again and again; beside the mean, the median and the slowest of a hundred, in milliseconds by the clock.
template <class Ask>
void ask(benchmark::State& state, Ask query) {
  std::mt19937 chance{1};
  std::vector<double> took;
  std::size_t found = 0;
  for (auto _ : state) {
    const auto begin = std::chrono::steady_clock::now();
    found += query(chance);
    took.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
  }
  std::sort(took.begin(), took.end());
  state.counters["median_ms"] = took[took.size() / 2];
  state.counters["p99_ms"] = took[took.size() * 99 / 100];
  state.counters["found"] = static_cast<double>(found) / static_cast<double>(took.size());
}

// 720 hours of one tag.
void month_of_hours(benchmark::State& state) {
  const auto& store = month_of(static_cast<std::size_t>(state.range(0)));
  ask(state, [&](std::mt19937& chance) {
    std::size_t points = 0;
    SeriesFilter filter{.tag = tags[chance() % tags.size()], .from = begin_of_time};
    filter.to = begin_of_time + std::chrono::hours{720};
    store.series(filter, [&](const SeriesPoint& point) { return points += point.posts[0][0] >= 0, true; }).value();
    return points;
  });
}

constexpr std::size_t page_of = 50;

std::size_t posts_on_a_page(const Store& store, const PostFilter& filter) {
  std::size_t posts = 0;
  store.posts(filter, true, [&](const StoredPost&) { return ++posts < page_of; }).value();
  return posts;
}

// A page from anywhere in the month on.
void page_of_posts(benchmark::State& state) {
  const auto& store = month_of(static_cast<std::size_t>(state.range(0)));
  ask(state, [&](std::mt19937& chance) {
    const PostPlace from{begin_of_time + std::chrono::seconds{chance() % (30 * 86'400)}, {}};
    return posts_on_a_page(store, {.tag = tags[chance() % tags.size()], .after = from});
  });
}

// The same, of what is rare: at the worst severity, under one tag.
void page_of_grave_posts(benchmark::State& state) {
  const auto& store = month_of(static_cast<std::size_t>(state.range(0)));
  ask(state, [&](std::mt19937& chance) {
    return posts_on_a_page(store, {.tag = tags[1 + chance() % (tags.size() - 1)], .min_severity = severities - 1});
  });
}

// The newest posts with words of a rank below the second argument and not below its half, so many of them as the third says.
void word_search(benchmark::State& state) {
  const auto& store = month_of(static_cast<std::size_t>(state.range(0)));
  const auto rank = static_cast<std::size_t>(state.range(1));
  ask(state, [&](std::mt19937& chance) {
    PostFilter filter;
    for (auto left = state.range(2); left > 0; --left)
      filter.phrases.push_back(word(rank / 2 + chance() % (rank - rank / 2)));
    return posts_on_a_page(store, filter);
  });
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
void sizes(benchmark::internal::Benchmark* bench) {
  bench->Unit(benchmark::kMillisecond)->Arg(1'000'000)->Arg(10'000'000);
}
BENCHMARK(month_of_hours)->Apply(sizes);
BENCHMARK(page_of_posts)->Apply(sizes);
BENCHMARK(page_of_grave_posts)->Apply(sizes);
BENCHMARK(word_search)
    ->Unit(benchmark::kMillisecond)
    ->ArgsProduct({{1'000'000, 10'000'000}, {20, 1'000, 50'000}, {1, 2}});
BENCHMARK(verify_store)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();

}  // namespace
}  // namespace barometer
