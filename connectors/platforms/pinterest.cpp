#include "connectors/platforms/pinterest.hpp"

#include <array>

#include "connectors/html_text.hpp"
#include "connectors/json_document.hpp"
#include "connectors/platforms/feed.hpp"
#include "connectors/settings.hpp"
#include "connectors/tags.hpp"
#include "connectors/time.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

constexpr std::string_view pin_page = "https://www.pinterest.com/pin/";

// The feed calls a pin by its page, the API by its number; both are the same pin.
void reshape(Post& post) {
  post.platform = "pinterest";
  const auto at = post.native_id.find("/pin/");
  if (at == std::string::npos) return;
  post.native_id = post.native_id.substr(at + 5);
  while (post.native_id.ends_with('/')) post.native_id.pop_back();
  post.id = std::string(pin_page) + post.native_id + '/';
}

std::string one_line(std::string_view text) {
  auto line = html_to_text(text);
  for (char& c : line) c = c == '\n' ? ' ' : c;
  return line;
}

Post pin_of(JsonValue json, const ParseOptions& options) {
  Post post;
  post.platform = "pinterest";
  post.source = options.source;
  post.native_id = valid_utf8(json_id(json, "id"));
  post.id = std::string(pin_page) + post.native_id + '/';
  post.url = post.id;
  post.seen_at = options.now;
  const auto made = parse_time(json_text(json, "created_at"));
  post.made_at = made.value_or(options.now);
  post.dated = made.has_value();
  JsonValue owner;
  if (json_field(json, "board_owner", owner)) post.author = valid_utf8(json_text(owner, "username"));
  post.author_name = post.author;
  auto title = one_line(json_text(json, "title"));
  post.text = html_to_text(json_text(json, "description"));
  const auto alt = html_to_text(json_text(json, "alt_text"));
  if (!alt.empty()) post.text += (post.text.empty() ? "" : "\n") + alt;
  if (post.text.empty()) post.text = title;
  if (!title.empty()) post.title = std::move(title);
  if (post.title) add_hashtags(post.tags, *post.title);
  add_hashtags(post.tags, post.text);
  return post;
}

Result<Page> read_pins(std::string_view body, const ParseOptions& options) {
  JsonDocument document;
  if (JsonDocument::read(document, body))
    return Failure{Remedy::retry, "the answer is damaged or breaks off", std::nullopt};
  const auto root = document.root();
  simdjson::dom::array items;
  Page page;
  if (json_array(root, "items", items)) {
    for (const auto item : items) {
      if (json_id(item, "id").empty())
        ++page.unreadable;
      else
        page.posts.push_back(pin_of(item, options));
    }
    return page;
  }
  if (!json_text(root, "created_at").empty() && !json_id(root, "id").empty()) {
    page.posts.push_back(pin_of(root, options));
    return page;
  }
  const auto code = json_id(root, "code");
  if (!code.empty())
    return Failure{Remedy::ask_operator,
                   "Pinterest refuses with its code " + code + ": check the token, its rights and the board",
                   std::nullopt};
  return Failure{Remedy::skip, "the answer is JSON, but no pins", std::nullopt};
}

constexpr SourceSetting settings[] = {
    {"user", "", true, "The account, as in its address."},
    {"board", "", false, "One of its boards, as in the address; empty: all its pins."},
    {"api", "https://www.pinterest.com", false, "The server."},
};

constexpr std::array<std::string_view, 2> kinds = {"board", "pins"};

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  check_url(config, "api", complaints);
  for (const char* key : {"user", "board"}) {
    if (setting(config, key).find_first_of("/?# ") != std::string::npos)
      complaints.push_back({key, "is not a name: write the part of the address between two slashes"});
  }
  return complaints;
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient& http) {
  const auto board = setting(config, "board");
  FeedConfig feed;
  feed.name = config.name;
  feed.platform = "pinterest";
  feed.reshape = reshape;
  feed.url = setting(config, "api", "https://www.pinterest.com") + '/' + percent_encoded(setting(config, "user")) +
             (board.empty() ? "/feed.rss" : '/' + percent_encoded(board) + ".rss");
  return std::make_unique<FeedSource>(std::move(feed), http);
}

}  // namespace

Result<Page> parse_pinterest(std::string body, const ParseOptions& options) {
  const auto begin = body.find_first_not_of(" \t\r\n");
  const bool json =
      options.kind == "pins" || (options.kind.empty() && begin != std::string::npos && body[begin] == '{');
  if (json) return read_pins(body, options);
  auto feed_options = options;
  feed_options.kind.clear();
  auto page = parse_feed(std::move(body), feed_options);
  if (!page.has_value()) return page;
  for (auto& post : page->posts) reshape(post);
  return page;
}

Connector pinterest_connector() {
  return Connector{
      "pinterest",    "The pins of a Pinterest account or of one of its boards, by RSS.", kinds, settings, check, make,
      parse_pinterest};
}

}  // namespace barometer
