#include "daemon/expiry.hpp"

#include <memory>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "connectors/run_on.hpp"
#include "connectors/time.hpp"

namespace barometer {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t rows_at_once = 1000;
constexpr auto between_slices = 50ms;

void add(TakenAway& sum, const TakenAway& more) {
  for (const auto count : {&TakenAway::posts, &TakenAway::texts, &TakenAway::authors, &TakenAway::alerts,
                           &TakenAway::tombstones, &TakenAway::counts})
    sum.*count += more.*count;
}

std::optional<std::string> named(const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); }

}  // namespace

Retention retention_of(const Config& config) {
  const auto& from = config.retention;
  Retention retention{.text = from.text,
                      .author = from.author,
                      .labels = from.labels,
                      .counts = from.counts,
                      .audit = from.audit,
                      .tombstones = from.tombstones};
  for (const HoldConfig& hold : from.holds)
    retention.holds.push_back({.tag = named(hold.tag),
                               .source = named(hold.source),
                               .from = parse_time(hold.from),
                               .to = parse_time(hold.to)});
  return retention;
}

Expiry::Expiry(asio::any_io_executor loop, asio::thread_pool& pool, Store& store, std::function<UtcTime()> now,
               Events events)
    : loop_(std::move(loop)), pool_(pool), store_(store), now_(std::move(now)), events_(std::move(events)) {}

void Expiry::configure(const Config& config) {
  retention_ = retention_of(config);
  every_ = config.retention.every;
}

asio::awaitable<void> Expiry::run() {
  asio::steady_timer timer(loop_);
  for (;;) {
    co_await pass();
    timer.expires_after(every_);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> Expiry::pass() {
  asio::steady_timer timer(loop_);
  TakenAway sum;
  std::string next;
  do {
    auto work = [this, retention = retention_, now = now_(), next] {
      return std::make_shared<Result<Swept>>(store_.expire(retention, now, next, rows_at_once));
    };
    const auto swept = co_await run_on(pool_, std::move(work));
    if (!*swept) {
      if (events_.failed) events_.failed(swept->error());
      co_return;
    }
    add(sum, (*swept)->taken);
    next = (*swept)->next;
    timer.expires_after(between_slices);
    co_await timer.async_wait(asio::use_awaitable);
  } while (!next.empty());
  if (events_.record_over) {
    auto work = [this, until = now_() - retention_.audit] {
      return std::make_shared<Result<void>>(events_.record_over(until));
    };
    const auto done = co_await run_on(pool_, std::move(work));
    if (!*done && events_.failed) events_.failed(done->error());
  }
  if (events_.passed) events_.passed(sum);
}

}  // namespace barometer
