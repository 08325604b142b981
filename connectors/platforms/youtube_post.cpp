#include "connectors/platforms/youtube_post.hpp"

#include <algorithm>
#include <charconv>

#include "connectors/html_text.hpp"
#include "connectors/tags.hpp"
#include "connectors/time.hpp"

namespace barometer {
namespace {

Post blank_post(std::string id, const YoutubeContext& context) {
  Post post;
  post.platform = "youtube";
  post.source = context.source;
  post.seen_at = context.now;
  post.id = youtube_identity(id);
  post.native_id = std::move(id);
  return post;
}

void read_time(std::string_view text, UtcTime now, Post& post) {
  const auto made = parse_iso(text);
  post.made_at = made.value_or(now);
  post.dated = made.has_value();
}

// Counts come as text.
std::int64_t counted(JsonValue object, std::string_view key) {
  const auto digits = json_id(object, key);
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  return error == std::errc{} && end == digits.data() + digits.size() ? std::max<std::int64_t>(count, 0) : 0;
}

// A search names what it found by kind, a playlist what it points at; a video names itself.
std::string video_id(JsonValue item, JsonValue snippet) {
  JsonValue id;
  if (json_field(item, "id", id) && id.is_object()) return valid_utf8(json_id(id, "videoId"));
  JsonValue resource;
  if (json_field(snippet, "resourceId", resource)) return valid_utf8(json_id(resource, "videoId"));
  return valid_utf8(json_id(item, "id"));
}

Visibility visibility_of(JsonValue item) {
  JsonValue status;
  if (!json_field(item, "status", status)) return Visibility::public_;
  const auto word = json_text(status, "privacyStatus");
  if (word == "unlisted") return Visibility::unlisted;
  return word.empty() || word == "public" ? Visibility::public_ : Visibility::private_;
}

// Only a search escapes titles and descriptions.
std::string words(JsonValue snippet, std::string_view key, bool is_escaped) {
  const auto text = json_text(snippet, key);
  return is_escaped ? html_to_text(text) : valid_utf8(text);
}

void read_tags(JsonValue snippet, Post& post) {
  simdjson::dom::array tags;
  if (json_array(snippet, "tags", tags))
    for (const auto tag : tags) add_tag(post.tags, json_id(tag));
  if (post.title) add_hashtags(post.tags, *post.title);
  add_hashtags(post.tags, post.text);
}

void read_statistics(JsonValue item, Post& post) {
  JsonValue statistics;
  if (!json_field(item, "statistics", statistics)) return;
  post.likes = counted(statistics, "likeCount");
  post.replies = counted(statistics, "commentCount");
}

std::optional<std::string> language_of(JsonValue snippet) {
  for (const auto key : {"defaultLanguage", "defaultAudioLanguage"}) {
    const auto claim = json_text(snippet, key);
    const bool fits = claim.size() >= 2 && claim.size() <= 35 && std::all_of(claim.begin(), claim.end(), [](char c) {
                        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
                      });
    if (fits) return std::string(claim);
  }
  return std::nullopt;
}

std::string text_of_comment(JsonValue snippet, bool plain) {
  const auto original = json_text(snippet, "textOriginal");
  if (!original.empty()) return valid_utf8(original);
  const auto shown = json_text(snippet, "textDisplay");
  return plain ? valid_utf8(shown) : html_to_text(shown);
}

// A reply's id is its thread's, a dot, and its own.
std::string thread_of(JsonValue snippet, const std::string& id) {
  auto parent = valid_utf8(json_text(snippet, "parentId"));
  const auto dot = id.find('.');
  return parent.empty() && dot != std::string::npos ? id.substr(0, dot) : parent;
}

std::string comment_url(const std::string& id, const std::string& video, const std::string& channel) {
  if (!video.empty()) return "https://www.youtube.com/watch?v=" + video + "&lc=" + id;
  if (!channel.empty()) return "https://www.youtube.com/channel/" + channel + "?lc=" + id;
  return {};
}

}  // namespace

std::string youtube_identity(std::string_view id) { return "youtube:" + std::string(id); }

std::optional<Post> youtube_video(JsonValue item, const YoutubeContext& context) {
  JsonValue snippet;
  if (!json_field(item, "snippet", snippet)) return std::nullopt;
  auto id = video_id(item, snippet);
  if (id.empty()) return std::nullopt;
  auto post = blank_post(std::move(id), context);
  JsonValue own_id;
  const bool is_search = json_field(item, "id", own_id) && own_id.is_object();
  post.url = "https://www.youtube.com/watch?v=" + post.native_id;
  auto title = words(snippet, "title", is_search);
  post.text = words(snippet, "description", is_search);
  if (post.text.empty()) post.text = title;
  if (!title.empty()) post.title = std::move(title);
  JsonValue details;
  const bool is_listed = json_field(item, "contentDetails", details) && !json_text(details, "videoPublishedAt").empty();
  read_time(is_listed ? json_text(details, "videoPublishedAt") : json_text(snippet, "publishedAt"), context.now, post);
  const bool has_owner = !json_text(snippet, "videoOwnerChannelId").empty();
  post.author = valid_utf8(json_text(snippet, has_owner ? "videoOwnerChannelId" : "channelId"));
  post.author_name = words(snippet, has_owner ? "videoOwnerChannelTitle" : "channelTitle", is_search);
  post.visibility = visibility_of(item);
  post.lang = language_of(snippet);
  read_tags(snippet, post);
  read_statistics(item, post);
  return post;
}

std::optional<Post> youtube_comment(JsonValue comment, std::string_view video, const YoutubeContext& context) {
  JsonValue snippet;
  auto id = valid_utf8(json_id(comment, "id"));
  if (id.empty() || !json_field(comment, "snippet", snippet)) return std::nullopt;
  JsonValue text;
  if (!json_field(snippet, "textOriginal", text) && !json_field(snippet, "textDisplay", text)) return std::nullopt;
  auto post = blank_post(std::move(id), context);
  auto stands_at = valid_utf8(json_text(snippet, "videoId"));
  if (stands_at.empty()) stands_at = video;
  post.url = comment_url(post.native_id, stands_at, valid_utf8(json_text(snippet, "channelId")));
  post.text = text_of_comment(snippet, context.plain);
  read_time(json_text(snippet, "publishedAt"), context.now, post);
  const auto updated = parse_iso(json_text(snippet, "updatedAt"));
  if (updated && post.dated && *updated != post.made_at) post.edited_at = updated;
  post.author_name = valid_utf8(json_text(snippet, "authorDisplayName"));
  JsonValue author;
  if (json_field(snippet, "authorChannelId", author)) post.author = valid_utf8(json_text(author, "value"));
  if (post.author.empty()) post.author = post.author_name;
  if (auto thread = thread_of(snippet, post.native_id); !thread.empty()) post.reply_to = std::move(thread);
  const auto moderation = json_text(snippet, "moderationStatus");
  if (!moderation.empty() && moderation != "published") post.visibility = Visibility::private_;
  post.likes = json_count(snippet, "likeCount");
  add_hashtags(post.tags, post.text);
  return post;
}

}  // namespace barometer
