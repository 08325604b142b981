#include "connectors/scheduler.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <doctest/doctest.h>

using namespace barometer;
using namespace std::chrono_literals;

namespace {

constexpr HostTurns::Moment start{};

asio::awaitable<void> take_turn(Scheduler& scheduler, std::string host, std::string name,
                                std::vector<std::string>& order, std::chrono::milliseconds wait = 0ms) {
  const auto turn = co_await scheduler.turn(host, wait);
  order.push_back(name);
}

// Keeps its place until `over` ends.
asio::awaitable<void> stay(Scheduler& scheduler, std::string name, std::vector<std::string>& order,
                           asio::steady_timer& over) {
  const auto turn = co_await scheduler.turn(name, 0ms);
  order.push_back(name);
  co_await over.async_wait(asio::as_tuple(asio::use_awaitable));
}

}  // namespace

TEST_CASE("a host is asked only so often, other hosts meanwhile") {
  HostTurns turns{HostPace{1000ms}};
  CHECK(turns.take("a.example", start) == start);
  CHECK(turns.take("a.example", start) == start + 1s);
  CHECK(turns.take("b.example", start) == start);
  CHECK(turns.take("a.example", start + 500ms) == start + 2s);
  CHECK(turns.take("a.example", start + 10s) == start + 10s);
  CHECK(turns.take("a.example", start + 10s) == start + 11s);
}

TEST_CASE("a host that was left in peace may be asked several times at once, and is asked no oftener for it") {
  HostTurns turns{HostPace{1000ms, 3}};
  for (const auto at : {0s, 0s, 0s, 1s, 2s}) CHECK(turns.take("a.example", start) == start + at);
  CHECK(turns.take("a.example", start + 5s) == start + 5s);
  CHECK(turns.take("a.example", start + 5s) == start + 5s);
  CHECK(turns.take("a.example", start + 5s) == start + 5s);
  CHECK(turns.take("a.example", start + 5s) == start + 6s);
}

TEST_CASE("only so many requests are under way at once, and who waited longest goes first") {
  asio::io_context loop;
  Scheduler scheduler(loop.get_executor(), HostPace{0ms}, 2);
  std::vector<std::string> order;
  asio::steady_timer over(loop, 24h);
  asio::steady_timer later(loop, 24h);
  asio::co_spawn(loop, stay(scheduler, "a", order, over), asio::detached);
  asio::co_spawn(loop, stay(scheduler, "b", order, later), asio::detached);
  asio::cancellation_signal stop;
  const auto ignore = [](std::exception_ptr) {};
  asio::co_spawn(loop, stay(scheduler, "c", order, later), asio::bind_cancellation_slot(stop.slot(), ignore));
  asio::co_spawn(loop, stay(scheduler, "d", order, later), asio::detached);
  asio::co_spawn(loop, stay(scheduler, "e", order, later), asio::detached);
  while (order.size() < 2) loop.run_one();
  loop.poll();
  CHECK(order == std::vector<std::string>{"a", "b"});
  stop.emit(asio::cancellation_type::terminal);  // c gives up
  over.cancel();                                 // a is done
  loop.poll();
  CHECK(order == std::vector<std::string>{"a", "b", "d"});
  later.cancel();
  loop.poll();
  CHECK(order == std::vector<std::string>{"a", "b", "d", "e"});
  later.cancel();
  loop.poll();
}

TEST_CASE("without a pace, every turn is now") {
  HostTurns turns{HostPace{0ms}};
  for (int i = 0; i < 3; ++i) CHECK(turns.take("a.example", start) == start);
}

TEST_CASE("turns at one host come in the order of asking, and a long wait holds up nobody") {
  asio::io_context loop;
  Scheduler scheduler(loop.get_executor(), HostPace{1ms});
  std::vector<std::string> order;
  asio::co_spawn(loop, take_turn(scheduler, "a.example", "patient", order, 24h), asio::detached);
  asio::co_spawn(loop, take_turn(scheduler, "a.example", "first", order), asio::detached);
  asio::co_spawn(loop, take_turn(scheduler, "a.example", "second", order), asio::detached);
  while (order.size() < 2) loop.run_one();
  CHECK(order == std::vector<std::string>{"first", "second"});
}

TEST_CASE("a turn that is waited for can be cancelled") {
  asio::io_context loop;
  Scheduler scheduler(loop.get_executor(), HostPace{24h});
  std::vector<std::string> order;
  asio::cancellation_signal stop;
  bool aborted = false;
  const auto note = [&](std::exception_ptr error) {
    try {
      if (error) std::rethrow_exception(error);
    } catch (const boost::system::system_error& e) {
      aborted = e.code() == asio::error::operation_aborted;
    }
  };
  asio::co_spawn(loop, take_turn(scheduler, "a.example", "first", order), asio::detached);
  asio::co_spawn(loop, take_turn(scheduler, "a.example", "second", order),
                 asio::bind_cancellation_slot(stop.slot(), note));
  while (order.empty()) loop.run_one();
  loop.poll();
  stop.emit(asio::cancellation_type::terminal);
  loop.run();
  CHECK(aborted);
  CHECK(order == std::vector<std::string>{"first"});
}

TEST_CASE("of those who wait for a place the urgent go first, each in the order of asking") {
  asio::io_context loop{1};
  Places places(1);
  std::string order;
  const auto come = [&](char name, bool urgent) -> asio::awaitable<void> {
    const auto place = co_await places.take(urgent);
    order += name;
    asio::steady_timer moment(loop, 0ms);
    co_await moment.async_wait(asio::use_awaitable);
  };
  for (const auto& [name, urgent] : {std::pair{'a', false}, {'b', false}, {'C', true}, {'d', false}, {'E', true}})
    asio::co_spawn(loop, come(name, urgent), asio::detached);
  loop.run();
  CHECK(order == "aCEbd");
}
