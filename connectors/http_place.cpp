#include "connectors/http_place.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <memory>

#include <curl/curl.h>

namespace barometer {

namespace {

using Url = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

Url parsed(const std::string& text) {
  Url url(curl_url(), &curl_url_cleanup);
  // Redirects are written with blanks and letters of every script; curl encodes them.
  constexpr unsigned lenient = CURLU_URLENCODE | CURLU_ALLOW_SPACE;
  if (url && curl_url_set(url.get(), CURLUPART_URL, text.c_str(), lenient) != CURLUE_OK) url.reset();
  return url;
}

std::string part(const Url& url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK) return {};
  const std::unique_ptr<char, decltype(&curl_free)> owner(text, &curl_free);
  return text;
}

std::string folded(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

}  // namespace

std::optional<HttpPlace> http_place(std::string_view text) {
  if (text.find('\0') != text.npos) return std::nullopt;
  const Url url = parsed(std::string(text));
  if (!url) return std::nullopt;
  HttpPlace place;
  place.url = part(url, CURLUPART_URL);
  place.scheme = folded(part(url, CURLUPART_SCHEME));
  place.host = folded(part(url, CURLUPART_HOST));
  const std::string port = part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  std::from_chars(port.data(), port.data() + port.size(), place.port);
  if ((place.scheme != "http" && place.scheme != "https") || place.host.empty()) return std::nullopt;
  return place;
}

std::string without_login(const HttpPlace& place) {
  const Url url = parsed(place.url);
  if (!url) return place.url;
  for (const CURLUPart which : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS}) {
    curl_url_set(url.get(), which, nullptr, 0);
  }
  return part(url, CURLUPART_URL);
}

bool may_share_secrets(const HttpPlace& from, const HttpPlace& to) {
  if (from.host != to.host) return false;
  if (from.scheme == to.scheme) return from.port == to.port;
  return from.scheme == "http" && from.port == 80 && to.scheme == "https" && to.port == 443;
}

bool is_harmless_header(std::string_view name) {
  constexpr std::string_view harmless[] = {"accept", "accept-language", "if-none-match", "if-modified-since"};
  const std::string folded_name = folded(std::string(name));
  return std::find(std::begin(harmless), std::end(harmless), folded_name) != std::end(harmless);
}

}  // namespace barometer
