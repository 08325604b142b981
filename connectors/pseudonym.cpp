#include "connectors/pseudonym.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace barometer {
namespace {

constexpr std::size_t digest_bytes_kept = 16;
constexpr std::string_view digits = "0123456789abcdef";

bool is_pseudonym(std::string_view text) {
  return text.size() == 1 + 2 * digest_bytes_kept && text[0] == '~' &&
         text.find_first_not_of(digits, 1) == std::string_view::npos;
}

std::string one_spelling(std::string_view handle) {
  if (handle.starts_with('@')) handle.remove_prefix(1);
  std::string out(handle);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

}  // namespace

std::string pseudonym(const PseudonymKey& key, std::string_view platform, std::string_view handle) {
  if (handle.empty() || is_pseudonym(handle)) return std::string(handle);
  std::string message(platform);
  message += '\0';  // so that no platform and handle read as another pair
  message += one_spelling(handle);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (!HMAC(EVP_sha256(), key.bytes.data(), static_cast<int>(key.bytes.size()),
            reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest.data(), &size)) {
    throw std::runtime_error("OpenSSL has no HMAC-SHA-256");
  }
  std::string token = "~";
  for (std::size_t i = 0; i < digest_bytes_kept; ++i) {
    token += digits[digest[i] >> 4];
    token += digits[digest[i] & 15];
  }
  return token;
}

Post pseudonymised(Post post, const PseudonymKey& key) {
  post.author = pseudonym(key, post.platform, post.author);
  post.author_name.clear();
  return post;
}

}  // namespace barometer
