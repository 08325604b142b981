#include "tests/connectors/plays/played_platform.hpp"

#include <charconv>

namespace barometer {

namespace {

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    const bool escaped = text[i] == '%' && i + 2 < text.size() &&
                         std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ec == std::errc();
    if (escaped) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace

std::string PlayedRequest::path() const { return target.substr(0, target.find('?')); }

std::string PlayedRequest::query(std::string_view name) const {
  std::size_t at = target.find('?');
  while (at != target.npos) {
    const std::size_t begin = at + 1;
    at = target.find('&', begin);
    const std::string pair = target.substr(begin, at == target.npos ? at : at - begin);
    const std::size_t equals = pair.find('=');
    if (percent_decoded(pair.substr(0, equals)) != name) continue;
    return equals == pair.npos ? std::string() : percent_decoded(pair.substr(equals + 1));
  }
  return {};
}

}  // namespace barometer
