#include "daemon/alerts/mail_body.hpp"

#include <algorithm>
#include <array>
#include <kainjow/mustache.hpp>

#include "daemon/mail_encoding.hpp"

extern "C" {
extern const char mail_template_begin[], mail_template_end[];
}

namespace barometer {
namespace {

using kainjow::mustache::data;
using kainjow::mustache::list;
using kainjow::mustache::mustache;
using kainjow::mustache::object;

constexpr std::size_t most_characters = 400;  // of one sentence

// Background of the badge, by severity; each with white text at a contrast of 4.5 and more (WCAG 2.2, 1.4.3).
constexpr std::array badge_colours{"#4c6272", "#4c6272", "#8a5a00", "#b3341f", "#9b0f12"};

std::string line(const std::string& text) { return one_line(text, most_characters); }

// The template escapes.
data lines(const std::vector<std::string>& texts) {
  list out;
  for (const auto& text : texts) out.push_back(object{{"line", line(text)}});
  return data{out};
}

data rows(const MailSection& section) {
  list out;
  for (const auto& [name, value] : section.facts) out.push_back(object{{"name", line(name)}, {"value", line(value)}});
  return data{out};
}

data section_data(const MailSection& section) {
  data out{object{}};
  out.set("heading", line(section.heading));
  out.set("sentences", lines(section.sentences));
  out.set("facts", rows(section));
  out.set("has_facts", section.facts.empty() ? data::type::bool_false : data::type::bool_true);
  out.set("points", lines(section.points));
  out.set("has_points", section.points.empty() ? data::type::bool_false : data::type::bool_true);
  return out;
}

}  // namespace

std::string safe_link(const std::string& url) {
  const bool web = url.starts_with("https://") || url.starts_with("http://");
  const auto plain = [](char c) {
    return c > 0x20 && c < 0x7f && c != '<' && c != '>' && c != '"' && c != '\\' && c != '`';
  };
  if (!web || url.size() > 500 || !std::ranges::all_of(url, plain)) return {};
  return url;
}

std::string plain_text(const MailBody& body) {
  std::string out = line(body.badge) + "\n" + line(body.opening) + "\n";
  for (const auto& section : body.sections) {
    out += "\n" + line(section.heading) + "\n";
    for (const auto& sentence : section.sentences) out += line(sentence) + "\n";
    for (const auto& [name, value] : section.facts) out += "* " + line(name) + ": " + line(value) + "\n";
    for (const auto& point : section.points) out += "* " + line(point) + "\n";
  }
  if (!body.buttons.empty()) out += '\n';
  for (const auto& button : body.buttons)
    if (const auto url = safe_link(button.url); !url.empty()) out += line(button.label) + ": " + url + "\n";
  out += "\n--\n";
  for (const auto& text : body.footer) out += line(text) + "\n";
  return out;
}

std::string html(const MailBody& body) {
  list sections, buttons;
  for (const auto& section : body.sections) sections.push_back(section_data(section));
  for (const auto& button : body.buttons)
    if (const auto url = safe_link(button.url); !url.empty())
      buttons.push_back(object{{"label", line(button.label)}, {"url", url}});
  data values{object{}};
  values.set("subject", line(body.subject));
  values.set("badge", line(body.badge));
  values.set("colour", std::string{badge_colours.at(static_cast<std::size_t>(std::clamp(body.severity, 0, 4)))});
  values.set("opening", line(body.opening));
  values.set("has_buttons", buttons.empty() ? data::type::bool_false : data::type::bool_true);
  values.set("buttons", data{buttons});
  values.set("sections", data{sections});
  values.set("footer", lines(body.footer));
  mustache page{std::string{mail_template_begin, mail_template_end}};
  return page.render(values);
}

}  // namespace barometer
