#pragma once

#include <string>

#include "connectors/result.hpp"
#include "daemon/alerts/mail_body.hpp"

namespace barometer {

// A message as it is handed to a mail server.
struct MailMessage {
  std::string from = {};  // envelope addresses, without angle brackets
  std::string to = {};
  std::string text = {};  // headers and body: ASCII, CRLF, no line over 998 (RFC 5322, 2045 to 2047)
};

struct MailEnvelope {
  std::string from = {};       // as in the settings
  std::string to = {};         //
  std::string role = {};       // of the recipient, for a failure
  std::string reference = {};  // the Message-ID is "<reference@domain of from>": the same reference, the same message
  std::string thread = {};  // reference of the message that began the thread; empty, or the same, for that one itself
};

// The message in two parts, each complete. Pure. A failure (ask_operator) means that the settings hold no usable address.
Result<MailMessage> mail_message(const MailBody& body, const MailEnvelope& envelope, UtcTime now);

}  // namespace barometer
