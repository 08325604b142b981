// Hostile alerts and settings: whatever a field holds, the message keeps its headers, its two parts and its short ASCII lines.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "daemon/mail_encoding.hpp"
#include "daemon/mail_fault.hpp"
#include "daemon/mail_message.hpp"

using namespace barometer;

namespace {

void demand(bool fact) {
  if (!fact) std::abort();
}

// The fields of the input, which line feeds cannot end: they are what is to be tried.
std::string_view next_field(std::string_view& rest) {
  const auto end = rest.find('\x1e');
  const auto field = rest.substr(0, end);
  rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  return field;
}

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + what.size())) ++found;
  return found;
}

void check(const std::string& text) {
  std::size_t line = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    demand((c >= 0x20 && c < 0x7f) || (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ||
           (c == '\n' && i > 0 && text[i - 1] == '\r'));
    line = c == '\n' ? 0 : line + 1;
    demand(line <= 999);  // with the carriage return
  }
  const auto headers = text.substr(0, text.find("\r\n\r\n") + 2);
  std::size_t names = 0;
  for (std::size_t at = 0; at < headers.size(); at = headers.find("\r\n", at) + 2)
    if (headers[at] != ' ') ++names;
  demand(names == 11);
  demand(count(text, "\r\n--=_barometer_") == 3);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest{reinterpret_cast<const char*>(data), size};
  Alert alert;
  alert.issue.sources = {""};
  for (auto* field : {&alert.id, &alert.issue.sources[0], &alert.post, &alert.thread}) *field = next_field(rest);
  alert.issue.rules = {std::string{next_field(rest)}};
  alert.issue.severity = static_cast<int>(size % 7) - 1;
  RecipientConfig recipient{std::string{next_field(rest)}, "lead@trust.example", 4};
  MailConfig config;
  config.from = "barometer@trust.example";
  const auto url = next_field(rest);

  const auto message =
      compose(alert, recipient, config, url, UtcTime{std::chrono::seconds{static_cast<long>(size) * 1'000'003}});
  demand(message.has_value());
  check(message->text);

  recipient.address = next_field(rest);
  config.from = next_field(rest);
  const auto addressed = compose(alert, recipient, config, url, {});
  if (addressed) check(addressed->text);
  demand(safe_reply(rest).find_first_of("@<>\r\n") == std::string::npos);
  return 0;
}
