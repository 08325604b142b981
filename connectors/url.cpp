#include "connectors/url.hpp"

#include <algorithm>
#include <memory>

#include <libxml/uri.h>

namespace barometer {
namespace {

constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_percent(std::string& out, char c) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  out += '%';
  out += hex[static_cast<unsigned char>(c) >> 4];
  out += hex[static_cast<unsigned char>(c) & 15];
}

// Addresses are written with blanks and letters of every script; the resolver takes only what RFC 3986 allows.
std::string strict(std::string_view url) {
  std::string out;
  for (const char c : url) {
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F ||
        std::string_view("<>\"{}|\\^`").find(c) != std::string_view::npos) {
      append_percent(out, c);
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string host_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  std::string lower(url.substr(0, url.find_first_of("/?#", scheme + 3)));
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (!lower.starts_with("http://") && !lower.starts_with("https://")) return {};
  const auto at = lower.rfind('@');
  return lower.substr(at == std::string::npos ? scheme + 3 : at + 1);
}

bool is_absolute_url(std::string_view url) {
  if (url.empty() || !is_letter(url[0])) return false;
  const auto end = std::find_if_not(
      url.begin(), url.end(), [](char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; });
  return end != url.end() && *end == ':';
}

std::string resolve_url(std::string_view base, std::string_view reference) {
  if (base.empty() || is_absolute_url(reference)) return std::string(reference);
  const auto strict_base = strict(base);
  const auto strict_reference = strict(reference);
  const std::unique_ptr<xmlChar, decltype(xmlFree)> built(
      xmlBuildURI(reinterpret_cast<const xmlChar*>(strict_reference.c_str()),
                  reinterpret_cast<const xmlChar*>(strict_base.c_str())),
      xmlFree);
  return built ? std::string(reinterpret_cast<const char*>(built.get())) : std::string(reference);
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~')
      out += c;
    else
      append_percent(out, c);
  }
  return out;
}

}  // namespace barometer
