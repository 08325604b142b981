#include <algorithm>
#include <array>

#include <simdjson.h>

#include "connectors/html_text.hpp"
#include "connectors/json_mend.hpp"
#include "connectors/post_json.hpp"
#include "connectors/tags.hpp"
#include "connectors/time.hpp"

namespace barometer {
namespace {

namespace od = simdjson::ondemand;

constexpr const char* wants_text = "needs text in quotes";
constexpr const char* wants_time = "needs a time as 2026-11-21T20:15:00.000Z";

// Each reads one value into the post; what is wrong with it, or null.
using Read = const char* (*)(od::value&, Post&);

template <std::string Post::*field>
const char* read_text(od::value& value, Post& post) {
  std::string_view text;
  if (value.get_string().get(text)) return wants_text;
  post.*field = valid_utf8(text);
  return nullptr;
}

template <std::optional<std::string> Post::*field>
const char* read_optional(od::value& value, Post& post) {
  std::string_view text;
  if (value.get_string().get(text)) return "needs text in quotes, or null";
  post.*field = valid_utf8(text);
  return nullptr;
}

template <auto field>
const char* read_time(od::value& value, Post& post) {
  std::string_view text;
  if (value.get_string().get(text)) return wants_time;
  const auto time = parse_time(text);
  if (!time) return wants_time;
  post.*field = *time;
  return nullptr;
}

template <std::int64_t Post::*field>
const char* read_count(od::value& value, Post& post) {
  std::int64_t count = 0;
  if (value.get_int64().get(count) || count < 0) return "needs a whole number from 0";
  post.*field = count;
  return nullptr;
}

const char* read_tags(od::value& value, Post& post) {
  constexpr const char* complaint = "needs a list of texts as [\"nhssm\"]";
  od::array tags;
  if (value.get_array().get(tags)) return complaint;
  post.tags.clear();
  for (auto tag : tags) {
    std::string_view text;
    if (tag.get_string().get(text)) return complaint;
    add_tag(post.tags, text);
  }
  return nullptr;
}

const char* read_visibility(od::value& value, Post& post) {
  std::string_view text;
  if (!value.get_string().get(text)) {
    for (const auto one : {Visibility::public_, Visibility::unlisted, Visibility::private_, Visibility::direct}) {
      if (text == name_of(one)) {
        post.visibility = one;
        return nullptr;
      }
    }
  }
  return "needs one of public, unlisted, private, direct";
}

const char* read_deleted(od::value& value, Post& post) {
  return value.get_bool().get(post.deleted) ? "needs true or false" : nullptr;
}

struct Key {
  std::string_view name;
  Read read;
};

// In the order that we write them, which is the order that most lines have.
constexpr std::array keys = {
    Key{"platform", read_text<&Post::platform>},
    Key{"source", read_text<&Post::source>},
    Key{"id", read_text<&Post::id>},
    Key{"native_id", read_text<&Post::native_id>},
    Key{"url", read_text<&Post::url>},
    Key{"author", read_text<&Post::author>},
    Key{"author_name", read_text<&Post::author_name>},
    Key{"made_at", read_time<&Post::made_at>},
    Key{"edited_at", read_time<&Post::edited_at>},
    Key{"arrived_at", read_time<&Post::seen_at>},
    Key{"title", read_optional<&Post::title>},
    Key{"text", read_text<&Post::text>},
    Key{"lang", read_optional<&Post::lang>},
    Key{"tags", read_tags},
    Key{"reply_to", read_optional<&Post::reply_to>},
    Key{"repost_of", read_optional<&Post::repost_of>},
    Key{"quote_of", read_optional<&Post::quote_of>},
    Key{"visibility", read_visibility},
    Key{"likes", read_count<&Post::likes>},
    Key{"reposts", read_count<&Post::reposts>},
    Key{"replies", read_count<&Post::replies>},
    Key{"deleted", read_deleted},
};

constexpr unsigned platform = 1, id = 2, made_at = 4, text = 8;

constexpr unsigned needed(std::string_view key) {
  return key == "platform" ? platform : key == "id" ? id : key == "made_at" ? made_at : key == "text" ? text : 0u;
}

Failure unreadable(std::string detail) { return Failure{Remedy::skip, std::move(detail), std::nullopt}; }

Failure about(std::string_view key, const char* what) { return unreadable('"' + std::string(key) + "\" " + what); }

const char* missing(const Post& post, unsigned seen) {
  if (!(seen & platform) || post.platform.empty()) return "platform";
  if (!(seen & id) || post.id.empty()) return "id";
  if (post.deleted) return nullptr;
  if (!(seen & made_at)) return "made_at";
  if (!(seen & text)) return "text";
  return nullptr;
}

Result<Post> read_object(od::object object, UtcTime now) {
  Post post;
  post.seen_at = now;
  unsigned seen = 0;
  for (auto field : object) {
    std::string_view name;
    od::value value;
    if (field.unescaped_key().get(name)) return unreadable("a key of the object cannot be read");
    const auto* key = std::find_if(keys.begin(), keys.end(), [&](const Key& one) { return one.name == name; });
    if (key == keys.end()) continue;
    bool null = false;
    if (field.value().get(value) || value.is_null().get(null)) return about(key->name, "has a value that is no JSON");
    if (null) continue;
    if (const auto* what = key->read(value, post)) return about(key->name, what);
    seen |= needed(key->name);
  }
  if (const auto* key = missing(post, seen)) return about(key, "is missing: platform, id, made_at and text are needed");
  return post;
}

// `padded` has simdjson's padding in its capacity.
Result<Post> read_line(const std::string& padded, UtcTime now) {
  thread_local od::parser parser;
  od::document document;
  od::object object;
  auto error = parser.iterate(padded).get(document);
  if (!error) error = document.get_object().get(object);
  if (error == simdjson::INCORRECT_TYPE) return unreadable("not a JSON object: one post a line, {\"platform\":…}");
  if (error) return unreadable(std::string("not JSON: ") + simdjson::error_message(error));
  auto post = read_object(object, now);
  if (post.has_value() && !document.current_location().error())
    return unreadable("more than one value on the line: one post a line");
  return post;
}

}  // namespace

Result<Post> post_from_json(std::string_view line, UtcTime now) {
  thread_local std::string padded;
  padded.reserve(line.size() + simdjson::SIMDJSON_PADDING);
  padded.assign(line);
  auto post = read_line(padded, now);
  if (post.has_value()) return post;
  padded = mend_json(line);
  if (padded == line) return post;
  padded.reserve(padded.size() + simdjson::SIMDJSON_PADDING);
  return read_line(padded, now);
}

}  // namespace barometer
