#include "daemon/web/fields.hpp"

#include <algorithm>

#include "connectors/html_text.hpp"
#include "connectors/url.hpp"

namespace barometer {

namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// What stands before the first `end`, which goes with it.
std::string_view take_until(std::string_view& rest, char end) {
  const auto at = rest.find(end);
  const auto taken = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
  return taken;
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_blank) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const int high = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_blank) {
      c = ' ';
    }
    if (c == '\0') return std::nullopt;
    out += c;
  }
  return out;
}

Fields::Fields(std::string_view encoded) {
  while (!encoded.empty() && pairs_.size() < most) {
    auto pair = take_until(encoded, '&');
    const auto name = percent_decoded(take_until(pair, '='), true);
    const auto value = percent_decoded(pair, true);
    if (name && value && !name->empty()) pairs_.emplace_back(valid_utf8(*name), valid_utf8(*value));
  }
}

std::string_view Fields::of(std::string_view name) const {
  for (const auto& [known, value] : pairs_)
    if (known == name) return value;
  return {};
}

std::vector<std::string> Fields::all(std::string_view name) const {
  std::vector<std::string> out;
  for (const auto& [known, value] : pairs_)
    if (known == name) out.push_back(value);
  return out;
}

void Fields::add(std::string name, std::string value) {
  if (pairs_.size() < most) pairs_.emplace_back(std::move(name), std::move(value));
}

void Fields::set(std::string name, std::string value) {
  pairs_.erase(std::remove_if(pairs_.begin(), pairs_.end(), [&name](const auto& pair) { return pair.first == name; }),
               pairs_.end());
  if (!value.empty()) pairs_.emplace_back(std::move(name), std::move(value));
}

std::string Fields::encoded() const {
  std::string out;
  for (const auto& [name, value] : pairs_)
    out += (out.empty() ? "" : "&") + percent_encoded(name) + '=' + percent_encoded(value);
  return out;
}

std::optional<Params> match_path(std::string_view pattern, std::string_view path) {
  if (path.empty() || path.front() != '/') return std::nullopt;
  Params params;
  bool more_pattern = true;
  bool more_path = true;
  while (more_pattern && more_path) {
    more_pattern = pattern.find('/') != std::string_view::npos;
    more_path = path.find('/') != std::string_view::npos;
    const auto wanted = take_until(pattern, '/');
    const auto segment = take_until(path, '/');
    if (wanted.starts_with('{')) {
      auto value = percent_decoded(segment, false);
      if (!value || value->empty()) return std::nullopt;
      params.emplace(wanted.substr(1, wanted.size() - 2), valid_utf8(*value));
    } else if (wanted != segment) {
      return std::nullopt;
    }
  }
  if (more_pattern != more_path) return std::nullopt;
  return params;
}

}  // namespace barometer
