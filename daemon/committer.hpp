#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include "storage/store.hpp"

namespace barometer {

namespace asio = boost::asio;

// A batch that is durable, and what became of it.
struct Receipt {
  Batch batch = {};
  Committed committed = {};
};

// The one writer. Pages that are ready while a commit is under way go together in the next one, so that one sync of
// the disk serves them all. Used on the loop's thread; the store is only touched on `writer`, a pool of one thread.
class Committer {
 public:
  struct Events {
    std::function<void(std::size_t waiting)> queue = {};  // how many pages wait
    std::function<void(double seconds)> committed = {};   // each commit that is durable, and how long it took
    std::function<void(const Failure&)> failed = {};      // each commit that the store refused
  };

  Committer(asio::any_io_executor loop, asio::thread_pool& writer, Store& store, Events events);
  ~Committer();

  // Waits while `queue_limit` pages are ahead, then until this batch is durable (or refused: nothing of it is kept).
  asio::awaitable<Result<Receipt>> commit(Batch batch);

  // Commits until close(), then what was already handed in.
  asio::awaitable<void> run();
  void close();

  static constexpr std::size_t queue_limit = 16;    // pages
  static constexpr std::size_t group_limit = 2000;  // posts in one commit

 private:
  struct Request;
  struct Queue;

  asio::any_io_executor loop_;
  asio::thread_pool& writer_;
  Store& store_;
  Events events_;
  std::unique_ptr<Queue> queue_;
};

}  // namespace barometer
