#include "tests/support/loopback_proxy.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/evp.h>

#include "tests/support/loopback_server.hpp"

namespace barometer {

namespace asio = boost::asio;
using asio::ip::tcp;
using Bytes = std::vector<std::uint8_t>;

namespace {

std::string base64(const std::string& text) {
  std::string out((text.size() + 2) / 3 * 4 + 1, '\0');
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes, static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

asio::awaitable<Bytes> take(tcp::socket& from, std::size_t size) {
  Bytes bytes(size);
  co_await asio::async_read(from, asio::buffer(bytes), asio::use_awaitable);
  co_return bytes;
}

// A text behind one byte of its length.
asio::awaitable<std::string> take_text(tcp::socket& from) {
  const auto length = co_await take(from, 1);
  const auto text = co_await take(from, length[0]);
  co_return std::string(text.begin(), text.end());
}

asio::awaitable<void> give(tcp::socket& to, Bytes bytes) {
  co_await asio::async_write(to, asio::buffer(bytes), asio::use_awaitable);
}

asio::awaitable<void> carry(std::shared_ptr<tcp::socket> from, std::shared_ptr<tcp::socket> to) {
  std::array<char, 16 * 1024> piece{};
  try {
    for (;;) {
      const auto size = co_await from->async_read_some(asio::buffer(piece), asio::use_awaitable);
      co_await asio::async_write(*to, asio::buffer(piece, size), asio::use_awaitable);
    }
  } catch (const std::exception&) {  // one side has ended
    to->close();
  }
}

}  // namespace

class LoopbackProxy::Impl {
 public:
  Impl(Kind kind, int to_port, std::string login)
      : kind_(kind),
        to_(asio::ip::make_address("127.0.0.1"), static_cast<unsigned short>(to_port)),
        login_(std::move(login)),
        acceptor_(loop_, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0)) {
    asio::co_spawn(loop_, accept(), asio::detached);
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~Impl() {
    loop_.stop();
    thread_.join();
  }

  int port() const { return acceptor_.local_endpoint().port(); }
  std::vector<std::string> led() const {
    const std::lock_guard lock(mutex_);
    return led_;
  }

 private:
  asio::awaitable<void> accept() {
    for (;;) {
      tcp::socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
      asio::co_spawn(loop_, serve(std::make_shared<tcp::socket>(std::move(socket))), asio::detached);
    }
  }

  asio::awaitable<void> serve(std::shared_ptr<tcp::socket> client) {
    try {
      std::string target;
      if (kind_ == Kind::connect)
        target = co_await by_connect(*client);
      else
        target = co_await by_socks(*client);
      if (target.empty()) co_return;
      auto server = std::make_shared<tcp::socket>(loop_);
      co_await server->async_connect(to_, asio::use_awaitable);
      {
        const std::lock_guard lock(mutex_);
        led_.push_back(target);
      }
      if (kind_ == Kind::connect) {
        const std::string yes = "HTTP/1.1 200 Connection established\r\n\r\n";
        co_await asio::async_write(*client, asio::buffer(yes), asio::use_awaitable);
      } else {
        Bytes yes{5, 0, 0, 1, 127, 0, 0, 1, 0, 0};
        co_await give(*client, std::move(yes));
      }
      asio::co_spawn(loop_, carry(client, server), asio::detached);
      asio::co_spawn(loop_, carry(server, client), asio::detached);
    } catch (const std::exception&) {  // the client went away, as tests let it
    }
  }

  // The host and port that are asked for; empty when the client may not pass, and was told so.
  asio::awaitable<std::string> by_connect(tcp::socket& client) {
    std::string head;
    co_await asio::async_read_until(client, asio::dynamic_buffer(head), "\r\n\r\n", asio::use_awaitable);
    if (!login_.empty() && header_of(head, "proxy-authorization") != "Basic " + base64(login_)) {
      const std::string no = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
      co_await asio::async_write(client, asio::buffer(no), asio::use_awaitable);
      co_return std::string();
    }
    if (!head.starts_with("CONNECT ")) throw std::runtime_error("not by CONNECT");
    co_return head.substr(8, head.find(' ', 8) - 8);
  }

  asio::awaitable<std::string> by_socks(tcp::socket& client) {
    constexpr std::uint8_t by_password = 2, nothing_suits = 0xFF, by_name = 3;
    const auto greeting = co_await take(client, 2);
    const auto offered = co_await take(client, greeting[1]);
    const std::uint8_t wanted = login_.empty() ? 0 : by_password;
    const bool suits = std::find(offered.begin(), offered.end(), wanted) != offered.end();
    Bytes method{5, suits ? wanted : nothing_suits};
    co_await give(client, std::move(method));
    if (!suits) co_return std::string();
    if (!login_.empty()) {
      co_await take(client, 1);
      const auto user = co_await take_text(client);
      const auto password = co_await take_text(client);
      const bool known = user + ':' + password == login_;
      Bytes verdict{1, static_cast<std::uint8_t>(known ? 0 : 1)};
      co_await give(client, std::move(verdict));
      if (!known) co_return std::string();
    }
    const auto request = co_await take(client, 4);
    if (request[1] != 1 || request[3] != by_name) throw std::runtime_error("not a way to a name");
    const auto host = co_await take_text(client);
    const auto port = co_await take(client, 2);
    co_return host + ':' + std::to_string(port[0] * 256 + port[1]);
  }

  Kind kind_;
  tcp::endpoint to_;
  std::string login_;
  asio::io_context loop_{1};
  tcp::acceptor acceptor_;
  mutable std::mutex mutex_;
  std::vector<std::string> led_;
  std::thread thread_;
};

LoopbackProxy::LoopbackProxy(Kind kind, int to_port, std::string login)
    : impl_(std::make_unique<Impl>(kind, to_port, std::move(login))) {}
LoopbackProxy::~LoopbackProxy() = default;

int LoopbackProxy::port() const { return impl_->port(); }
std::vector<std::string> LoopbackProxy::led() const { return impl_->led(); }

}  // namespace barometer
