#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>
#include <sys/resource.h>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "connectors/post_json.hpp"
#include "connectors/run_on.hpp"
#include "daemon/alerts/policy.hpp"
#include "daemon/clock.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/json.hpp"
#include "daemon/commands/query.hpp"
#include "daemon/key_file.hpp"
#include "daemon/own_rules.hpp"
#include "daemon/pipeline.hpp"

namespace barometer {

namespace {

constexpr std::size_t page_size = 2000;  // posts judged and committed together: one sync serves them all
constexpr std::size_t pages_ahead = 2;   // judged while earlier ones are committed

struct Tally {
  std::uint64_t posts = 0;  // lines that hold something
  std::uint64_t stored = 0;
  std::uint64_t edited = 0;
  std::uint64_t deleted = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t rejected = 0;  // lines that are no post, and posts that are not kept
  std::uint64_t alerts = 0;
};

struct Lines {
  std::vector<std::string> text = {};
  std::uint64_t first = 1;  // number of the first of them
};

// A page under way: read and judged on the pool, then taken in the order of the file.
using Ready = asio::experimental::channel<void(boost::system::error_code, std::shared_ptr<Assessed>)>;
using Ahead = asio::experimental::channel<void(boost::system::error_code, std::shared_ptr<Ready>)>;
constexpr auto as_tuple_awaitable = asio::as_tuple(asio::use_awaitable);

class Replay {
 public:
  Replay(Store& store, const Config& config, std::shared_ptr<const Judge> judge, PseudonymKey key)
      : loop_(1),
        workers_(config.assess_threads),
        writer_(1),
        committer_(loop_.get_executor(), writer_, store, {}),
        rules_(std::make_shared<const Rulebook>(config, std::move(judge), std::move(key))),
        pipeline_(workers_, committer_, rules_, {}, config.assess_threads),
        ahead_(loop_.get_executor(), pages_ahead) {
    store.tell_of_issues(telling(config));
  }

  // False when the store refused; `failure` says why.
  bool run(const std::vector<std::string>& files) {
    asio::co_spawn(loop_, committer_.run(), asio::detached);
    asio::co_spawn(loop_, keep_all(), asio::detached);
    asio::co_spawn(loop_, read_all(files), asio::detached);
    loop_.run();
    return !failure;
  }

  Tally tally = {};
  std::optional<Failure> failure = {};

 private:
  asio::awaitable<void> read_all(std::vector<std::string> files) {
    if (files.empty()) files.emplace_back("-");
    for (const std::string& name : files) {
      if (failure) break;
      if (name == "-") {
        co_await read(std::cin, "standard input");
        continue;
      }
      std::ifstream file(name);
      if (file)
        co_await read(file, name);
      else
        failure = Failure{Remedy::ask_operator, "cannot read " + name};
    }
    // An empty hand ends it: closing this Asio's channels throws away what they hold.
    const std::shared_ptr<Ready> end;
    co_await ahead_.async_send(boost::system::error_code{}, end, as_tuple_awaitable);
  }

  asio::awaitable<void> read(std::istream& in, std::string name) {
    Lines lines;
    std::string line;
    std::uint64_t number = 0;
    while (!failure && std::getline(in, line)) {
      ++number;
      lines.text.push_back(std::move(line));
      if (lines.text.size() < page_size) continue;
      Lines full = std::move(lines);
      lines = Lines{.first = number + 1};
      co_await start(std::move(full), name);
    }
    if (!failure && !lines.text.empty()) co_await start(std::move(lines), name);
  }

  asio::awaitable<void> start(Lines lines, std::string name) {
    const auto ready = std::make_shared<Ready>(loop_.get_executor(), 1);
    asio::co_spawn(loop_, judge(std::move(lines), std::move(name), ready), asio::detached);
    co_await ahead_.async_send(boost::system::error_code{}, ready, as_tuple_awaitable);
  }

  asio::awaitable<void> judge(Lines lines, std::string name, std::shared_ptr<Ready> ready) {
    const UtcTime now = utc_now();
    auto work = [lines = std::move(lines), name = std::move(name), now] { return parse(lines, name, now); };
    Parsed parsed = co_await run_on(workers_, std::move(work));
    tally.posts += parsed.posts.size() + parsed.rejected;
    tally.rejected += parsed.rejected;
    std::cerr << parsed.complaints;
    ListenConfig listen;
    auto assessed = co_await pipeline_.judge(std::move(parsed.posts), std::move(listen));
    ready->try_send(boost::system::error_code{}, std::move(assessed));
  }

  asio::awaitable<void> keep_all() {
    for (;;) {
      const auto [ended, ready] = co_await ahead_.async_receive(as_tuple_awaitable);
      if (ended || !ready) break;
      auto [lost, assessed] = co_await ready->async_receive(as_tuple_awaitable);
      if (lost || failure) continue;
      const auto ingested = co_await pipeline_.keep(std::move(assessed));
      if (ingested)
        add(*ingested);
      else
        failure = ingested.error();
    }
    committer_.close();
  }

  void add(const Ingested& ingested) {
    tally.stored += ingested.stored;
    tally.edited += ingested.edited;
    tally.deleted += ingested.deleted;
    tally.duplicates += ingested.duplicates;
    tally.rejected += ingested.dropped;
    tally.alerts += ingested.alerts;
  }

  struct Parsed {
    std::vector<Post> posts = {};
    std::uint64_t rejected = 0;
    std::string complaints = {};  // one line each, with file, line and remedy
  };

  static Parsed parse(const Lines& lines, const std::string& name, UtcTime now) {
    Parsed parsed;
    parsed.posts.reserve(lines.text.size());
    for (std::size_t i = 0; i < lines.text.size(); ++i) {
      if (lines.text[i].find_first_not_of(" \t\r") == std::string::npos) continue;
      auto post = post_from_json(lines.text[i], now);
      if (post) {
        if (post->source.empty()) post->source = post->platform;
        parsed.posts.push_back(std::move(*post));
        continue;
      }
      ++parsed.rejected;
      parsed.complaints += name + ':' + std::to_string(lines.first + i) + ": " + post.error().detail + '\n';
    }
    return parsed;
  }

  asio::io_context loop_;
  asio::thread_pool workers_;
  asio::thread_pool writer_;
  Committer committer_;
  std::shared_ptr<const Rulebook> rules_;
  Pipeline pipeline_;
  Ahead ahead_;
};

std::string summary_of(const Tally& tally, double seconds) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto field = [](const char* key, std::uint64_t value) {
    return ",\"" + std::string(key) + "\":" + std::to_string(value);
  };
  const double rate = seconds > 0 ? static_cast<double>(tally.posts) / seconds : 0;
  return "{\"posts\":" + std::to_string(tally.posts) + field("stored", tally.stored) + field("edited", tally.edited) +
         field("deleted", tally.deleted) + field("duplicates", tally.duplicates) + field("rejected", tally.rejected) +
         field("alerts", tally.alerts) + ",\"seconds\":" + decimal(seconds) + ",\"posts_per_second\":" + decimal(rate) +
         field("peak_rss_bytes", static_cast<std::uint64_t>(usage.ru_maxrss) * 1024) + "}\n";
}

}  // namespace

int replay_command(const ReplayCommand& options) {
  const auto config = chosen_config(options.where);
  if (!config) return exit_bad_config;
  const auto store = Store::open({.path = config->store.path, .sync = config->store.sync});
  if (!store) return report(store.error());
  auto judge = judge_with(config->rules_file);
  if (!judge) return report(judge.error());
  auto key = pseudonym_key(config->store.path);
  if (!key) return report(key.error());

  const auto begun = std::chrono::steady_clock::now();
  Replay replay(**store, *config, std::move(*judge), std::move(*key));
  const bool done = replay.run(options.posts);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begun;
  const std::string summary = summary_of(replay.tally, seconds.count());
  if (options.summary.empty()) {
    std::cout << summary;
  } else if (std::ofstream file(options.summary); !(file << summary)) {
    return report({Remedy::ask_operator, "cannot write " + options.summary.string()});
  }
  return done ? exit_done : report(*replay.failure);
}

}  // namespace barometer
