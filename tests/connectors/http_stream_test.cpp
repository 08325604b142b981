#include "connectors/http_stream.hpp"

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "connectors/curl_loop.hpp"
#include "connectors/http_client.hpp"
#include "tests/support/loopback_server.hpp"

using namespace barometer;
using namespace std::chrono_literals;
using Then = LoopbackReply::Then;

namespace {

const std::string endless = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string chunk(const std::string& bytes) {
  std::string size;
  for (std::size_t left = bytes.size(); left > 0; left /= 16) size.insert(size.begin(), "0123456789abcdef"[left % 16]);
  return (size.empty() ? "0" : size) + "\r\n" + bytes + "\r\n";
}

LoopbackReply reply(std::string bytes, Then then = Then::hang) {
  LoopbackReply out;
  out.bytes = std::move(bytes);
  out.then = then;
  return out;
}

// In these tests one loopback address stands for the internet.
bool only_second_is_public(std::string_view ip) { return ip == "127.0.0.2"; }

// A client on a loop, and what its stream said so far.
struct Listening {
  explicit Listening(HttpSettings settings = {}, HttpClient::AddressRule is_public = &only_second_is_public) {
    auto note = [this](const std::string&, int status) { observed.push_back(status); };
    client.emplace(curl, std::move(settings), note, is_public);
  }

  static asio::awaitable<void> open(Listening& self, HttpRequest request) {
    self.opened = co_await self.client->open(std::move(request));
  }
  static asio::awaitable<void> read(Listening& self, std::chrono::milliseconds idle) {
    self.piece = co_await self.opened->value().stream->read(idle);
  }
  static asio::awaitable<void> ready(Listening& self, std::chrono::milliseconds at_most) {
    self.is_ready = co_await self.opened->value().stream->ready(at_most);
  }
  void spawn(asio::awaitable<void> work) {
    done = false;
    ended = nullptr;
    asio::co_spawn(loop, std::move(work), asio::bind_cancellation_slot(stop.slot(), [this](std::exception_ptr error) {
                     ended = error;
                     done = true;
                   }));
  }
  // Runs until what was spawned is over; a stream that stands open keeps the loop busy for ever.
  void run() {
    loop.restart();
    while (!done && loop.run_one_for(10s) != 0) {
    }
    REQUIRE(done);
  }
  bool open(const std::string& url) {
    HttpRequest request;
    request.url = url;
    request.headers = {{"Authorization", "Bearer t"}};
    spawn(open(*this, std::move(request)));
    run();
    return opened && opened->has_value() && opened->value().stream != nullptr;
  }
  Result<std::string> read(std::chrono::milliseconds idle = 10s) {
    spawn(read(*this, idle));
    run();
    return *piece;
  }
  bool ready(std::chrono::milliseconds at_most) {
    spawn(ready(*this, at_most));
    run();
    return is_ready;
  }
  // Reads until that many bytes have come, or the stream ends or breaks.
  std::string read_bytes(std::size_t size) {
    std::string all;
    while (all.size() < size) {
      const auto next = read();
      if (!next.has_value() || next->empty()) break;
      all += *next;
    }
    return all;
  }

  asio::io_context loop{1};
  CurlLoop curl{loop.get_executor()};
  std::vector<int> observed;
  std::optional<HttpClient> client;
  std::optional<Result<HttpOpened>> opened;
  std::optional<Result<std::string>> piece;
  bool is_ready = false;
  asio::cancellation_signal stop;
  std::exception_ptr ended;
  bool done = false;
};

}  // namespace

TEST_CASE("a stream opens with its head, and its body comes as it is sent") {
  LoopbackServer server([](const std::string&) { return reply(endless); });
  Listening listening;
  REQUIRE(listening.open(server.url("/stream")));
  CHECK(listening.opened->value().response.status == 200);
  CHECK(listening.opened->value().response.header("content-type") == "text/event-stream");
  CHECK(listening.opened->value().response.url == server.url("/stream"));
  CHECK(listening.observed == std::vector<int>{200});
  for (const std::string said : {"first", "second", "third"}) {
    server.say(said);
    CHECK(listening.read_bytes(said.size()) == said);
  }
}

TEST_CASE("chunks may be cut anywhere") {
  LoopbackServer server([](const std::string&) { return reply(""); });
  const std::string wire = chunked + chunk("one ") + chunk("two ") + chunk("three") + chunk("");
  for (std::size_t cut = 1; cut < wire.size(); ++cut) {
    CAPTURE(cut);
    Listening listening;
    HttpRequest request;
    request.url = server.url();
    listening.spawn(Listening::open(listening, request));
    while (server.hanging() == 0) listening.loop.poll();
    server.say(wire.substr(0, cut));
    server.say(wire.substr(cut), Then::close);
    listening.run();
    REQUIRE(listening.opened->has_value());
    CHECK(listening.read_bytes(1000) == "one two three");
    const auto end = listening.read();
    REQUIRE(end.has_value());
    CHECK(end->empty());
    while (server.hanging() != 0) listening.loop.poll();  // else the next one's words would go to this connection
  }
}

TEST_CASE("a stream that ends in good order ends with nothing, again and again") {
  LoopbackServer server([](const std::string&) { return reply(endless + "bye", Then::close); });
  Listening listening;
  REQUIRE(listening.open(server.url()));
  CHECK(listening.read_bytes(100) == "bye");
  for (int i = 0; i < 2; ++i) {
    const auto end = listening.read();
    REQUIRE(end.has_value());
    CHECK(end->empty());
  }
}

TEST_CASE("a stream that breaks gives what had come, then a failure, again and again") {
  struct Row {
    const char* fact;
    Then then;
  };
  for (const Row row : {Row{"a reset", Then::reset}, Row{"a body cut short", Then::close}}) {
    CAPTURE(row.fact);
    LoopbackServer server([](const std::string&) { return reply(chunked + chunk("begun")); });
    Listening listening;
    REQUIRE(listening.open(server.url()));
    CHECK(listening.read_bytes(5) == "begun");
    server.say("", row.then);
    for (int i = 0; i < 2; ++i) {
      const auto broken = listening.read();
      REQUIRE_FALSE(broken.has_value());
      CHECK(broken.error().remedy == Remedy::retry);
    }
  }
}

TEST_CASE("silence beyond the idle time-out is a break, and less is not") {
  LoopbackServer server([](const std::string&) { return reply(endless); });
  HttpSettings settings;
  settings.total_timeout = 300ms;  // of the head alone
  Listening listening(settings);
  REQUIRE(listening.open(server.url()));
  const auto begun = std::chrono::steady_clock::now();
  const auto broken = listening.read(400ms);
  CHECK(std::chrono::steady_clock::now() - begun >= 400ms);
  REQUIRE_FALSE(broken.has_value());
  CHECK(broken.error().remedy == Remedy::retry);
  CHECK(broken.error().detail.find("nothing came") != std::string::npos);
  while (server.hanging() != 0) listening.loop.poll();  // the connection is let go
}

TEST_CASE("one may wait for a stream without ending it") {
  LoopbackServer server([](const std::string&) { return reply(endless); });
  Listening listening;
  REQUIRE(listening.open(server.url()));
  CHECK_FALSE(listening.ready(50ms));
  CHECK(listening.opened->value().stream->silent_for() >= 50ms);
  server.say("x");
  CHECK(listening.ready(10s));
  CHECK(listening.ready(10s));  // until it is read
  CHECK(listening.read_bytes(1) == "x");
  CHECK_FALSE(listening.ready(0ms));
  server.say("", Then::close);
  CHECK(listening.ready(10s));
  CHECK(listening.read_bytes(1) == "");
}

TEST_CASE("a server that does not even answer is not waited for beyond the time limit") {
  LoopbackServer server([](const std::string&) { return reply(""); });
  HttpSettings settings;
  settings.total_timeout = 200ms;
  Listening listening(settings);
  CHECK_FALSE(listening.open(server.url()));
  REQUIRE(listening.opened.has_value());
  REQUIRE_FALSE(listening.opened->has_value());
  CHECK(listening.opened->error().remedy == Remedy::retry);
  CHECK(listening.observed == std::vector<int>{0});
}

TEST_CASE("a slow reader slows the server, and loses nothing") {
  std::string body;
  while (body.size() < 30'000'000) body += std::to_string(body.size()) + ' ';
  LoopbackServer server([&](const std::string&) { return reply(endless + body, Then::close); });
  HttpSettings settings;
  settings.max_body = 1000;  // of answers that are read whole
  Listening listening(settings);
  REQUIRE(listening.open(server.url()));
  for (int i = 0; i < 2000; ++i) listening.loop.poll();  // nobody reads
  const auto first = listening.read();
  REQUIRE(first.has_value());
  CHECK(first->size() <= HttpStream::most_unread + 64 * 1024);
  std::string all = *first;
  all += listening.read_bytes(body.size() - all.size());
  CHECK(all.size() == body.size());
  CHECK(all == body);
}

TEST_CASE("a compressed stream is read as what was compressed") {
  // "hello hello hello hello\n", by gzip.
  const std::string zipped(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\x57\xc8\x40\x27\xb9\x00\x00\x88\x59\x0b\x18\x00\x00"
      "\x00",
      29);
  LoopbackServer server([&](const std::string&) {
    return reply("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + zipped, Then::close);
  });
  Listening listening;
  REQUIRE(listening.open(server.url()));
  CHECK(server.requests().at(0).find("Accept-Encoding: ") != std::string::npos);
  CHECK(listening.read_bytes(100) == "hello hello hello hello\n");
}

TEST_CASE("what is no 2xx is an answer like any other") {
  LoopbackServer server([](const std::string&) {
    return reply_with(429, {{"Retry-After", "7"}}, "{\"error\":\"Too many requests\"}");
  });
  Listening listening;
  CHECK_FALSE(listening.open(server.url()));
  REQUIRE(listening.opened->has_value());
  CHECK(listening.opened->value().response.status == 429);
  CHECK(listening.opened->value().response.header("retry-after") == "7");
  CHECK(listening.opened->value().response.body == "{\"error\":\"Too many requests\"}");
  CHECK(listening.observed == std::vector<int>{429});
}

TEST_CASE("a stream is redirected by the rules of every request") {
  LoopbackServer inside([](const std::string&) { return reply(endless + "secrets of the house"); });
  LoopbackServer other([](const std::string&) { return reply(endless + "x"); }, "127.0.0.2");
  LoopbackServer server(
      [&](const std::string& head) {
        return redirect_to(307, path_of(head) == "/inside" ? inside.url() : other.url("/end"));
      },
      "127.0.0.2");
  Listening listening;
  REQUIRE(listening.open(server.url("/start")));
  CHECK(listening.opened->value().response.url == other.url("/end"));
  CHECK(server.requests().at(0).find("Bearer") != std::string::npos);
  CHECK(other.requests().at(0).find("Bearer") == std::string::npos);
  Listening led_inside;
  CHECK_FALSE(led_inside.open(server.url("/inside")));
  REQUIRE_FALSE(led_inside.opened->has_value());
  CHECK(led_inside.opened->error().remedy == Remedy::ask_operator);
  CHECK(inside.connections() == 0);
}

TEST_CASE("cancelling a read leaves the stream, and destroying the stream ends it") {
  LoopbackServer server([](const std::string&) { return reply(endless); });
  Listening listening;
  REQUIRE(listening.open(server.url()));
  listening.spawn(Listening::read(listening, 10s));
  listening.loop.poll();
  listening.stop.emit(asio::cancellation_type::terminal);
  listening.run();
  CHECK(listening.ended != nullptr);
  server.say("still here");
  CHECK(listening.read_bytes(10) == "still here");
  listening.opened.reset();
  while (server.hanging() != 0) listening.loop.poll();
}

TEST_CASE("cancelling while it opens ends the transfer at once") {
  LoopbackServer server([](const std::string&) { return reply(""); });
  Listening listening;
  HttpRequest request;
  request.url = server.url();
  listening.spawn(Listening::open(listening, request));
  while (server.hanging() == 0) listening.loop.poll();
  listening.stop.emit(asio::cancellation_type::terminal);
  listening.run();
  CHECK(listening.ended != nullptr);
  CHECK(listening.observed.empty());
  while (server.hanging() != 0) listening.loop.poll();
}

TEST_CASE("a stream without its client gives a failure") {
  LoopbackServer server([](const std::string&) { return reply(endless); });
  Listening listening;
  REQUIRE(listening.open(server.url()));
  listening.spawn(Listening::read(listening, 10s));
  listening.loop.poll();
  listening.client.reset();
  listening.run();
  REQUIRE(listening.piece.has_value());
  CHECK_FALSE(listening.piece->has_value());
  CHECK_FALSE(listening.read().has_value());
}

TEST_CASE("streams and requests run side by side") {
  LoopbackServer server([](const std::string& head) {
    return path_of(head) == "/stream" ? reply(endless) : reply_with(200, {}, "whole");
  });
  std::vector<std::unique_ptr<HttpStream>> open;
  Listening listening;
  for (int i = 0; i < 20; ++i) {
    REQUIRE(listening.open(server.url("/stream")));
    open.push_back(std::move(listening.opened->value().stream));
  }
  CHECK(listening.open(server.url("/whole")));
  CHECK(listening.read_bytes(5) == "whole");
  server.say("to all");
  for (auto& stream : open) {
    listening.opened->value().stream = std::move(stream);
    CHECK(listening.read_bytes(6) == "to all");
  }
}
