#pragma once

#include <string>
#include <string_view>

#include "connectors/result.hpp"
#include "daemon/config.hpp"
#include "storage/store.hpp"

namespace barometer {

// A message as it is handed to a mail server.
struct MailMessage {
  std::string from = {};  // envelope addresses, without angle brackets
  std::string to = {};
  std::string text = {};  // headers and body: ASCII, CRLF, no line over 998 (RFC 5322, 2045 to 2047)
};

// The message of one alert to one recipient. Pure: the same alert always has the same Message-ID ("<alert id@domain of from>"),
// so that a message sent twice can be known as one. It names themes, rules and the source, and holds neither the post's words nor
// its author nor its address on its platform (which often holds the author's handle): `public_url`, if there is one, leads to the
// page that shows them. A failure (ask_operator) means that the settings hold no usable address.
Result<MailMessage> compose(const Alert& alert, const RecipientConfig& recipient, const MailConfig& config,
                            std::string_view public_url, UtcTime now);

// Who can act on a concern of this theme, and what to do first. Distress and abuse name people, never a reply in public.
struct Owner {
  std::string_view role;
  std::string_view next_step;
};
Owner owner_of(Theme theme);

}  // namespace barometer
