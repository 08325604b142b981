#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "daemon/config.hpp"
#include "daemon/mail_fault.hpp"
#include "daemon/mail_message.hpp"

namespace barometer {

// One message on its way by SMTP, on a connection of its own: STARTTLS demanded unless the settings allow plain text (or smtps://),
// the server's certificate checked against mail.ca_file or the system's authorities, signed in if there is a user.
class SmtpTransfer {
 public:
  static constexpr std::chrono::seconds connect_limit{15};
  // RFC 5321 would wait ten minutes for the last reply; a message given up early can only arrive twice, never get lost.
  static constexpr std::chrono::seconds whole_limit{120};
  // How long a server may think about our goodbye once it has the message.
  static constexpr std::chrono::seconds goodbye_limit{2};

  SmtpTransfer(const MailConfig& config, const std::string& password, MailMessage message);
  ~SmtpTransfer();
  SmtpTransfer(const SmtpTransfer&) = delete;
  SmtpTransfer& operator=(const SmtpTransfer&) = delete;

  // Sends; once. Blocks for whole_limit at the most, so never on the loop's thread: libcurl waits for the answer to QUIT
  // without giving the thread back, even where its multi interface drives the rest.
  void perform();
  // Ends perform() within a second or so. Any thread.
  void abort();

  // After perform(). Empty: the server has taken charge of the message (250 after the data).
  std::optional<SendFault> fault() const;
  // It ended because of abort(), and what the server thinks is not known.
  bool given_up() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace barometer
