#include "connectors/curl_loop.hpp"

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <curl/curl.h>
#include <doctest/doctest.h>

#include "tests/support/loopback_server.hpp"

using namespace barometer;

namespace {

using Easy = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

std::size_t swallow(char*, std::size_t size, std::size_t count, void*) { return size * count; }

Easy transfer_of(const std::string& url) {
  Easy easy(curl_easy_init(), &curl_easy_cleanup);
  curl_easy_setopt(easy.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, &swallow);
  curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT_MS, 10'000L);
  return easy;
}

asio::awaitable<void> perform(CurlLoop& curl, CURL* easy, std::optional<int>& code) {
  code = co_await curl.perform(easy);
}

LoopbackReply ok(const std::string&) { return reply_with(200, {}, "x"); }

LoopbackReply hang(const std::string&) {
  LoopbackReply reply;
  reply.then = LoopbackReply::Then::hang;
  return reply;
}

}  // namespace

TEST_CASE("a handle can be performed again and again") {
  LoopbackServer server(ok);
  asio::io_context loop;
  CurlLoop curl(loop.get_executor());
  const Easy easy = transfer_of(server.url());
  for (int i = 0; i < 3; ++i) {
    std::optional<int> code;
    asio::co_spawn(loop, perform(curl, easy.get(), code), asio::detached);
    loop.restart();
    loop.run();
    CHECK(code == CURLE_OK);
  }
  CHECK(server.connections() == 1);
}

TEST_CASE("a transfer that is stopped ends, and others go on") {
  LoopbackServer silent(hang);
  LoopbackServer server(ok);
  asio::io_context loop;
  CurlLoop curl(loop.get_executor());
  const Easy stopped = transfer_of(silent.url());
  const Easy other = transfer_of(server.url());
  std::optional<int> stopped_code;
  std::optional<int> other_code;
  asio::co_spawn(loop, perform(curl, stopped.get(), stopped_code), asio::detached);
  while (silent.requests().empty()) loop.poll();
  asio::co_spawn(loop, perform(curl, other.get(), other_code), asio::detached);
  curl.stop(stopped.get());
  CHECK_FALSE(stopped_code.has_value());  // never from inside the call that brings it about
  loop.run();
  CHECK(stopped_code == CURLE_ABORTED_BY_CALLBACK);
  CHECK(other_code == CURLE_OK);
  curl.stop(other.get());  // nothing under way: no effect
}

TEST_CASE("a handle that is under way cannot be performed twice at once") {
  LoopbackServer silent(hang);
  asio::io_context loop;
  CurlLoop curl(loop.get_executor());
  const Easy easy = transfer_of(silent.url());
  std::optional<int> first;
  std::optional<int> second;
  asio::co_spawn(loop, perform(curl, easy.get(), first), asio::detached);
  asio::co_spawn(loop, perform(curl, easy.get(), second), asio::detached);
  while (!second) loop.run_one();
  CHECK(second == CURLE_ABORTED_BY_CALLBACK);
  CHECK_FALSE(first.has_value());
  curl.stop(easy.get());
  loop.run();
  CHECK(first == CURLE_ABORTED_BY_CALLBACK);
}

TEST_CASE("the loop may go first, and its transfers end") {
  LoopbackServer silent(hang);
  asio::io_context loop;
  std::optional<CurlLoop> curl(std::in_place, loop.get_executor());
  const Easy easy = transfer_of(silent.url());
  std::optional<int> code;
  asio::co_spawn(loop, perform(*curl, easy.get(), code), asio::detached);
  while (silent.requests().empty()) loop.poll();
  curl.reset();
  loop.run();
  CHECK(code == CURLE_ABORTED_BY_CALLBACK);
}
