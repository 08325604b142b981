#include "daemon/pipeline.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "connectors/run_on.hpp"

namespace barometer {

namespace {

// Counts a page for as long as it is on the pool, also when its source is cancelled meanwhile.
class UnderWay {
 public:
  UnderWay(std::size_t& count, const std::function<void(std::size_t)>& tell) : count_(count), tell_(tell) {
    if (tell_) tell_(++count_);
  }
  ~UnderWay() {
    if (tell_) tell_(--count_);
  }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;

 private:
  std::size_t& count_;
  const std::function<void(std::size_t)>& tell_;
};

}  // namespace

Pipeline::Pipeline(asio::thread_pool& workers, Committer& committer, std::shared_ptr<const Rulebook> rules,
                   Events events, std::size_t threads)
    : workers_(workers),
      committer_(committer),
      rules_(std::move(rules)),
      events_(std::move(events)),
      places_(std::max<std::size_t>(threads, 1)) {}

asio::awaitable<std::shared_ptr<Assessed>> Pipeline::judge(std::vector<Post> posts, ListenConfig listen, bool urgent) {
  const auto begun = std::chrono::steady_clock::now();
  const UnderWay under_way(assessing_, events_.assessing);
  const auto place = co_await places_.take(urgent);
  auto work = [posts = std::move(posts), listen = std::move(listen), rules = rules_]() mutable {
    return std::make_shared<Assessed>(assess(std::move(posts), listen, *rules));
  };
  auto assessed = co_await run_on(workers_, std::move(work));
  if (events_.assessed)
    events_.assessed(std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
  co_return assessed;
}

asio::awaitable<Result<Ingested>> Pipeline::keep(std::shared_ptr<Assessed> assessed) {
  const auto receipt = co_await committer_.commit(std::move(assessed->batch));
  if (!receipt) co_return receipt.error();
  const auto& [batch, committed] = *receipt;

  Ingested ingested{.dropped = assessed->dropped.size(), .alerts = committed.alerts};
  for (std::size_t i = 0; i < committed.outcomes.size(); ++i) {
    const Outcome outcome = committed.outcomes[i];
    ingested.stored += outcome == Outcome::stored;
    ingested.edited += outcome == Outcome::edited;
    ingested.deleted += outcome == Outcome::deleted;
    ingested.duplicates += outcome == Outcome::duplicate;
    if (events_.kept) events_.kept(batch.entries[i], outcome);
  }
  if (events_.dropped)
    for (const DropReason reason : assessed->dropped) events_.dropped(batch.source, reason);
  if (ingested.alerts > 0 && events_.alerted) events_.alerted(ingested.alerts);
  ingested.reasons = std::move(assessed->dropped);
  ingested.missed = committed.missed;
  co_return ingested;
}

asio::awaitable<Result<Ingested>> Pipeline::ingest(Page page, ListenConfig listen, SourceReport report) {
  auto assessed = co_await judge(std::move(page.posts), std::move(listen), page.live);
  assessed->batch.cursor = std::move(page.next);
  if (!report.source.empty()) assessed->batch.reports.push_back(std::move(report));
  co_return co_await keep(std::move(assessed));
}

asio::awaitable<Result<Ingested>> Pipeline::ingest(Page page, ListenConfig listen) {
  return ingest(std::move(page), std::move(listen), SourceReport{});
}

}  // namespace barometer
