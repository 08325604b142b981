#pragma once

#include <functional>
#include <memory>
#include <random>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include "connectors/scheduler.hpp"
#include "connectors/source.hpp"
#include "daemon/busy_hours.hpp"
#include "daemon/config.hpp"
#include "daemon/pipeline.hpp"
#include "daemon/source_book.hpp"
#include "daemon/source_state.hpp"
#include "storage/store.hpp"

namespace barometer {

// The life of one source: ask, parse, assess, commit, sleep. It goes on until cancelled, whatever happens to the source;
// trouble is logged once when it begins, with its remedy, and once when it is over, and what was missed meanwhile goes into
// the book. A source whose connection stands open (Page::live) does not sleep. Used on the loop's thread.
class Listener {
 public:
  using Clock = std::function<UtcTime()>;
  using Watcher = std::function<void(const SourceState&)>;  // told after each change

  Listener(ListenConfig config, Source& source, Scheduler& scheduler, Pipeline& pipeline, SourceBook& book,
           const Store& store, asio::thread_pool& workers, std::chrono::milliseconds retry_ceiling,
           std::shared_ptr<const BusyHours> busy_hours, Clock now, Watcher watcher);

  asio::awaitable<void> listen();
  const SourceState& state() const { return state_; }

 private:
  asio::awaitable<std::chrono::milliseconds> ask_in_turn(std::chrono::milliseconds wait);
  asio::awaitable<std::chrono::milliseconds> ask_once();
  double chance();
  void went_well(const Page& page, const Ingested& ingested, std::optional<UtcTime> newest);
  void went_wrong(const Failure& failure);
  std::chrono::milliseconds failed(const Failure& failure);
  std::chrono::milliseconds went_mad(const char* what);
  void tell();

  ListenConfig config_;
  Source& source_;
  Scheduler& scheduler_;
  Pipeline& pipeline_;
  SourceBook& book_;
  const Store& store_;
  asio::thread_pool& workers_;
  std::shared_ptr<const BusyHours> busy_hours_;
  Clock now_;
  Watcher watcher_;
  Pace pace_;
  SourceState state_;
  Cursor cursor_;
  UtcTime asked_at_ = {};
  bool live_ = false;
  std::minstd_rand chance_;
};

}  // namespace barometer
