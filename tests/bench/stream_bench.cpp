#include <algorithm>
#include <benchmark/benchmark.h>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "connectors/platforms/mastodon_source.hpp"
#include "tests/support/loopback_server.hpp"

// From a post's bytes being written to an open stream on loopback until fetch() gives the post: what the connector adds to
// the way from a platform to the store.

namespace barometer {
namespace {

using SteadyClock = std::chrono::steady_clock;

const UtcTime now{std::chrono::hours(499'000)};

std::string update(int id) {
  const std::string text = std::to_string(id);
  return "event: update\ndata: {\"id\":\"" + text + "\",\"uri\":\"https://social.example/" + text +
         "\",\"created_at\":\"2026-11-21T19:59:00Z\",\"visibility\":\"public\",\"content\":\"<p>Nineteen hours on a "
         "trolley at "
         "Marlbeck <a "
         "href=\\\"https://social.example/tags/nhssm\\\">#<span>nhssm</span></a></p>\",\"account\":{\"acct\":\"pat\"},"
         "\"tags\":[{\"name\":\"nhssm\"}]}\n\n";
}

LoopbackReply answer(const std::string& head) {
  LoopbackReply reply;
  if (path_of(head).starts_with("/api/v1/streaming/")) {
    reply.bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n:)\n\n";
    reply.then = LoopbackReply::Then::hang;
    return reply;
  }
  return reply_with(200, {{"Content-Type", "application/json"}}, "[]");
}

// A source whose stream stands open.
class Streaming {
 public:
  Streaming() : source_(config(server_), http_) {
    while (!fetch().live) {
    }
  }

  Page fetch() {
    std::optional<Result<Page>> page;
    asio::co_spawn(loop_, source_.fetch(cursor_, now),
                   [&page](const std::exception_ptr&, Result<Page> got) { page = std::move(got); });
    loop_.restart();
    loop_.poll();  // it waits on the stream
    if (!unsaid_.empty()) {
      said_at_ = SteadyClock::now();
      server_.say(std::exchange(unsaid_, {}));
    }
    while (!page) loop_.run_one();
    cursor_ = page->value().next;
    return std::move(page->value());
  }
  // While fetch() waits next.
  void say(std::string bytes) { unsaid_ = std::move(bytes); }
  SteadyClock::time_point said_at() const { return said_at_; }

 private:
  static MastodonConfig config(const LoopbackServer& server) {
    MastodonConfig config;
    config.name = "here";
    config.url = config.streaming_url = server.url("");
    config.tag = "nhssm";
    config.stream = true;
    return config;
  }

  LoopbackServer server_{answer};
  asio::io_context loop_{1};
  HttpClient http_{loop_.get_executor(), {}};
  MastodonSource source_;
  Cursor cursor_;
  std::string unsaid_;
  SteadyClock::time_point said_at_;
};

void from_stream_to_fetch(benchmark::State& state) {
  Streaming streaming;
  std::vector<double> seconds;
  int id = 0;
  for (auto each : state) {
    streaming.say(update(++id));
    while (streaming.fetch().posts.empty()) {
    }
    seconds.push_back(std::chrono::duration<double>(SteadyClock::now() - streaming.said_at()).count());
    state.SetIterationTime(seconds.back());
  }
  std::sort(seconds.begin(), seconds.end());
  state.counters["p50_us"] = seconds[seconds.size() / 2] * 1e6;
  state.counters["p99_us"] = seconds[seconds.size() * 99 / 100] * 1e6;
  state.counters["longest_us"] = seconds.back() * 1e6;
}
BENCHMARK(from_stream_to_fetch)->UseManualTime()->Iterations(5000)->Unit(benchmark::kMicrosecond);

void burst_on_a_stream(benchmark::State& state) {
  constexpr std::size_t posts = 2000;
  Streaming streaming;
  int id = 0;
  for (auto each : state) {
    std::string bytes;
    for (std::size_t i = 0; i < posts; ++i) bytes += update(++id);
    streaming.say(std::move(bytes));
    for (std::size_t heard = 0; heard < posts;) heard += streaming.fetch().posts.size();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(posts) * state.iterations());
}
BENCHMARK(burst_on_a_stream)->UseRealTime()->Iterations(20)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace barometer
