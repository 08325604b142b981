#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/result.hpp"

namespace barometer {

// Links in mail that do something for whoever holds the mail, without signing in. Pure.

// The letters are in links that are out: never reused.
enum class MailAction : char { acknowledge = 'a', silence = 's', not_care = 'n' };
inline constexpr std::array mail_actions{MailAction::acknowledge, MailAction::not_care, MailAction::silence};

struct ActionLink {
  MailAction does = MailAction::acknowledge;
  std::string alert = {};  // id, hexadecimal
  UtcTime until = {};      // seconds; after this it does nothing
};

// A link is good for so long after its mail was written.
inline constexpr std::chrono::days link_lasts{14};

// One segment of a path: letter, id, end in hexadecimal seconds, and the first 16 bytes of the HMAC-SHA256 over these.
std::string action_token(const ActionLink& link, std::string_view key);
// Empty if it was not made with this key; whether its time is over is for who asks.
std::optional<ActionLink> read_action_token(std::string_view token, std::string_view key);

// The key for links, made from the store's: who knows one link learns nothing of the other.
std::string link_key(std::string_view store_key);

}  // namespace barometer
