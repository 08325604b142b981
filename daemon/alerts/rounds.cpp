#include "daemon/alerts/rounds.hpp"

#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "connectors/run_on.hpp"
#include "daemon/alerts/due_alerts.hpp"

namespace barometer {
namespace {

constexpr std::chrono::minutes every{1};

struct Round {
  std::size_t raised = 0;
  std::optional<Failure> failure = {};
};

Result<DueFacts> facts_of(const Store& store, const Config& config) {
  DueFacts facts;
  const auto told = store.alerts([&](const Alert& alert) { return facts.alerts.push_back(alert), true; });
  if (!told) return told.error();
  const auto open = store.issues({.open = true}, [&](const Issue& i) { return facts.open.push_back(i), true; });
  if (!open) return open.error();
  std::optional<UtcTime> began;
  const auto listened = store.sources({}, [&](const std::string&, const SourceRecord& record) {
    if (record.began) began = std::min(began.value_or(*record.began), *record.began);
    return true;
  });
  if (!listened) return listened.error();
  facts.silences =
      read_silences(silences_file(config)).silences;  // what is wrong with the file is told before mail leaves
  facts.since = began.value_or(UtcTime::max());
  return facts;
}

Round go_round(Store& store, const Config& config, UtcTime now) {
  const auto facts = facts_of(store, config);
  if (!facts) return {0, facts.error()};
  const auto due = due_alerts(*facts, config, now);
  if (due.empty()) return {};
  const auto raised = store.raise(due);
  if (!raised) return {0, raised.error()};
  return {*raised, {}};
}

}  // namespace

Rounds::Rounds(asio::any_io_executor loop, asio::thread_pool& writer, Store& store, std::function<UtcTime()> now,
               Events events)
    : loop_(std::move(loop)), writer_(writer), store_(store), now_(std::move(now)), events_(std::move(events)) {}

void Rounds::configure(Config config) { config_ = std::move(config); }

asio::awaitable<void> Rounds::run() {
  asio::steady_timer timer(loop_);
  for (;;) {
    co_await round();
    timer.expires_after(every);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> Rounds::round() {
  auto work = [this, config = config_, now = now_()] { return go_round(store_, config, now); };
  const auto done = co_await run_on(writer_, std::move(work));
  const bool failed = done.failure.has_value();
  if (failed && !failing_ && events_.failed) events_.failed(*done.failure);
  failing_ = failed;
  if (done.raised > 0 && events_.raised) events_.raised(done.raised);
}

}  // namespace barometer
