#include "connectors/pseudonym.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

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

struct FreeMac {
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

// HMAC-SHA-256 under one key after another. OpenSSL 3 takes longer to find an algorithm by name and to take up a key than to hash
// a handle: both are done once, and again when the key changes.
class Mac {
 public:
  Mac() {
    EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    context_.reset(hmac != nullptr ? EVP_MAC_CTX_new(hmac) : nullptr);
    EVP_MAC_free(hmac);
  }

  std::array<unsigned char, 32> of(const std::string& key, std::string_view message) {
    std::array<unsigned char, 32> digest{};
    std::size_t size = 0;
    if (!context_ || !take_up(key) ||
        EVP_MAC_update(context_.get(), reinterpret_cast<const unsigned char*>(message.data()), message.size()) != 1 ||
        EVP_MAC_final(context_.get(), digest.data(), &size, digest.size()) != 1 || size != digest.size())
      throw std::runtime_error("OpenSSL has no HMAC-SHA-256");
    return digest;
  }

 private:
  bool take_up(const std::string& key) {
    if (begun_ && key == key_) return EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1;
    std::string digest = "SHA256";
    const std::array settings{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
                              OSSL_PARAM_construct_end()};
    begun_ = EVP_MAC_init(context_.get(), reinterpret_cast<const unsigned char*>(key.data()), key.size(),
                          settings.data()) == 1;
    key_ = key;
    return begun_;
  }

  std::unique_ptr<EVP_MAC_CTX, FreeMac> context_;
  std::string key_ = {};
  bool begun_ = false;
};

}  // namespace

std::string pseudonym(const PseudonymKey& key, std::string_view platform, std::string_view handle) {
  if (handle.empty() || is_pseudonym(handle)) return std::string(handle);
  std::string message(platform);
  message += '\0';  // so that no platform and handle read as another pair
  message += one_spelling(handle);
  thread_local Mac mac;
  const auto digest = mac.of(key.bytes, message);
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
