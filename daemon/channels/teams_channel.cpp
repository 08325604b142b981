#include "daemon/channels/teams_channel.hpp"

#include <array>
#include <string_view>

#include <boost/json.hpp>

#include "daemon/channels/chat_text.hpp"
#include "daemon/channels/json_post.hpp"
#include "daemon/mail_encoding.hpp"

namespace barometer {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_line = 1000;
constexpr std::size_t most_bytes = 12'000;  // of words: Teams takes 28 KB of JSON
constexpr std::size_t most_buttons = 6;

json::object block(json::object run, std::string_view spacing) {
  run["type"] = "TextRun";
  return {{"type", "RichTextBlock"}, {"spacing", spacing}, {"inlines", json::array{std::move(run)}}};
}

json::object paragraph(std::string_view text) { return block({{"text", one_line(text, longest_line)}}, "Small"); }

json::object heading(std::string_view text, std::string_view size) {
  return block({{"text", one_line(text, longest_line)}, {"size", size}, {"weight", "Bolder"}}, "Medium");
}

json::array buttons(const MailBody& body) {
  json::array out;
  for (const auto& button : body.buttons)
    if (const auto url = safe_link(button.url); !url.empty() && out.size() < most_buttons)
      out.push_back({{"type", "Action.OpenUrl"}, {"title", one_line(button.label, 70)}, {"url", url}});
  return out;
}

}  // namespace

std::string teams_json(const Outgoing& message) {
  const auto& body = message.body;
  json::array blocks{heading(body.subject, "Medium"), paragraph(body.opening)};
  for (const auto& section : chat_sections(body, most_bytes)) {
    blocks.push_back(heading(section.heading, "Default"));
    for (const auto& line : section.lines) blocks.push_back(paragraph(line));
  }
  for (const auto& line : body.footer)
    blocks.push_back(block({{"text", one_line(line, longest_line)}, {"isSubtle", true}, {"size", "Small"}}, "Small"));
  json::object card{{"$schema", "http://adaptivecards.io/schemas/adaptive-card.json"},
                    {"type", "AdaptiveCard"},
                    {"version", "1.4"},
                    {"msteams", {{"width", "Full"}}},
                    {"fallbackText", one_line(body.subject, longest_line)},
                    {"body", std::move(blocks)},
                    {"actions", buttons(body)}};
  json::object attachment{{"contentType", "application/vnd.microsoft.card.adaptive"},
                          {"contentUrl", nullptr},
                          {"content", std::move(card)}};
  return json::serialize(json::object{{"type", "message"}, {"attachments", json::array{std::move(attachment)}}});
}

Begun begin_teams(const Outgoing& message, const Config& config, asio::thread_pool&) {
  return begin_json_post(message, config, teams_json(message), {});
}

}  // namespace barometer
