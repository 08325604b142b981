#include "daemon/mail_fault.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include <curl/curl.h>

#include "daemon/mail_encoding.hpp"

namespace barometer {
namespace {

struct Meaning {
  CURLcode code;
  SendReason reason;
};

// What is not here is trouble with the connection.
constexpr std::array meanings{
    Meaning{CURLE_UNSUPPORTED_PROTOCOL, SendReason::settings},
    Meaning{CURLE_URL_MALFORMAT, SendReason::settings},
    Meaning{CURLE_USE_SSL_FAILED, SendReason::tls},
    Meaning{CURLE_SSL_CONNECT_ERROR, SendReason::tls},
    Meaning{CURLE_SSL_CERTPROBLEM, SendReason::tls},
    Meaning{CURLE_SSL_CIPHER, SendReason::tls},
    Meaning{CURLE_PEER_FAILED_VERIFICATION, SendReason::tls},
    Meaning{CURLE_SSL_CACERT_BADFILE, SendReason::tls},
    Meaning{CURLE_SSL_ISSUER_ERROR, SendReason::tls},
    Meaning{CURLE_LOGIN_DENIED, SendReason::login},
    Meaning{CURLE_AUTH_ERROR, SendReason::login},
    Meaning{CURLE_OPERATION_TIMEDOUT, SendReason::timeout},
};

// Replies that are about us and not about the message, whatever command they answered.
constexpr std::array demands_login{530, 534, 535, 538};
constexpr int closing = 421;

std::string_view remedy_of(SendReason reason) {
  switch (reason) {
    case SendReason::settings: return "mend mail.server";
    case SendReason::unreachable: return "check mail.server, that the server runs, and the firewall";
    case SendReason::tls:
      return "check that the server offers TLS, and that mail.ca_file holds the authority of its certificate";
    case SendReason::login: return "check mail.user and the file in mail.password_file";
    case SendReason::timeout: return "check mail.server and the load of the server";
    case SendReason::busy: return "nothing to do unless it lasts: then ask those who run the server";
    case SendReason::refused: return "check the recipient's address and mail.from, or ask those who run the server";
    case SendReason::store: return "see the store's own errors";
  }
  return "";
}

SendReason reason_of(int curl_code, const SmtpReplies& replies) {
  if (std::ranges::find(demands_login, replies.code) != demands_login.end()) return SendReason::login;
  const auto row =
      std::ranges::find(meanings, curl_code, [](const Meaning& meaning) { return static_cast<int>(meaning.code); });
  if (row != meanings.end() && (row->reason != SendReason::login || replies.code >= 500)) return row->reason;
  if (replies.code >= 500) return SendReason::refused;
  if (replies.code >= 400) return SendReason::busy;
  return SendReason::unreachable;
}

bool names_someone(std::string_view word) { return word.find_first_of("@<>") != word.npos; }

}  // namespace

SendFault mail_fault(int curl_code, const SmtpReplies& replies) {
  SendFault out;
  out.reason = reason_of(curl_code, replies);
  // A server that answers its greeting with a refusal, or that closes, takes no message at all.
  const bool answered = out.reason == SendReason::busy || out.reason == SendReason::refused;
  const bool signing_in = curl_code == CURLE_LOGIN_DENIED;
  out.of_server = !answered || signing_in || replies.count < 2 || replies.code == closing;
  const auto what = replies.code >= 400
                        ? fmt::format("the mail server answered {} {}", replies.code, safe_reply(replies.text))
                        : fmt::format("mail server: {}", curl_easy_strerror(static_cast<CURLcode>(curl_code)));
  out.detail = fmt::format("{}; {}", what, remedy_of(out.reason));
  return out;
}

std::string safe_reply(std::string_view text) {
  constexpr std::size_t longest = 120;
  std::string out;
  const auto line = one_line(text, 1000);
  for (std::size_t at = 0; at < line.size();) {
    const auto end = std::min(line.find(' ', at), line.size());
    const auto word = std::string_view{line}.substr(at, end - at);
    if (!names_someone(word)) out += (out.empty() ? "" : " ") + std::string{word};
    at = end + 1;
  }
  return one_line(out, longest);
}

}  // namespace barometer
