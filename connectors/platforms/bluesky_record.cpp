#include "connectors/platforms/bluesky_record.hpp"

#include <algorithm>

#include "connectors/html_text.hpp"
#include "connectors/tags.hpp"
#include "connectors/time.hpp"

namespace barometer {
namespace {

constexpr std::string_view scheme = "at://";

std::optional<std::string> filled(std::string text) {
  if (text.empty()) return std::nullopt;
  return text;
}

// Facets are marks on ranges of the text; only what they say is read, since their ranges count bytes and may lie.
void read_tags(JsonValue record, Post& post) {
  simdjson::dom::array facets;
  if (json_array(record, "facets", facets)) {
    for (const auto facet : facets) {
      simdjson::dom::array features;
      if (!json_array(facet, "features", features)) continue;
      for (const auto feature : features) add_tag(post.tags, json_text(feature, "tag"));
    }
  }
  simdjson::dom::array tags;
  if (!json_array(record, "tags", tags)) return;
  for (const auto tag : tags) {
    std::string_view name;
    if (!tag.get(name)) add_tag(post.tags, name);
  }
}

std::string uri_in(JsonValue object, std::string_view key) {
  JsonValue inner;
  return json_field(object, key, inner) ? valid_utf8(json_text(inner, "uri")) : std::string();
}

std::string alt_texts_of(JsonValue media) {
  std::string text = valid_utf8(json_text(media, "alt"));
  simdjson::dom::array images;
  if (!json_array(media, "images", images)) return text;
  for (const auto image : images) {
    const auto alt = json_text(image, "alt");
    if (alt.empty()) continue;
    if (!text.empty()) text += '\n';
    text += valid_utf8(alt);
  }
  return text;
}

// Pictures, or a video, are the embed itself or, beside a quote, its media.
std::string alt_texts(JsonValue embed) {
  JsonValue media;
  return alt_texts_of(json_field(embed, "media", media) ? media : embed);
}

// app.bsky.embed.record holds the quoted post, app.bsky.embed.recordWithMedia wraps that once more. Lists, feeds and starter packs are
// embedded in the same way and are no quotes.
std::string quoted(JsonValue embed) {
  JsonValue record;
  if (!json_field(embed, "record", record)) return {};
  auto uri = valid_utf8(json_text(record, "uri"));
  if (uri.empty()) uri = uri_in(record, "record");
  const auto parts = at_uri(uri);
  return parts && parts->collection == bluesky_post_collection ? uri : std::string();
}

std::optional<std::string> language_of(JsonValue record) {
  simdjson::dom::array langs;
  if (!json_array(record, "langs", langs)) return std::nullopt;
  constexpr std::size_t longest = 35;  // RFC 5646 section 4.4.1
  for (const auto one : langs) {
    std::string_view lang;
    if (one.get(lang) || lang.empty() || lang.size() > longest) continue;
    const bool fits = std::all_of(lang.begin(), lang.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (fits) return std::string(lang);
  }
  return std::nullopt;
}

void read_times(JsonValue record, const BlueskyRecordOf& of, Post& post) {
  const auto claimed = parse_iso(json_text(record, "createdAt"));
  const auto made = claimed && of.heard_at ? std::min(*claimed, *of.heard_at) : claimed ? claimed : of.heard_at;
  post.made_at = made.value_or(of.now);
  post.dated = made.has_value();
}

bool is_withholding(std::string_view label) {
  return label == "!no-unauthenticated" || label == "!hide" || label == "!takedown";
}

bool withheld_by(simdjson::dom::array labels) {
  std::vector<std::string_view> held;
  for (const auto label : labels) {
    const auto value = json_text(label, "val");
    if (!is_withholding(value)) continue;
    if (json_flag(label, "neg") == 1)
      std::erase(held, value);
    else
      held.push_back(value);
  }
  return !held.empty();
}

}  // namespace

std::optional<AtUri> at_uri(std::string_view text) {
  if (!text.starts_with(scheme)) return std::nullopt;
  text.remove_prefix(scheme.size());
  AtUri uri;
  for (auto* const part : {&uri.did, &uri.collection, &uri.rkey}) {
    const auto end = std::min(text.find('/'), text.size());
    *part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (part->empty()) return std::nullopt;
  }
  return uri;
}

std::string bluesky_post_uri(std::string_view did, std::string_view rkey) {
  std::string uri(scheme);
  uri += did;
  uri += '/';
  uri += bluesky_post_collection;
  uri += '/';
  uri += rkey;
  return valid_utf8(uri);
}

bool bluesky_withheld(JsonValue labelled) {
  simdjson::dom::array labels;
  if (json_array(labelled, "labels", labels)) return withheld_by(labels);
  JsonValue self;  // a record's own labels are an object around the list
  return json_field(labelled, "labels", self) && json_array(self, "values", labels) && withheld_by(labels);
}

std::string bluesky_handle(JsonValue profile) {
  auto handle = valid_utf8(json_text(profile, "handle"));
  if (handle == "handle.invalid") handle.clear();
  return handle;
}

std::optional<Post> bluesky_record_post(JsonValue record, const BlueskyRecordOf& of) {
  const auto type = json_text(record, "$type");
  std::string_view text;
  JsonValue value;
  if (!json_field(record, "text", value) || value.get(text)) return std::nullopt;
  const auto parts = at_uri(of.uri);
  if (!parts || parts->collection != bluesky_post_collection) return std::nullopt;
  if (!type.empty() && type != bluesky_post_collection) return std::nullopt;
  Post post;
  post.platform = "bluesky";
  post.source = of.source;
  post.id = of.uri;
  post.native_id = parts->rkey;
  post.author = of.handle.empty() ? std::string(parts->did) : of.handle;
  post.author_name = of.author_name;
  post.url = "https://bsky.app/profile/" + post.author + "/post/" + post.native_id;
  post.seen_at = of.now;
  read_times(record, of, post);
  read_tags(record, post);
  post.text = valid_utf8(text);
  post.lang = language_of(record);
  JsonValue inner;
  if (json_field(record, "reply", inner)) post.reply_to = filled(uri_in(inner, "parent"));
  if (json_field(record, "embed", inner)) {
    post.quote_of = filled(quoted(inner));
    if (post.text.empty()) post.text = alt_texts(inner);
  }
  post.opted_out = bluesky_withheld(record);
  return post;
}

std::optional<Post> bluesky_view_post(JsonValue view, const std::string& source, UtcTime now) {
  JsonValue record;
  JsonValue author;
  if (!json_field(view, "record", record) || !json_field(view, "author", author)) return std::nullopt;
  BlueskyRecordOf of;
  of.uri = valid_utf8(json_text(view, "uri"));
  of.handle = bluesky_handle(author);
  of.author_name = valid_utf8(json_text(author, "displayName"));
  of.source = source;
  of.heard_at = parse_iso(json_text(view, "indexedAt"));
  of.now = now;
  auto post = bluesky_record_post(record, of);
  if (!post) return post;
  post->opted_out = post->opted_out || bluesky_withheld(view) || bluesky_withheld(author);
  post->likes = json_count(view, "likeCount");
  post->reposts = json_count(view, "repostCount");
  post->replies = json_count(view, "replyCount");
  return post;
}

Post bluesky_tombstone(std::string uri, const std::string& source) {
  Post post;
  post.platform = "bluesky";
  post.source = source;
  if (const auto parts = at_uri(uri)) post.native_id = parts->rkey;
  post.id = std::move(uri);
  post.deleted = true;
  return post;
}

}  // namespace barometer
