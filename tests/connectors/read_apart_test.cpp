#include "connectors/read_apart.hpp"

#include <chrono>
#include <future>
#include <list>
#include <stdexcept>
#include <string>
#include <thread>

#include <boost/asio/thread_pool.hpp>
#include <doctest/doctest.h>

#include "tests/connectors/asking.hpp"
#include "tests/support/loopback_server.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 20s;  // of what would otherwise wait for ever

// "/long" is too long to be read on the loop.
LoopbackServer server_of_two() {
  return LoopbackServer([](const std::string& head) {
    const bool is_long = path_of(head) == "/long";
    return reply_with(200, {}, std::string(is_long ? longest_read_on_the_loop + 1 : 10, '.'));
  });
}

struct Reader {
  Reader() { asking.client->read_on(pool); }

  // Asks for it, reads it by read(), and notes what that gave.
  template <class Read>
  asio::awaitable<void> ask(std::string url, Read read, int& out) {
    HttpRequest request;
    request.url = std::move(url);
    const auto reply = co_await asking.client->send(std::move(request));
    if (reply.has_value()) out = co_await read_apart(*reply, std::move(read));
  }
  template <class Read>
  void start(std::string url, Read read, int& out) {
    asio::co_spawn(
        asking.loop, ask(std::move(url), std::move(read), out),
        asio::bind_cancellation_slot(stops.emplace_back().slot(), [this](std::exception_ptr error) { ended = error; }));
  }

  asio::thread_pool pool{1};
  Asking asking;
  std::list<asio::cancellation_signal> stops;  // one each: a slot is for one coroutine
  std::exception_ptr ended;
};

struct Config {};
Result<std::thread::id> read_by(const Config&, const std::string&, const HttpResponse&, UtcTime) {
  return std::this_thread::get_id();
}

}  // namespace

TEST_CASE("while a long answer is read the loop goes on: another is heard meanwhile") {
  auto server = server_of_two();
  Reader reader;
  std::promise<void> heard_another;
  int order = 0;
  auto read_long = [&, heard = heard_another.get_future().share()] {
    // Only the loop can say so; were it here, it would never.
    return heard.wait_for(patience) == std::future_status::ready ? 1 : -1;
  };
  auto read_short = [&] {
    heard_another.set_value();
    return 1;
  };
  int other = 0;
  reader.start(server.url("/long"), read_long, order);
  reader.start(server.url("/short"), read_short, other);
  reader.asking.loop.run();
  CHECK(order == 1);
  CHECK(other == 1);
}

TEST_CASE("a long answer is read on the pool, a short one and one without a pool where they are asked for") {
  auto server = server_of_two();
  Reader reader;
  Asking alone;
  const auto here = std::this_thread::get_id();
  const auto thread_of = [&](Asking& asking, const std::string& path) {
    auto reply = asking.get(server.url(path));
    REQUIRE(reply.has_value());
    std::thread::id thread;
    auto read = [&]() -> asio::awaitable<void> {
      const Config config;
      const std::string about;
      const auto id = co_await read_apart(read_by, config, about, *reply, UtcTime{});
      thread = *id;
    };
    asking.loop.restart();
    asio::co_spawn(asking.loop, read(), [](std::exception_ptr) {});
    asking.loop.run();
    return thread;
  };
  CHECK(thread_of(reader.asking, "/long") != here);
  CHECK(thread_of(reader.asking, "/long") != std::thread::id{});
  CHECK(thread_of(reader.asking, "/short") == here);
  CHECK(thread_of(alone, "/long") == here);
}

TEST_CASE("a caller who is stopped while a long answer is read ends after the reading, not in it") {
  auto server = server_of_two();
  Reader reader;
  std::promise<void> begun;
  std::promise<void> stopped;
  int out = 0;
  auto read = [&, go_on = stopped.get_future().share()] {
    begun.set_value();
    return go_on.wait_for(patience) == std::future_status::ready ? 1 : -1;
  };
  reader.start(server.url("/long"), read, out);
  std::thread stopper([&] {
    begun.get_future().wait();
    asio::post(reader.asking.loop, [&] {
      reader.stops.front().emit(asio::cancellation_type::terminal);
      stopped.set_value();
    });
  });
  reader.asking.loop.run();
  stopper.join();
  CHECK(out == 1);
}

TEST_CASE("what reading a long answer throws is thrown to who asked") {
  auto server = server_of_two();
  Reader reader;
  int out = 0;
  auto read = []() -> int { throw std::logic_error("a bug"); };
  reader.start(server.url("/long"), read, out);
  reader.asking.loop.run();
  REQUIRE(reader.ended);
  CHECK_THROWS_AS(std::rethrow_exception(reader.ended), std::logic_error);
}
