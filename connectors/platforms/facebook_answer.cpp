#include "connectors/platforms/facebook_answer.hpp"

#include <algorithm>
#include <array>

#include "connectors/graph_api.hpp"
#include "connectors/html_text.hpp"
#include "connectors/tags.hpp"

namespace barometer {
namespace {

constexpr std::array<std::string_view, 6> kinds = {"feed", "post", "comments", "comment", "ratings", "objects"};

bool has(JsonValue object, std::string_view key) {
  JsonValue value;
  return json_field(object, key, value);
}

std::int64_t total(JsonValue post, std::string_view key) {
  JsonValue counted;
  JsonValue summary;
  if (!json_field(post, key, counted) || !json_field(counted, "summary", summary)) return 0;
  return json_count(summary, "total_count");
}

// What follows `key` in an address, as far as it is digits.
std::string digits_after(std::string_view url, std::string_view key) {
  const auto at = url.find(key);
  if (at == std::string_view::npos) return {};
  url.remove_prefix(at + key.size());
  return std::string(url.substr(0, std::min(url.find_first_not_of("0123456789"), url.size())));
}

// https://www.facebook.com/PAGE/posts/POST/?comment_id=COMMENT&reply_comment_id=REPLY
struct Permalink {
  std::string page = {};
  std::string post = {};
  std::string comment = {};
  std::string reply = {};
};

Permalink permalink_of(JsonValue object) {
  const auto url = json_text(object, "permalink_url");
  return {digits_after(url, "facebook.com/"), digits_after(url, "/posts/"), digits_after(url, "?comment_id="),
          digits_after(url, "&reply_comment_id=")};
}

std::string joined(const std::string& first, const std::string& second) {
  return first.empty() || second.empty() ? std::string() : first + '_' + second;
}

std::string text_of_share(JsonValue post) {
  JsonValue attachments;
  simdjson::dom::array list;
  if (!json_field(post, "attachments", attachments) || !json_array(attachments, "data", list)) return {};
  std::string text;
  for (const auto one : list)
    for (const char* key : {"title", "description"}) {
      const auto line = valid_utf8(json_text(one, key));
      if (line.empty()) continue;
      if (!text.empty()) text += '\n';
      text += line;
    }
  return text;
}

void read_author(JsonValue object, std::string_view key, Post& post) {
  JsonValue from;
  if (!json_field(object, key, from)) return;
  post.author = valid_utf8(json_id(from, "id"));
  post.author_name = valid_utf8(json_text(from, "name"));
}

void read_words(JsonValue object, Post& post) {
  post.url = valid_utf8(json_text(object, "permalink_url"));
  post.text = valid_utf8(json_text(object, "message"));
  if (post.text.empty()) post.text = text_of_share(object);
  add_hashtags(post.tags, post.text);
  read_author(object, "from", post);
  const bool shown = json_flag(object, "is_published") != 0 && json_flag(object, "is_hidden") != 1;
  if (!shown) post.visibility = Visibility::private_;
}

Post feed_post(JsonValue object, const ParseOptions& options) {
  auto native = valid_utf8(json_id(object, "id"));
  const auto link = permalink_of(object);
  if (native.empty()) native = joined(link.page, link.post);
  auto post = graph_post("facebook", std::move(native), json_text(object, "created_time"), options);
  read_words(object, post);
  post.likes = std::max(total(object, "reactions"), total(object, "likes"));
  JsonValue shares;
  if (json_field(object, "shares", shares)) post.reposts = json_count(shares, "count");
  post.replies = total(object, "comments");
  return post;
}

std::string answered_by(JsonValue object, const Permalink& link) {
  JsonValue parent;
  if (json_field(object, "parent", parent)) return valid_utf8(json_id(parent, "id"));
  return link.reply.empty() ? joined(link.page, link.post) : joined(link.post, link.comment);
}

Post comment_post(JsonValue object, const ParseOptions& options) {
  auto native = valid_utf8(json_id(object, "id"));
  const auto link = permalink_of(object);
  if (native.empty()) native = joined(link.post, link.reply.empty() ? link.comment : link.reply);
  auto post = graph_post("facebook", std::move(native), json_text(object, "created_time"), options);
  read_words(object, post);
  const auto answered = answered_by(object, link);
  if (!answered.empty()) post.reply_to = answered;
  post.likes = json_count(object, "like_count");
  post.replies = json_count(object, "comment_count");
  return post;
}

Post rating_post(JsonValue object, const ParseOptions& options) {
  JsonValue story;
  std::string native;
  if (json_field(object, "open_graph_story", story)) native = valid_utf8(json_id(story, "id"));
  const auto time = json_text(object, "created_time");
  if (native.empty() && !time.empty()) {
    const auto page = options.base_url.substr(options.base_url.rfind('/') + 1);
    native = (page.empty() ? "" : page + '_') + "rating_" + valid_utf8(time);
  }
  auto post = graph_post("facebook", std::move(native), time, options);
  post.text = valid_utf8(json_text(object, "review_text"));
  add_hashtags(post.tags, post.text);
  read_author(object, "reviewer", post);
  return post;
}

bool is_rating(JsonValue object) { return has(object, "recommendation_type") || has(object, "review_text"); }

bool is_comment(JsonValue object) {
  return has(object, "comment_count") || has(object, "parent") ||
         json_text(object, "permalink_url").find("?comment_id=") != std::string_view::npos;
}

bool is_post(JsonValue object) { return has(object, "created_time") || has(object, "message"); }

Post post_in(JsonValue object, const ParseOptions& options) {
  const bool told = options.kind == "comments" || options.kind == "comment";
  return told || is_comment(object) ? comment_post(object, options) : feed_post(object, options);
}

// What the feed says of a post's comments; when it changes, they are read again. Nothing where there are none.
std::string mark_of(JsonValue object, const Post& post) {
  if (post.replies == 0) return {};
  return std::to_string(post.replies) + ' ' + std::string(json_text(object, "updated_time"));
}

void read_item(JsonValue object, const ParseOptions& options, FacebookAnswer& answer) {
  const bool rating = object.is_object() && is_rating(object);
  // A recommendation without words is no utterance.
  if (rating && json_text(object, "review_text").empty()) return;
  if (!object.is_object() || (!rating && !is_post(object))) {
    ++answer.page.unreadable;
    return;
  }
  auto post = rating ? rating_post(object, options) : post_in(object, options);
  if (post.native_id.empty()) {
    ++answer.page.unreadable;
    return;
  }
  answer.listing.times.push_back(post.made_at);
  if (has(object, "comments")) {
    Talk talk;
    talk.made_at = post.made_at;
    talk.mark = mark_of(object, post);
    answer.listing.talks.emplace_back(post.native_id, std::move(talk));
  }
  answer.page.posts.push_back(std::move(post));
}

// /?ids= answers with an object of objects, each under its id.
bool is_objects(JsonValue root) {
  simdjson::dom::object entries;
  if (root.get(entries) || entries.size() == 0) return false;
  return std::all_of(entries.begin(), entries.end(), [](const auto& entry) {
    return entry.value.is_object() && json_id(entry.value, "id") == entry.key;
  });
}

}  // namespace

std::span<const std::string_view> facebook_kinds() { return kinds; }

Result<FacebookAnswer> read_facebook(const HttpResponse& response, const ParseOptions& options) {
  JsonDocument document;
  if (auto failure = read_graph(document, response, options.now)) return *std::move(failure);
  const auto root = document.root();
  FacebookAnswer answer;
  simdjson::dom::array list;
  simdjson::dom::object entries;
  if (json_array(root, "data", list)) {
    for (const auto item : list) read_item(item, options, answer);
    answer.listing.next_token = graph_next(root);
  } else if ((options.kind == "objects" || is_objects(root)) && !root.get(entries)) {
    for (const auto& [id, item] : entries) read_item(item, options, answer);
  } else if (is_post(root)) {
    read_item(root, options, answer);
  } else {
    return Failure{Remedy::skip, "the answer is an object that is neither a post nor a list of posts"};
  }
  return answer;
}

}  // namespace barometer
