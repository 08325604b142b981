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
  MailReason reason;
};

// What is not here is trouble with the connection.
constexpr std::array meanings{
    Meaning{CURLE_UNSUPPORTED_PROTOCOL, MailReason::settings},
    Meaning{CURLE_URL_MALFORMAT, MailReason::settings},
    Meaning{CURLE_USE_SSL_FAILED, MailReason::tls},
    Meaning{CURLE_SSL_CONNECT_ERROR, MailReason::tls},
    Meaning{CURLE_SSL_CERTPROBLEM, MailReason::tls},
    Meaning{CURLE_SSL_CIPHER, MailReason::tls},
    Meaning{CURLE_PEER_FAILED_VERIFICATION, MailReason::tls},
    Meaning{CURLE_SSL_CACERT_BADFILE, MailReason::tls},
    Meaning{CURLE_SSL_ISSUER_ERROR, MailReason::tls},
    Meaning{CURLE_LOGIN_DENIED, MailReason::login},
    Meaning{CURLE_AUTH_ERROR, MailReason::login},
    Meaning{CURLE_OPERATION_TIMEDOUT, MailReason::timeout},
};

// Replies that are about us and not about the message, whatever command they answered.
constexpr std::array demands_login{530, 534, 535, 538};
constexpr int closing = 421;

std::string_view remedy_of(MailReason reason) {
  switch (reason) {
    case MailReason::settings: return "mend mail.server";
    case MailReason::unreachable: return "check mail.server, that the server runs, and the firewall";
    case MailReason::tls:
      return "check that the server offers TLS, and that mail.ca_file holds the authority of its certificate";
    case MailReason::login: return "check mail.user and the file in mail.password_file";
    case MailReason::timeout: return "check mail.server and the load of the server";
    case MailReason::busy: return "nothing to do unless it lasts: then ask those who run the server";
    case MailReason::refused: return "check the recipient's address and mail.from, or ask those who run the server";
    case MailReason::store: return "see the store's own errors";
  }
  return "";
}

MailReason reason_of(int curl_code, const SmtpReplies& replies) {
  if (std::ranges::find(demands_login, replies.code) != demands_login.end()) return MailReason::login;
  const auto row =
      std::ranges::find(meanings, curl_code, [](const Meaning& meaning) { return static_cast<int>(meaning.code); });
  if (row != meanings.end() && (row->reason != MailReason::login || replies.code >= 500)) return row->reason;
  if (replies.code >= 500) return MailReason::refused;
  if (replies.code >= 400) return MailReason::busy;
  return MailReason::unreachable;
}

bool names_someone(std::string_view word) { return word.find_first_of("@<>") != word.npos; }

}  // namespace

std::string_view name_of(MailReason reason) {
  switch (reason) {
    case MailReason::settings: return "settings";
    case MailReason::unreachable: return "unreachable";
    case MailReason::tls: return "tls";
    case MailReason::login: return "login";
    case MailReason::timeout: return "timeout";
    case MailReason::busy: return "busy";
    case MailReason::refused: return "refused";
    case MailReason::store: return "store";
  }
  return "";
}

MailFault mail_fault(int curl_code, const SmtpReplies& replies) {
  MailFault out;
  out.reason = reason_of(curl_code, replies);
  // A server that answers its greeting with a refusal, or that closes, takes no message at all.
  const bool answered = out.reason == MailReason::busy || out.reason == MailReason::refused;
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

std::chrono::milliseconds mail_wait(std::chrono::milliseconds first, int failures) {
  constexpr std::chrono::milliseconds ceiling = std::chrono::hours{1};
  auto wait = std::max(first, std::chrono::milliseconds{1});
  for (int i = 1; i < failures && wait < ceiling; ++i) wait *= 2;
  return std::min(wait, ceiling);
}

}  // namespace barometer
