#include "connectors/scheduler.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <doctest/doctest.h>

using namespace barometer;
using namespace std::chrono_literals;

namespace {

constexpr HostTurns::Moment start{};

asio::awaitable<void> take_turn(Scheduler& scheduler, std::string host, std::string name,
                                std::vector<std::string>& order, std::chrono::milliseconds wait = 0ms) {
  co_await scheduler.turn(host, wait);
  order.push_back(name);
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
