#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "connectors/json_mend.hpp"

namespace barometer {

// Reading of platforms' JSON, for .cpp files of connectors/ only: a field that is absent or of another type reads as empty,
// because servers of every age and make leave out and bend fields.

// A parsed document. Elements point into it.
class JsonDocument {
 public:
  // Strictly first; a document that is refused is mended and tried once more.
  static simdjson::error_code read(JsonDocument& into, std::string_view json) {
    if (json.empty()) return simdjson::EMPTY;
    auto error = into.parser_.parse(json.data(), json.size()).get(into.root_);
    if (!error) return error;
    const auto mended = mend_json(json);
    if (mended != json) error = into.parser_.parse(mended).get(into.root_);
    return error;
  }
  simdjson::dom::element root() const { return root_; }

 private:
  simdjson::dom::parser parser_;
  simdjson::dom::element root_;
};

using JsonValue = simdjson::dom::element;

// An object's field. False when it is absent or null, or this is no object.
inline bool json_field(JsonValue object, std::string_view key, JsonValue& out) {
  return !object.at_key(key).get(out) && !out.is_null();
}

// Text, or empty.
inline std::string_view json_text(JsonValue object, std::string_view key) {
  JsonValue value;
  std::string_view text;
  if (!json_field(object, key, value) || value.get(text)) return {};
  return text;
}

// An id; a number comes as its digits, because ids are either.
inline std::string json_id(JsonValue value) {
  std::string_view text;
  if (!value.get(text)) return std::string(text);
  std::int64_t number = 0;
  if (!value.get(number)) return std::to_string(number);
  std::uint64_t large = 0;
  if (!value.get(large)) return std::to_string(large);
  return {};
}

inline std::string json_id(JsonValue object, std::string_view key) {
  JsonValue value;
  return json_field(object, key, value) ? json_id(value) : std::string();
}

inline std::int64_t json_count(JsonValue object, std::string_view key) {
  JsonValue value;
  std::int64_t number = 0;
  if (!json_field(object, key, value) || value.get(number) || number < 0) return 0;
  return number;
}

// -1 when it is neither true nor false.
inline int json_flag(JsonValue object, std::string_view key) {
  JsonValue value;
  bool flag = false;
  if (!json_field(object, key, value) || value.get(flag)) return -1;
  return flag ? 1 : 0;
}

inline bool json_array(JsonValue object, std::string_view key, simdjson::dom::array& out) {
  JsonValue value;
  return json_field(object, key, value) && !value.get(out);
}

}  // namespace barometer
