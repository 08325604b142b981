#include "connectors/http_client.hpp"

#include <chrono>
#include <exception>
#include <list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <doctest/doctest.h>

#include "tests/connectors/asking.hpp"
#include "tests/support/loopback_server.hpp"

using namespace barometer;
using namespace std::chrono_literals;
using Then = LoopbackReply::Then;

namespace {

std::string bytes_of_hex(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return out;
}

LoopbackReply raw(std::string bytes, Then then) {
  LoopbackReply reply;
  reply.bytes = std::move(bytes);
  reply.then = then;
  return reply;
}

bool is_cancellation(const std::exception_ptr& error) {
  try {
    if (error) std::rethrow_exception(error);
  } catch (const boost::system::system_error& e) {
    return e.code() == asio::error::operation_aborted;
  }
  return false;
}

}  // namespace

TEST_CASE("an answer arrives whole, with its headers in lower case") {
  LoopbackServer server([](const std::string&) {
    return reply_with(200, {{"Content-Type", "text/plain"}, {"X-Twice", "one"}, {"X-TWICE", "two"}}, "a body");
  });
  Asking asking;
  auto answer = asking.get(server.url("/tag?x=1"), {{"Accept", "text/plain"}});
  REQUIRE(answer.has_value());
  CHECK(answer->status == 200);
  CHECK(answer->body == "a body");
  CHECK(answer->body.capacity() >= answer->body.size() + 64);
  CHECK(answer->header("content-type") == "text/plain");
  CHECK(answer->header("x-twice") == "one");
  CHECK(answer->header("absent") == "");
  CHECK(answer->url == server.url("/tag?x=1"));
  CHECK(answer->permanent_url == "");
  CHECK(asking.observed == std::vector<std::pair<std::string, int>>{{"a source", 200}});
  CHECK(server.requests().at(0).find("\r\nAccept: text/plain\r\n") != std::string::npos);
}

TEST_CASE("the client says who it is and which compressions it knows") {
  LoopbackServer server([](const std::string&) { return reply_with(200, {}, ""); });
  HttpSettings settings;
  settings.user_agent = "Barometer/1 (+https://trust.example/about)";
  Asking asking(settings);
  REQUIRE(asking.get(server.url()).has_value());
  const std::string head = server.requests().at(0);
  CHECK(head.find("\r\nUser-Agent: Barometer/1 (+https://trust.example/about)\r\n") != std::string::npos);
  for (const std::string name : {"gzip", "br", "zstd"})
    CHECK(head.find(name, head.find("Accept-Encoding")) != std::string::npos);
}

TEST_CASE("connections are kept for the next request") {
  LoopbackServer server([](const std::string&) { return reply_with(200, {}, "x"); });
  Asking asking;
  for (int i = 0; i < 3; ++i) CHECK(asking.get(server.url()).has_value());
  CHECK(server.requests().size() == 3);
  CHECK(server.connections() == 1);
}

TEST_CASE("every status is an answer") {
  for (const int status : {204, 304, 400, 404, 429, 500, 503}) {
    CAPTURE(status);
    LoopbackServer server([&](const std::string&) {
      return reply_with(status, {{"Retry-After", "7"}, {"ETag", "\"e\""}}, "x");
    });
    Asking asking;
    const auto answer = asking.get(server.url());
    REQUIRE(answer.has_value());
    CHECK(answer->status == status);
    CHECK(answer->header("retry-after") == "7");
    CHECK(asking.observed.at(0).second == status);
  }
}

TEST_CASE("bodies come chunked, compressed, empty or until the connection ends") {
  struct Row {
    std::string fact;
    LoopbackReply reply;
    std::string body;
  };
  const std::string hello = bytes_of_hex("1f8b0800000000000203cb48cdc9c957c84090008088f9e511000000");
  const Row rows[] = {
      {"chunked",
       raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n", Then::keep),
       "abcdefg"},
      {"gzip", reply_with(200, {{"Content-Encoding", "gzip"}}, hello), "hello hello hello"},
      {"empty", reply_with(200, {}, ""), ""},
      {"until the end", raw("HTTP/1.1 200 OK\r\n\r\nto the end", Then::close), "to the end"},
      {"after a 103",
       raw("HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", Then::keep),
       "x"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.fact);
    LoopbackServer server([&](const std::string&) { return row.reply; });
    Asking asking;
    const auto answer = asking.get(server.url());
    REQUIRE(answer.has_value());
    CHECK(answer->status == 200);
    CHECK(answer->body == row.body);
    CHECK(answer->header("link") == "");
    CHECK(answer->body.capacity() >= answer->body.size() + 64);
  }
}

TEST_CASE("a body beyond the limit stops there, announced or not, compressed or not") {
  // 20,000,000 zeros, compressed twice.
  const std::string bomb = bytes_of_hex(
      "1f8b0800000000000203eddb3b0e01011405d019a610057a05895aa1d34868d412518b05580389a8341adbc016ec40379128"
      "2c4014122adfb10a999c53bdfa9637f75516b92091c99e7761f83da6cbd7e692cb0700000040ca4d0fb36c520604d577dced"
      "0d00000080b41b150bd1af14780ccb1d7100000040eacd5bcdd26f21709d8c237100000040eaadeea7655205b4f7ef78bd0d"
      "7d4d0000c09f3b669efd5b2da837c20fe1a43b8f094c0000");
  struct Row {
    std::string fact;
    LoopbackReply reply;
  };
  const Row rows[] = {
      {"announced", reply_with(200, {}, std::string(1001, 'x'))},
      {"announced and never sent", raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx", Then::hang)},
      {"not announced", raw("HTTP/1.1 200 OK\r\n\r\n" + std::string(1001, 'x'), Then::close)},
      {"a bomb", reply_with(200, {{"Content-Encoding", "gzip, gzip"}}, bomb)},
      {"endless headers", raw(
                              "HTTP/1.1 200 OK\r\n" +
                                  [] {
                                    std::string many;
                                    for (int i = 0; i < 20'000; ++i) many += "X-Padding: abcdefghijklmnop\r\n";
                                    return many;
                                  }() +
                                  "\r\n",
                              Then::close)},
  };
  HttpSettings settings;
  settings.max_body = 1000;
  for (const Row& row : rows) {
    CAPTURE(row.fact);
    LoopbackServer server([&](const std::string&) { return row.reply; });
    Asking asking(settings);
    const auto answer = asking.get(server.url());
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().remedy == Remedy::skip);
    CHECK(answer.error().detail.find("1000 bytes") != std::string::npos);
    CHECK(asking.observed.at(0).second == 0);
  }
}

TEST_CASE("a body up to the limit is taken") {
  LoopbackServer server([](const std::string&) { return reply_with(200, {}, std::string(1000, 'x')); });
  HttpSettings settings;
  settings.max_body = 1000;
  Asking asking(settings);
  const auto answer = asking.get(server.url());
  REQUIRE(answer.has_value());
  CHECK(answer->body.size() == 1000);
}

TEST_CASE("no answer is a failure that will pass") {
  struct Row {
    std::string fact;
    LoopbackReply reply;
  };
  const Row rows[] = {
      {"a hang before the answer", raw("", Then::hang)},
      {"a hang inside the headers", raw("HTTP/1.1 200 OK\r\nContent-", Then::hang)},
      {"a hang inside the body", raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", Then::hang)},
      {"a reset", raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", Then::reset)},
      {"a body cut short", raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", Then::close)},
      {"a chunk cut short", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc", Then::close)},
      {"a chunk that is none", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc", Then::close)},
      {"damaged compression", reply_with(200, {{"Content-Encoding", "gzip"}}, "this is no gzip at all")},
      {"unknown compression", reply_with(200, {{"Content-Encoding", "rot13"}}, "abc")},
      {"nothing", raw("", Then::close)},
      {"no HTTP", raw("220 mail.example ESMTP\r\n", Then::close)},
  };
  HttpSettings settings;
  settings.total_timeout = 300ms;
  for (const Row& row : rows) {
    CAPTURE(row.fact);
    LoopbackServer server([&](const std::string&) { return row.reply; });
    Asking asking(settings);
    const auto answer = asking.get(server.url());
    REQUIRE_FALSE(answer.has_value());
    CHECK(std::string(name_of(answer.error().remedy)) == "retry");
    CHECK(answer.error().detail.find("127.0.0.1") == 0);
    CHECK(asking.observed == std::vector<std::pair<std::string, int>>{{"a source", 0}});
  }
}

TEST_CASE("a server that is not there, or speaks no TLS, is a failure that will pass") {
  Asking asking;
  int port = 0;
  {
    LoopbackServer gone([](const std::string&) { return LoopbackReply{}; });
    port = gone.port();
  }
  const auto refused = asking.get("http://127.0.0.1:" + std::to_string(port) + "/");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().remedy == Remedy::retry);
  CHECK(refused.error().detail.find("firewall") != std::string::npos);

  LoopbackServer plain([](const std::string&) { return raw("HTTP/1.1 400 Bad\r\n\r\n\r\n\r\n", Then::close); });
  HttpSettings settings;
  settings.total_timeout = 300ms;
  Asking with_tls(settings);
  const auto no_tls = with_tls.get("https://127.0.0.1:" + std::to_string(plain.port()) + "/");
  REQUIRE_FALSE(no_tls.has_value());
  CHECK(no_tls.error().remedy == Remedy::retry);
}

TEST_CASE("what only a person can mend says so") {
  LoopbackServer server([](const std::string&) { return LoopbackReply{}; });
  HttpSettings settings;
  settings.ca_file = "/nowhere/roots.pem";
  Asking asking(settings);
  const auto no_roots = asking.get("https://127.0.0.1:" + std::to_string(server.port()) + "/");
  REQUIRE_FALSE(no_roots.has_value());
  CHECK(no_roots.error().remedy == Remedy::ask_operator);
  CHECK(no_roots.error().detail.find("ca_file") != std::string::npos);
  for (const std::string url : {"", "trust.example", "file:///etc/hostname", "ftp://127.0.0.1/"}) {
    CAPTURE(url);
    const auto answer = asking.get(url);
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().remedy == Remedy::ask_operator);
  }
}

TEST_CASE("a header cannot smuggle in another one") {
  LoopbackServer server([](const std::string&) { return reply_with(200, {}, "x"); });
  Asking asking;
  CHECK_FALSE(asking.get(server.url(), {{"If-None-Match", "\"a\"\r\nX-Evil: 1"}}).has_value());
  CHECK(server.requests().empty());
}

TEST_CASE("a request that hangs holds up no other") {
  LoopbackServer server([](const std::string& head) {
    return path_of(head) == "/hang" ? raw("", Then::hang) : reply_with(200, {}, "x");
  });
  Asking asking;
  Asking::Answer hanging;
  Asking::Answer other;
  asking.start(server.url("/hang"), hanging);
  asking.start(server.url("/"), other);
  while (!other) asking.loop.run_one();
  CHECK(other->has_value());
  CHECK_FALSE(hanging.has_value());
}

TEST_CASE("many requests run side by side") {
  LoopbackServer server([](const std::string& head) { return reply_with(200, {}, path_of(head)); });
  Asking asking;
  std::vector<Asking::Answer> answers(40);
  for (std::size_t i = 0; i < answers.size(); ++i) asking.start(server.url("/" + std::to_string(i)), answers[i]);
  asking.loop.run();
  for (std::size_t i = 0; i < answers.size(); ++i) CHECK((*answers[i])->body == "/" + std::to_string(i));
}

TEST_CASE("cancellation ends a transfer at once, and nobody is told") {
  LoopbackServer server(
      [](const std::string&) { return raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", Then::hang); });
  Asking asking;
  Asking::Answer answer;
  asking.start(server.url(), answer);
  while (server.requests().empty()) asking.loop.poll();
  asking.stops.back().emit(asio::cancellation_type::terminal);
  asking.loop.run();
  CHECK_FALSE(answer.has_value());
  CHECK(is_cancellation(asking.ended));
  CHECK(asking.observed.empty());
  CHECK_FALSE(asking.get("http://127.0.0.1:1/").has_value());  // the loop of curl's goes on
}

TEST_CASE("a client may go while its transfers are under way") {
  LoopbackServer server([](const std::string&) { return raw("", Then::hang); });
  Asking asking;
  Asking::Answer first;
  Asking::Answer second;
  asking.start(server.url(), first);
  asking.start(server.url(), second);
  while (server.requests().size() < 2) asking.loop.poll();
  asking.client.reset();
  asking.loop.run();
  REQUIRE(first.has_value());
  REQUIRE(second.has_value());
  CHECK_FALSE(first->has_value());
  CHECK_FALSE(second->has_value());
  CHECK(asking.observed.empty());
}

TEST_CASE("all may go while transfers are under way") {
  LoopbackServer server([](const std::string&) { return raw("", Then::hang); });
  Asking::Answer answer;
  {
    Asking asking;
    asking.start(server.url(), answer);
    asking.start(server.url("/started only"), answer);
    while (server.requests().empty()) asking.loop.poll();
  }
  CHECK_FALSE(answer.has_value());
}

TEST_CASE("a client can have a loop of curl's for itself") {
  LoopbackServer server([](const std::string&) { return reply_with(200, {}, "x"); });
  asio::io_context loop;
  std::optional<HttpClient> client(std::in_place, loop.get_executor(), HttpSettings{});
  Asking::Answer answer;
  HttpRequest request;
  request.url = server.url();
  asio::co_spawn(loop, Asking::ask(*client, request, answer), [](std::exception_ptr) {});
  loop.run();
  REQUIRE(answer.has_value());
  CHECK(answer->has_value());
}
