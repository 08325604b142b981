#include "daemon/listener.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "connectors/run_on.hpp"
#include "connectors/time.hpp"
#include "daemon/log.hpp"

namespace barometer {

Listener::Listener(ListenConfig config, Source& source, Scheduler& scheduler, Pipeline& pipeline, SourceBook& book,
                   const Store& store, asio::thread_pool& workers, std::chrono::milliseconds retry_ceiling,
                   std::shared_ptr<const BusyHours> busy_hours, Clock now, Watcher watcher)
    : config_(std::move(config)),
      source_(source),
      scheduler_(scheduler),
      pipeline_(pipeline),
      book_(book),
      store_(store),
      workers_(workers),
      busy_hours_(std::move(busy_hours)),
      now_(std::move(now)),
      watcher_(std::move(watcher)),
      pace_({config_.every, config_.slowest(), retry_ceiling}),
      chance_(static_cast<unsigned>(std::hash<std::string>{}(source_.name()))) {
  state_.name = source_.name();
  state_.platform = config_.source.platform;
  state_.host = source_.host();
}

asio::awaitable<void> Listener::listen() {
  auto read_cursor = [this] { return std::make_shared<Result<Cursor>>(store_.cursor(source_.name())); };
  const auto resumed = co_await run_on(workers_, std::move(read_cursor));
  if (*resumed)
    cursor_ = **resumed;
  else
    went_wrong(resumed->error());

  asked_at_ = now_();
  if (*resumed && cursor_.bytes.empty()) book_.begins(source_.name(), asked_at_);
  const auto began = book_.began(source_.name());
  if (began && !find_connector(config_.source.platform)->handed_over) config_.not_before = *began - config_.first_age;
  std::chrono::milliseconds wait{0};
  for (;;) {
    state_.next_ask = now_() + wait;
    tell();
    try {
      if (live_)
        wait = co_await ask_once();
      else
        wait = co_await ask_in_turn(wait);
    } catch (const boost::system::system_error& error) {
      if (error.code() == asio::error::operation_aborted) throw;  // the daemon stops, or the settings changed
      wait = went_mad(error.what());
    } catch (const std::exception& error) {
      wait = went_mad(error.what());
    }
  }
}

asio::awaitable<std::chrono::milliseconds> Listener::ask_in_turn(std::chrono::milliseconds wait) {
  const auto turn = co_await scheduler_.turn(source_.host(), wait);
  co_return co_await ask_once();
}

void Listener::tell() {
  state_.interval = pace_.interval();
  state_.gap = book_.gap_of(state_.name);
  watcher_(state_);
  book_.changed(state_.name);
}

std::chrono::milliseconds Listener::failed(const Failure& failure) {
  live_ = false;
  book_.blind(state_.name, gap_reason(failure), asked_at_);
  went_wrong(failure);
  return pace_.after_failure(failure, now_(), chance());
}

// A mistake of ours silences only its own source, as a failure like any other.
std::chrono::milliseconds Listener::went_mad(const char* what) {
  const Failure failure{Remedy::retry, std::string("a mistake in Barometer, please report it: ") + what};
  return failed(failure);
}

asio::awaitable<std::chrono::milliseconds> Listener::ask_once() {
  Cursor cursor = cursor_;
  cursor.not_before = config_.not_before;
  asked_at_ = now_();
  Result<Page> page = co_await source_.fetch(std::move(cursor), asked_at_);
  if (!page) co_return failed(page.error());
  std::optional<UtcTime> newest = state_.last_post;
  for (const Post& post : page->posts)
    if (!post.deleted) newest = std::max(newest.value_or(post.made_at), post.made_at);

  const SourceReport report = book_.answered(state_.name, *page, now_());
  const std::size_t heard = page->posts.size();
  Result<Ingested> ingested{Ingested{}};
  // A poll that brought nothing is no work for the pool and the disk: thousands of idle sources must not queue before others.
  if (heard > 0 || page->next != cursor_ || report.heard || !report.blind.empty()) {
    Page to_keep;
    to_keep.posts = std::move(page->posts);
    to_keep.next = page->next;
    to_keep.live = page->live;
    ingested = co_await pipeline_.ingest(std::move(to_keep), config_, report);
  }
  if (!ingested) {
    live_ = false;
    book_.not_kept(state_.name);
    // Not this source's fault, and the committer has said so: the cursor stands still and the same posts are asked for again.
    const Failure store_trouble{Remedy::retry, ingested.error().detail};
    co_return pace_.after_failure(store_trouble, now_(), chance());
  }
  cursor_ = std::move(page->next);
  const UtcTime now = now_();
  book_.kept(report, heard, *ingested, now);
  went_well(*page, *ingested, newest);
  live_ = page->live;
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
  for (const std::string& complaint : page.complaints)
    log_warn("item_unreadable", {{"source", state_.name}, {"detail", complaint}});
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
