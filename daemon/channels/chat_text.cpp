#include "daemon/channels/chat_text.hpp"

#include <fmt/format.h>

#include "daemon/mail_encoding.hpp"

namespace barometer {
namespace {

constexpr std::size_t most_characters = 400;  // of one line

ChatSection chat_section(const MailSection& section) {
  ChatSection out{one_line(section.heading, most_characters), {}};
  const auto add = [&](const std::string& text) { out.lines.push_back(one_line(text, most_characters)); };
  for (const auto& sentence : section.sentences) add(sentence);
  for (const auto& [name, value] : section.facts) add(name + ": " + value);
  for (const auto& point : section.points) add("• " + point);
  return out;
}

std::size_t size_of(const ChatSection& section) {
  auto out = section.heading.size();
  for (const auto& line : section.lines) out += line.size() + 1;
  return out;
}

}  // namespace

std::vector<ChatSection> chat_sections(const MailBody& body, std::size_t most) {
  std::vector<ChatSection> out;
  std::size_t size = 0;
  for (std::size_t i = 0; i < body.sections.size(); ++i) {
    auto section = chat_section(body.sections[i]);
    size += size_of(section);
    if (size > most) {
      const auto left = body.sections.size() - i;
      out.push_back({fmt::format("And {} more", left), {"Barometer's page has all of it."}});
      break;
    }
    out.push_back(std::move(section));
  }
  return out;
}

}  // namespace barometer
