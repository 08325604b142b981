#include <benchmark/benchmark.h>
#include <string>
#include <string_view>

#include "connectors/platforms/feed.hpp"

// What a hostile feed of seven megabytes costs: each row is one thing said as often as fits. Reading must take time in proportion
// to the size, so no row may stand out by more than a few times.

namespace barometer {
namespace {

constexpr std::size_t size = 7'000'000;

std::string filled(std::string_view before, std::string_view unit, std::string_view after) {
  std::string body(before);
  while (body.size() + after.size() < size) body += unit;
  return body += after;
}

void read_hostile(benchmark::State& state, std::string_view unit) {
  const auto body =
      filled("<rss><channel><item><title>t</title><description>", unit, "</description></item></channel></rss>");
  for (auto _ : state) benchmark::DoNotOptimize(parse_feed(body, {}, {}, ParseOptions{}));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * body.size()));
}

BENCHMARK_CAPTURE(read_hostile, plain, "plain words ")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_hostile, nesting, "<a>")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_hostile, stray_end_tags, "</x>")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_hostile, open_cdata, "<![CDATA[")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_hostile, open_quotes, "<a b=\"")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_hostile, open_declarations, "<!D [")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_hostile, unknown_entities, "&unknown;")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_hostile, bare_ampersands, "&")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_hostile, unknown_prefixes, "<x:y z:w=''/>")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_hostile, categories, "</description><category>a&amp;b</category>")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_hostile, items, "</description></item><item><description>t")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace barometer
