#include "connectors/web_socket.hpp"

#include <chrono>
#include <exception>
#include <optional>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include "tests/support/loopback_proxy.hpp"
#include "tests/support/loopback_socket.hpp"
#include "tests/support/temp_dir.hpp"

using namespace barometer;
using namespace std::chrono_literals;
using Then = LoopbackReply::Then;

namespace {

void echo(LoopbackSocket::Peer& peer) {
  while (const auto message = peer.receive()) peer.send(*message);
}

// Says these, then waits for the other side to go.
LoopbackSocket::Script says(std::vector<std::string> messages) {
  return [messages = std::move(messages)](LoopbackSocket::Peer& peer) {
    for (const auto& message : messages) peer.send(message);
    while (peer.receive()) continue;
  };
}

HttpSettings settings() {
  HttpSettings settings;
  settings.user_agent = "Barometer/test";
  settings.connect_timeout = 2s;
  settings.total_timeout = 2s;
  return settings;
}

// One end of a socket, on a loop that runs as long as it takes.
struct Ours {
  template <class T>
  T run(asio::awaitable<T> work) {
    std::optional<T> result;
    asio::co_spawn(loop, std::move(work), [&](const std::exception_ptr& error, T value) {
      if (error) std::rethrow_exception(error);
      result.emplace(std::move(value));
    });
    loop.restart();
    while (!result) loop.run_one();
    return std::move(*result);
  }

  Result<WebSocketAnswer> open(WebSocketRequest request, HttpSettings how = settings()) {
    auto answer = run(open_web_socket(how, std::move(request)));
    if (answer.has_value()) socket = std::move(answer->socket);
    return answer;
  }
  Result<WebSocketAnswer> open(std::string url, HttpSettings how = settings()) {
    WebSocketRequest request;
    request.url = std::move(url);
    return open(std::move(request), std::move(how));
  }
  Result<std::optional<std::string>> receive(std::chrono::milliseconds wait = 2s) { return run(socket->receive(wait)); }
  std::string heard() {
    const auto message = receive();
    REQUIRE_MESSAGE(message.has_value(), (message ? "" : message.error().detail));
    REQUIRE(message->has_value());
    return **message;
  }

  asio::io_context loop{1};
  std::unique_ptr<WebSocket> socket;
};

// What opening an address comes to.
Failure failure_at(std::string url, const HttpSettings& how = settings()) {
  Ours ours;
  const auto answer = ours.open(std::move(url), how);
  REQUIRE_FALSE(answer.has_value());
  return answer.error();
}

}  // namespace

TEST_CASE("messages come whole, in order, whatever their size") {
  const std::string long_one(70'000, 'x');
  LoopbackSocket server(says({"one", "", long_one, "\xF0\x9F\x8F\xA5"}));
  Ours ours;
  REQUIRE(ours.open(server.url("/subscribe?a=b")).has_value());
  CHECK(ours.heard() == "one");
  CHECK(ours.heard().empty());
  CHECK(ours.heard() == long_one);
  CHECK(ours.heard() == "\xF0\x9F\x8F\xA5");
  REQUIRE(server.requests().size() == 1);
  CHECK(server.requests()[0].starts_with("GET /subscribe?a=b HTTP/1.1"));
  CHECK(header_of(server.requests()[0], "user-agent") == "Barometer/test");
}

TEST_CASE("where nothing comes in time there is no message, and the socket stays open") {
  LoopbackSocket server([](LoopbackSocket::Peer& peer) { echo(peer); });
  Ours ours;
  REQUIRE(ours.open(server.url()).has_value());
  for (int i = 0; i < 2; ++i) {
    const auto nothing = ours.receive(20ms);
    REQUIRE(nothing.has_value());
    CHECK_FALSE(nothing->has_value());
  }
}

TEST_CASE("a socket that is closed, broken or garbled fails for good") {
  const struct {
    const char* fact;
    LoopbackSocket::Script script;
    Remedy remedy;
  } rows[] = {
      {"closed in good order", [](LoopbackSocket::Peer& peer) { peer.close(); }, Remedy::retry},
      {"ended", [](LoopbackSocket::Peer&) {}, Remedy::retry},
      {"a frame with a reserved bit",
       [](LoopbackSocket::Peer& peer) {
         peer.send_raw("\xF1\x01x");
         peer.receive();
       },
       Remedy::retry},
      {"half a frame", [](LoopbackSocket::Peer& peer) { peer.send_raw(std::string("\x81\x7E\x00\xFFxx", 6)); },
       Remedy::retry},
      {"text that is no UTF-8",
       [](LoopbackSocket::Peer& peer) {
         peer.send_raw("\x81\x02\xC3\x28");
         peer.receive();
       },
       Remedy::retry},
      {"a frame that claims to be huge",
       [](LoopbackSocket::Peer& peer) {
         peer.send_raw(std::string("\x81\x7F\x00\x00\x00\x7F\xFF\xFF\xFF\xFF", 10));
         peer.receive();
       },
       Remedy::skip},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    LoopbackSocket server(row.script);
    Ours ours;
    REQUIRE(ours.open(server.url()).has_value());
    for (int i = 0; i < 2; ++i) {
      const auto message = ours.receive();
      REQUIRE_FALSE(message.has_value());
      CHECK(message.error().remedy == row.remedy);
    }
  }
}

TEST_CASE("what came before the end is heard before it") {
  LoopbackSocket server([](LoopbackSocket::Peer& peer) {
    for (int i = 0; i < 500; ++i) peer.send("message " + std::to_string(i));
    peer.close();
  });
  Ours ours;
  REQUIRE(ours.open(server.url()).has_value());
  for (int i = 0; i < 500; ++i) CHECK(ours.heard() == "message " + std::to_string(i));
  CHECK_FALSE(ours.receive().has_value());
}

TEST_CASE("a message longer than the limit is passed over, socket and all") {
  LoopbackSocket server(says({"small", std::string(5000, 'x')}));
  Ours ours;
  WebSocketRequest request;
  request.url = server.url();
  request.max_message = 1000;
  REQUIRE(ours.open(std::move(request)).has_value());
  CHECK(ours.heard() == "small");
  const auto message = ours.receive();
  REQUIRE_FALSE(message.has_value());
  CHECK(message.error().remedy == Remedy::skip);
}

TEST_CASE("a silent socket is pinged, and over when nobody answers") {
  WebSocketRequest request;
  request.idle_timeout = 300ms;
  SUBCASE("one that answers pings lives on") {
    LoopbackSocket server([](LoopbackSocket::Peer& peer) { echo(peer); });
    request.url = server.url();
    Ours ours;
    REQUIRE(ours.open(request).has_value());
    const auto nothing = ours.receive(1s);
    REQUIRE_MESSAGE(nothing.has_value(), (nothing ? "" : nothing.error().detail));
    CHECK_FALSE(nothing->has_value());
  }
  SUBCASE("one that does not is over") {
    LoopbackSocket server([](LoopbackSocket::Peer& peer) { peer.hang(); });
    request.url = server.url();
    Ours ours;
    REQUIRE(ours.open(request).has_value());
    const auto message = ours.receive(3s);
    REQUIRE_FALSE(message.has_value());
    CHECK(message.error().remedy == Remedy::retry);
  }
}

TEST_CASE("an upgrade that is refused gives the whole answer") {
  const struct {
    int status;
    const char* body;
  } rows[] = {
      {400, R"({"error":"CursorTooOld","message":"floor is 1000"})"},
      {301, ""},
      {429, "{}"},
      {200, "<html>a page</html>"},
      {503, ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.status);
    LoopbackSocket server(echo, [&](const std::string&) {
      return reply_with(row.status, {{"Retry-After", "7"}, {"Location", "/elsewhere"}}, row.body);
    });
    Ours ours;
    const auto answer = ours.open(server.url());
    REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().detail));
    CHECK(ours.socket == nullptr);
    CHECK(answer->refusal.status == row.status);
    CHECK(answer->refusal.body == row.body);
    CHECK(answer->refusal.header("retry-after") == "7");
    CHECK(server.requests().size() == 1);  // and is never redirected
  }
}

TEST_CASE("a server that says nothing to the upgrade, or what is not HTTP, fails within the time limit") {
  for (const auto then : {Then::hang, Then::reset, Then::close}) {
    LoopbackServer server([then](const std::string&) { return LoopbackReply{.bytes = {}, .then = then}; });
    auto how = settings();
    how.total_timeout = 200ms;
    CHECK(failure_at("ws://127.0.0.1:" + std::to_string(server.port()), how).remedy == Remedy::retry);
  }
  LoopbackServer smtp(
      [](const std::string&) { return LoopbackReply{.bytes = "220 mail.example\r\n", .then = Then::close}; });
  CHECK(failure_at("ws://127.0.0.1:" + std::to_string(smtp.port())).remedy == Remedy::retry);
}

TEST_CASE("TLS wants a certificate that is trusted, for that very host") {
  const TempDir folder;
  const auto right = folder.path() / "right.pem";
  const auto wrong = folder.path() / "wrong.pem";
  make_certificate(right, "localhost");
  make_certificate(wrong, "other.example");
  auto how = settings();
  SUBCASE("one that is") {
    LoopbackSocket server(echo, {}, right);
    how.ca_file = right;
    Ours ours;
    const auto answer = ours.open(server.url("/subscribe"), how);
    REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().detail));
    CHECK(header_of(server.requests()[0], "host") == "localhost:" + std::to_string(server.port()));
  }
  SUBCASE("messages arrive encrypted") {
    LoopbackSocket server(says({"secret"}), {}, right);
    how.ca_file = right;
    Ours ours;
    REQUIRE(ours.open(server.url(), how).has_value());
    CHECK(ours.heard() == "secret");
  }
  SUBCASE("one that nobody trusts") {
    LoopbackSocket server(echo, {}, right);
    CHECK(failure_at(server.url(), how).remedy == Remedy::ask_operator);
  }
  SUBCASE("one for another host") {
    LoopbackSocket server(echo, {}, wrong);
    how.ca_file = wrong;
    const auto failure = failure_at(server.url(), how);
    CHECK(failure.remedy == Remedy::ask_operator);
    CHECK_MESSAGE(failure.detail.find("certificate") != std::string::npos, failure.detail);
  }
  SUBCASE("a trust that cannot be read") {
    LoopbackSocket server(echo, {}, right);
    how.ca_file = folder.path() / "absent.pem";
    CHECK(failure_at(server.url(), how).remedy == Remedy::ask_operator);
  }
  SUBCASE("no TLS at all") {
    LoopbackSocket server(echo);
    CHECK(failure_at("wss://localhost:" + std::to_string(server.port()), how).remedy == Remedy::retry);
  }
}

TEST_CASE("addresses that no stream is opened at") {
  for (const auto* const url :
       {"http://127.0.0.1/", "ws://stream.example/", "ws://192.0.2.1.example/", "wss://", "nonsense", ""}) {
    CAPTURE(url);
    CHECK(failure_at(url).remedy == Remedy::ask_operator);
  }
  CHECK(web_socket_host("wss://Stream.example/subscribe") == "stream.example");
  CHECK(web_socket_host("ws://127.0.0.1:81") == "127.0.0.1:81");
  CHECK(web_socket_host("https://stream.example").empty());
}

TEST_CASE("nobody there is trouble that passes") {
  int port = 0;
  {
    const LoopbackServer gone([](const std::string&) { return LoopbackReply{}; });
    port = gone.port();
  }
  CHECK(failure_at("ws://127.0.0.1:" + std::to_string(port)).remedy == Remedy::retry);
}

TEST_CASE("a subprotocol is asked for") {
  LoopbackSocket server(echo);
  Ours ours;
  WebSocketRequest request;
  request.url = server.url();
  request.subprotocol = "xrpc.v1.json";
  request.headers.emplace_back("X-Hello", "there");
  REQUIRE(ours.open(std::move(request)).has_value());
  CHECK(header_of(server.requests()[0], "sec-websocket-protocol") == "xrpc.v1.json");
  CHECK(header_of(server.requests()[0], "x-hello") == "there");
}

TEST_CASE("waiting can be cancelled, and the socket is received from afterwards") {
  LoopbackSocket server(echo);
  Ours ours;
  REQUIRE(ours.open(server.url()).has_value());
  asio::cancellation_signal stop;
  bool over = false;
  bool threw = false;
  asio::co_spawn(ours.loop, ours.socket->receive(10s),
                 asio::bind_cancellation_slot(
                     stop.slot(), [&](const std::exception_ptr& error, const Result<std::optional<std::string>>&) {
                       over = true;
                       threw = error != nullptr;
                     }));
  asio::post(ours.loop, [&] { stop.emit(asio::cancellation_type::terminal); });
  ours.loop.restart();
  while (!over) ours.loop.run_one();
  CHECK(threw);
  const auto nothing = ours.receive(20ms);
  REQUIRE(nothing.has_value());
  CHECK_FALSE(nothing->has_value());
}

TEST_CASE("opening can be cancelled") {
  LoopbackServer server([](const std::string&) { return LoopbackReply{.bytes = {}, .then = Then::hang}; });
  Ours ours;
  asio::cancellation_signal stop;
  bool over = false;
  bool threw = false;
  WebSocketRequest request;
  request.url = "ws://127.0.0.1:" + std::to_string(server.port());
  const auto how = settings();
  asio::co_spawn(
      ours.loop, open_web_socket(how, std::move(request)),
      asio::bind_cancellation_slot(stop.slot(), [&](const std::exception_ptr& error, const Result<WebSocketAnswer>&) {
        over = true;
        threw = error != nullptr;
      }));
  ours.loop.restart();
  while (server.requests().empty()) ours.loop.run_for(5ms);
  stop.emit(asio::cancellation_type::terminal);
  ours.loop.restart();
  while (!over) ours.loop.run_one();
  CHECK(threw);
}

TEST_CASE("a socket may be dropped while it reads ahead") {
  LoopbackSocket server([](LoopbackSocket::Peer& peer) {
    while (peer.send(std::string(1000, 'x'))) continue;
  });
  Ours ours;
  REQUIRE(ours.open(server.url()).has_value());
  CHECK(ours.heard().size() == 1000);
  ours.socket.reset();
  ours.loop.restart();
  ours.loop.run();  // ends
}

TEST_CASE("a proxy is passed by CONNECT, with its credentials, unless no_proxy names the host") {
  LoopbackSocket far(says({"hello"}));
  auto how = settings();
  SUBCASE("refused") {
    for (const auto& [status, remedy] :
         {std::pair{407, Remedy::ask_operator}, {403, Remedy::ask_operator}, {502, Remedy::retry}}) {
      LoopbackServer proxy([&, code = status](const std::string&) { return reply_with(code, {}, ""); });
      how.proxy = "http://user:pass%40word@127.0.0.1:" + std::to_string(proxy.port());
      CHECK(failure_at(far.url(), how).remedy == remedy);
      REQUIRE(proxy.requests().size() == 1);
      const auto target = "127.0.0.1:" + std::to_string(far.port());
      CHECK(proxy.requests()[0].starts_with("CONNECT " + target + " HTTP/1.1"));
      CHECK(header_of(proxy.requests()[0], "proxy-authorization") == "Basic dXNlcjpwYXNzQHdvcmQ=");
    }
  }
  SUBCASE("exempt") {
    how.proxy = "http://127.0.0.1:1";
    how.no_proxy = "127.0.0.0/8";
    Ours ours;
    REQUIRE(ours.open(far.url(), how).has_value());
    CHECK(ours.heard() == "hello");
  }
  SUBCASE("of a kind that a stream cannot pass") {
    how.proxy = "https://proxy.example:3128";
    const auto failure = failure_at(far.url(), how);
    CHECK(failure.remedy == Remedy::ask_operator);
    CHECK_MESSAGE(failure.detail.find("no_proxy") != std::string::npos, failure.detail);
  }
}

TEST_CASE(
    "behind a proxy of either kind a stream is opened by its name, which the proxy resolves, and TLS goes all the "
    "way") {
  const TempDir folder;
  const auto certificate = folder.path() / "stream.pem";
  make_certificate(certificate, "stream.example");
  LoopbackSocket far(says({"hello"}), {}, certificate);
  const auto there = "stream.example:" + std::to_string(far.port());
  struct Row {
    LoopbackProxy::Kind kind;
    const char* scheme;
    const char* login;  // as in an address
    const char* known;  // as it reads
  };
  const Row rows[] = {{LoopbackProxy::Kind::connect, "http://", "", ""},
                      {LoopbackProxy::Kind::connect, "http://", "user:pass%40word@", "user:pass@word"},
                      {LoopbackProxy::Kind::socks, "socks5h://", "", ""},
                      {LoopbackProxy::Kind::socks, "socks5://", "user:pass%40word@", "user:pass@word"}};
  for (const Row& row : rows) {
    CAPTURE(row.scheme);
    CAPTURE(row.login);
    LoopbackProxy proxy(row.kind, far.port(), row.known);
    auto how = settings();
    how.ca_file = certificate;
    how.proxy = row.scheme + std::string(row.login) + "127.0.0.1:" + std::to_string(proxy.port());
    Ours ours;
    const auto answer = ours.open("wss://" + there + "/subscribe", how);
    REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().detail));
    CHECK(ours.heard() == "hello");
    CHECK(proxy.led() == std::vector<std::string>{there});
  }
}

TEST_CASE("a proxy that knows us not, or knows another login, is for the operator") {
  for (const auto kind : {LoopbackProxy::Kind::connect, LoopbackProxy::Kind::socks}) {
    for (const std::string login : {"", "user:other@"}) {
      CAPTURE(login);
      LoopbackProxy proxy(kind, 1, "user:password");
      auto how = settings();
      how.proxy = (kind == LoopbackProxy::Kind::connect ? "http://" : "socks5h://") + login +
                  "127.0.0.1:" + std::to_string(proxy.port());
      CHECK(failure_at("wss://stream.example/subscribe", how).remedy == Remedy::ask_operator);
      CHECK(proxy.led().empty());
    }
  }
}
