#include "connectors/web_socket_proxy.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <curl/curl.h>
#include <openssl/evp.h>

#include "connectors/http_failure.hpp"

namespace barometer {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t most_head = 16 * 1024;

std::string part(CURLU* url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK) return {};
  const std::unique_ptr<char, decltype(&curl_free)> owner(text, &curl_free);
  return text;
}

std::string base64(std::string_view text) {
  std::string out((text.size() + 2) / 3 * 4 + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(text.data()),
                      static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

Failure refused(const WebSocketProxy& proxy, std::string_view why) {
  return http_failure(CURLE_PROXY, proxy.host, why);
}
Failure broken(const WebSocketProxy& proxy, const error_code& error) {
  const bool late = error == beast::error::timeout;
  return http_failure(late ? CURLE_OPERATION_TIMEDOUT : CURLE_RECV_ERROR, proxy.host, "at the proxy");
}

asio::awaitable<std::optional<Failure>> connect_by_http(beast::tcp_stream& stream, const WebSocketProxy& proxy,
                                                        std::string target, std::string user_agent) {
  http::request<http::empty_body> request(http::verb::connect, target, 11);
  request.set(http::field::host, target);
  if (!user_agent.empty()) request.set(http::field::user_agent, user_agent);
  if (!proxy.user.empty())
    request.set(http::field::proxy_authorization, "Basic " + base64(proxy.user + ':' + proxy.password));
  const auto [write_error, sent] = co_await http::async_write(stream, request, as_result);
  if (write_error) co_return broken(proxy, write_error);
  http::response_parser<http::empty_body> parser;
  parser.skip(true);
  beast::flat_buffer buffer(most_head);
  const auto [read_error, received] = co_await http::async_read_header(stream, buffer, parser, as_result);
  if (read_error) co_return broken(proxy, read_error);
  const auto status = parser.get().result_int();
  if (status / 100 == 2) co_return std::nullopt;
  auto failure = refused(proxy, "it answered " + std::to_string(status));
  if (status >= 500) failure.remedy = Remedy::retry;
  co_return failure;
}

using Bytes = std::vector<std::uint8_t>;

void append(Bytes& bytes, std::string_view text) {
  bytes.push_back(static_cast<std::uint8_t>(text.size()));
  bytes.insert(bytes.end(), text.begin(), text.end());
}

// Sends, and reads an answer of `size` bytes into `answer`.
asio::awaitable<error_code> exchange(beast::tcp_stream& stream, const Bytes& question, Bytes& answer,
                                     std::size_t size) {
  const auto [write_error, sent] = co_await asio::async_write(stream, asio::buffer(question), as_result);
  if (write_error) co_return write_error;
  answer.resize(size);
  const auto [read_error, received] = co_await asio::async_read(stream, asio::buffer(answer), as_result);
  co_return read_error;
}

constexpr std::uint8_t socks = 5;
constexpr std::uint8_t no_login = 0;
constexpr std::uint8_t by_password = 2;
constexpr std::size_t longest = 255;  // of a name, in one byte

asio::awaitable<std::optional<Failure>> log_in_to_socks(beast::tcp_stream& stream, const WebSocketProxy& proxy) {
  Bytes question{socks, 1, no_login};
  if (!proxy.user.empty()) question = {socks, 2, no_login, by_password};
  Bytes answer;
  if (const auto error = co_await exchange(stream, question, answer, 2)) co_return broken(proxy, error);
  if (answer[0] != socks) co_return refused(proxy, "it does not speak SOCKS 5");
  if (answer[1] == no_login) co_return std::nullopt;
  if (answer[1] != by_password || proxy.user.empty()) co_return refused(proxy, "it wants to know who we are");
  question = {1};
  append(question, proxy.user);
  append(question, proxy.password);
  if (const auto error = co_await exchange(stream, question, answer, 2)) co_return broken(proxy, error);
  if (answer[1] != 0) co_return refused(proxy, "it refuses the credentials");
  co_return std::nullopt;
}

asio::awaitable<std::optional<Failure>> connect_by_socks(beast::tcp_stream& stream, const WebSocketProxy& proxy,
                                                         std::string host, std::string port) {
  if (host.size() > longest || proxy.user.size() > longest || proxy.password.size() > longest)
    co_return refused(proxy, "a name is too long for it");
  if (const auto failure = co_await log_in_to_socks(stream, proxy)) co_return failure;
  Bytes question{socks, 1, 0, 3};
  append(question, host);
  const auto number = static_cast<std::uint16_t>(std::stoul(port));
  question.push_back(static_cast<std::uint8_t>(number >> 8));
  question.push_back(static_cast<std::uint8_t>(number & 0xFF));
  Bytes answer;
  if (const auto error = co_await exchange(stream, question, answer, 5)) co_return broken(proxy, error);
  if (answer[1] == 2) co_return refused(proxy, "its rules forbid that host");
  if (answer[1] != 0) co_return http_failure(CURLE_COULDNT_CONNECT, host, "the proxy cannot reach it");
  // The address that it connects from: of 4 bytes, of 16, or a name; then a port.
  const std::size_t address = answer[3] == 1 ? 4 : answer[3] == 4 ? 16 : std::size_t{answer[4]} + 1;
  Bytes rest(address - 1 + 2);
  const auto [error, received] = co_await asio::async_read(stream, asio::buffer(rest), as_result);
  if (error) co_return broken(proxy, error);
  co_return std::nullopt;
}

}  // namespace

std::optional<WebSocketProxy> web_socket_proxy(std::string_view text) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), &curl_url_cleanup);
  const std::string address(text);
  constexpr unsigned lenient = CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME;
  if (!url || curl_url_set(url.get(), CURLUPART_URL, address.c_str(), lenient) != CURLUE_OK) return std::nullopt;
  WebSocketProxy proxy;
  proxy.scheme = address.find("://") == std::string::npos ? "http" : part(url.get(), CURLUPART_SCHEME);
  proxy.host = part(url.get(), CURLUPART_HOST);
  if (proxy.host.starts_with('[')) proxy.host = proxy.host.substr(1, proxy.host.size() - 2);
  proxy.port = part(url.get(), CURLUPART_PORT);
  if (proxy.port.empty()) proxy.port = "1080";  // curl's, for all proxies
  proxy.user = part(url.get(), CURLUPART_USER, CURLU_URLDECODE);
  proxy.password = part(url.get(), CURLUPART_PASSWORD, CURLU_URLDECODE);
  if (proxy.host.empty()) return std::nullopt;
  return proxy;
}

asio::awaitable<std::optional<Failure>> pass_proxy(beast::tcp_stream& stream, const WebSocketProxy& proxy,
                                                   std::string host, std::string port, std::string user_agent) {
  if (proxy.scheme == "http") {
    const bool v6 = host.find(':') != std::string::npos;
    auto target = (v6 ? '[' + host + ']' : host) + ':' + port;
    co_return co_await connect_by_http(stream, proxy, std::move(target), std::move(user_agent));
  }
  co_return co_await connect_by_socks(stream, proxy, std::move(host), std::move(port));
}

}  // namespace barometer
