#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace barometer {

// Whom a web address asks, as curl reads it: no second reading that could differ decides about redirects and secrets.
struct HttpPlace {
  std::string url = {};     // with what curl adds or mends
  std::string scheme = {};  // "http" or "https"
  std::string host = {};    // lower case, IPv6 in brackets
  int port = 0;
};

// Nothing for what is no http(s) address.
std::optional<HttpPlace> http_place(std::string_view url);

// The same address without user name and password.
std::string without_login(const HttpPlace& place);

// Whether a redirect from one to the other may carry Authorization and cookies along: the same scheme, host and port, or the
// step from http to https at their usual ports.
bool may_share_secrets(const HttpPlace& from, const HttpPlace& to);

// Whether a request header of that name may follow a redirect elsewhere.
bool is_harmless_header(std::string_view name);

}  // namespace barometer
