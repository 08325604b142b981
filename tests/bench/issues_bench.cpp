// What the tracker of issues costs a post that raises a concern, and what it holds, once ten million posts were heard in 400 days, one in
// twenty with a concern, over 1,000 pairs of theme and place, each with an open issue. items_per_second is such posts a second on one
// core; `MB` is what the process holds more than before.
#include <algorithm>
#include <benchmark/benchmark.h>
#include <cstring>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <unistd.h>

#include "analysis/issues/tracker.hpp"

namespace barometer {
namespace {

constexpr int themes = 25;
constexpr int places = 40;
constexpr std::uint64_t heard = 500'000;
constexpr std::chrono::milliseconds apart{std::chrono::milliseconds{std::chrono::days{400}}.count() /
                                          static_cast<std::int64_t>(heard)};

double resident_mb() {
  std::size_t size = 0;
  std::size_t resident = 0;
  std::ifstream{"/proc/self/statm"} >> size >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

Utterance utterance(std::uint64_t number, std::mt19937_64& random) {
  Utterance one;
  std::memcpy(one.post.data(), &number, sizeof number);
  one.made_at = UtcTime{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}} + apart * number;
  one.heard_at = one.made_at + std::chrono::seconds{20};
  one.voice = random() % 200'000;
  one.place = "service-" + std::to_string(random() % places);
  one.tag = "nhssm";
  one.source = "source " + std::to_string(random() % 9);
  const int severity = number + 8'000 > heard ? 4 : 1 + static_cast<int>(random() % 3);
  one.concerns = {{static_cast<Theme>(1 + random() % themes), severity, "rule." + std::to_string(random() % 300)}};
  for (auto& hash : one.sketch) hash = static_cast<std::uint8_t>(random());
  return one;
}

void hear(benchmark::State& state) {
  std::mt19937_64 random(1);
  const double before = resident_mb();
  IssueTracker tracker;
  std::map<std::string, bool> open;  // of the last month
  std::uint64_t number = 0;
  const auto next = [&] {
    auto one = utterance(number++, random);
    return tracker.hear(one, std::nullopt);
  };
  while (number < heard - 40'000) next();
  while (number < heard)
    for (const auto& [issue, what] : next().changes) open[issue.id] = !issue.closed_at;
  state.counters["MB"] = resident_mb() - before;
  state.counters["open"] =
      static_cast<double>(std::count_if(open.begin(), open.end(), [](auto& one) { return one.second; }));
  for (auto _ : state) benchmark::DoNotOptimize(next());
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(hear)->Unit(benchmark::kMicrosecond)->Iterations(5'000);

}  // namespace
}  // namespace barometer
