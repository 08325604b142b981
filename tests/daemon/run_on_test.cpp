#include "connectors/run_on.hpp"

#include <future>
#include <stdexcept>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "daemon/task.hpp"

using namespace barometer;

namespace {

struct Seen {
  std::thread::id worked = {};
  std::thread::id came_back = {};
  int result = 0;
  std::string error = {};
};

asio::awaitable<void> ask(asio::thread_pool& pool, Seen& seen) {
  auto work = [&seen] {
    seen.worked = std::this_thread::get_id();
    return 42;
  };
  seen.result = co_await run_on(pool, std::move(work));
  seen.came_back = std::this_thread::get_id();
}

asio::awaitable<void> ask_for_trouble(asio::thread_pool& pool, Seen& seen) {
  auto work = []() -> int { throw std::runtime_error("no luck"); };
  try {
    co_await run_on(pool, std::move(work));
  } catch (const std::runtime_error& error) {
    seen.error = error.what();
  }
}

asio::awaitable<void> ask_slowly(asio::thread_pool& pool, std::promise<void>& begun, std::shared_future<void> go_on,
                                 Seen& seen) {
  auto work = [&begun, go_on] {
    begun.set_value();
    go_on.wait();
    return 7;
  };
  seen.result = co_await run_on(pool, std::move(work));
  auto more = [] { return 8; };
  seen.result = co_await run_on(pool, std::move(more));
}

}  // namespace

TEST_CASE("work is done on the pool and its result comes back to the caller's thread") {
  asio::io_context loop{1};
  asio::thread_pool pool{1};
  Seen seen;
  Task task(loop.get_executor(), ask(pool, seen));
  loop.run();
  CHECK(seen.result == 42);
  CHECK(seen.came_back == std::this_thread::get_id());
  CHECK(seen.worked != seen.came_back);
}

TEST_CASE("what the work throws is thrown to the caller") {
  asio::io_context loop{1};
  asio::thread_pool pool{1};
  Seen seen;
  Task task(loop.get_executor(), ask_for_trouble(pool, seen));
  loop.run();
  CHECK(seen.error == "no luck");
}

TEST_CASE("a cancellation that comes while the work is under way waits for its end and ends the caller after it") {
  asio::io_context loop{1};
  asio::thread_pool pool{2};
  Seen seen;
  std::promise<void> begun;
  std::promise<void> go_on;
  Task task(loop.get_executor(), ask_slowly(pool, begun, go_on.get_future().share(), seen));
  loop.poll();
  begun.get_future().wait();
  task.cancel();
  loop.poll();  // delivers it
  std::promise<void> other_thread_is_idle;
  asio::post(pool, [&other_thread_is_idle] { other_thread_is_idle.set_value(); });
  other_thread_is_idle.get_future().wait();
  go_on.set_value();
  loop.run();
  CHECK(seen.result == 7);  // and the second piece of work is never begun
}
