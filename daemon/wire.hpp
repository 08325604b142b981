#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include "connectors/result.hpp"

namespace barometer {

// A connection that somebody made to us, with TLS or without: a stream in Beast's sense, whose limits of time are those of its socket.
// Stays where it was made. On the loop.
class Wire {
 public:
  using executor_type = boost::beast::tcp_stream::executor_type;

  // Without a context nothing is encrypted.
  Wire(boost::asio::ip::tcp::socket socket, std::shared_ptr<boost::asio::ssl::context> tls)
      : plain_(std::move(socket)), tls_(std::move(tls)) {
    if (tls_) secure_.emplace(plain_, *tls_);
  }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  bool secure() const { return secure_.has_value(); }
  executor_type get_executor() { return plain_.get_executor(); }
  boost::beast::tcp_stream& below() { return plain_; }  // what is sent and read under TLS
  boost::asio::ip::tcp::socket& socket() { return plain_.socket(); }
  void expires_after(boost::beast::net::steady_timer::duration length) { plain_.expires_after(length); }
  void close() { plain_.close(); }

  // Only if it is secure.
  template <class Token>
  auto async_handshake(Token&& token) {
    return secure_->async_handshake(boost::asio::ssl::stream_base::server, std::forward<Token>(token));
  }
  // Says that nothing more comes: so that the end can be told from a cut. Only if it is secure.
  template <class Token>
  auto async_shutdown(Token&& token) {
    return secure_->async_shutdown(std::forward<Token>(token));
  }
  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    if (secure_) return secure_->async_read_some(buffers, std::forward<Token>(token));
    return plain_.async_read_some(buffers, std::forward<Token>(token));
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    if (secure_) return secure_->async_write_some(buffers, std::forward<Token>(token));
    return plain_.async_write_some(buffers, std::forward<Token>(token));
  }

 private:
  boost::beast::tcp_stream plain_;
  std::shared_ptr<boost::asio::ssl::context> tls_;
  std::optional<boost::asio::ssl::stream<boost::beast::tcp_stream&>> secure_;
};

// How this server speaks TLS (1.2 and 1.3): its certificate, with those between it and a root behind it in the same file, and its key,
// both PEM. ask_operator, with the file and what is wrong, if they cannot be used.
struct TlsFiles {
  std::filesystem::path certificate = {};
  std::filesystem::path key = {};
};
Result<std::shared_ptr<boost::asio::ssl::context>> server_tls(const TlsFiles& files);

}  // namespace barometer
