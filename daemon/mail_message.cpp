#include "daemon/mail_message.hpp"

#include <array>
#include <cctype>
#include <chrono>
#include <fmt/format.h>

#include "daemon/mail_encoding.hpp"

namespace barometer {
namespace {

// RFC 5322, section 3.3. In UTC, which needs no table of zones to be right.
std::string header_date(UtcTime time) {
  constexpr std::array weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", weekdays[std::chrono::weekday{day}.c_encoding()],
                     static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

// What may stand in a Message-ID and in a boundary; references are hexadecimal anyway.
std::string reference_of(const std::string& id) {
  std::string out;
  for (const char c : id.substr(0, 64))
    if (std::isalnum(static_cast<unsigned char>(c))) out += c;
  return out.empty() ? "unknown" : out;
}

std::string part(const std::string& boundary, std::string_view type, std::string_view text) {
  return fmt::format(
      "--{}\r\nContent-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n", boundary,
      type, quoted_printable(text));
}

Failure no_address(std::string_view setting) {
  return {
      Remedy::ask_operator, fmt::format("{} is no address that mail can go to: write it as name@domain", setting), {}};
}

}  // namespace

Result<MailMessage> mail_message(const MailBody& body, const MailEnvelope& envelope, UtcTime now) {
  const auto from = mail_address(envelope.from);
  if (!from) return no_address("mail.from");
  const auto to = mail_address(envelope.to);
  if (!to) return no_address("the address of the recipient \"" + one_line(envelope.role) + "\"");

  const auto domain = from->substr(from->find('@') + 1);
  const auto reference = reference_of(envelope.reference);
  const auto thread = envelope.thread.empty() ? reference : reference_of(envelope.thread);
  // "=_" never appears in quoted-printable text, so no part can hold its own end.
  const auto boundary = "=_barometer_" + reference.substr(0, 40);

  MailMessage out{*from, *to, {}};
  out.text = mail_header("Date", header_date(now)) + mail_header("From", "Barometer <" + *from + ">") +
             mail_header("To", "<" + *to + ">") + mail_header("Subject", one_line(body.subject, 250)) +
             mail_header("Message-ID", "<" + reference + "@" + domain + ">");
  if (thread != reference) {
    const auto first = "<" + thread + "@" + domain + ">";
    out.text += mail_header("In-Reply-To", first) + mail_header("References", first);
  }
  out.text += mail_header("List-Id", "Barometer alerts <barometer-alerts." + domain + ">") +
              mail_header("Auto-Submitted", "auto-generated") +
              mail_header("X-Auto-Response-Suppress", "All") +  // Exchange's word for the same
              mail_header("X-Barometer-Reference", reference) + mail_header("MIME-Version", "1.0") +
              mail_header("Content-Type", "multipart/alternative; boundary=\"" + boundary + "\"") + "\r\n" +
              part(boundary, "text/plain", plain_text(body)) + part(boundary, "text/html", html(body)) + "--" +
              boundary + "--\r\n";
  return out;
}

}  // namespace barometer
