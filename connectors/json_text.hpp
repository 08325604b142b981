#pragma once

#include <string>
#include <string_view>

namespace barometer {

// Appends a JSON string with its quotes. Bytes that are not UTF-8 come out as U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace barometer
