#include "tests/support/loopback_socket.hpp"

#include <cstdio>
#include <list>
#include <mutex>
#include <poll.h>
#include <sstream>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace barometer {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;

template <class T, void (*Free)(T*)>
struct Freed {
  void operator()(T* what) const { Free(what); }
};
template <class T, void (*Free)(T*)>
using Owned = std::unique_ptr<T, Freed<T, Free>>;

template <class Stream>
class OpenPeer final : public LoopbackSocket::Peer {
 public:
  OpenPeer(websocket::stream<Stream>& stream, std::string head) : stream_(stream), head_(std::move(head)) {}

  const std::string& head() const override { return head_; }
  bool send(std::string_view message) override {
    error_code error;
    stream_.text(true);
    stream_.write(asio::buffer(message), error);
    return !error;
  }
  std::optional<std::string> receive() override {
    beast::flat_buffer buffer;
    error_code error;
    stream_.read(buffer, error);
    if (error) return std::nullopt;
    return beast::buffers_to_string(buffer.data());
  }
  bool send_raw(std::string_view bytes) override {
    error_code error;
    asio::write(beast::get_lowest_layer(stream_), asio::buffer(bytes), error);
    return !error;
  }
  bool ping() override {
    error_code error;
    stream_.ping({}, error);
    return !error;
  }
  void close() override {
    error_code error;
    stream_.close(websocket::close_code::normal, error);
  }
  void hang() override {
    pollfd ended{beast::get_lowest_layer(stream_).native_handle(), POLLRDHUP, 0};
    ::poll(&ended, 1, -1);
  }

 private:
  websocket::stream<Stream>& stream_;
  std::string head_;
};

}  // namespace

void make_certificate(const std::filesystem::path& file, const std::string& host) {
  const Owned<EVP_PKEY, EVP_PKEY_free> key(EVP_EC_gen("P-256"));
  const Owned<X509, X509_free> certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 24 * 3600L);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* const name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(host.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  const auto names = "DNS:" + host;
  const Owned<X509_EXTENSION, X509_EXTENSION_free> san(
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str()));
  X509_add_ext(certificate.get(), san.get(), -1);
  if (X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0)
    throw std::runtime_error("no certificate can be made");
  std::FILE* const out = std::fopen(file.c_str(), "w");
  if (!out) throw std::runtime_error("no certificate can be written");
  PEM_write_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  PEM_write_X509(out, certificate.get());
  std::fclose(out);
}

class LoopbackSocket::Impl {
 public:
  Impl(Script script, Door door, const std::filesystem::path& certificate)
      : script_(std::move(script)), door_(std::move(door)), tls_(!certificate.empty()) {
    if (tls_) {
      context_.use_certificate_chain_file(certificate.string());
      context_.use_private_key_file(certificate.string(), asio::ssl::context::pem);
    }
    acceptor_.listen();
    accepting_ = std::thread([this] { accept(); });
  }
  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    accepting_.join();
    break_all();
    for (auto& thread : threads_) thread.join();
  }

  int port() const { return acceptor_.local_endpoint().port(); }
  bool tls() const { return tls_; }
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  void break_all() {
    const std::lock_guard lock(mutex_);
    for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
  }

 private:
  void accept() {
    for (;;) {
      error_code error;
      tcp::socket socket = acceptor_.accept(error);
      const std::lock_guard lock(mutex_);
      if (stopped_ || error) return;
      open_.push_back(socket.native_handle());
      threads_.emplace_back([this, taken = std::move(socket)]() mutable { take(std::move(taken)); });
    }
  }

  void take(tcp::socket socket) {
    const int number = socket.native_handle();
    if (tls_) {
      websocket::stream<beast::ssl_stream<tcp::socket>> stream(std::move(socket), context_);
      error_code error;
      stream.next_layer().handshake(asio::ssl::stream_base::server, error);
      if (!error) serve(stream);
      forget(number);  // before its number is free for others
      return;
    }
    websocket::stream<tcp::socket> stream(std::move(socket));
    serve(stream);
    forget(number);
  }

  template <class Stream>
  void serve(websocket::stream<Stream>& stream) {
    beast::flat_buffer buffer;
    http::request<http::string_body> request;
    error_code error;
    http::read(stream.next_layer(), buffer, request, error);
    if (error) return;
    std::ostringstream head;
    head << request.base();
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(head.str());
    }
    if (door_) {
      if (const auto refusal = door_(head.str())) {
        asio::write(stream.next_layer(), asio::buffer(refusal->bytes), error);
        return;
      }
    }
    const auto protocol = request[http::field::sec_websocket_protocol];
    stream.set_option(websocket::stream_base::decorator([&](websocket::response_type& response) {
      if (!protocol.empty()) response.set(http::field::sec_websocket_protocol, protocol);
    }));
    stream.accept(request, error);
    if (error) return;
    OpenPeer<Stream> peer(stream, head.str());
    script_(peer);
  }

  void forget(int socket) {
    const std::lock_guard lock(mutex_);
    open_.remove(socket);
  }

  Script script_;
  Door door_;
  bool tls_;
  asio::io_context loop_;
  asio::ssl::context context_{asio::ssl::context::tls_server};
  tcp::acceptor acceptor_{loop_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  mutable std::mutex mutex_;
  bool stopped_ = false;
  std::list<int> open_;
  std::vector<std::string> requests_;
  std::list<std::thread> threads_;
  std::thread accepting_;
};

LoopbackSocket::LoopbackSocket(Script script, Door door, const std::filesystem::path& certificate)
    : impl_(std::make_unique<Impl>(std::move(script), std::move(door), certificate)) {}
LoopbackSocket::~LoopbackSocket() = default;

int LoopbackSocket::port() const { return impl_->port(); }
std::string LoopbackSocket::url(std::string_view path) const {
  const std::string before = impl_->tls() ? "wss://localhost:" : "ws://127.0.0.1:";
  return before + std::to_string(port()) + std::string(path);
}
std::vector<std::string> LoopbackSocket::requests() const { return impl_->requests(); }
void LoopbackSocket::break_all() { impl_->break_all(); }

}  // namespace barometer
