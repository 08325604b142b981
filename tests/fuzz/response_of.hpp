#pragma once

#include <algorithm>
#include <string_view>

#include "connectors/http_message.hpp"

namespace barometer {

// An answer from any bytes: the status' last digits in the first line, then lines "name:value", and behind an empty line the body.
inline HttpResponse response_of(std::string_view text) {
  HttpResponse response;
  for (bool first = true; !text.empty(); first = false) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (first) {
      for (const char c : line.substr(0, 3)) response.status = response.status * 10 + (c - '0') % 10;
      continue;
    }
    if (line.empty()) break;
    const auto colon = std::min(line.find(':'), line.size());
    response.headers.emplace_back(line.substr(0, colon), line.substr(std::min(colon + 1, line.size())));
  }
  response.body = text;
  return response;
}

}  // namespace barometer
