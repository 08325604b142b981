#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "daemon/config.hpp"
#include "daemon/mail_fault.hpp"
#include "daemon/mail_message.hpp"

typedef void CURL;

namespace barometer {

// One message on its way by SMTP, on a connection of its own: STARTTLS demanded unless the settings allow plain text (or smtps://),
// the server's certificate checked against mail.ca_file or the system's authorities, signed in if there is a user.
// CurlLoop::perform(handle()) sends it; both ends of the wait are always bounded.
class SmtpTransfer {
 public:
  static constexpr std::chrono::seconds connect_limit{15};
  // RFC 5321 would wait ten minutes for the last reply; a message given up early can only arrive twice, never get lost.
  static constexpr std::chrono::seconds whole_limit{120};

  SmtpTransfer(const MailConfig& config, const std::string& password, MailMessage message);
  ~SmtpTransfer();
  SmtpTransfer(const SmtpTransfer&) = delete;
  SmtpTransfer& operator=(const SmtpTransfer&) = delete;

  CURL* handle() const;
  // What the code that perform() gave means; empty: the server has taken charge of the message (250 after the data).
  std::optional<MailFault> fault(int curl_code) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace barometer
