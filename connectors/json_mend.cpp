#include "connectors/json_mend.hpp"

#include <algorithm>
#include <charconv>

#include "connectors/html_text.hpp"

namespace barometer {
namespace {

constexpr std::size_t escape_size = 6;  // \uXXXX

// The unit that an escape at `at` stands for, or 0 when there is none.
unsigned unit_at(std::string_view json, std::size_t at) {
  if (at + escape_size > json.size() || json[at] != '\\' || json[at + 1] != 'u') return 0;
  unsigned unit = 0;
  const auto* end = json.data() + at + escape_size;
  const auto read = std::from_chars(json.data() + at + 2, end, unit, 16);
  return read.ptr == end ? unit : 0;
}

constexpr bool is_high(unsigned unit) { return unit >= 0xD800 && unit < 0xDC00; }
constexpr bool is_low(unsigned unit) { return unit >= 0xDC00 && unit < 0xE000; }

}  // namespace

std::string mend_json(std::string_view json) {
  auto out = valid_utf8(json);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  for (auto at = out.find('\\'); at != std::string::npos && at + 1 < out.size(); at = out.find('\\', at)) {
    const auto unit = unit_at(out, at);
    if (is_high(unit) && is_low(unit_at(out, at + escape_size))) {
      at += 2 * escape_size;
    } else if (is_high(unit) || is_low(unit)) {
      out.replace(at, escape_size, "\\ufffd");
      at += escape_size;
    } else {
      at += 2;  // also over \\, so that its second half starts no escape
    }
  }
  return out;
}

}  // namespace barometer
