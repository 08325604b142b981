#include "connectors/platforms/feed_json.hpp"

#include "connectors/html_text.hpp"
#include "connectors/json_document.hpp"
#include "connectors/platforms/feed_text.hpp"
#include "connectors/platforms/feed_time.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

FeedPerson author_of(JsonValue object) {
  simdjson::dom::array authors;
  JsonValue author;
  if (json_array(object, "authors", authors)) {
    for (const auto one : authors) {
      if (const auto name = json_text(one, "name"); !name.empty()) return person_of(name);
    }
  }
  if (!json_field(object, "author", author)) return {};
  std::string_view name;
  if (author.get(name)) name = json_text(author, "name").empty() ? json_text(author, "url") : json_text(author, "name");
  return person_of(name);
}

std::string one_line(std::string_view html) {
  auto text = html_to_text(html);
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return text;
}

std::string text_of_item(JsonValue item) {
  auto html = json_text(item, "content_html");
  if (!html.empty()) return html_to_text(html);
  const auto text = json_text(item, "content_text");
  return valid_utf8(text.empty() ? json_text(item, "summary") : text);
}

FeedItem read_item(JsonValue json, const std::string& base, const FeedPerson& author, std::string_view language) {
  FeedItem item;
  item.id = valid_utf8(json_id(json, "id"));
  const auto url = json_text(json, "url").empty() ? json_text(json, "external_url") : json_text(json, "url");
  item.url = url.empty() ? std::string() : valid_utf8(resolve_url(base, url));
  item.title = one_line(json_text(json, "title"));
  item.text = text_of_item(json);
  item.author = author_of(json);
  if (item.author.written.empty()) item.author = author;
  item.language = valid_utf8(json_text(json, "language").empty() ? language : json_text(json, "language"));
  item.published = parse_feed_time(json_text(json, "date_published"));
  item.updated = parse_feed_time(json_text(json, "date_modified"));
  simdjson::dom::array tags;
  if (!json_array(json, "tags", tags)) return item;
  for (const auto tag : tags) {
    std::string_view text;
    if (!tag.get(text)) item.categories.push_back(valid_utf8(text));
  }
  return item;
}

}  // namespace

Result<Feed> read_feed_json(std::string_view utf8, const std::string& base) {
  JsonDocument document;
  if (const auto error = JsonDocument::read(document, utf8); error) {
    return Failure{Remedy::retry, std::string("the answer is damaged or breaks off: ") + simdjson::error_message(error),
                   std::nullopt};
  }
  const auto root = document.root();
  simdjson::dom::array items;
  if (!root.is_object() || !json_array(root, "items", items)) {
    return Failure{Remedy::skip, "the answer is JSON, but no JSON Feed", std::nullopt};
  }
  const std::string address = base.empty() ? std::string(json_text(root, "feed_url")) : base;
  const auto author = author_of(root);
  Feed feed;
  simdjson::dom::array hubs;
  if (json_array(root, "hubs", hubs)) {
    for (const auto hub : hubs) {
      if (feed.hub.empty()) feed.hub = json_text(hub, "url");
    }
  }
  for (const auto item : items) {
    if (item.is_object() && feed.items.size() == most_feed_items)
      ++feed.left_out;
    else if (item.is_object())
      feed.items.push_back(read_item(item, address, author, json_text(root, "language")));
  }
  return feed;
}

}  // namespace barometer
