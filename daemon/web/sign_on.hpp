#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "connectors/result.hpp"
#include "daemon/http_server.hpp"

namespace barometer {

// Single sign-on: a proxy before us asks the organisation's own service who is there, and says so in a header of each request. Only
// requests that come from its address are believed; the proxy must take that header out of what others send.
class SignOn {
 public:
  SignOn() = default;  // nobody is believed
  // `header` in any case, empty: nobody is believed; `proxies`: addresses with commas between them. ask_operator for what is none.
  static Result<SignOn> read(std::string_view header, std::string_view proxies);

  // Whom the proxy names; empty if this request does not come from it, or it names nobody.
  std::string_view name_of(const WebRequest& request) const;

 private:
  std::string header_ = {};  // in lower case
  std::vector<boost::asio::ip::address> proxies_ = {};
};

}  // namespace barometer
