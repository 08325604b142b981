#include "connectors/platforms/feed_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <openssl/evp.h>
#include <simdjson.h>

#include "connectors/html_text.hpp"
#include "connectors/platforms/feed_encoding.hpp"
#include "connectors/xml_tree.hpp"

namespace barometer {
namespace {

std::string lower_attribute(const xmlNode* node, std::string_view name) {
  auto value = attribute(node, name);
  std::transform(value.begin(), value.end(), value.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return value;
}

bool in_atom(const xmlNode* node) {
  if (node->ns && node->ns->href) {
    return std::string_view(reinterpret_cast<const char*>(node->ns->href)).find("tom") != std::string_view::npos;
  }
  const auto* root = xmlDocGetRootElement(node->doc);
  return root && name_of(root) == "feed";
}

bool looks_like_html(std::string_view text) {
  constexpr std::array<std::string_view, 6> tells = {"</", "<br", "<p>", "<img ", "&#", "&amp;"};
  return std::any_of(tells.begin(), tells.end(),
                     [&](std::string_view tell) { return text.find(tell) != std::string_view::npos; });
}

std::string decoded_base64(std::string_view text) {
  std::string packed;
  std::copy_if(text.begin(), text.end(), std::back_inserter(packed),
               [](char c) { return static_cast<unsigned char>(c) > ' '; });
  std::string out(packed.size() / 4 * 3 + 3, '\0');
  const auto size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(packed.data()), static_cast<int>(packed.size()));
  if (size < 0) return {};
  auto kept = static_cast<std::size_t>(size);
  while (kept > 0 && packed.ends_with('=')) {  // OpenSSL counts the padding as data
    packed.pop_back();
    --kept;
  }
  out.resize(kept);
  return out;
}

std::string plain_lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = trimmed(text.substr(0, end));
    if (!line.empty()) {
      if (!out.empty()) out += '\n';
      out += line;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return valid_utf8(out);
}

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t';
    if (!blank)
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

bool is_text(std::string_view type) {
  return type.empty() || type == "text" || type == "html" || type == "xhtml" || type.starts_with("text/") ||
         type.ends_with("+xml") || type.ends_with("/xml") || type.find('/') == std::string_view::npos;
}

bool is_html_type(std::string_view type) { return type.find("html") != std::string_view::npos; }
bool is_xhtml_type(std::string_view type) { return type.find("xhtml") != std::string_view::npos; }

std::string by_type(std::string_view raw, std::string_view type, bool atom) {
  const bool html = is_html_type(type) || (!atom && type != "text/plain") || (type.empty() && looks_like_html(raw));
  return html ? html_to_text(raw) : plain_lines(raw);
}

// Text that came in base64 because its type is no text (RFC 4287 section 4.1.3.3); pictures and archives are none.
std::string text_in_base64(std::string_view written, std::string_view type, bool atom) {
  const auto raw = decoded_base64(written);
  const bool text = simdjson::validate_utf8(raw.data(), raw.size()) &&
                    std::none_of(raw.begin(), raw.end(), [](char c) { return static_cast<unsigned char>(c) < '\t'; });
  if (!text) return {};
  return is_html_type(type) || looks_like_html(raw) ? html_to_text(raw) : by_type(raw, type, atom);
}

}  // namespace

std::string construct_text(const xmlNode* node) {
  const bool xhtml = vocabulary_of(node) == XmlVocabulary::xhtml || name_of(node) == "body";
  const auto type = xhtml ? "xhtml" : lower_attribute(node, "type");
  const auto mode = lower_attribute(node, "mode");
  const bool atom = in_atom(node);
  if (mode == "base64" || (mode.empty() && !is_text(type))) return text_in_base64(inner_text(node), type, atom);
  // In XHTML an escaped tag is the text of a tag, unless Atom 0.3 says that all is escaped.
  if (has_elements(node) || (is_xhtml_type(type) && mode != "escaped"))
    return html_to_text(meant_text(inner_html(node)));
  return by_type(meant_text(inner_text(node)), type, atom);
}

std::string construct_line(const xmlNode* node) { return one_line(construct_text(node)); }

namespace {

// What the first child of one of these names says.
std::string part_of(const xmlNode* node, std::initializer_list<std::string_view> names) {
  for (const auto name : names) {
    for (const xmlNode* child = node->children; child; child = child->next) {
      if (child->type != XML_ELEMENT_NODE || name_of(child) != name) continue;
      if (auto text = one_line(valid_utf8(meant_text(inner_text(child)))); !text.empty()) return text;
    }
  }
  return {};
}

bool is_mail(std::string_view part) { return part.find('@') != std::string_view::npos; }

// "Name mail" and "mail Name" without the mail; anything else as it is.
std::string_view without_mail(std::string_view text) {
  const auto first = std::min(text.find_first_of(" \t\n"), text.size());
  const auto last = text.find_last_of(" \t\n");
  if (last == std::string_view::npos) return text;
  if (is_mail(text.substr(last)) && !is_mail(text.substr(0, last))) return trimmed(text.substr(0, last));
  if (is_mail(text.substr(0, first)) && !is_mail(text.substr(first))) return trimmed(text.substr(first));
  return text;
}

}  // namespace

std::string person_name(std::string_view text) {
  text = trimmed(text);
  if (text.ends_with("()")) text = trimmed(text.substr(0, text.size() - 2));
  for (const auto& [open, close] : {std::pair{'(', ')'}, std::pair{'<', '>'}}) {
    const auto begin = text.find(open);
    const auto end = text.rfind(close);
    if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) continue;
    const auto inside = trimmed(text.substr(begin + 1, end - begin - 1));
    const auto before = trimmed(text.substr(0, begin));
    if (is_mail(before) && !inside.empty()) return std::string(inside);
    if (is_mail(inside)) {
      auto name = before;
      while (name.starts_with('"')) name.remove_prefix(1);
      while (name.ends_with('"')) name.remove_suffix(1);
      return std::string(name.empty() ? inside : trimmed(name));
    }
  }
  return std::string(without_mail(text));
}

FeedPerson person_of(std::string_view written) {
  FeedPerson person;
  person.written = one_line(valid_utf8(trimmed(written)));
  // Not as HTML at once: "Name <mail>" is no tag.
  const auto name = person_name(person.written);
  person.name = name.find_first_of("&<") == std::string::npos ? name : one_line(html_to_text(name));
  return person;
}

FeedPerson person_of(const xmlNode* node) {
  if (!has_elements(node)) return person_of(meant_text(inner_text(node)));
  const auto name = part_of(node, {"name"});
  const auto mail = part_of(node, {"email"});
  if (name.empty() || mail.empty()) {
    const auto only = !name.empty() ? name : !mail.empty() ? mail : part_of(node, {"uri", "url", "homepage"});
    return person_of(only.empty() ? html_to_text(inner_html(node)) : only);
  }
  FeedPerson person;
  person.written = name + " (" + mail + ')';
  person.name = one_line(html_to_text(name));
  return person;
}

}  // namespace barometer
