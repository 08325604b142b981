#include "connectors/platforms/feed_xml.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "connectors/html_text.hpp"
#include "connectors/platforms/feed_element.hpp"
#include "connectors/platforms/feed_mend.hpp"
#include "connectors/platforms/feed_text.hpp"
#include "connectors/url.hpp"
#include "connectors/xml_tree.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;
using V = XmlVocabulary;

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
    if ((vocabulary == V::core || vocabulary == V::rdf) && std::find(names.begin(), names.end(), name) != names.end())
      return node;
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
  return std::chrono::minutes(std::min(whole_number(text), most));
}

// The first that says something.
void keep(std::string& into, std::string text) {
  if (into.empty()) into = std::move(text);
}

// <skipHours><hour>7</hour>…: 24 stands for 0, as RSS 0.91 counted.
std::int64_t skipped_hours(const xmlNode* list) {
  std::int64_t bits = 0;
  for (const xmlNode* child = list->children; child; child = child->next) {
    const auto text = child->type == XML_ELEMENT_NODE ? inner_text(child) : std::string();
    const auto hour = whole_number(text);
    if (!text.empty() && text[0] >= '0' && text[0] <= '9' && hour <= 24) bits |= std::int64_t{1} << (hour % 24);
  }
  return bits;
}

std::int64_t skipped_days(const xmlNode* list) {
  constexpr std::array<std::string_view, 7> days = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};
  std::int64_t bits = 0;
  for (const xmlNode* child = list->children; child; child = child->next) {
    if (child->type != XML_ELEMENT_NODE) continue;
    const auto found = std::find(days.begin(), days.end(), inner_text(child));
    if (found != days.end()) bits |= std::int64_t{1} << (found - days.begin());
  }
  return bits;
}

void read_channel(const xmlNode* frame, Feed& feed, FeedChannel& channel) {
  std::chrono::seconds period = 0s;
  std::int64_t frequency = 1;
  for (const xmlNode* child = frame->children; child; child = child->next) {
    if (child->type != XML_ELEMENT_NODE) continue;
    const auto vocabulary = vocabulary_of(child);
    const auto name = name_of(child);
    if (vocabulary == V::core && name == "author" && channel.author.written.empty()) channel.author = person_of(child);
    if ((vocabulary == V::core || vocabulary == V::dc) && name == "language") keep(channel.language, inner_text(child));
    if (vocabulary == V::core && name == "ttl") feed.at_least = std::min(minutes_in(inner_text(child)), longest_period);
    if (vocabulary == V::core && name == "link" && attribute(child, "rel") == "hub")
      keep(feed.hub, attribute(child, "href"));
    if (vocabulary == V::core && name == "skiphours") feed.skip_hours = skipped_hours(child);
    if (vocabulary == V::core && name == "skipdays") feed.skip_days = skipped_days(child);
    if (vocabulary == V::syndication && name == "updateperiod") period = period_of(inner_text(child));
    if (vocabulary == V::syndication && name == "updatefrequency")
      frequency = std::max<std::int64_t>(whole_number(inner_text(child)), 1);
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
  FeedChannel channel;
  if (frame) read_channel(frame, feed, channel);
  if (!base.empty()) document->URL = xmlStrdup(reinterpret_cast<const xmlChar*>(base.c_str()));
  feed.cut = cut;
  if (nodes.size() > most_feed_items) {
    feed.left_out = nodes.size() - most_feed_items;
    nodes.resize(most_feed_items);
  }
  feed.half_item = cut_in_item && !nodes.empty() && feed.left_out == 0;
  for (const auto* node : nodes) feed.items.push_back(read_feed_item(node, channel));
  return feed;
}

}  // namespace

Result<Feed> read_feed_xml(std::string_view utf8, const std::string& base) {
  const auto begin = utf8.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return Failure{Remedy::retry, "the answer is empty", std::nullopt};
  const auto mended = mend_xml(valid_utf8(utf8.substr(begin)));
  const auto document = parse_xml(mended.xml);
  if (!document) return Failure{Remedy::skip, "the answer is no XML", std::nullopt};
  return read_tree(document.get(), base, mended.cut, mended.cut_in_item);
}

}  // namespace barometer
