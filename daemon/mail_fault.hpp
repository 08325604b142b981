#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "daemon/channels/send_fault.hpp"

namespace barometer {

// What the server said during one connection.
struct SmtpReplies {
  int code = 0;  // of the last reply; 0 when there was none
  std::size_t count = 0;
  std::string text = {};  // of the last reply, without its code
};

// What a transfer's outcome means: `curl_code` is CURLcode, not CURLE_OK. Pure.
// Codes of SMTP after RFC 5321 section 4.2 and RFC 4954 section 6.
SendFault mail_fault(int curl_code, const SmtpReplies& replies);

// A server's words without what could name someone: addresses and whatever stands in angle brackets are taken out,
// control characters become blanks, and it is at most 120 characters.
std::string safe_reply(std::string_view text);

}  // namespace barometer
