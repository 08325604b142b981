#pragma once

#include <string>
#include <string_view>

namespace barometer {

// Digests of texts, by OpenSSL. Pure.

std::string to_hex(std::string_view bytes);                            // two lower-case digits a byte
std::string sha256_hex(std::string_view text);                         // FIPS 180-4; 64 digits
std::string hmac_sha256(std::string_view key, std::string_view text);  // RFC 2104; 32 bytes

}  // namespace barometer
