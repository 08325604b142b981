#include "connectors/platforms/feed_post.hpp"

#include <algorithm>
#include <array>

#include "connectors/digest.hpp"
#include "connectors/platforms/feed.hpp"
#include "connectors/platforms/feed_alternate.hpp"
#include "connectors/platforms/feed_encoding.hpp"
#include "connectors/platforms/feed_item.hpp"
#include "connectors/platforms/feed_json.hpp"
#include "connectors/platforms/feed_xml.hpp"
#include "connectors/tags.hpp"
#include "connectors/time.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

std::string native_id_of(const FeedItem& item) {
  if (!item.id.empty()) return item.id;
  if (!item.url.empty()) return item.url;
  const auto date = item.published ? to_iso(*item.published) : std::string();
  const auto& words = item.title.empty() ? item.text : item.title;
  return "urn:sha256:" + sha256_hex(words + '\n' + date);
}

std::string identity(const std::string& native, std::string_view scope) {
  return is_absolute_url(native) || scope.empty() ? native : std::string(scope) + '#' + native;
}

Post post_of(FeedItem item, std::string_view scope, const ParseOptions& options) {
  Post post;
  post.platform = "feed";
  post.source = options.source;
  post.native_id = native_id_of(item);
  post.id = identity(post.native_id, scope);
  post.url = std::move(item.url);
  post.author = std::move(item.author.written);
  post.author_name = std::move(item.author.name);
  post.seen_at = options.now;
  const auto made = item.published ? item.published : item.updated;
  post.made_at = made.value_or(options.now);
  post.dated = made.has_value();
  if (item.updated && *item.updated != post.made_at) post.edited_at = item.updated;
  if (!item.title.empty()) post.title = item.title;
  post.text = item.text.empty() ? std::move(item.title) : std::move(item.text);
  if (!item.language.empty()) post.lang = std::move(item.language);
  if (!item.reply_to.empty()) post.reply_to = std::move(item.reply_to);
  for (const auto& category : item.categories) add_tag(post.tags, category);
  if (post.title) add_hashtags(post.tags, *post.title);
  add_hashtags(post.tags, post.text);
  post.replies = item.comments;
  return post;
}

Failure web_page(std::string_view html, std::string_view url) {
  const auto feed = alternate_feed(html, url);
  const std::string advice =
      feed.empty() ? "check the address in a browser, and ask the site for its feed" : "set url to " + feed;
  return Failure{Remedy::ask_operator, "a web page came instead of a feed: " + advice, std::nullopt};
}

Result<Feed> read_text(std::string_view text, const ParseOptions& options) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  const bool json =
      options.kind == "json" || (options.kind.empty() && begin != std::string_view::npos && text[begin] == '{');
  if (json) return read_feed_json(text, options.base_url);
  auto feed = read_feed_xml(text, options.base_url);
  if (!looks_like_html_page(text)) return feed;
  const bool holds_feed = feed.has_value() && !feed->items.empty();  // some sites wrap theirs into a page
  if (!holds_feed) return web_page(text, options.base_url);
  return feed;
}

}  // namespace

Result<Feed> read_feed(std::string_view body, std::string_view content_type, const ParseOptions& options) {
  return read_text(decoded_feed(body, content_type), options);
}

Page posts_of(Feed feed, std::string_view scope, const ParseOptions& options, bool whole_items) {
  if (feed.half_item && whole_items) feed.items.pop_back();
  Page page;
  page.hints.at_least = feed.at_least;
  page.unreadable = feed.left_out + (feed.cut ? 1 : 0);
  for (auto& item : feed.items) page.posts.push_back(post_of(std::move(item), scope, options));
  return page;
}

Result<Page> parse_feed(std::string_view body, std::string_view content_type, std::string_view scope,
                        const ParseOptions& options) {
  auto feed = read_feed(body, content_type, options);
  if (!feed.has_value()) return feed.error();
  return posts_of(std::move(*feed), scope, options, true);
}

Result<Page> parse_feed(std::string body, const ParseOptions& options) {
  auto feed = read_feed(body, {}, options);
  if (!feed.has_value()) return feed.error();
  return posts_of(std::move(*feed), options.base_url, options, false);
}

}  // namespace barometer
