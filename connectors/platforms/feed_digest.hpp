#pragma once

#include <string>
#include <string_view>

namespace barometer {

// SHA-256 as 64 hexadecimal digits: names an item that has neither id nor link, and a body that came before.
std::string sha256_hex(std::string_view bytes);

}  // namespace barometer
