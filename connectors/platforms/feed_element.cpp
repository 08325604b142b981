#include "connectors/platforms/feed_element.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "connectors/html_text.hpp"
#include "connectors/platforms/feed_text.hpp"
#include "connectors/platforms/feed_time.hpp"
#include "connectors/tags.hpp"
#include "connectors/url.hpp"
#include "connectors/xml_tree.hpp"

namespace barometer {
namespace {

// An item as its elements come in: what several elements may say is kept apart until all are read.
struct Draft {
  std::string guid = {}, identifier = {}, about = {};
  std::string link = {}, other_link = {}, original_link = {}, permalink = {}, content_source = {};
  std::string title = {}, media_title = {}, itunes_title = {};
  std::string content = {}, summary = {}, abstract = {}, subtitle = {};
  FeedPerson author = {}, source_author = {};
  std::optional<UtcTime> published = {}, created = {}, updated = {}, dc_date = {};
  std::string language = {}, reply_to = {};
  std::vector<std::string> categories = {};
  std::int64_t comments = 0;
};

// The first that says something stays; or, with replace(), the last.
void keep(std::string& into, std::string text) {
  if (into.empty()) into = std::move(text);
}
void replace(std::string& into, std::string text) {
  if (!text.empty()) into = std::move(text);
}

template <std::string Draft::*slot>
void read_text(Draft& draft, const xmlNode* node) {
  if ((draft.*slot).empty()) draft.*slot = construct_text(node);
}

// Podcasts shorten their description and say the whole of it to iTunes, or the other way round: the longest counts.
void read_summary(Draft& draft, const xmlNode* node) {
  auto text = construct_text(node);
  if (text.size() >= draft.summary.size()) draft.summary = std::move(text);
}

template <std::string Draft::*slot>
void read_line(Draft& draft, const xmlNode* node) {
  if ((draft.*slot).empty()) draft.*slot = construct_line(node);
}

void read_media_title(Draft& draft, const xmlNode* node) { replace(draft.media_title, construct_line(node)); }

template <std::string Draft::*slot>
void read_word(Draft& draft, const xmlNode* node) {
  keep(draft.*slot, inner_text(node));
}

void read_author(Draft& draft, const xmlNode* node) {
  auto person = person_of(node);
  if (!person.written.empty()) draft.author = std::move(person);
}

template <std::optional<UtcTime> Draft::*slot>
void read_time(Draft& draft, const xmlNode* node) {
  if (const auto time = parse_feed_time(inner_text(node))) draft.*slot = time;
}

void read_dc_date(Draft& draft, const xmlNode* node) {
  read_time<&Draft::dc_date>(draft, node);
  read_time<&Draft::updated>(draft, node);
}

// The resolver percent-encodes letters beyond ASCII; where nobody wrote a '%' they are put back as they were.
std::string with_letters(std::string_view url) {
  std::string out;
  for (std::size_t i = 0; i < url.size(); ++i) {
    unsigned char byte = 0;
    const bool escaped = url[i] == '%' && i + 2 < url.size() &&
                         std::from_chars(url.data() + i + 1, url.data() + i + 3, byte, 16).ec == std::errc() &&
                         byte >= 0x80;
    out += escaped ? static_cast<char>(byte) : url[i];
    if (escaped) i += 2;
  }
  return out;
}

std::string resolved(const xmlNode* node, const std::string& reference) {
  if (reference.empty() || is_absolute_url(reference)) return reference;
  const auto base = base_at(node);
  auto url = resolve_url(base, reference);
  const bool escaped_before = reference.find('%') != std::string::npos || base.find('%') != std::string::npos;
  return valid_utf8(escaped_before ? url : with_letters(url));
}

bool has_xml_base(const xmlNode* node) {
  for (const xmlNode* at = node; at && at->type == XML_ELEMENT_NODE; at = at->parent) {
    if (xmlHasNsProp(at, reinterpret_cast<const xmlChar*>("base"), XML_XML_NAMESPACE)) return true;
  }
  return false;
}

// An id is what its author wrote, unless xml:base asks for relative ones to be seen from there.
std::string resolved_id(const xmlNode* node) {
  return has_xml_base(node) ? resolved(node, inner_text(node)) : inner_text(node);
}

void read_content(Draft& draft, const xmlNode* node) {
  if (draft.content.empty()) draft.content = construct_text(node);
  keep(draft.content_source, resolved(node, attribute(node, "src")));
}

std::string lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

void read_guid(Draft& draft, const xmlNode* node) {
  const auto permanent = lowered(attribute(node, "ispermalink"));
  if (permanent == "false") return replace(draft.guid, inner_text(node));
  const auto id = resolved_id(node);
  replace(draft.guid, id);
  // "42" is a link only where the feed says so: from its own address it would be a page that is not there.
  const bool link = is_absolute_url(id) || permanent == "true" || !node->doc->URL || has_xml_base(node);
  if (link) keep(draft.permalink, resolved(node, id));
}

void read_id(Draft& draft, const xmlNode* node) {
  const auto id = resolved_id(node);
  replace(draft.guid, id);
  if (is_absolute_url(id) || !node->doc->URL) keep(draft.permalink, id);
}

// RSS's, which some escape twice.
std::string plain_link(const xmlNode* node) {
  auto text = inner_text(node);
  constexpr std::string_view escaped = "&amp;";
  for (auto at = text.find(escaped); at != std::string::npos; at = text.find(escaped, at + 1)) text.erase(at + 1, 4);
  return text;
}

void read_link(Draft& draft, const xmlNode* node) {
  if (!has_attribute(node, "href")) return replace(draft.link, resolved(node, plain_link(node)));
  const auto rel = lowered(attribute(node, "rel"));
  const auto type = lowered(attribute(node, "type"));
  if (rel == "replies") draft.comments = std::max(draft.comments, whole_number(attribute(node, "count")));
  if (!rel.empty() && rel != "alternate" && !rel.ends_with("/alternate")) return;
  const bool page = type.empty() || type.find("html") != std::string::npos;
  replace(page ? draft.link : draft.other_link, resolved(node, attribute(node, "href")));
}

void read_original_link(Draft& draft, const xmlNode* node) {
  keep(draft.original_link, resolved(node, inner_text(node)));
}

void add_category(Draft& draft, std::string text) {
  if (draft.categories.size() >= most_tags_of_post) return;
  text = html_to_text(text);
  if (!text.empty()) draft.categories.push_back(std::move(text));
}

void read_category(Draft& draft, const xmlNode* node) {
  for (const std::string_view name : {"term", "text", "label"}) {
    if (auto text = attribute(node, name); !text.empty()) return add_category(draft, std::move(text));
  }
  add_category(draft, inner_text(node));
}

void read_keywords(Draft& draft, const xmlNode* node) {
  const auto text = inner_text(node);
  for (std::size_t begin = 0; begin <= text.size() && draft.categories.size() < most_tags_of_post;) {
    const auto end = std::min(text.find(',', begin), text.size());
    add_category(draft, text.substr(begin, end - begin));
    begin = end + 1;
  }
}

void read_comments(Draft& draft, const xmlNode* node) {
  draft.comments = std::max(draft.comments, whole_number(inner_text(node)));
}

void read_reply(Draft& draft, const xmlNode* node) { keep(draft.reply_to, attribute(node, "ref")); }

void read_source(Draft& draft, const xmlNode* node) {
  for (const xmlNode* child = node->children; child; child = child->next) {
    if (child->type == XML_ELEMENT_NODE && name_of(child) == "author") draft.source_author = person_of(child);
  }
}

struct Element {
  XmlVocabulary vocabulary;
  std::string_view name;
  void (*read)(Draft&, const xmlNode*);
};

using V = XmlVocabulary;

constexpr std::array elements = {
    Element{V::core, "title", read_line<&Draft::title>},
    Element{V::dc, "title", read_line<&Draft::title>},
    Element{V::media, "title", read_media_title},
    Element{V::itunes, "title", read_line<&Draft::itunes_title>},
    Element{V::core, "link", read_link},
    Element{V::feedburner, "origlink", read_original_link},
    Element{V::core, "guid", read_guid},
    Element{V::core, "id", read_id},
    Element{V::dc, "identifier", read_word<&Draft::identifier>},
    Element{V::content, "encoded", read_content},
    Element{V::core, "content", read_content},
    Element{V::core, "encoded", read_content},
    Element{V::xhtml, "body", read_content},
    Element{V::xhtml, "div", read_content},
    Element{V::core, "body", read_content},
    Element{V::core, "fullitem", read_content},
    Element{V::core, "description", read_summary},
    Element{V::core, "summary", read_summary},
    Element{V::core, "abstract", read_summary},
    Element{V::dc, "description", read_summary},
    Element{V::dcterms, "abstract", read_text<&Draft::abstract>},
    Element{V::itunes, "summary", read_summary},
    Element{V::itunes, "subtitle", read_text<&Draft::subtitle>},
    Element{V::media, "description", read_summary},
    Element{V::dc, "creator", read_author},
    Element{V::dc, "author", read_author},
    Element{V::core, "author", read_author},
    Element{V::itunes, "author", read_author},
    Element{V::core, "managingeditor", read_author},
    Element{V::core, "source", read_source},
    Element{V::core, "pubdate", read_time<&Draft::published>},
    Element{V::core, "published", read_time<&Draft::published>},
    Element{V::core, "issued", read_time<&Draft::published>},
    Element{V::dcterms, "issued", read_time<&Draft::published>},
    Element{V::core, "created", read_time<&Draft::created>},
    Element{V::dcterms, "created", read_time<&Draft::created>},
    Element{V::core, "updated", read_time<&Draft::updated>},
    Element{V::core, "modified", read_time<&Draft::updated>},
    Element{V::dcterms, "modified", read_time<&Draft::updated>},
    Element{V::core, "lastmod", read_time<&Draft::updated>},
    Element{V::core, "lastbuilddate", read_time<&Draft::updated>},
    Element{V::dc, "date", read_dc_date},
    Element{V::dc, "language", read_word<&Draft::language>},
    Element{V::core, "language", read_word<&Draft::language>},
    Element{V::core, "category", read_category},
    Element{V::dc, "subject", read_category},
    Element{V::media, "category", read_category},
    Element{V::itunes, "category", read_category},
    Element{V::itunes, "keywords", read_keywords},
    Element{V::media, "keywords", read_keywords},
    Element{V::core, "keywords", read_keywords},
    Element{V::slash, "comments", read_comments},
    Element{V::thread, "total", read_comments},
    Element{V::thread, "in-reply-to", read_reply},
};

void read_children(Draft& draft, const xmlNode* item) {
  for (const xmlNode* child = item->children; child; child = child->next) {
    if (child->type != XML_ELEMENT_NODE) continue;
    const auto vocabulary = vocabulary_of(child);
    const auto name = name_of(child);
    if (vocabulary == V::media && (name == "group" || name == "content"))
      read_children(draft, child);  // YouTube, Flickr
    const auto found = std::find_if(elements.begin(), elements.end(), [&](const Element& one) {
      return one.vocabulary == vocabulary && one.name == name;
    });
    if (found != elements.end()) found->read(draft, child);
  }
}

std::string first_of(std::initializer_list<std::string_view> texts) {
  for (const auto text : texts) {
    if (!text.empty()) return std::string(text);
  }
  return {};
}

std::optional<UtcTime> first_of(std::initializer_list<std::optional<UtcTime>> times) {
  for (const auto& time : times) {
    if (time) return time;
  }
  return std::nullopt;
}

FeedItem item_from(Draft draft, const FeedChannel& channel) {
  FeedItem item;
  item.url =
      first_of({draft.original_link, draft.link, draft.permalink, draft.other_link, draft.about, draft.content_source});
  item.id = valid_utf8(first_of({draft.guid, draft.about, draft.identifier}));
  item.title = first_of({draft.title, draft.media_title, draft.itunes_title});
  item.text = first_of({draft.content, draft.summary, draft.abstract, draft.subtitle});
  item.author = draft.author;
  for (const auto& spare : {draft.source_author, channel.author}) {
    if (item.author.written.empty()) item.author = spare;
  }
  item.language = valid_utf8(first_of({draft.language, channel.language}));
  item.reply_to = valid_utf8(draft.reply_to);
  item.published = first_of({draft.published, draft.created, draft.dc_date});
  item.updated = draft.updated;
  item.categories = std::move(draft.categories);
  item.comments = draft.comments;
  return item;
}

}  // namespace

FeedItem read_feed_item(const xmlNode* node, const FeedChannel& channel) {
  Draft draft;
  draft.about = resolved(node, attribute(node, "about"));
  draft.link = resolved(node, attribute(node, "href"));  // CDF
  draft.updated = parse_feed_time(attribute(node, "lastmod"));
  read_children(draft, node);
  if (draft.language.empty()) draft.language = language_at(node);
  return item_from(std::move(draft), channel);
}

}  // namespace barometer
