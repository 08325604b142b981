#include "daemon/listener.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "connectors/time.hpp"
#include "daemon/log.hpp"
#include "daemon/run_on.hpp"

namespace barometer {

Listener::Listener(ListenConfig config, std::unique_ptr<Source> source, Scheduler& scheduler, Pipeline& pipeline,
                   const Store& store, asio::thread_pool& workers, std::chrono::milliseconds retry_ceiling,
                   std::shared_ptr<const BusyHours> busy_hours, Clock now, Watcher watcher)
    : config_(std::move(config)),
      source_(std::move(source)),
      scheduler_(scheduler),
      pipeline_(pipeline),
      store_(store),
      workers_(workers),
      busy_hours_(std::move(busy_hours)),
      now_(std::move(now)),
      watcher_(std::move(watcher)),
      pace_({config_.every, config_.slowest(), retry_ceiling}),
      chance_(static_cast<unsigned>(std::hash<std::string>{}(source_->name()))) {
  state_.name = source_->name();
  state_.platform = config_.source.platform;
  state_.host = source_->host();
}

asio::awaitable<void> Listener::listen() {
  auto read_cursor = [this] { return std::make_shared<Result<Cursor>>(store_.cursor(source_->name())); };
  const auto resumed = co_await run_on(workers_, std::move(read_cursor));
  if (*resumed)
    cursor_ = **resumed;
  else
    went_wrong(resumed->error());

  std::chrono::milliseconds wait{0};
  for (;;) {
    state_.next_ask = now_() + wait;
    watcher_(state_);
    const auto turn = co_await scheduler_.turn(source_->host(), wait);
    try {
      wait = co_await ask_once();
    } catch (const boost::system::system_error& error) {
      if (error.code() == asio::error::operation_aborted) throw;  // the daemon stops, or the settings changed
      wait = went_mad(error.what());
    } catch (const std::exception& error) {
      wait = went_mad(error.what());
    }
  }
}

// A mistake of ours silences only its own source, as a failure like any other.
std::chrono::milliseconds Listener::went_mad(const char* what) {
  const Failure failure{Remedy::retry, std::string("a mistake in Barometer, please report it: ") + what};
  went_wrong(failure);
  return pace_.after_failure(failure, now_(), chance());
}

asio::awaitable<std::chrono::milliseconds> Listener::ask_once() {
  Cursor cursor = cursor_;
  Result<Page> page = co_await source_->fetch(std::move(cursor), now_());
  if (!page) {
    went_wrong(page.error());
    co_return pace_.after_failure(page.error(), now_(), chance());
  }
  std::optional<UtcTime> newest = state_.last_post;
  for (const Post& post : page->posts)
    if (!post.deleted) newest = std::max(newest.value_or(post.made_at), post.made_at);

  Page to_keep;
  to_keep.posts = std::move(page->posts);
  to_keep.next = page->next;
  const Result<Ingested> ingested = co_await pipeline_.ingest(std::move(to_keep), config_, now_());
  if (!ingested) {
    // Not this source's fault, and the committer has said so: the cursor stands still and the same posts are asked for again.
    const Failure store_trouble{Remedy::retry, ingested.error().detail};
    co_return pace_.after_failure(store_trouble, now_(), chance());
  }
  cursor_ = std::move(page->next);
  went_well(*page, *ingested, newest);
  const UtcTime now = now_();
  co_return pace_.after_success(*page, ingested->stored + ingested->edited, busy_hours_->at(now), now, chance());
}

double Listener::chance() { return std::generate_canonical<double, 20>(chance_); }

void Listener::went_well(const Page& page, const Ingested& ingested, std::optional<UtcTime> newest) {
  if (state_.failure)
    log_info("source_recovered",
             {{"source", state_.name}, {"failed_requests", std::to_string(state_.failures_in_a_row)}});
  if (!page.unchanged && (ingested.stored || ingested.edited || ingested.deleted || ingested.dropped))
    log_info("page_kept", {{"source", state_.name},
                           {"stored", std::to_string(ingested.stored)},
                           {"edited", std::to_string(ingested.edited)},
                           {"deleted", std::to_string(ingested.deleted)},
                           {"duplicates", std::to_string(ingested.duplicates)},
                           {"dropped", std::to_string(ingested.dropped)},
                           {"alerts", std::to_string(ingested.alerts)}});
  state_.last_success = now_();
  state_.last_post = newest;
  state_.posts += ingested.stored;
  state_.failures_in_a_row = 0;
  state_.failure.reset();
  state_.failing_since.reset();
  state_.limit_left = page.hints.limit_left;
  state_.limit_resets_at = page.hints.limit_resets_at;
}

void Listener::went_wrong(const Failure& failure) {
  const bool news = !state_.failure || state_.failure->remedy != failure.remedy;
  if (!state_.failing_since) state_.failing_since = now_();
  state_.failure = failure;
  ++state_.failures_in_a_row;
  if (!news) return;
  log_warn("source_failed", {{"source", state_.name},
                             {"remedy", name_of(failure.remedy)},
                             {"detail", failure.detail},
                             {"not_before", failure.not_before ? to_iso(*failure.not_before) : "-"}});
}

}  // namespace barometer
