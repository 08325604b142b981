#include "daemon/web/sign_on.hpp"

#include <algorithm>

namespace barometer {

Result<SignOn> SignOn::read(std::string_view header, std::string_view proxies) {
  SignOn out;
  out.header_ = header;
  std::transform(out.header_.begin(), out.header_.end(), out.header_.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  while (!proxies.empty()) {
    const auto end = std::min(proxies.find_first_of(", "), proxies.size());
    const std::string one(proxies.substr(0, end));
    proxies.remove_prefix(std::min(end + 1, proxies.size()));
    if (one.empty()) continue;
    boost::system::error_code odd;
    out.proxies_.push_back(boost::asio::ip::make_address(one, odd));
    if (odd)
      return Failure{Remedy::ask_operator,
                     "web.sign_on_proxies: \"" + one + "\" is no address: write one as 127.0.0.1 or ::1",
                     {}};
  }
  return out;
}

std::string_view SignOn::name_of(const WebRequest& request) const {
  if (header_.empty()) return {};
  boost::system::error_code odd;
  const auto peer = boost::asio::ip::make_address(request.peer, odd);
  if (odd || std::find(proxies_.begin(), proxies_.end(), peer) == proxies_.end()) return {};
  return request.header(header_);
}

}  // namespace barometer
