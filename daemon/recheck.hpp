#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include "connectors/scheduler.hpp"
#include "connectors/source.hpp"
#include "daemon/config.hpp"
#include "daemon/pipeline.hpp"
#include "daemon/source_book.hpp"
#include "storage/store.hpp"

namespace barometer {

// How long to wait before the next request of a sweep that began at `began`, takes `every`, and has `left` posts before it,
// `at_once` a request: what is left is spread evenly over nine tenths of the time. With none left, until the next sweep.
std::chrono::milliseconds recheck_wait(UtcTime now, UtcTime began, std::chrono::milliseconds every, std::uint64_t left,
                                       std::size_t at_once);

// The duty to delete: for a source whose platform tells no deletions, asks about each kept post that is young enough once in
// every period, evenly, in turns with the listening at that host. What is gone is deleted and what was edited is edited, as
// if a page had said so; the cursor is not touched. The place of the sweep is in the book, so that a restart goes on there.
// Used on the loop's thread, beside the source's Listener: fetch() may be under way meanwhile.
class Recheck {
 public:
  using Clock = std::function<UtcTime()>;

  Recheck(ListenConfig listen, Config::RecheckConfig config, Source& source, Scheduler& scheduler, Pipeline& pipeline,
          SourceBook& book, const Store& store, asio::thread_pool& readers, std::chrono::milliseconds retry_ceiling,
          Clock now);

  // Until cancelled.
  asio::awaitable<void> run();

 private:
  struct Kept {
    KeptPage page = {};
    std::uint64_t left = 0;  // counted at the beginning of a sweep, and after a restart
    std::optional<Failure> failure = {};
  };

  asio::awaitable<std::shared_ptr<Kept>> read(bool count_too);
  // True when that part of the sweep is done; else it is to be asked for again, soon where the platform is under way.
  asio::awaitable<bool> ask(std::vector<KeptPost> posts);
  bool failed(const Failure& failure);
  KeptFilter filter() const;

  ListenConfig listen_;
  Config::RecheckConfig config_;
  Source& source_;
  Scheduler& scheduler_;
  Pipeline& pipeline_;
  SourceBook& book_;
  const Store& store_;
  asio::thread_pool& readers_;
  Clock now_;
  Pace pace_;  // after failures
  SweepPlace place_ = {};
  std::chrono::milliseconds patience_{0};  // at least so long before the next request
  bool under_way_ = false;                 // the platform is still at the posts asked about last
  bool in_trouble_ = false;
  std::minstd_rand chance_;
};

}  // namespace barometer
