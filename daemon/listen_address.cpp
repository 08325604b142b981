#include "daemon/listen_address.hpp"

#include <charconv>

#include <boost/asio/ip/address.hpp>

namespace barometer {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return port;
}

}  // namespace

bool ListenAddress::loopback() const {
  boost::system::error_code odd;
  const auto address = boost::asio::ip::make_address(host, odd);
  return !odd && address.is_loopback();
}

std::optional<ListenAddress> parse_listen(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return {};
  const auto port = parse_port(text.substr(colon + 1));
  auto host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!port || (host.empty() && bracketed) || (!bracketed && host.find(':') != std::string_view::npos)) return {};
  if (host.empty()) host = "::";
  if (host == "localhost") host = "127.0.0.1";
  boost::system::error_code odd;
  const auto address = boost::asio::ip::make_address(std::string{host}, odd);
  if (odd) return {};
  return ListenAddress{address.to_string(), *port};
}

}  // namespace barometer
