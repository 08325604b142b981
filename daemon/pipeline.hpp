#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include "connectors/places.hpp"
#include "connectors/source.hpp"
#include "daemon/assess.hpp"
#include "daemon/committer.hpp"

namespace barometer {

// What became of the posts of one page.
struct Ingested {
  std::size_t stored = 0;
  std::size_t edited = 0;
  std::size_t deleted = 0;
  std::size_t duplicates = 0;
  std::size_t dropped = 0;  // not kept, for a DropReason other than duplicate
  std::size_t alerts = 0;
  std::vector<DropReason> reasons = {};  // one for each that was dropped
  std::vector<NewlyMissed> missed = {};  // what the page's report added to the gaps
};

// From a page to the store: assessed on the pool, committed by the one writer. Used on the loop's thread.
class Pipeline {
 public:
  struct Events {
    std::function<void(const Entry&, Outcome)> kept = {};                     // each post the store took or knew
    std::function<void(const std::string& source, DropReason)> dropped = {};  //
    std::function<void(std::size_t number)> alerted = {};                     // alerts that a page raised
    std::function<void(double seconds)> assessed = {};                        // how long a page took on the pool
    std::function<void(std::size_t pages)> assessing = {};                    // how many are under way
  };

  // `threads` are those of the pool: as many pages are on it at once. The others wait, those of streams ahead of those of polls.
  Pipeline(asio::thread_pool& workers, Committer& committer, std::shared_ptr<const Rulebook> rules, Events events,
           std::size_t threads = 2);

  void use(std::shared_ptr<const Rulebook> rules) { rules_ = std::move(rules); }

  // Returns when the page, its cursor and what it reports of its source are durable. A failure means that nothing of the
  // page was kept.
  asio::awaitable<Result<Ingested>> ingest(Page page, ListenConfig listen, SourceReport report);
  // The same of a page that reports nothing. (No default above: g++ 12 destroys it twice inside a co_await.)
  asio::awaitable<Result<Ingested>> ingest(Page page, ListenConfig listen);

  // Its two halves, for a caller that overlaps them.
  asio::awaitable<std::shared_ptr<Assessed>> judge(std::vector<Post> posts, ListenConfig listen, bool urgent = false);
  asio::awaitable<Result<Ingested>> keep(std::shared_ptr<Assessed> assessed);

 private:
  asio::thread_pool& workers_;
  Committer& committer_;
  std::shared_ptr<const Rulebook> rules_;
  Events events_;
  std::size_t assessing_ = 0;
  Places places_;
};

}  // namespace barometer
