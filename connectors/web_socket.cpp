#include "connectors/web_socket.hpp"

#include <algorithm>
#include <deque>
#include <tuple>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <curl/curl.h>

#include "connectors/address_policy.hpp"
#include "connectors/http_failure.hpp"
#include "connectors/http_place.hpp"
#include "connectors/url.hpp"
#include "connectors/web_socket_proxy.hpp"

namespace barometer {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t most_unread = 256 * 1024;  // bytes read ahead; one message may come on top

Failure ask_operator(std::string detail) { return Failure{Remedy::ask_operator, std::move(detail), std::nullopt}; }

// The same sentences as for HTTP.
Failure failure_of(const error_code& error, const std::string& host) {
  if (error == beast::error::timeout || error == asio::error::timed_out)
    return http_failure(CURLE_OPERATION_TIMEDOUT, host, "WebSocket");
  if (error == websocket::error::message_too_big) return http_failure(CURLE_FILESIZE_EXCEEDED, host, "WebSocket");
  if (error == websocket::error::closed) return http_failure(CURLE_RECV_ERROR, host, "it closed the WebSocket");
  return http_failure(CURLE_RECV_ERROR, host, error.message());
}

Failure tls_failure(const error_code& error, const std::string& host) {
  if (error == beast::error::timeout) return http_failure(CURLE_OPERATION_TIMEDOUT, host, "TLS");
  const bool untrusted = error.category() == asio::error::get_ssl_category() &&
                         ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_CERTIFICATE_VERIFY_FAILED;
  return http_failure(untrusted ? CURLE_PEER_FAILED_VERIFICATION : CURLE_SSL_CONNECT_ERROR, host, error.message());
}

bool is_address(const std::string& host) {
  error_code error;
  asio::ip::make_address(host, error);
  return !error;
}

// Where it leads, in the parts that Asio wants.
struct Place {
  bool tls = false;
  std::string host = {};  // IPv6 without brackets
  std::string port = {};
  std::string name = {};    // host[:port], as the request says it
  std::string target = {};  // path and query
};

std::optional<Place> place_of(std::string_view url) {
  const bool tls = url.starts_with("wss://");
  if (!tls && !url.starts_with("ws://")) return std::nullopt;
  const auto read = http_place("http" + std::string(url.substr(2)));
  if (!read) return std::nullopt;
  Place place;
  place.tls = tls;
  place.host = read->host;
  if (place.host.starts_with('[')) place.host = place.host.substr(1, place.host.size() - 2);
  place.port = std::to_string(read->port);
  place.name = host_of(read->url);
  const auto begin = read->url.find_first_of("/?", read->url.find("://") + 3);
  place.target = begin == std::string::npos ? "/" : read->url.substr(begin, read->url.find('#') - begin);
  if (place.target.starts_with('?')) place.target.insert(0, 1, '/');
  return place;
}

}  // namespace

class WebSocket::Impl {
 public:
  explicit Impl(const asio::any_io_executor& loop, std::string host) : host_(std::move(host)), woken_(loop) {}
  virtual ~Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  virtual void read_on() = 0;
  virtual void shut() = 0;

  asio::awaitable<Result<std::optional<std::string>>> receive(std::chrono::milliseconds wait) {
    const auto until = std::chrono::steady_clock::now() + wait;
    while (unread_.empty()) {
      if (failure_) co_return *failure_;
      if (std::chrono::steady_clock::now() >= until) co_return std::optional<std::string>{};
      woken_.expires_at(until);
      const auto [error] = co_await woken_.async_wait(as_result);
      const auto state = co_await asio::this_coro::cancellation_state;
      if (error && state.cancelled() != asio::cancellation_type::none) throw boost::system::system_error(error);
    }
    std::optional<std::string> message = std::move(unread_.front());
    unread_.pop_front();
    unread_bytes_ -= message->size();
    read_on();
    co_return message;
  }

 protected:
  bool full() const { return failure_.has_value() || unread_bytes_ >= most_unread; }
  void take(std::string message) {
    unread_bytes_ += message.size();
    unread_.push_back(std::move(message));
    woken_.cancel();
  }
  void fail(const error_code& error) {
    failure_ = failure_of(error, host_);
    woken_.cancel();
  }

 private:
  std::string host_;
  asio::steady_timer woken_;
  std::deque<std::string> unread_;
  std::size_t unread_bytes_ = 0;
  std::optional<Failure> failure_;
};

namespace {

template <class Stream>
class Connection final : public WebSocket::Impl, public std::enable_shared_from_this<Connection<Stream>> {
 public:
  template <class... Layers>
  Connection(const asio::any_io_executor& loop, const Place& place, Layers&&... layers)
      : Impl(loop, place.host), ws_(std::forward<Layers>(layers)...) {}

  auto& layer() { return ws_.next_layer(); }

  // Nothing, with `refusal` untouched, when it is open.
  asio::awaitable<error_code> shake_hands(const WebSocketRequest& request, const Place& place,
                                          const HttpSettings& settings, HttpResponse& refusal) {
    beast::get_lowest_layer(ws_).expires_never();  // from here on the WebSocket's own limits hold
    websocket::stream_base::timeout limits;
    limits.handshake_timeout = settings.total_timeout;
    limits.idle_timeout = request.idle_timeout;
    limits.keep_alive_pings = true;
    ws_.set_option(limits);
    ws_.read_message_max(request.max_message);
    ws_.set_option(websocket::stream_base::decorator([&](websocket::request_type& head) {
      if (!settings.user_agent.empty()) head.set(beast::http::field::user_agent, settings.user_agent);
      if (!request.subprotocol.empty()) head.set(beast::http::field::sec_websocket_protocol, request.subprotocol);
      for (const auto& [name, value] : request.headers) head.set(name, value);
    }));
    websocket::response_type answer;
    const auto [error] = co_await ws_.async_handshake(answer, place.name, place.target, as_result);
    if (error != websocket::error::upgrade_declined) co_return error;
    refusal.status = static_cast<int>(answer.result_int());
    for (const auto& field : answer) {
      std::string name(field.name_string());
      std::transform(name.begin(), name.end(), name.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
      refusal.headers.emplace_back(std::move(name), std::string(field.value()));
    }
    refusal.body = std::move(answer.body());
    co_return error_code{};
  }

  void read_on() override {
    if (reading_ || this->full()) return;
    reading_ = true;
    ws_.async_read(buffer_, [self = this->shared_from_this()](error_code error, std::size_t) {
      self->reading_ = false;
      if (error) return self->fail(error);
      self->take(beast::buffers_to_string(self->buffer_.data()));
      self->buffer_.consume(self->buffer_.size());
      self->read_on();
    });
  }

  void shut() override { beast::get_lowest_layer(ws_).close(); }

 private:
  websocket::stream<Stream> ws_;
  beast::flat_buffer buffer_;
  bool reading_ = false;
};

// Resolving cannot be given up in Asio: the answer goes to whoever is still there.
struct Resolving {
  explicit Resolving(const asio::any_io_executor& loop) : resolver(loop), answered(loop) {}
  tcp::resolver resolver;
  asio::steady_timer answered;
  error_code error = asio::error::timed_out;
  tcp::resolver::results_type results = {};
};

asio::awaitable<std::shared_ptr<Resolving>> resolve(std::string host, std::string port,
                                                    std::chrono::milliseconds time_limit) {
  const auto question = std::make_shared<Resolving>(co_await asio::this_coro::executor);
  question->answered.expires_after(time_limit);
  question->resolver.async_resolve(host, port, [question](error_code error, tcp::resolver::results_type results) {
    question->error = error;
    question->results = std::move(results);
    question->answered.cancel();
  });
  co_await question->answered.async_wait(as_result);
  co_return question;
}

asio::awaitable<std::optional<Failure>> reach(beast::tcp_stream& stream, const std::string& host,
                                              const std::string& port, const HttpSettings& settings, bool proxy) {
  const auto found = co_await resolve(host, port, settings.connect_timeout);
  if (found->error)
    co_return http_failure(proxy ? CURLE_COULDNT_RESOLVE_PROXY : CURLE_COULDNT_RESOLVE_HOST, host,
                           found->error.message());
  stream.expires_after(settings.connect_timeout);
  const auto [error, endpoint] = co_await stream.async_connect(found->results, as_result);
  if (error == beast::error::timeout) co_return http_failure(CURLE_OPERATION_TIMEDOUT, host, "connecting");
  if (error) co_return http_failure(CURLE_COULDNT_CONNECT, host, error.message());
  stream.expires_after(settings.total_timeout);
  co_return std::nullopt;
}

asio::awaitable<std::optional<Failure>> reach_by_way(beast::tcp_stream& stream, const Place& place,
                                                     const HttpSettings& settings) {
  if (settings.proxy.empty() || asked_directly(place.host, settings.no_proxy))
    co_return co_await reach(stream, place.host, place.port, settings, false);
  const auto proxy = web_socket_proxy(settings.proxy);
  if (!proxy) co_return ask_operator("the proxy setting is no address: check it");
  if (proxy->scheme != "http" && proxy->scheme != "socks5" && proxy->scheme != "socks5h") {
    co_return ask_operator(proxy->host + ": a stream passes http:// and socks5h:// proxies only, not " + proxy->scheme +
                           "://: name one of those, or exempt " + place.host + " with no_proxy");
  }
  if (auto failure = co_await reach(stream, proxy->host, proxy->port, settings, true)) co_return failure;
  co_return co_await pass_proxy(stream, *proxy, place.host, place.port, settings.user_agent);
}

using Tls = beast::ssl_stream<beast::tcp_stream>;

// Nothing, where the trust cannot be read.
std::shared_ptr<ssl::context> trust_of(const HttpSettings& settings) {
  const auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  error_code error;
  if (settings.ca_file.empty())
    context->set_default_verify_paths(error);
  else
    context->load_verify_file(settings.ca_file, error);
  if (error) return nullptr;
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  context->set_verify_mode(ssl::verify_peer);
  return context;
}

asio::awaitable<std::optional<Failure>> shake_hands_of_tls(Tls& stream, const Place& place) {
  if (!is_address(place.host) && !SSL_set_tlsext_host_name(stream.native_handle(), place.host.c_str()))
    co_return http_failure(CURLE_URL_MALFORMAT, place.host, "the host's name");
  stream.set_verify_callback(ssl::host_name_verification(place.host));
  const auto [error] = co_await stream.async_handshake(ssl::stream_base::client, as_result);
  if (error) co_return tls_failure(error, place.host);
  co_return std::nullopt;
}

template <class Opened>
asio::awaitable<Result<WebSocketAnswer>> upgrade(std::shared_ptr<Opened> connection, const WebSocketRequest& request,
                                                 const Place& place, const HttpSettings& settings) {
  WebSocketAnswer answer;
  const auto error = co_await connection->shake_hands(request, place, settings, answer.refusal);
  if (error) co_return failure_of(error, place.host);
  if (answer.refusal.status != 0) co_return answer;
  connection->read_on();
  answer.socket = std::make_unique<WebSocket>(std::move(connection));
  co_return answer;
}

asio::awaitable<Result<WebSocketAnswer>> attempt(const HttpSettings& settings, const WebSocketRequest& request,
                                                 const Place& place) {
  const auto loop = co_await asio::this_coro::executor;
  beast::tcp_stream stream(loop);
  if (const auto failure = co_await reach_by_way(stream, place, settings)) co_return *failure;
  if (!place.tls) {
    auto plain = std::make_shared<Connection<beast::tcp_stream>>(loop, place, std::move(stream));
    co_return co_await upgrade(std::move(plain), request, place, settings);
  }
  const auto trust = trust_of(settings);
  if (!trust) co_return http_failure(CURLE_SSL_CACERT_BADFILE, place.host, settings.ca_file);
  auto secret = std::make_shared<Connection<Tls>>(loop, place, std::move(stream), *trust);
  if (const auto failure = co_await shake_hands_of_tls(secret->layer(), place)) co_return *failure;
  co_return co_await upgrade(std::move(secret), request, place, settings);
}

}  // namespace

WebSocket::WebSocket(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

WebSocket::~WebSocket() { impl_->shut(); }

asio::awaitable<Result<std::optional<std::string>>> WebSocket::receive(std::chrono::milliseconds wait) {
  return impl_->receive(wait);
}

asio::awaitable<Result<WebSocketAnswer>> open_web_socket(const HttpSettings& settings, WebSocketRequest request) {
  const auto place = place_of(request.url);
  if (!place) co_return ask_operator("the address of a stream is none: write wss://HOST/path");
  if (!place->tls && !is_inside_by_name(place->host))
    co_return ask_operator(place->host + ": a stream from the internet must be encrypted: write wss:// for ws://");
  auto answer = co_await attempt(settings, request, *place);
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none)
    throw boost::system::system_error(asio::error::operation_aborted);
  co_return answer;
}

std::string web_socket_host(std::string_view url) {
  const auto place = place_of(url);
  return place ? place->name : std::string();
}

}  // namespace barometer
