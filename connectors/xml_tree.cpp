#include "connectors/xml_tree.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include <libxml/parser.h>
#include <libxml/xmlsave.h>

#include "connectors/url.hpp"

namespace barometer {
namespace {

const char* chars(const xmlChar* text) { return text ? reinterpret_cast<const char*>(text) : ""; }

std::string taken(xmlChar* text) {
  std::string out = chars(text);
  xmlFree(text);
  return out;
}

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

struct Namespace {
  std::string_view begins;  // of the address, in lower case: sites vary its end
  XmlVocabulary vocabulary;
};

constexpr std::array namespaces = {
    Namespace{"http://www.w3.org/2005/atom", XmlVocabulary::core},
    Namespace{"http://purl.org/atom/", XmlVocabulary::core},
    Namespace{"http://purl.org/rss/1.0/modules/content", XmlVocabulary::content},
    Namespace{"http://purl.org/rss/1.0/modules/slash", XmlVocabulary::slash},
    Namespace{"http://purl.org/rss/1.0/modules/syndication", XmlVocabulary::syndication},
    Namespace{"http://purl.org/rss/1.0/modules/", XmlVocabulary::other},
    Namespace{"http://purl.org/rss/", XmlVocabulary::core},
    Namespace{"http://purl.org/net/rss1.1", XmlVocabulary::core},
    Namespace{"http://my.netscape.com/", XmlVocabulary::core},
    Namespace{"http://channel.netscape.com/", XmlVocabulary::core},
    Namespace{"http://backend.userland.com/", XmlVocabulary::core},
    Namespace{"http://blogs.law.harvard.edu/tech/rss", XmlVocabulary::core},
    Namespace{"http://cyber.law.harvard.edu/rss", XmlVocabulary::core},
    Namespace{"http://purl.org/dc/elements/", XmlVocabulary::dc},
    Namespace{"http://purl.org/dc/terms", XmlVocabulary::dcterms},
    Namespace{"http://www.itunes.com/dtds/podcast", XmlVocabulary::itunes},
    Namespace{"http://example.com/dtds/podcast", XmlVocabulary::itunes},
    Namespace{"http://search.yahoo.com/mrss", XmlVocabulary::media},
    Namespace{"http://purl.org/syndication/thread/", XmlVocabulary::thread},
    Namespace{"http://rssnamespace.org/feedburner/", XmlVocabulary::feedburner},
    Namespace{"http://www.w3.org/1999/xhtml", XmlVocabulary::xhtml},
    Namespace{"http://www.w3.org/1999/02/22-rdf-syntax-ns", XmlVocabulary::rdf},
};

void forget_prefixes(xmlNode* node) {  // the depth is the parser's 256 at most
  for (; node; node = node->next) {
    if (node->type == XML_ELEMENT_NODE) node->ns = nullptr;
    forget_prefixes(node->children);
  }
}

// The library words each complaint, whoever may want it, and that takes longer than to read a tag.
constexpr int most_complaints = 10'000;

void hear_complaint(void* context, xmlErrorPtr) {
  auto* parser = static_cast<xmlParserCtxt*>(context);
  if (--*static_cast<int*>(parser->_private) < 0) xmlStopParser(parser);
}

int append_bytes(void* out, const char* bytes, int size) {
  static_cast<std::string*>(out)->append(bytes, static_cast<std::size_t>(size));
  return size;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::int64_t whole_number(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return std::max<std::int64_t>(number, 0);
}

XmlDocument parse_xml(std::string_view utf8) {
  XmlDocument document(nullptr, &xmlFreeDoc);
  const std::unique_ptr<xmlParserCtxt, decltype(&xmlFreeParserCtxt)> parser(xmlNewParserCtxt(), &xmlFreeParserCtxt);
  if (!parser) return document;
  int patience = most_complaints;
  parser->_private = &patience;
  parser->sax->serror = &hear_complaint;
  const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA |
                      XML_PARSE_IGNORE_ENC | XML_PARSE_COMPACT | XML_PARSE_RECOVER;
  document.reset(
      xmlCtxtReadMemory(parser.get(), utf8.data(), static_cast<int>(utf8.size()), nullptr, "UTF-8", options));
  return document;
}

XmlVocabulary vocabulary_of(const xmlNode* node) {
  if (!node->ns || !node->ns->href || node->ns->href[0] == 0) return XmlVocabulary::core;
  auto href = lowered(trimmed(chars(node->ns->href)));
  if (href.starts_with("https:")) href.erase(4, 1);
  const auto found = std::find_if(namespaces.begin(), namespaces.end(),
                                  [&](const Namespace& n) { return href.starts_with(n.begins); });
  if (found != namespaces.end()) return found->vocabulary;
  return node->ns->prefix ? XmlVocabulary::other
                          : XmlVocabulary::core;  // a default namespace of somebody's own invention
}

std::string name_of(const xmlNode* node) {
  const std::string_view raw = chars(node->name);
  const auto colon = raw.rfind(':');
  return lowered(colon == std::string_view::npos ? raw : raw.substr(colon + 1));
}

namespace {

const xmlAttr* find_attribute(const xmlNode* node, std::string_view name) {
  for (const xmlAttr* one = node->properties; one; one = one->next) {
    const std::string_view raw = chars(one->name);
    const auto colon = raw.rfind(':');
    if (lowered(colon == std::string_view::npos ? raw : raw.substr(colon + 1)) == name) return one;
  }
  return nullptr;
}

}  // namespace

bool has_attribute(const xmlNode* node, std::string_view name) { return find_attribute(node, name) != nullptr; }

std::string attribute(const xmlNode* node, std::string_view name) {
  const auto* found = find_attribute(node, name);
  if (!found) return {};
  return std::string(trimmed(taken(xmlNodeListGetString(node->doc, found->children, 1))));
}

std::string inner_text(const xmlNode* node) { return std::string(trimmed(taken(xmlNodeGetContent(node)))); }

bool has_elements(const xmlNode* node) {
  for (const xmlNode* child = node->children; child; child = child->next) {
    if (child->type == XML_ELEMENT_NODE) return true;
  }
  return false;
}

std::string inner_html(const xmlNode* node) {
  forget_prefixes(node->children);
  std::string out;
  // <p></p> rather than <p/>, which HTML reads as <p>
  xmlSaveCtxt* save =
      xmlSaveToIO(append_bytes, nullptr, &out, "UTF-8", XML_SAVE_NO_DECL | XML_SAVE_NO_EMPTY | XML_SAVE_AS_XML);
  if (!save) return {};
  for (xmlNode* child = node->children; child; child = child->next) xmlSaveTree(save, child);
  xmlSaveClose(save);
  return out;
}

std::string language_at(const xmlNode* node) { return std::string(trimmed(taken(xmlNodeGetLang(node)))); }

std::string base_at(const xmlNode* node) {
  constexpr std::size_t most_steps = 16;
  constexpr std::size_t longest_step = 2048;
  std::vector<std::string> steps;  // from the inside out, up to one that says all
  for (; node && node->type == XML_ELEMENT_NODE && steps.size() < most_steps; node = node->parent) {
    const auto* written = xmlHasNsProp(node, reinterpret_cast<const xmlChar*>("base"), XML_XML_NAMESPACE);
    if (!written || !written->children || !written->children->content) continue;
    const auto step = trimmed(chars(written->children->content));
    if (step.size() > longest_step) continue;
    steps.emplace_back(step);
    if (step.find("://") != std::string_view::npos) break;
  }
  std::string base = node ? chars(node->doc->URL) : "";
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    auto next = resolve_url(base, *step);
    const bool opaque = is_absolute_url(next) && next.find(":/") == std::string::npos;  // nothing lies below "tag:x"
    if (!opaque) base = std::move(next);
  }
  return base;
}

}  // namespace barometer
