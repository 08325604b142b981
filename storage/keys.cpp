#include "storage/keys.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include <openssl/evp.h>

namespace barometer {

namespace {

constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;
constexpr int first_grain = 3;    // 0 to 2 began the keys of rows that held one bucket (schema 6)
constexpr char of_record = '\0';  // what a key of a source leads to
constexpr char of_tally = '\1';

struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// Looked up once: OpenSSL 3 takes longer to find an algorithm by name than to hash an id.
const EVP_MD* sha256() {
  static const EVP_MD* const digest = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (digest == nullptr) throw std::runtime_error("OpenSSL has no SHA-256; its configuration forbids it");
  return digest;
}

void append_time(std::string& key, UtcTime time) {
  const auto bits = static_cast<std::uint64_t>(time.time_since_epoch().count()) ^ sign_bit;
  for (int shift = 56; shift >= 0; shift -= 8) key.push_back(static_cast<char>((bits >> shift) & 0xff));
}

}  // namespace

void append_name(std::string& key, std::string_view name) {
  for (const char c : name) {
    key.push_back(c);
    if (c == '\0') key.push_back('\xff');
  }
  key.append("\0\1", 2);
}

bool take_name(std::string_view& key, std::string& name) {
  while (key.size() >= 2) {
    const char c = key.front();
    if (c != '\0') {
      name.push_back(c);
      key.remove_prefix(1);
      continue;
    }
    const char kind = key[1];
    key.remove_prefix(2);
    if (kind == '\1') return true;
    if (kind != '\xff') return false;
    name.push_back('\0');
  }
  return false;
}

IdHash hash_id(std::string_view post_id) {
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeDigest> context{EVP_MD_CTX_new()};
  std::array<unsigned char, 32> digest{};
  unsigned length = 0;
  if (!context || EVP_DigestInit_ex2(context.get(), sha256(), nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), post_id.data(), post_id.size()) != 1 ||
      EVP_DigestFinal_ex(context.get(), digest.data(), &length) != 1 || length != digest.size())
    throw std::runtime_error("OpenSSL failed to hash the id of a post");
  IdHash hash{};
  std::copy_n(digest.begin(), hash.size(), hash.begin());
  return hash;
}

std::string time_key(UtcTime time) {
  std::string key;
  append_time(key, time);
  return key;
}

UtcTime time_of(std::string_view eight_bytes) {
  std::uint64_t bits = 0;
  for (const char c : eight_bytes.substr(0, time_bytes)) bits = bits << 8 | static_cast<unsigned char>(c);
  return UtcTime{std::chrono::milliseconds{static_cast<std::int64_t>(bits ^ sign_bit)}};
}

std::string post_key(UtcTime made_at, const IdHash& id) {
  std::string key;
  key.reserve(time_bytes + id.size());
  append_time(key, made_at);
  key.append(id.data(), id.size());
  return key;
}

std::optional<PostKey> parse_post_key(std::string_view key) {
  PostKey parsed;
  if (key.size() != time_bytes + parsed.id.size()) return std::nullopt;
  parsed.made_at = time_of(key);
  std::copy_n(key.begin() + time_bytes, parsed.id.size(), parsed.id.begin());
  return parsed;
}

std::string series_prefix(Resolution resolution) {
  return {static_cast<char>(first_grain + static_cast<int>(resolution))};
}

std::string series_prefix(Resolution resolution, std::string_view tag) {
  std::string key = series_prefix(resolution);
  append_name(key, tag);
  return key;
}

std::string series_prefix(Resolution resolution, std::string_view tag, std::string_view source) {
  std::string key = series_prefix(resolution, tag);
  append_name(key, source);
  return key;
}

std::string series_key(Resolution resolution, std::string_view tag, std::string_view source, UtcTime day) {
  std::string key = series_prefix(resolution, tag, source);
  append_time(key, day);
  return key;
}

std::optional<SeriesKey> parse_series_key(std::string_view key) {
  SeriesKey parsed;
  const auto resolution = key.empty() ? -1 : static_cast<unsigned char>(key.front()) - first_grain;
  if (resolution < 0 || resolution > static_cast<int>(Resolution::day)) return std::nullopt;
  parsed.resolution = static_cast<Resolution>(resolution);
  key.remove_prefix(1);
  if (!take_name(key, parsed.tag) || !take_name(key, parsed.source) || key.size() != time_bytes) return std::nullopt;
  parsed.day = time_of(key);
  return parsed;
}

std::string after_prefix(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (!prefix.empty()) prefix.back() = static_cast<char>(prefix.back() + 1);
  return prefix;
}

std::string members_prefix(std::string_view issue) { return std::string("i").append(issue); }

std::string member_key(std::string_view issue, UtcTime made_at, const IdHash& post) {
  return members_prefix(issue).append(post_key(made_at, post));
}

std::string memberships_prefix(const IdHash& post) { return std::string("p").append(post.data(), post.size()); }

std::string membership_key(const IdHash& post, std::string_view issue) {
  return memberships_prefix(post).append(issue);
}

std::string issue_order_key(UtcTime at, std::string_view record) {
  const auto hash = hash_id(record);
  return std::string(issue_orders_prefix) + time_key(at) + std::string(hash.begin(), hash.begin() + 8);
}

std::optional<UtcTime> time_of_issue_order(std::string_view key) {
  constexpr std::size_t rest = time_bytes + 8;
  if (!key.starts_with(issue_orders_prefix) || key.size() != issue_orders_prefix.size() + rest) return std::nullopt;
  return time_of(key.substr(issue_orders_prefix.size(), time_bytes));
}

std::string outbox_key(UtcTime raised_at, std::string_view alert_id) {
  std::string key = time_key(raised_at);
  key.append(alert_id);
  return key;
}

std::string gaps_prefix(std::string_view source) {
  std::string key;
  append_name(key, source);
  return key;
}

std::string gap_key(std::string_view source, UtcTime from) {
  std::string key = gaps_prefix(source);
  append_time(key, from);
  return key;
}

std::optional<GapKey> parse_gap_key(std::string_view key) {
  GapKey parsed;
  if (!take_name(key, parsed.source) || key.size() != time_bytes) return std::nullopt;
  parsed.from = time_of(key);
  return parsed;
}

std::string source_prefix(std::string_view source) {
  std::string key;
  append_name(key, source);
  return key;
}

std::string source_key(std::string_view source) { return source_prefix(source) + of_record; }

std::string tally_key(std::string_view source, UtcTime hour) {
  const auto hours = std::chrono::floor<std::chrono::hours>(hour).time_since_epoch().count();
  const auto slot = ((hours % tallied_hours) + tallied_hours) % tallied_hours;
  return source_prefix(source) + of_tally + static_cast<char>(slot);
}

std::optional<SourceKey> parse_source_key(std::string_view key) {
  SourceKey parsed;
  if (!take_name(key, parsed.source) || key.empty()) return std::nullopt;
  if (key.front() == of_record && key.size() == 1) return parsed;
  if (key.front() != of_tally || key.size() != 2) return std::nullopt;
  parsed.slot = static_cast<std::uint8_t>(key[1]);
  if (*parsed.slot >= tallied_hours) return std::nullopt;
  return parsed;
}

std::string natives_prefix(std::string_view platform, std::string_view source) {
  std::string key;
  append_name(key, platform);
  append_name(key, source);
  return key;
}

std::string natives_prefix(std::string_view platform, std::string_view source, std::string_view native_id) {
  std::string key = natives_prefix(platform, source);
  append_name(key, native_id);
  return key;
}

std::string native_key(const Post& post, const IdHash& id) {
  return natives_prefix(post.platform, post.source, post.native_id).append(id.data(), id.size());
}

std::optional<NativeKey> parse_native_key(std::string_view key) {
  NativeKey parsed;
  if (!take_name(key, parsed.platform) || !take_name(key, parsed.source) || !take_name(key, parsed.native_id) ||
      key.size() != parsed.id.size())
    return std::nullopt;
  std::copy_n(key.begin(), parsed.id.size(), parsed.id.begin());
  return parsed;
}

std::string deletion_key(UtcTime at, DeletionKind kind) {
  std::string key = time_key(at);
  key.push_back(static_cast<char>(kind));
  return key;
}

std::optional<DeletionKey> parse_deletion_key(std::string_view key) {
  if (key.size() != time_bytes + 1 || *name_of(static_cast<DeletionKind>(key.back())) == '\0') return std::nullopt;
  return DeletionKey{.at = time_of(key), .kind = static_cast<DeletionKind>(key.back())};
}

}  // namespace barometer
