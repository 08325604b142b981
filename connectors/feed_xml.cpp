#include "connectors/feed_xml.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "connectors/feed_mend.hpp"
#include "connectors/feed_text.hpp"
#include "connectors/html_text.hpp"
#include "connectors/time.hpp"
#include "connectors/url.hpp"
#include "connectors/xml_tree.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;

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

std::string resolved(const xmlNode* node, const std::string& reference) {
  return reference.empty() ? reference : valid_utf8(resolve_url(base_at(node), reference));
}

std::int64_t count_in(const std::string& text) {
  std::int64_t count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return std::max<std::int64_t>(count, 0);
}

void read_content(Draft& draft, const xmlNode* node) {
  if (draft.content.empty()) draft.content = construct_text(node);
  keep(draft.content_source, resolved(node, attribute(node, "src")));
}

void read_guid(Draft& draft, const xmlNode* node) {
  keep(draft.guid, inner_text(node));
  auto permanent = attribute(node, "ispermalink");
  std::transform(permanent.begin(), permanent.end(), permanent.begin(), [](char c) { return static_cast<char>(c | 0x20); });
  if (permanent != "false") keep(draft.permalink, resolved(node, inner_text(node)));
}

void read_id(Draft& draft, const xmlNode* node) {
  keep(draft.guid, inner_text(node));
  keep(draft.permalink, inner_text(node));
}

void read_link(Draft& draft, const xmlNode* node) {
  if (!has_attribute(node, "href")) return keep(draft.link, resolved(node, inner_text(node)));
  const auto rel = attribute(node, "rel");
  const auto type = attribute(node, "type");
  if (rel == "replies") draft.comments = std::max(draft.comments, count_in(attribute(node, "count")));
  if (!rel.empty() && rel != "alternate" && !rel.ends_with("/alternate")) return;
  const bool better = draft.link.empty() || (!draft.link_type.empty() && draft.link_type != "text/html" && type == "text/html");
  if (!better) return;
  draft.link = resolved(node, attribute(node, "href"));
  draft.link_type = type;
}

void read_original_link(Draft& draft, const xmlNode* node) { keep(draft.original_link, resolved(node, inner_text(node))); }

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

void read_comments(Draft& draft, const xmlNode* node) { draft.comments = std::max(draft.comments, count_in(inner_text(node))); }

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
    if (vocabulary == V::media && (name == "group" || name == "content")) read_children(draft, child);  // YouTube, Flickr
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

// What the feed says once for all its items.
struct Channel {
  std::string author = {};
  std::string language = {};
  std::string link = {};
};

FeedItem item_from(Draft draft, const Channel& channel) {
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

FeedItem read_item(const xmlNode* node, const Channel& channel) {
  Draft draft;
  draft.about = resolved(node, attribute(node, "about"));
  draft.link = resolved(node, attribute(node, "href"));  // CDF
  draft.updated = parse_time(attribute(node, "lastmod"));
  read_children(draft, node);
  if (draft.language.empty()) draft.language = language_at(node);
  return item_from(std::move(draft), channel);
}

// In document order. Items stand inside items where a feed is broken; what stands inside a content is the content's.
void find_items(const xmlNode* node, std::vector<const xmlNode*>& items) {
  for (; node; node = node->next) {
    if (node->type != XML_ELEMENT_NODE) continue;
    const auto name = name_of(node);
    const bool core = vocabulary_of(node) == V::core;
    if (core && (name == "item" || name == "entry")) items.push_back(node);
    if (core && (name == "content" || name == "description" || name == "summary" || name == "source")) continue;
    find_items(node->children, items);  // the depth is the parser's 256 at most
  }
}

const xmlNode* find_frame(const xmlNode* node, std::initializer_list<std::string_view> names) {
  for (; node; node = node->next) {
    if (node->type != XML_ELEMENT_NODE) continue;
    const auto vocabulary = vocabulary_of(node);
    const auto name = name_of(node);
    if ((vocabulary == V::core || vocabulary == V::rdf) && std::find(names.begin(), names.end(), name) != names.end()) return node;
    if (name == "item" || name == "entry") continue;
    if (const auto* found = find_frame(node->children, names)) return found;
  }
  return nullptr;
}

std::chrono::seconds period_of(const std::string& word) {
  constexpr std::array<std::pair<std::string_view, std::chrono::hours>, 5> periods = {
      {{"hourly", 1h}, {"daily", 24h}, {"weekly", 7 * 24h}, {"monthly", 30 * 24h}, {"yearly", 365 * 24h}}};
  for (const auto& [name, hours] : periods) {
    if (word == name) return hours;
  }
  return 0s;
}

constexpr std::chrono::seconds longest_period = 24h;

std::chrono::seconds minutes_in(const std::string& text) {
  constexpr std::int64_t most = 1'000'000;  // far from overflow
  return std::chrono::minutes(std::min(count_in(text), most));
}

// The site's page, or the feed itself, from a channel's link; its hubs and further pages are neither.
std::string page_of(const xmlNode* link) {
  if (!has_attribute(link, "href")) return inner_text(link);
  const auto rel = attribute(link, "rel");
  const auto href = attribute(link, "href");
  const bool usable = (rel.empty() || rel == "alternate" || rel == "self") && is_absolute_url(href);
  return usable ? href : std::string();
}

void read_channel(const xmlNode* frame, Feed& feed, Channel& channel) {
  std::chrono::seconds period = 0s;
  std::int64_t frequency = 1;
  for (const xmlNode* child = frame->children; child; child = child->next) {
    if (child->type != XML_ELEMENT_NODE) continue;
    const auto vocabulary = vocabulary_of(child);
    const auto name = name_of(child);
    if (vocabulary == V::core && name == "author") keep(channel.author, person_text(child));
    if ((vocabulary == V::core || vocabulary == V::dc) && name == "language") keep(channel.language, inner_text(child));
    if (vocabulary == V::core && name == "link") keep(channel.link, page_of(child));
    if (vocabulary == V::core && name == "ttl") feed.at_least = std::min(minutes_in(inner_text(child)), longest_period);
    if (vocabulary == V::syndication && name == "updateperiod") period = period_of(inner_text(child));
    if (vocabulary == V::syndication && name == "updatefrequency") frequency = std::max<std::int64_t>(count_in(inner_text(child)), 1);
  }
  feed.at_least = std::max(feed.at_least, std::min(period / frequency, longest_period));
  if (channel.language.empty()) channel.language = language_at(frame);
}

Result<Feed> read_tree(xmlDoc* document, const std::string& base, bool cut, bool cut_in_item) {
  const xmlNode* root = xmlDocGetRootElement(document);
  std::vector<const xmlNode*> nodes;
  if (root) find_items(root, nodes);
  const auto* frame = root ? find_frame(root, {"channel", "feed"}) : nullptr;
  const bool is_feed = frame || (root && find_frame(root, {"rss", "rdf"})) || !nodes.empty();
  if (!is_feed) return Failure{Remedy::skip, "the answer is no RSS and no Atom", std::nullopt};
  Feed feed;
  Channel channel;
  if (frame) read_channel(frame, feed, channel);
  const auto address = base.empty() ? channel.link : base;
  if (!address.empty()) document->URL = xmlStrdup(reinterpret_cast<const xmlChar*>(address.c_str()));
  feed.cut = cut;
  if (cut_in_item && !nodes.empty()) nodes.pop_back();
  for (const auto* node : nodes) feed.items.push_back(read_item(node, channel));
  return feed;
}

// Numbers 128 to 159, which mean control characters to XML and windows-1252's characters to whoever writes them.
bool has_windows_reference(std::string_view text) {
  for (auto at = text.find("&#"); at != std::string_view::npos; at = text.find("&#", at + 2)) {
    const bool hex = at + 2 < text.size() && (text[at + 2] | 0x20) == 'x';
    const auto* begin = text.data() + at + (hex ? 3 : 2);
    unsigned number = 0;
    std::from_chars(begin, text.data() + text.size(), number, hex ? 16 : 10);
    if (number >= 0x80 && number < 0xA0) return true;
  }
  return false;
}

// libxml2 takes what a document type declares; none gets so far.
bool has_document_type(std::string_view text) {
  return text.find("<!DOCTYPE") != std::string_view::npos || text.find("<!ENTITY") != std::string_view::npos ||
         text.find("<!doctype") != std::string_view::npos;
}

}  // namespace

Result<Feed> read_feed_xml(std::string_view utf8, const std::string& base) {
  const auto begin = utf8.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return Failure{Remedy::retry, "the answer is empty", std::nullopt};
  const auto text = valid_utf8(utf8.substr(begin));
  if (!has_document_type(text) && !has_windows_reference(text)) {
    if (const auto document = parse_xml(text, false)) return read_tree(document.get(), base, false, false);
  }
  const auto mended = mend_xml(text);
  const auto document = parse_xml(mended.xml, true);
  if (!document) return Failure{Remedy::skip, "the answer is no XML", std::nullopt};
  return read_tree(document.get(), base, mended.cut, mended.cut_in_item);
}

}  // namespace barometer
