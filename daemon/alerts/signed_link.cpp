#include "daemon/alerts/signed_link.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

#include <openssl/crypto.h>

#include "connectors/digest.hpp"

namespace barometer {
namespace {

constexpr std::size_t signature_bytes = 16;

std::string signature_of(std::string_view claim, std::string_view key) {
  return to_hex(hmac_sha256(key, claim).substr(0, signature_bytes));
}

bool hexadecimal(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdef") == text.npos;
}

}  // namespace

std::string action_token(const ActionLink& link, std::string_view key) {
  char end[16];
  const auto seconds = std::chrono::floor<std::chrono::seconds>(link.until.time_since_epoch()).count();
  const auto written = std::to_chars(end, end + sizeof end, seconds, 16);
  std::string claim(1, static_cast<char>(link.does));
  claim.append("-").append(link.alert).append("-").append(end, written.ptr);
  return claim + "-" + signature_of(claim, key);
}

std::optional<ActionLink> read_action_token(std::string_view token, std::string_view key) {
  const auto last = token.rfind('-');
  if (last == token.npos || token.size() > 200) return std::nullopt;
  const auto claim = token.substr(0, last);
  const auto signature = token.substr(last + 1);
  const auto expected = signature_of(claim, key);
  if (signature.size() != expected.size() || CRYPTO_memcmp(signature.data(), expected.data(), expected.size()) != 0)
    return std::nullopt;
  const auto middle = claim.rfind('-');
  if (claim.size() < 4 || claim[1] != '-' || middle < 2) return std::nullopt;
  const auto does = std::ranges::find(mail_actions, static_cast<MailAction>(claim[0]));
  const auto alert = claim.substr(2, middle - 2), end = claim.substr(middle + 1);
  std::int64_t seconds = 0;
  const auto read = std::from_chars(end.data(), end.data() + end.size(), seconds, 16);
  if (does == mail_actions.end() || !hexadecimal(alert) || read.ec != std::errc{} ||
      read.ptr != end.data() + end.size())
    return std::nullopt;
  return ActionLink{*does, std::string(alert), UtcTime{std::chrono::seconds{seconds}}};
}

std::string link_key(std::string_view store_key) { return hmac_sha256(store_key, "links in mail"); }

}  // namespace barometer
