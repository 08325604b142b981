#include "connectors/platforms/feed_element.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "connectors/html_text.hpp"
#include "connectors/platforms/feed_text.hpp"
#include "connectors/time.hpp"
#include "connectors/url.hpp"
#include "connectors/xml_tree.hpp"

namespace barometer {
namespace {

// An item as its elements come in: what several elements may say is kept apart until all are read.
struct Draft {
  std::string guid = {}, identifier = {}, about = {};
  std::string link = {}, link_type = {}, original_link = {}, permalink = {}, content_source = {};
  std::string title = {}, spare_title = {};
  std::string content = {}, summary = {}, spare_summary = {}, subtitle = {};
  std::string creator = {}, author = {}, spare_author = {};
  std::optional<UtcTime> published = {}, created = {}, updated = {}, dc_date = {};
  std::string language = {}, reply_to = {};
  std::vector<std::string> categories = {};
  std::int64_t comments = 0;
};

void keep(std::string& into, std::string text) {
  if (into.empty()) into = std::move(text);
}

template <std::string Draft::*slot>
void read_text(Draft& draft, const xmlNode* node) {
  if ((draft.*slot).empty()) draft.*slot = construct_text(node);
}

template <std::string Draft::*slot>
void read_line(Draft& draft, const xmlNode* node) {
  if ((draft.*slot).empty()) draft.*slot = construct_line(node);
}

template <std::string Draft::*slot>
void read_word(Draft& draft, const xmlNode* node) {
  keep(draft.*slot, inner_text(node));
}

template <std::string Draft::*slot>
void read_person(Draft& draft, const xmlNode* node) {
  if ((draft.*slot).empty()) draft.*slot = person_text(node);
}

template <std::optional<UtcTime> Draft::*slot>
void read_time(Draft& draft, const xmlNode* node) {
  if (!(draft.*slot)) draft.*slot = parse_time(inner_text(node));
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

// An id is what its author wrote, unless xml:base asks for relative ones to be seen from there.
std::string resolved_id(const xmlNode* node) {
  const auto id = inner_text(node);
  for (const xmlNode* at = node; at && at->type == XML_ELEMENT_NODE; at = at->parent) {
    if (xmlHasNsProp(at, reinterpret_cast<const xmlChar*>("base"), XML_XML_NAMESPACE)) return resolved(node, id);
  }
  return id;
}

void read_content(Draft& draft, const xmlNode* node) {
  if (draft.content.empty()) draft.content = construct_text(node);
  keep(draft.content_source, resolved(node, attribute(node, "src")));
}

void read_guid(Draft& draft, const xmlNode* node) {
  auto permanent = attribute(node, "ispermalink");
  std::transform(permanent.begin(), permanent.end(), permanent.begin(),
                 [](char c) { return static_cast<char>(c | 0x20); });
  if (permanent == "false") return keep(draft.guid, inner_text(node));
  keep(draft.guid, resolved_id(node));
  keep(draft.permalink, resolved(node, inner_text(node)));
}

void read_id(Draft& draft, const xmlNode* node) {
  keep(draft.guid, resolved_id(node));
  keep(draft.permalink, resolved_id(node));
}

void read_link(Draft& draft, const xmlNode* node) {
  if (!has_attribute(node, "href")) return keep(draft.link, resolved(node, inner_text(node)));
  const auto rel = attribute(node, "rel");
  const auto type = attribute(node, "type");
  if (rel == "replies") draft.comments = std::max(draft.comments, whole_number(attribute(node, "count")));
  if (!rel.empty() && rel != "alternate" && !rel.ends_with("/alternate")) return;
  const bool better =
      draft.link.empty() || (!draft.link_type.empty() && draft.link_type != "text/html" && type == "text/html");
  if (!better) return;
  draft.link = resolved(node, attribute(node, "href"));
  draft.link_type = type;
}

void read_original_link(Draft& draft, const xmlNode* node) {
  keep(draft.original_link, resolved(node, inner_text(node)));
}

void add_category(Draft& draft, std::string text) {
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
  for (std::size_t begin = 0; begin <= text.size();) {
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
    if (child->type == XML_ELEMENT_NODE && name_of(child) == "author") keep(draft.spare_author, person_text(child));
  }
}

struct Element {
  Vocabulary vocabulary;
  std::string_view name;
  void (*read)(Draft&, const xmlNode*);
};

using V = Vocabulary;

constexpr std::array elements = {
    Element{V::core, "title", read_line<&Draft::title>},
    Element{V::dc, "title", read_line<&Draft::spare_title>},
    Element{V::media, "title", read_line<&Draft::spare_title>},
    Element{V::itunes, "title", read_line<&Draft::spare_title>},
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
    Element{V::core, "description", read_text<&Draft::summary>},
    Element{V::core, "summary", read_text<&Draft::summary>},
    Element{V::core, "abstract", read_text<&Draft::summary>},
    Element{V::dc, "description", read_text<&Draft::spare_summary>},
    Element{V::dcterms, "abstract", read_text<&Draft::spare_summary>},
    Element{V::itunes, "summary", read_text<&Draft::spare_summary>},
    Element{V::itunes, "subtitle", read_text<&Draft::subtitle>},
    Element{V::media, "description", read_text<&Draft::spare_summary>},
    Element{V::dc, "creator", read_person<&Draft::creator>},
    Element{V::dc, "author", read_person<&Draft::creator>},
    Element{V::core, "author", read_person<&Draft::author>},
    Element{V::itunes, "author", read_person<&Draft::spare_author>},
    Element{V::core, "managingeditor", read_person<&Draft::spare_author>},
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
    Element{V::dc, "date", read_time<&Draft::dc_date>},
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
  const std::string permalink = host_of(draft.permalink).empty() ? std::string() : draft.permalink;
  item.url = first_of({draft.original_link, draft.link, permalink, draft.about, draft.content_source});
  item.id = valid_utf8(first_of({draft.guid, draft.about, draft.identifier}));
  item.title = first_of({draft.title, draft.spare_title});
  // Podcasts shorten their description and say the whole of it to iTunes.
  const auto& summary = draft.spare_summary.size() > draft.summary.size() ? draft.spare_summary : draft.summary;
  item.text = first_of({draft.content, summary, draft.subtitle});
  item.author = first_of({draft.creator, draft.author, draft.spare_author, channel.author});
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
  draft.updated = parse_time(attribute(node, "lastmod"));
  read_children(draft, node);
  if (draft.language.empty()) draft.language = language_at(node);
  return item_from(std::move(draft), channel);
}

}  // namespace barometer
