#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/time.hpp"

namespace barometer {

// A JSON object, written field by field in the order of the calls. Bytes of a text that are not UTF-8 come out as U+FFFD, times as
// to_iso() has them.
class JsonObject {
 public:
  void text(std::string_view key, std::string_view value);
  void text_or_null(std::string_view key, std::string_view value);  // null for an empty one
  void time(std::string_view key, const std::optional<UtcTime>& value);
  void flag(std::string_view key, bool value) { raw(key, value ? "true" : "false"); }
  void number(std::string_view key, std::integral auto value) { raw(key, std::to_string(value)); }
  void texts(std::string_view key, const std::vector<std::string>& values);
  void raw(std::string_view key, std::string_view json);  // which is JSON already
  std::string done() const { return '{' + fields_ + '}'; }

 private:
  void begin(std::string_view key);

  std::string fields_ = {};
};

// Appends "[…]" of these texts.
void append_strings(std::string& out, const std::vector<std::string>& list);
// "[…]" of what is JSON already.
std::string json_list(const std::vector<std::string>& items);

}  // namespace barometer
