#include "daemon/json_object.hpp"

#include "connectors/json_text.hpp"

namespace barometer {

void JsonObject::begin(std::string_view key) {
  if (!fields_.empty()) fields_ += ',';
  append_json_string(fields_, key);
  fields_ += ':';
}

void JsonObject::text(std::string_view key, std::string_view value) {
  begin(key);
  append_json_string(fields_, value);
}

void JsonObject::text_or_null(std::string_view key, std::string_view value) {
  if (value.empty())
    raw(key, "null");
  else
    text(key, value);
}

void JsonObject::time(std::string_view key, const std::optional<UtcTime>& value) {
  text_or_null(key, value ? to_iso(*value) : std::string());
}

void JsonObject::texts(std::string_view key, const std::vector<std::string>& values) {
  begin(key);
  append_strings(fields_, values);
}

void JsonObject::raw(std::string_view key, std::string_view json) {
  begin(key);
  fields_ += json;
}

void append_strings(std::string& out, const std::vector<std::string>& list) {
  out += '[';
  const char* comma = "";
  for (const std::string& text : list) {
    out += comma;
    append_json_string(out, text);
    comma = ",";
  }
  out += ']';
}

std::string json_list(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const auto& item : items) out.append(out.size() == 1 ? "" : ",").append(item);
  return out += ']';
}

}  // namespace barometer
