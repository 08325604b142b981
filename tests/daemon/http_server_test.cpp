#include "daemon/http_server.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include "daemon/http_reply.hpp"
#include "daemon/wire.hpp"
#include "tests/support/loopback_socket.hpp"
#include "tests/support/temp_dir.hpp"

using namespace barometer;
using namespace std::chrono_literals;
using asio::ip::tcp;

namespace {

// A server on a free port, its loop in a thread of its own.
class Running {
 public:
  explicit Running(HttpLimits limits = {}, std::shared_ptr<asio::ssl::context> tls = {})
      : server_{loop_.get_executor(), pool_, limits} {
    server_.use_tls(std::move(tls));
    server_.on_loop("/metrics", [](const WebRequest&) { return plain_reply(200, "up 1\n"); });
    server_.on_loop("/query", [](const WebRequest& query) { return plain_reply(200, query.query); });
    server_.on_loop("/large", [](const WebRequest&) { return plain_reply(200, std::string(20'000'000, 'x')); });
    server_.on_pool("/", [](const WebRequest&) {
      return HttpReply{.content_type = "text/html; charset=utf-8", .body = "<p>page</p>"};
    });
    server_.on_loop("/news", [](const WebRequest&) { return HttpReply{.content_type = "text/event-stream"}; });
    server_.on_pool("/broken", [](const WebRequest&) -> HttpReply { throw std::runtime_error{"our mistake"}; });
    server_.on_post("/push/", [](WebRequest post) -> asio::awaitable<HttpReply> {
      if (post.path == "/push/broken") throw std::runtime_error{"our mistake"};
      co_return plain_reply(200, post.path + " " + std::string(post.header("x-name")) + " " + post.body);
    });
    server_.on_post(
        "/act/", [](WebRequest post) -> asio::awaitable<HttpReply> { co_return plain_reply(200, "done " + post.body); },
        [](const WebRequest& asked) { return plain_reply(200, "about to " + asked.path); });
    server_.otherwise([](const WebRequest& asked) {
      if (asked.path == "/nowhere") return plain_reply(404, "");
      return plain_reply(200, asked.method + " " + asked.path + " " + std::string(asked.header("cookie")) + " " +
                                  asked.body + " " + asked.peer);
    });
    const auto listening = server_.listen({"127.0.0.1", 0});
    REQUIRE(listening.has_value());
    port = *listening;
    asio::co_spawn(loop_, server_.serve(),
                   asio::bind_cancellation_slot(
                       stop_.slot(), [this](std::exception_ptr trouble) { ended_well = trouble == nullptr; }));
    thread_ = std::thread{[this] { loop_.run(); }};
  }
  ~Running() { stop(); }

  void tell() {
    asio::post(loop_, [this] { server_.tell_listeners(); });
  }

  // Returns when serve() has.
  void stop() {
    if (!thread_.joinable()) return;
    asio::post(loop_, [this] { stop_.emit(asio::cancellation_type::terminal); });
    thread_.join();
  }

  std::uint16_t port = 0;
  bool ended_well = false;

 private:
  asio::io_context loop_;
  asio::thread_pool pool_{1};
  HttpServer server_;
  asio::cancellation_signal stop_;
  std::thread thread_;
};

// A client that speaks bytes.
class Client {
 public:
  explicit Client(std::uint16_t port) { socket_.connect({asio::ip::address_v4::loopback(), port}); }

  void send(const std::string& bytes) { asio::write(socket_, asio::buffer(bytes)); }

  // The head of one answer, and its body if it has one.
  std::string answer(bool with_body = true) {
    while (read_.find("\r\n\r\n") == std::string::npos && more()) {
    }
    const auto end = read_.find("\r\n\r\n");
    if (end == std::string::npos) return "";
    const auto length_at = read_.find("Content-Length: ");
    const auto length = with_body && length_at < end ? std::stoul(read_.substr(length_at + 16)) : 0;
    while (read_.size() < end + 4 + length && more()) {
    }
    auto out = read_.substr(0, end + 4 + length);
    read_.erase(0, out.size());
    return out;
  }

  bool closed() { return read_.empty() && !more(); }

  // What comes next, as it comes.
  std::string next() {
    if (read_.empty()) more();
    return std::exchange(read_, {});
  }

  std::string ask(const std::string& target) {
    send("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
    return answer();
  }

 private:
  bool more() {
    char bytes[65536];
    boost::system::error_code over;
    const auto number = socket_.read_some(asio::buffer(bytes), over);
    read_.append(bytes, number);
    return !over;
  }

  asio::io_context context_;
  tcp::socket socket_{context_};
  std::string read_;
};

bool begins(const std::string& text, const std::string& with) { return text.rfind(with, 0) == 0; }
bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("one connection serves many requests, from the loop and from the pool") {
  Running server;
  Client client{server.port};
  CHECK(contains(client.ask("/metrics"), "up 1\n"));
  const auto page = client.ask("/");
  CHECK(begins(page, "HTTP/1.1 200 OK\r\n"));
  CHECK(contains(page, "Content-Type: text/html; charset=utf-8"));
  CHECK(contains(page, "<p>page</p>"));
  CHECK(contains(client.ask("/query?tag=nhssm"), "\r\n\r\ntag=nhssm"));
  client.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\nGET /query?2 HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(contains(client.answer(), "up 1\n"));
  CHECK(contains(client.answer(), "\r\n\r\n2"));
}

TEST_CASE("every answer forbids scripts, frames, referrers and guessing") {
  Running server;
  Client client{server.port};
  for (const auto* path : {"/", "/metrics", "/nowhere"}) {
    const auto reply = client.ask(path);
    CHECK(contains(reply, "Content-Security-Policy: default-src 'none'"));
    CHECK_FALSE(contains(reply, "unsafe-inline"));
    CHECK(contains(reply, "X-Content-Type-Options: nosniff"));
    CHECK(contains(reply, "Referrer-Policy: no-referrer"));
    CHECK(contains(reply, "X-Frame-Options: DENY"));
    CHECK(contains(reply, "Cache-Control: no-store"));
  }
}

TEST_CASE("HEAD has the headers of GET and no body") {
  Running server;
  Client client{server.port};
  client.send("HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(contains(client.answer(false), "Content-Length: 5\r\n"));
  CHECK(contains(client.ask("/metrics"), "up 1\n"));  // nothing of a body stood in the way
}

TEST_CASE("requests are refused by their kind") {
  struct Row {
    const char* fact;
    std::string request;
    const char* status;
  };
  const Row rows[] = {
      {"another method", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 405 "},
      {"a body", "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 413 "},
      {"a chunked body", "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 413 "},
      {"nowhere", "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404 "},
      {"nonsense", "hello\r\n\r\n", "HTTP/1.1 400 "},
      {"headers too large", "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n",
       "HTTP/1.1 431 "},
      {"a mistake of ours", "GET /broken HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 500 "},
  };
  Running server;
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    Client client{server.port};
    client.send(row.request);
    CHECK(begins(client.answer(), row.status));
  }
  Client client{server.port};
  client.send(rows[0].request);
  CHECK(contains(client.answer(), "Allow: GET, HEAD\r\n"));
}

TEST_CASE("what is posted below the prefix arrives whole, and the connection goes on") {
  Running server;
  Client client{server.port};
  client.send("POST /push/a?b HTTP/1.1\r\nHost: x\r\nX-Name: n\r\nContent-Length: 5\r\n\r\nhello");
  CHECK(contains(client.answer(), "\r\n\r\n/push/a n hello"));
  client.send(
      "POST /push/b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(contains(client.answer(), "/push/b  abc"));
  CHECK(contains(client.answer(), "up 1\n"));
  client.send("POST /push/c HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK(begins(client.answer(), "HTTP/1.1 100 "));
  client.send("ok");
  CHECK(contains(client.answer(), "/push/c  ok"));
  client.send("POST /push/empty HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  CHECK(begins(client.answer(), "HTTP/1.1 200 "));
}

TEST_CASE("all other paths are one handler's, with their headers, forms and who asks") {
  HttpLimits limits;
  limits.form_bytes = 10;
  Running server{limits};
  Client client{server.port};
  client.send("GET /posts/1 HTTP/1.1\r\nHost: x\r\nCookie: a=b\r\n\r\n");
  CHECK(contains(client.answer(), "GET /posts/1 a=b  127.0.0.1"));
  client.send("POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=b");
  CHECK(contains(client.answer(), "POST /login  a=b 127.0.0.1"));
  client.send("HEAD /posts/1 HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(begins(client.answer(false), "HTTP/1.1 200 "));
  client.send("POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n");
  CHECK(begins(client.answer(), "HTTP/1.1 413 "));
}

TEST_CASE("where something is posted there may be a page too") {
  Running server;
  Client client{server.port};
  CHECK(contains(client.ask("/act/1"), "\r\n\r\nabout to /act/1"));
  client.send("POST /act/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nit");
  CHECK(contains(client.answer(), "\r\n\r\ndone it"));
}

TEST_CASE("what is posted is refused by its kind") {
  struct Row {
    const char* fact;
    std::string request;
    const char* status;
  };
  const Row rows[] = {
      {"another method", "GET /push/a HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 405 "},
      {"a method to change things", "PUT /push/a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 405 "},
      {"elsewhere", "POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab", "HTTP/1.1 405 "},
      {"no length", "POST /push/a HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 411 "},
      {"no length but pieces", "POST /push/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       "HTTP/1.1 411 "},
      {"too long", "POST /push/a HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n", "HTTP/1.1 413 "},
      {"far too long", "POST /push/a HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", "HTTP/1.1 413 "},
      {"a length that is none", "POST /push/a HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 400 "},
      {"a mistake of ours", "POST /push/broken HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na", "HTTP/1.1 500 "},
  };
  HttpLimits limits;
  limits.body_bytes = 100;
  Running server{limits};
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    Client client{server.port};
    client.send(row.request);
    CHECK(begins(client.answer(), row.status));
  }
}

TEST_CASE("a body that comes too slowly is let go, and so is one that breaks off") {
  HttpLimits limits;
  limits.body = 200ms;
  Running server{limits};
  Client client{server.port};
  client.send("POST /push/a HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");
  CHECK(client.closed());
}

TEST_CASE("HTTP/1.0 and Connection: close end the connection after the answer") {
  Running server;
  for (const auto* request :
       {"GET /metrics HTTP/1.0\r\n\r\n", "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"}) {
    Client client{server.port};
    client.send(request);
    CHECK(contains(client.answer(), "up 1\n"));
    CHECK(client.closed());
  }
}

TEST_CASE("a slow writer and a slow reader hold up nobody, and are let go") {
  HttpLimits limits;
  limits.request = 200ms;
  limits.reply = 200ms;
  Running server{limits};
  Client writer{server.port};
  writer.send("GET / HT");
  Client reader{server.port};
  reader.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  Client quick{server.port};
  CHECK(contains(quick.ask("/metrics"), "up 1\n"));
  CHECK(writer.closed());
}

TEST_CASE("an idle connection makes room for a new one") {
  HttpLimits limits;
  limits.connections = 2;
  Running server{limits};
  Client first{server.port};
  Client second{server.port};
  CHECK(contains(first.ask("/metrics"), "up 1\n"));
  CHECK(contains(second.ask("/metrics"), "up 1\n"));
  Client third{server.port};
  CHECK(contains(third.ask("/metrics"), "up 1\n"));
  CHECK(first.closed());
  CHECK(contains(second.ask("/metrics"), "up 1\n"));
}

TEST_CASE("many who take their time to ask do not keep out who asks at once") {
  HttpLimits limits;
  limits.connections = 4;
  Running server{limits};
  std::vector<std::unique_ptr<Client>> slow;
  for (int i = 0; i < 12; ++i) {
    slow.push_back(std::make_unique<Client>(server.port));
    slow.back()->send(i % 2 == 0 ? "GET / HT" : "POST /push/a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx");
  }
  const auto begin = std::chrono::steady_clock::now();
  Client quick{server.port};
  CHECK(contains(quick.ask("/metrics"), "up 1\n"));
  CHECK(std::chrono::steady_clock::now() - begin < 5s);  // less than the limit of a request, which each of them uses up
  CHECK(slow.front()->closed());
}

TEST_CASE("over TLS it is the same, and browsers are told to come back that way") {
  const TempDir folder;
  const auto file = folder.path() / "both.pem";
  make_certificate(file, "barometer.example");
  auto tls = server_tls({file, file});
  REQUIRE(tls.has_value());
  Running server{{}, *tls};

  asio::io_context context;
  asio::ssl::context trust{asio::ssl::context::tls_client};
  trust.load_verify_file(file);
  asio::ssl::stream<tcp::socket> stream{context, trust};
  stream.set_verify_mode(asio::ssl::verify_peer);
  stream.set_verify_callback(asio::ssl::host_name_verification("barometer.example"));
  stream.next_layer().connect({asio::ip::address_v4::loopback(), server.port});
  stream.handshake(asio::ssl::stream_base::client);
  for (int turn = 0; turn < 2; ++turn) {
    asio::write(stream, asio::buffer(std::string("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")));
    std::string read;
    asio::read_until(stream, asio::dynamic_buffer(read), "up 1\n");
    CHECK(contains(read, "HTTP/1.1 200 OK"));
    CHECK(contains(read, "Strict-Transport-Security: max-age="));
  }
  asio::write(stream, asio::buffer(std::string("GET /metrics HTTP/1.0\r\n\r\n")));
  std::string rest;
  boost::system::error_code over;
  asio::read(stream, asio::dynamic_buffer(rest), over);
  CHECK(over ==
        asio::error::eof);  // it was said that nothing more comes; else it would be ssl::error::stream_truncated
  CHECK(contains(rest, "up 1\n"));

  Client plain{server.port};
  plain.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK_FALSE(contains(plain.answer(), "HTTP/1.1"));
}

TEST_CASE("a certificate that cannot be used says which file, and why") {
  const TempDir folder;
  const auto one = folder.path() / "one.pem";
  const auto other = folder.path() / "other.pem";
  make_certificate(one, "one.example");
  make_certificate(other, "other.example");
  CHECK(contains(server_tls({folder.path() / "none.pem", one}).error().detail, "web.tls_certificate_file"));
  CHECK(contains(server_tls({one, folder.path() / "none.pem"}).error().detail, "web.tls_key_file"));
  const auto wrong = server_tls({one, other});
  REQUIRE_FALSE(wrong.has_value());
  CHECK(wrong.error().remedy == Remedy::ask_operator);
  CHECK(contains(wrong.error().detail, "other.pem"));
}

TEST_CASE("at the end idle connections are closed at once and serve() returns") {
  Running server;
  Client client{server.port};
  CHECK(contains(client.ask("/metrics"), "up 1\n"));
  const auto begin = std::chrono::steady_clock::now();
  server.stop();
  CHECK(server.ended_well);
  CHECK(client.closed());
  CHECK(std::chrono::steady_clock::now() - begin < 2s);
}

TEST_CASE("a port that is taken is for the operator") {
  Running server;
  asio::io_context loop;
  asio::thread_pool pool{1};
  HttpServer second{loop.get_executor(), pool};
  const auto listening = second.listen({"127.0.0.1", server.port});
  REQUIRE_FALSE(listening.has_value());
  CHECK(listening.error().remedy == Remedy::ask_operator);
  CHECK(contains(listening.error().detail, "web.listen"));
}

TEST_CASE("a target is a path and a query, with or without a host before it") {
  CHECK(query_of("/a/b?c=d?e").path == "/a/b");
  CHECK(query_of("/a/b?c=d?e").query == "c=d?e");
  CHECK(query_of("http://host:80/a?b").path == "/a");
  CHECK(query_of("http://host").path == "/");
  CHECK(query_of("/?next=http://host/").path == "/");
  CHECK(query_of("*").path == "*");
}

TEST_CASE("who listens hears that something is new, soon after, and no more than that") {
  Running server;
  Client client{server.port};
  client.send("GET /news HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto head = client.answer(false);
  CHECK(begins(head, "HTTP/1.1 200 OK\r\n"));
  CHECK(contains(head, "Content-Type: text/event-stream"));
  CHECK(contains(head, "Connection: close"));
  CHECK_FALSE(contains(head, "Content-Length"));
  server.tell();
  server.tell();
  CHECK(client.next() == "event: news\ndata: news\n\n");
}

TEST_CASE("listeners do not hold up the end, and no more of them are taken than there is room for") {
  Running server;
  std::vector<std::unique_ptr<Client>> listeners;
  for (int i = 0; i < 64; ++i) {
    listeners.push_back(std::make_unique<Client>(server.port));
    listeners.back()->send("GET /news HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(begins(listeners.back()->answer(false), "HTTP/1.1 200 OK\r\n"));
  }
  Client late{server.port};
  const auto refused = late.ask("/news");
  CHECK(begins(refused, "HTTP/1.1 503 "));
  CHECK(contains(refused, "Retry-After: 60"));
  Client other{server.port};
  CHECK(contains(other.ask("/metrics"), "up 1\n"));
  const auto begun = std::chrono::steady_clock::now();
  server.stop();
  CHECK(std::chrono::steady_clock::now() - begun < 2s);
  CHECK(server.ended_well);
  CHECK(listeners.front()->closed());
}

TEST_CASE("a listener that has just heard something does not hold up the end either") {
  Running server;
  Client client{server.port};
  client.send("GET /news HTTP/1.1\r\nHost: x\r\n\r\n");
  client.answer(false);
  server.tell();
  CHECK(client.next() == "event: news\ndata: news\n\n");
  const auto begun = std::chrono::steady_clock::now();
  server.stop();
  CHECK(std::chrono::steady_clock::now() - begun < 2s);
  CHECK(server.ended_well);
}

TEST_CASE("who only asks what listening would be like gets a head") {
  Running server;
  Client client{server.port};
  client.send("HEAD /news HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(contains(client.answer(false), "Content-Type: text/event-stream"));
  CHECK(contains(client.ask("/metrics"), "up 1\n"));
}
