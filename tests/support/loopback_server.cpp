#include "tests/support/loopback_server.hpp"

#include <algorithm>
#include <cctype>
#include <deque>
#include <exception>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/completion_condition.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace barometer {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

// Its Content-Length; 0 when it has none.
std::size_t announced_body(const std::string& head) {
  const std::string length = header_of(head, "content-length");
  return length.empty() ? 0 : std::stoul(length);
}

// A connection that hangs: what is still to be said on it.
struct Line {
  explicit Line(tcp::socket s) : socket(std::move(s)), bell(socket.get_executor()) {
    bell.expires_at(asio::steady_timer::time_point::max());
  }
  tcp::socket socket;
  asio::steady_timer bell;
  std::deque<LoopbackReply> unsaid = {};
  bool gone = false;
};

}  // namespace

class LoopbackServer::Impl {
 public:
  Impl(Script script, const std::string& address)
      : script_(std::move(script)), acceptor_(loop_, tcp::endpoint(asio::ip::make_address(address), 0)) {
    asio::co_spawn(loop_, accept(), asio::detached);
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~Impl() {
    loop_.stop();
    thread_.join();
  }

  tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  int connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
  }
  int hanging() const {
    const std::lock_guard lock(mutex_);
    return hanging_;
  }
  void say(LoopbackReply what) {
    asio::post(loop_, [this, what = std::move(what)] {
      for (const auto& line : lines_) {
        line->unsaid.push_back(what);
        line->bell.cancel();
      }
    });
  }

 private:
  asio::awaitable<void> accept() {
    for (;;) {
      tcp::socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
      {
        const std::lock_guard lock(mutex_);
        ++connections_;
      }
      asio::co_spawn(loop_, serve(std::move(socket)), asio::detached);
    }
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    try {
      std::string unread;
      for (;;) {
        auto into = asio::dynamic_buffer(unread);
        const std::size_t size = co_await asio::async_read_until(socket, into, "\r\n\r\n", asio::use_awaitable);
        std::string head = unread.substr(0, size);
        unread.erase(0, size);
        const std::size_t body = announced_body(head);
        if (unread.size() < body)
          co_await asio::async_read(socket, into, asio::transfer_exactly(body - unread.size()), asio::use_awaitable);
        head += unread.substr(0, body);
        unread.erase(0, body);
        note(head);
        LoopbackReply reply = script_(head);
        if (reply.then == LoopbackReply::Then::hang) {
          auto line = std::make_shared<Line>(std::move(socket));
          line->unsaid.push_back(std::move(reply));  // the answer is its first word: what is said next finds the line
          co_await hold(std::move(line));
          co_return;
        }
        const auto bytes = asio::buffer(reply.bytes);
        co_await asio::async_write(socket, bytes, asio::use_awaitable);
        if (reply.then == LoopbackReply::Then::keep) continue;
        end(socket, reply.then);
        co_return;
      }
    } catch (const std::exception&) {  // the client went away, as tests let it
    }
  }

  static void end(tcp::socket& socket, LoopbackReply::Then then) {
    if (then == LoopbackReply::Then::reset) socket.set_option(asio::socket_base::linger(true, 0));
    socket.close();
  }

  // Until the client goes away, or what was said last ends it.
  asio::awaitable<void> hold(std::shared_ptr<Line> line) {
    asio::co_spawn(loop_, watch(line), asio::detached);
    const auto entry = lines_.insert(lines_.end(), line);
    count_hanging(+1);
    try {
      while (!line->gone) {
        boost::system::error_code rung;
        if (line->unsaid.empty()) co_await line->bell.async_wait(asio::redirect_error(asio::use_awaitable, rung));
        if (line->unsaid.empty()) continue;
        const LoopbackReply next = std::move(line->unsaid.front());
        line->unsaid.pop_front();
        const auto bytes = asio::buffer(next.bytes);
        co_await asio::async_write(line->socket, bytes, asio::use_awaitable);
        if (next.then == LoopbackReply::Then::hang) continue;
        end(line->socket, next.then);
        break;
      }
    } catch (const std::exception&) {  // the client went away, as tests let it
    }
    count_hanging(-1);
    lines_.erase(entry);
  }

  // Reads on so that the connection lives; the client says no more, or goes away.
  static asio::awaitable<void> watch(std::shared_ptr<Line> line) {
    std::string unread;
    auto into = asio::dynamic_buffer(unread);
    boost::system::error_code gone;
    auto token = asio::redirect_error(asio::use_awaitable, gone);
    co_await asio::async_read_until(line->socket, into, "\r\n\r\n", token);
    line->gone = true;
    line->bell.cancel();
  }

  void count_hanging(int more) {
    const std::lock_guard lock(mutex_);
    hanging_ += more;
  }

  void note(const std::string& head) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(head);
  }

  Script script_;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  int connections_ = 0;
  int hanging_ = 0;
  asio::io_context loop_{1};
  std::list<std::shared_ptr<Line>> lines_;  // those that hang; the server's thread's
  tcp::acceptor acceptor_;
  std::thread thread_;
};

LoopbackServer::LoopbackServer(Script script, const std::string& address)
    : impl_(std::make_unique<Impl>(std::move(script), address)) {}

LoopbackServer::~LoopbackServer() = default;

int LoopbackServer::port() const { return impl_->endpoint().port(); }

std::string LoopbackServer::url(std::string_view path) const {
  return "http://" + impl_->endpoint().address().to_string() + ":" + std::to_string(port()) + std::string(path);
}

std::vector<std::string> LoopbackServer::requests() const { return impl_->requests(); }

int LoopbackServer::connections() const { return impl_->connections(); }

int LoopbackServer::hanging() const { return impl_->hanging(); }

void LoopbackServer::say(std::string bytes, LoopbackReply::Then then) {
  LoopbackReply what;
  what.bytes = std::move(bytes);
  what.then = then;
  impl_->say(std::move(what));
}

LoopbackReply reply_with(int status, const LoopbackHeaders& headers, std::string_view body) {
  LoopbackReply reply;
  reply.bytes = "HTTP/1.1 " + std::to_string(status) + " Some Words\r\n";
  for (const auto& [name, value] : headers) reply.bytes += name + ": " + value + "\r\n";
  if (status != 304 && status != 204) reply.bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  reply.bytes += "\r\n";
  reply.bytes += body;
  return reply;
}

LoopbackReply redirect_to(int status, std::string_view location) {
  const LoopbackHeaders headers{{"Location", std::string(location)}};
  return reply_with(status, headers, "elsewhere");
}

std::string header_of(std::string_view head, std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at != head.npos; at = head.find("\r\n", at + 2)) {
    const std::string_view line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
    if (line.empty()) break;  // the body begins
    const std::size_t colon = line.find(':');
    if (colon != name.size()) continue;
    const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
    if (!std::equal(name.begin(), name.end(), line.begin(), [&](char n, char c) { return same(c, n); })) continue;
    const std::string_view value = line.substr(colon + 1);
    return std::string(value.substr(std::min(value.find_first_not_of(' '), value.size())));
  }
  return {};
}

std::string body_of(std::string_view request) {
  const std::size_t end = request.find("\r\n\r\n");
  return std::string(end == request.npos ? std::string_view() : request.substr(end + 4));
}

std::string path_of(std::string_view head) {
  const auto begin = head.find(' ') + 1;
  return std::string(head.substr(begin, head.find(' ', begin) - begin));
}

}  // namespace barometer
