#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace barometer {

// Why a message did not leave. The same word is the metric's label.
enum class MailReason : std::uint8_t {
  settings,     // nothing was tried: a password, an address or a recipient is missing
  unreachable,  // no connection, or it broke
  tls,          // no encryption, or a certificate that is not trusted
  login,        // user or password refused, or demanded
  timeout,      // the server took too long
  busy,         // the server said "later" (4xx)
  refused,      // the server said "never" (5xx) to this message
  store,        // the outbox could not be read or written
};
std::string_view name_of(MailReason reason);

struct MailFault {
  MailReason reason = MailReason::unreachable;
  bool of_server = true;    // false: of this message alone; others may still leave
  std::string detail = {};  // what happened and what to do; no address, no password
};

// What the server said during one connection.
struct SmtpReplies {
  int code = 0;  // of the last reply; 0 when there was none
  std::size_t count = 0;
  std::string text = {};  // of the last reply, without its code
};

// What a transfer's outcome means: `curl_code` is CURLcode, not CURLE_OK. Pure.
// Codes of SMTP after RFC 5321 section 4.2 and RFC 4954 section 6.
MailFault mail_fault(int curl_code, const SmtpReplies& replies);

// A server's words without what could name someone: addresses and whatever stands in angle brackets are taken out,
// control characters become blanks, and it is at most 120 characters.
std::string safe_reply(std::string_view text);

// How long to wait after that many failures in a row (at least one): `first`, doubling up to an hour.
std::chrono::milliseconds mail_wait(std::chrono::milliseconds first, int failures);

}  // namespace barometer
