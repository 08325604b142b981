#include "connectors/platforms/feed_alternate.hpp"

#include <algorithm>
#include <memory>

#include <libxml/HTMLparser.h>

#include "connectors/html_text.hpp"
#include "connectors/url.hpp"
#include "connectors/xml_tree.hpp"

namespace barometer {
namespace {

// The head is at the beginning; no page needs more to name its feeds.
constexpr std::size_t longest_head = 256 * 1024;

bool starts_with_tag(std::string_view body, std::string_view tag) {
  return body.size() >= tag.size() && std::equal(tag.begin(), tag.end(), body.begin(), [](char t, char c) {
           return t == (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
         });
}

bool is_feed_type(std::string_view type) {
  return type.find("rss+xml") != std::string_view::npos || type.find("atom+xml") != std::string_view::npos ||
         type.find("feed+json") != std::string_view::npos;
}

const xmlNode* next_in_order(const xmlNode* node) {
  if (node->children && node->type == XML_ELEMENT_NODE) return node->children;
  while (node && !node->next) node = node->parent && node->parent->type == XML_ELEMENT_NODE ? node->parent : nullptr;
  return node ? node->next : nullptr;
}

}  // namespace

bool looks_like_html_page(std::string_view body) {
  while (true) {
    body.remove_prefix(std::min(body.find_first_not_of(" \t\r\n\xEF\xBB\xBF"), body.size()));
    const bool comment = body.starts_with("<!--");
    if (!comment && !body.starts_with("<?xml")) break;
    const auto end = body.find(comment ? "-->" : "?>");
    if (end == std::string_view::npos) return false;
    body.remove_prefix(end + 2);
    if (comment) body.remove_prefix(1);
  }
  return starts_with_tag(body, "<!doctype html") || starts_with_tag(body, "<html");
}

std::string alternate_feed(std::string_view html, std::string_view url) {
  html = cut_utf8(html, longest_head);
  const XmlDocument page(htmlReadMemory(html.data(), static_cast<int>(html.size()), nullptr, "UTF-8",
                                        HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR |
                                            HTML_PARSE_NOWARNING | HTML_PARSE_COMPACT),
                         &xmlFreeDoc);
  std::string base(url);
  for (const xmlNode* node = page ? xmlDocGetRootElement(page.get()) : nullptr; node; node = next_in_order(node)) {
    if (node->type != XML_ELEMENT_NODE) continue;
    const auto name = name_of(node);
    if (name == "base" && has_attribute(node, "href")) base = resolve_url(url, attribute(node, "href"));
    if (name != "link" || attribute(node, "rel").find("alternate") == std::string::npos) continue;
    if (is_feed_type(attribute(node, "type"))) return valid_utf8(resolve_url(base, attribute(node, "href")));
  }
  return {};
}

}  // namespace barometer
