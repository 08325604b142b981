#include "daemon/channels/slack_channel.hpp"

#include <string_view>

#include <boost/json.hpp>

#include "daemon/channels/chat_text.hpp"
#include "daemon/channels/json_post.hpp"
#include "daemon/mail_encoding.hpp"

namespace barometer {
namespace {

namespace json = boost::json;

// Slack's limits: a header has 150 characters, a text 3000, a message 50 blocks and, by experience, some 13,000 characters in all.
constexpr std::size_t longest_header = 140;
constexpr std::size_t longest_text = 2900;
constexpr std::size_t longest_label = 70;
constexpr std::size_t most_bytes = 10'000;
constexpr std::size_t most_sections = 40;

// What Slack reads as mark-up where it reads any: brackets become angle quotes, and no @ stands before a name.
std::string harmless(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "‹";
    else if (c == '>')
      out += "›";
    else if (c == '@')
      out += "@\u2060";  // a word joiner, which nobody sees
    else
      out += c;
  }
  return out;
}

json::object plain(std::string_view text, std::size_t most) {
  return {{"type", "plain_text"}, {"text", harmless(one_line(text, most))}, {"emoji", false}};
}

// Line ends are ours alone.
json::object lines(const ChatSection& section) {
  std::string text = section.heading;
  for (const auto& line : section.lines) text += "\n" + line;
  auto out = plain("", 0);
  out["text"] = harmless(text.size() > longest_text ? one_line(text, longest_text) : text);
  return out;
}

json::array buttons(const MailBody& body) {
  json::array out;
  for (const auto& button : body.buttons)
    if (const auto url = safe_link(button.url); !url.empty())
      out.push_back({{"type", "button"}, {"text", plain(button.label, longest_label)}, {"url", url}});
  return out;
}

// The fallback is mark-up.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else
      out += c;
  }
  return out;
}

}  // namespace

std::string slack_json(const Outgoing& message) {
  const auto& body = message.body;
  json::array blocks;
  blocks.push_back({{"type", "header"}, {"text", plain(body.subject, longest_header)}});
  blocks.push_back({{"type", "section"}, {"text", plain(body.opening, longest_text)}});
  if (auto row = buttons(body); !row.empty()) blocks.push_back({{"type", "actions"}, {"elements", std::move(row)}});
  auto sections = chat_sections(body, most_bytes);
  if (sections.size() > most_sections) sections.resize(most_sections);
  for (const auto& section : sections) blocks.push_back({{"type", "section"}, {"text", lines(section)}});
  json::array footer;
  for (const auto& line : body.footer)
    if (footer.size() < 10) footer.push_back(plain(line, longest_text));
  if (!footer.empty()) blocks.push_back({{"type", "context"}, {"elements", std::move(footer)}});
  return json::serialize(json::object{{"text", escaped(harmless(one_line(body.subject, longest_header)))},
                                      {"unfurl_links", false},
                                      {"unfurl_media", false},
                                      {"blocks", std::move(blocks)}});
}

Begun begin_slack(const Outgoing& message, const Config& config, asio::thread_pool&) {
  return begin_json_post(message, config, slack_json(message), {});
}

}  // namespace barometer
