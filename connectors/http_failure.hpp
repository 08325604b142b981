#pragma once

#include <string>
#include <string_view>

#include "connectors/result.hpp"

namespace barometer {

// Why no answer came, as what to do about it: a row of a table for each of curl's codes that can be met (CURLcode).
// `what_curl_says` is its error buffer, shown when it adds something; `host` is who was asked. Pure.
// The address itself is not shown: some platforms want a key in it.
Failure http_failure(int curl_code, std::string_view host, std::string_view what_curl_says);

}  // namespace barometer
