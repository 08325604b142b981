#include <charconv>

#include "connectors/json_text.hpp"
#include "connectors/post_json.hpp"
#include "connectors/time.hpp"

namespace barometer {
namespace {

void append_key(std::string& out, std::string_view key) {
  out += out.back() == '{' ? "\"" : ",\"";
  out += key;
  out += "\":";
}

void append(std::string& out, std::string_view key, const std::string& text) {
  append_key(out, key);
  append_json_string(out, text);
}

void append(std::string& out, std::string_view key, const std::optional<std::string>& text) {
  if (text) return append(out, key, *text);
  append_key(out, key);
  out += "null";
}

void append(std::string& out, std::string_view key, std::int64_t number) {
  append_key(out, key);
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

void append(std::string& out, std::string_view key, const std::vector<std::string>& texts) {
  append_key(out, key);
  out += '[';
  for (const auto& text : texts) {
    if (out.back() != '[') out += ',';
    append_json_string(out, text);
  }
  out += ']';
}

}  // namespace

void append_json(std::string& out, const Post& post) {
  out += '{';
  append(out, "platform", post.platform);
  append(out, "source", post.source);
  append(out, "id", post.id);
  if (post.deleted) {
    out += ",\"deleted\":true}";
    return;
  }
  append(out, "native_id", post.native_id);
  append(out, "url", post.url);
  append(out, "author", post.author);
  append(out, "author_name", post.author_name);
  append(out, "made_at", to_iso(post.made_at));
  append(out, "edited_at", post.edited_at ? std::optional(to_iso(*post.edited_at)) : std::nullopt);
  append(out, "title", post.title);
  append(out, "text", post.text);
  append(out, "lang", post.lang);
  append(out, "tags", post.tags);
  append(out, "reply_to", post.reply_to);
  append(out, "repost_of", post.repost_of);
  append(out, "quote_of", post.quote_of);
  append(out, "visibility", std::string(name_of(post.visibility)));
  append(out, "likes", post.likes);
  append(out, "reposts", post.reposts);
  append(out, "replies", post.replies);
  out += '}';
}

std::string to_json(const Post& post) {
  std::string out;
  out.reserve(512 + post.text.size());
  append_json(out, post);
  return out;
}

}  // namespace barometer
