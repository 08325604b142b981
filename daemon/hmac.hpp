#pragma once

#include <string>
#include <string_view>

namespace barometer {

// HMAC-SHA256 (RFC 2104) of a text: 32 bytes. Pure.
std::string hmac_sha256(std::string_view key, std::string_view text);

}  // namespace barometer
