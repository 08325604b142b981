#include "daemon/recheck.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <boost/system/system_error.hpp>

#include "connectors/run_on.hpp"
#include "daemon/log.hpp"

namespace barometer {

using std::chrono::milliseconds;

milliseconds recheck_wait(UtcTime now, UtcTime began, milliseconds every, std::uint64_t left, std::size_t at_once) {
  const milliseconds zero{0};
  if (left == 0) return std::max(began + every - now, zero);
  const std::uint64_t requests = (left + at_once - 1) / std::max<std::size_t>(at_once, 1);
  const milliseconds time = std::clamp(began + every / 10 * 9 - now, zero, every);
  return time / static_cast<std::int64_t>(requests);
}

Recheck::Recheck(ListenConfig listen, Config::RecheckConfig config, Source& source, Scheduler& scheduler,
                 Pipeline& pipeline, SourceBook& book, const Store& store, asio::thread_pool& readers,
                 milliseconds retry_ceiling, Clock now)
    : listen_(std::move(listen)),
      config_(config),
      source_(source),
      scheduler_(scheduler),
      pipeline_(pipeline),
      book_(book),
      store_(store),
      readers_(readers),
      now_(std::move(now)),
      pace_({.every = listen_.every, .failing_at_most = retry_ceiling}),
      chance_(static_cast<unsigned>(std::hash<std::string>{}(source.name()))) {}

KeptFilter Recheck::filter() const {
  return {.platform = listen_.source.platform,
          .source = source_.name(),
          .made_since = now_() - config_.age,
          .after = place_.after,
          .limit = source_.recheck_limit()};
}

asio::awaitable<std::shared_ptr<Recheck::Kept>> Recheck::read(bool count_too) {
  auto work = [this, wanted = filter(), count_too] {
    auto kept = std::make_shared<Kept>();
    const auto page = store_.kept_posts(wanted);
    const auto left = count_too ? store_.kept_posts_after(wanted) : Result<std::uint64_t>{0};
    if (!page) kept->failure = page.error();
    if (!left) kept->failure = left.error();
    if (page) kept->page = *page;
    if (left) kept->left = *left;
    return kept;
  };
  co_return co_await run_on(readers_, std::move(work));
}

asio::awaitable<void> Recheck::run() {
  place_ = book_.sweep_of(source_.name()).value_or(SweepPlace{});
  if (place_.began == UtcTime{}) place_.began = now_();
  std::uint64_t left = 0;
  bool count = true;
  for (;;) {
    book_.swept(source_.name(), place_, config_.every);
    auto kept = co_await read(count);
    if (kept->failure) failed(*kept->failure);
    if (count && !kept->failure) left = kept->left;
    count = kept->failure.has_value();
    const bool over = kept->page.posts.empty() && !kept->failure;
    const milliseconds wait =
        under_way_
            ? patience_
            : std::max(patience_, recheck_wait(now_(), place_.began, config_.every,
                                               over ? 0 : std::max<std::uint64_t>(left, 1), source_.recheck_limit()));
    {
      const auto turn = co_await scheduler_.turn(source_.host(), wait);
      if (over || kept->failure) {
        if (over) place_ = SweepPlace{.began = now_()};
        count = true;
        continue;
      }
      const std::uint64_t asked = kept->page.posts.size();
      if (!co_await ask(std::move(kept->page.posts))) continue;
      left -= std::min(left, asked);
      place_.after = std::move(kept->page.next);
    }
  }
}

asio::awaitable<bool> Recheck::ask(std::vector<KeptPost> posts) {
  std::optional<Failure> trouble;
  try {
    Result<Page> page = co_await source_.recheck(std::move(posts), now_());
    if (!page) co_return failed(page.error());
    const std::size_t heard = page->posts.size();
    std::vector<Post> news = std::move(page->posts);
    auto assessed = co_await pipeline_.judge(std::move(news), listen_);
    const Result<Ingested> ingested = co_await pipeline_.keep(std::move(assessed));
    if (!ingested) co_return failed(ingested.error());
    book_.count(source_.name(), heard, *ingested, now_());
    patience_ = page->hints.not_before ? std::max(*page->hints.not_before - now_(), milliseconds{0}) : milliseconds{0};
    pace_.after_success(*page, 0, {}, now_(), 0);
    if (std::exchange(in_trouble_, false)) log_info("recheck_recovered", {{"source", source_.name()}});
    under_way_ = page->more;
    co_return !under_way_;
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
    trouble = Failure{Remedy::retry, std::string("a mistake in Barometer, please report it: ") + error.what()};
  } catch (const std::exception& error) {
    trouble = Failure{Remedy::retry, std::string("a mistake in Barometer, please report it: ") + error.what()};
  }
  co_return failed(*trouble);
}

// An answer that will not get better is left behind; everything else is asked again later.
bool Recheck::failed(const Failure& failure) {
  under_way_ = false;
  patience_ = pace_.after_failure(failure, now_(), std::generate_canonical<double, 20>(chance_));
  if (!std::exchange(in_trouble_, true))
    log_warn("recheck_failed",
             {{"source", source_.name()}, {"remedy", name_of(failure.remedy)}, {"detail", failure.detail}});
  return failure.remedy == Remedy::skip;
}

}  // namespace barometer
