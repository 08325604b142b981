// Hostile issues and settings: whatever a field holds, a mail keeps its headers, its two parts and its short ASCII lines, and a message
// to a chat its shape, with no mark-up and no link that is not ours.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "daemon/alerts/issue_mail.hpp"
#include "daemon/channels/slack_channel.hpp"
#include "daemon/channels/teams_channel.hpp"
#include "daemon/channels/webhook_channel.hpp"
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
  demand(names == 11 || names == 13);  // with those that point to the thread
  demand(count(text, "\r\n--=_barometer_") == 3);
}

void check_chat(const Outgoing& message) {
  namespace json = boost::json;
  const auto slack = slack_json(message), teams = teams_json(message), hook = webhook_json(message, {});
  demand(slack.size() < 40'000 && teams.size() < 60'000);
  demand(slack.find_first_of("<>") == std::string::npos);
  const auto card = json::parse(teams).at("attachments").at(0).at("content").as_object();
  for (const auto& block : card.at("body").as_array()) demand(block.at("type").as_string() == "RichTextBlock");
  demand(json::parse(slack).as_object().size() == 4);
  demand(json::parse(hook).as_object().size() == 12);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest{reinterpret_cast<const char*>(data), size};
  Alert alert;
  Issue& issue = alert.issue;
  issue.sources = issue.rules = {""};
  for (auto* field : {&alert.id, &alert.thread, &issue.id, &issue.place, &issue.tag, &issue.detector, &issue.sources[0],
                      &issue.rules[0]})
    *field = next_field(rest);
  alert.kind = static_cast<AlertKind>(1 + size % 5);
  issue.kind = static_cast<IssueKind>(1 + size % 5);
  issue.theme = themes()[size % themes().size()].theme;
  issue.severity = static_cast<int>(size % 5);
  issue.evidence = {.voices = static_cast<int>(size) - 20,
                    .expected = static_cast<double>(size) / 7 - 2,
                    .window = std::chrono::hours{size % 900},
                    .chance = 0.5};
  RecipientConfig recipient{std::string{next_field(rest)}, "lead@trust.example", 3};
  recipient.wanted.places = {std::string{next_field(rest)}};
  IssueMailFacts facts;
  facts.places = {{issue.place, std::string{next_field(rest)}}};
  facts.page = next_field(rest);
  facts.first_told = next_field(rest);

  const UtcTime now{std::chrono::seconds{static_cast<long>(size) * 1'000'003}};
  MailEnvelope envelope{"barometer@trust.example", recipient.address, recipient.name, alert.id, alert.thread};
  for (const auto& body : {issue_mail(alert, recipient, {}, facts), group_mail({alert, alert}, recipient, {}, facts)}) {
    const auto message = mail_message(body, envelope, now);
    demand(message.has_value());
    check(message->text);
    check_chat({body, {alert}, recipient, now});
  }
  envelope.to = next_field(rest);
  envelope.from = next_field(rest);
  const auto addressed = mail_message(issue_mail(alert, recipient, {}, facts), envelope, now);
  if (addressed) check(addressed->text);
  demand(safe_reply(rest).find_first_of("@<>\r\n") == std::string::npos);
  return 0;
}
