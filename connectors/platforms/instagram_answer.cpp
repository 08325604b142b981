#include "connectors/platforms/instagram_answer.hpp"

#include <array>

#include "connectors/graph_api.hpp"
#include "connectors/html_text.hpp"
#include "connectors/tags.hpp"

namespace barometer {
namespace {

constexpr std::array<std::string_view, 10> kinds = {"recent_media",
                                                    "top_media",
                                                    "tags",
                                                    "media",
                                                    "comments",
                                                    "mentioned_media",
                                                    "mentioned_comment",
                                                    "business_discovery",
                                                    "ig_hashtag_search",
                                                    "recently_searched_hashtags"};

bool has(JsonValue object, std::string_view key) {
  JsonValue value;
  return json_field(object, key, value);
}

void read_author(JsonValue object, Post& post) {
  post.author = valid_utf8(json_text(object, "username"));
  JsonValue from;
  if (post.author.empty() && json_field(object, "from", from)) post.author = valid_utf8(json_text(from, "username"));
}

Post media_post(JsonValue object, const ParseOptions& options) {
  auto post = graph_post("instagram", valid_utf8(json_id(object, "id")), json_text(object, "timestamp"), options);
  post.url = valid_utf8(json_text(object, "permalink"));
  post.text = valid_utf8(json_text(object, "caption"));
  add_hashtags(post.tags, post.text);
  read_author(object, post);
  post.likes = json_count(object, "like_count");
  post.replies = json_count(object, "comments_count");
  return post;
}

Post comment_post(JsonValue object, const std::string& answered, const ParseOptions& options) {
  auto post = graph_post("instagram", valid_utf8(json_id(object, "id")), json_text(object, "timestamp"), options);
  post.text = valid_utf8(json_text(object, "text"));
  add_hashtags(post.tags, post.text);
  read_author(object, post);
  if (json_flag(object, "hidden") == 1) post.visibility = Visibility::private_;
  auto whom = valid_utf8(json_id(object, "parent_id"));
  if (whom.empty()) whom = answered;
  JsonValue media;
  if (whom.empty() && json_field(object, "media", media)) whom = valid_utf8(json_id(media, "id"));
  if (!whom.empty()) post.reply_to = whom;
  post.likes = json_count(object, "like_count");
  return post;
}

bool is_comment(JsonValue object) { return has(object, "text") && !has(object, "media_type"); }

bool is_media(JsonValue object) {
  return has(object, "media_type") || has(object, "caption") || has(object, "permalink") || has(object, "timestamp") ||
         has(object, "comments_count");
}

bool is_hashtag(JsonValue object) { return has(object, "name") && !is_media(object); }

void read_comment(JsonValue object, const std::string& answered, const ParseOptions& options, InstagramAnswer& answer);

void read_replies(JsonValue comment, const std::string& id, const ParseOptions& options, InstagramAnswer& answer) {
  JsonValue replies;
  simdjson::dom::array list;
  if (!json_field(comment, "replies", replies) || !json_array(replies, "data", list)) return;
  for (const auto reply : list) {
    // Instagram knows one level of replies: those of a reply are not looked for.
    auto post = comment_post(reply, id, options);
    if (post.native_id.empty())
      ++answer.page.unreadable;
    else
      answer.page.posts.push_back(std::move(post));
  }
}

void read_comment(JsonValue object, const std::string& answered, const ParseOptions& options, InstagramAnswer& answer) {
  auto post = comment_post(object, answered, options);
  const auto id = post.native_id;
  answer.listing.times.push_back(post.made_at);
  answer.page.posts.push_back(std::move(post));
  read_replies(object, id, options, answer);
}

void read_media(JsonValue object, const ParseOptions& options, InstagramAnswer& answer) {
  auto post = media_post(object, options);
  answer.listing.times.push_back(post.made_at);
  Talk talk;
  talk.made_at = post.made_at;
  if (post.replies > 0) talk.mark = std::to_string(post.replies);
  answer.listing.talks.emplace_back(post.native_id, std::move(talk));
  answer.page.posts.push_back(std::move(post));
}

void read_item(JsonValue object, const ParseOptions& options, InstagramAnswer& answer) {
  const bool known = object.is_object() && !json_id(object, "id").empty();
  if (known && (is_comment(object) || options.kind == "comments"))
    read_comment(object, {}, options, answer);
  else if (known && is_media(object))
    read_media(object, options, answer);
  else if (known && is_hashtag(object))
    answer.hashtag_id = answer.hashtag_id.empty() ? valid_utf8(json_id(object, "id")) : answer.hashtag_id;
  else if (known && object.get_object().value().size() == 1 && options.kind.empty())
    answer.hashtag_id = valid_utf8(json_id(object, "id"));  // ig_hashtag_search, when no name was asked for
  else
    ++answer.page.unreadable;
}

void read_list(JsonValue object, const simdjson::dom::array& list, const ParseOptions& options,
               InstagramAnswer& answer) {
  for (const auto item : list) read_item(item, options, answer);
  answer.listing.next_token = graph_next(object);
}

}  // namespace

std::span<const std::string_view> instagram_kinds() { return kinds; }

Result<InstagramAnswer> read_instagram(const HttpResponse& response, const ParseOptions& options) {
  JsonDocument document;
  if (auto failure = read_graph(document, response, options.now)) return *std::move(failure);
  const auto root = document.root();
  InstagramAnswer answer;
  JsonValue inner;
  JsonValue media;
  simdjson::dom::array list;
  if (json_array(root, "data", list)) {
    read_list(root, list, options, answer);
  } else if (json_field(root, "business_discovery", inner)) {
    if (json_field(inner, "media", media) && json_array(media, "data", list)) read_list(media, list, options, answer);
  } else if (json_field(root, "mentioned_media", inner) || json_field(root, "mentioned_comment", inner)) {
    read_item(inner, options, answer);
  } else if (is_comment(root) || is_media(root)) {
    read_item(root, options, answer);
  } else {
    return Failure{Remedy::skip, "the answer is neither media nor comments nor a list of them"};
  }
  return answer;
}

}  // namespace barometer
