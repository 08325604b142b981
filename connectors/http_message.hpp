#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace boost::asio {
class thread_pool;
}

namespace barometer {

struct HttpRequest {
  std::string method = "GET";
  std::string url = {};
  // Authorization, Cookie and whatever else a server could abuse stay behind when a redirect leads elsewhere.
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};    // what POST sends; its Content-Type is among the headers
  std::string source = {};  // for the observer; never sent
};

struct HttpResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers = {};  // names in lower case, of the last hop only
  std::string body = {};           // decompressed; its capacity exceeds its size by simdjson's padding
  std::string url = {};            // after redirects; without user name and password
  std::string permanent_url = {};  // where a chain of only 301 and 308 led; else empty
  boost::asio::thread_pool* readers =
      nullptr;  // where a long body is to be read (connectors/read_apart.hpp); null: anywhere
  // Value of the first header of that (lower-case) name; empty when there is none.
  std::string_view header(std::string_view name) const;
};

}  // namespace barometer
