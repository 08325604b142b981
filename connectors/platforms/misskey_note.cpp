#include "connectors/platforms/misskey_note.hpp"

#include <algorithm>
#include <array>

#include "connectors/html_text.hpp"
#include "connectors/tags.hpp"
#include "connectors/time.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

std::optional<std::string> filled(std::string text) {
  if (text.empty()) return std::nullopt;
  return text;
}

Visibility visibility_of(std::string_view word) {
  if (word == "public" || word.empty()) return Visibility::public_;
  if (word == "home") return Visibility::unlisted;
  return word == "specified" ? Visibility::direct : Visibility::private_;
}

// How long the mark-up is that stands at the beginning of `rest` and has no words; 0: these are words.
std::size_t mark_length(std::string_view rest) {
  constexpr std::array<std::string_view, 18> marks = {
      "**",       "~~",       "<b>",       "</b>",    "<i>",      "</i>",     "<s>",       "</s>", "<small>",
      "</small>", "<center>", "</center>", "<plain>", "</plain>", "<strike>", "</strike>", "```",  "||"};
  for (const auto mark : marks)
    if (rest.starts_with(mark)) return mark.size();
  if (!rest.starts_with("$[")) return 0;
  const auto end = rest.find_first_of(" ]\n", 2);  // $[name.options words]
  return end == rest.npos || rest[end] != ' ' ? 0 : end + 1;
}

// [words](address) or ?[words](address).
struct Link {
  std::string_view words = {};
  std::string_view address = {};
  std::size_t length = 0;
};

std::optional<Link> link_at(std::string_view rest) {
  const std::size_t begin = rest.starts_with("?[") ? 2 : 1;
  if (!rest.starts_with('[') && begin == 1) return std::nullopt;
  const auto middle = rest.find_first_of("[]\n", begin);
  if (middle == rest.npos || !rest.substr(middle).starts_with("](http")) return std::nullopt;
  const auto end = rest.find_first_of(") \n", middle);
  if (end == rest.npos || rest[end] != ')') return std::nullopt;
  return Link{rest.substr(begin, middle - begin), rest.substr(middle + 2, end - middle - 2), end + 1};
}

void add_line(std::string& text, std::string line) {
  if (line.empty()) return;
  if (!text.empty()) text += '\n';
  text += line;
}

std::string text_of_note(JsonValue note) {
  std::string text;
  add_line(text, mfm_to_text(json_text(note, "cw")));
  add_line(text, mfm_to_text(json_text(note, "text")));
  simdjson::dom::array files;
  if (!json_array(note, "files", files)) return text;
  for (const auto file : files) add_line(text, valid_utf8(json_text(file, "comment")));
  return text;
}

std::string identity(JsonValue note, const std::string& native, const NoteContext& context) {
  auto uri = valid_utf8(json_text(note, "uri"));
  if (!uri.empty()) return uri;
  return context.base.empty() ? "misskey:" + native : context.base + "/notes/" + native;
}

bool passes_on(JsonValue note, JsonValue& inner) {
  simdjson::dom::array files;
  return json_text(note, "text").empty() && json_text(note, "cw").empty() &&
         !(json_array(note, "files", files) && files.size() > 0) && json_field(note, "renote", inner) &&
         inner.is_object();
}

void read_user(JsonValue note, const NoteContext& context, Post& post) {
  JsonValue user;
  if (!json_field(note, "user", user)) return;
  post.author = valid_utf8(json_text(user, "username"));
  auto host = valid_utf8(json_text(user, "host"));
  if (host.empty()) host = host_of(context.base);
  if (!post.author.empty() && !host.empty()) post.author += '@' + host;
  post.author_name = valid_utf8(json_text(user, "name"));
  for (const auto wish : {"noCrawle", "requireSigninToViewContents", "isSuspended"})
    post.opted_out = post.opted_out || json_flag(user, wish) == 1;
}

std::int64_t count_of_reactions(JsonValue note) {
  if (const auto count = json_count(note, "reactionCount"); count > 0) return count;
  JsonValue reactions;
  simdjson::dom::object each;
  std::int64_t sum = 0;
  if (!json_field(note, "reactions", reactions) || reactions.get(each)) return sum;
  for (const auto [key, value] : each) {
    std::int64_t count = 0;
    if (!value.get(count) && count > 0 && count < 1'000'000'000) sum += count;
  }
  return sum;
}

void read_tags(JsonValue note, Post& post) {
  simdjson::dom::array tags;
  if (json_array(note, "tags", tags)) {
    for (const auto tag : tags) {
      std::string_view name;
      if (!tag.get(name)) add_tag(post.tags, name);
    }
  }
  if (post.tags.empty()) add_hashtags(post.tags, post.text);
}

}  // namespace

std::string mfm_to_text(std::string_view mfm) {
  std::string out;
  int effects = 0;  // $[ that stand open
  while (!mfm.empty()) {
    if (const auto mark = mark_length(mfm)) {
      effects += mfm.starts_with("$[");
      mfm.remove_prefix(mark);
    } else if (const auto link = link_at(mfm)) {
      out.append(link->words).append(" ").append(link->address);
      mfm.remove_prefix(link->length);
    } else {
      const bool closes = effects > 0 && mfm.front() == ']';
      effects -= closes;
      if (!closes) out += mfm.front();
      mfm.remove_prefix(1);
    }
  }
  return valid_utf8(out);
}

std::optional<Post> note_post(JsonValue note, const NoteContext& context) {
  JsonValue inner;
  if (passes_on(note, inner)) note = inner;
  JsonValue text;
  const auto native = valid_utf8(json_id(note, "id"));
  if (native.empty() || note.at_key("text").get(text)) return std::nullopt;
  Post post;
  post.platform = "misskey";
  post.source = context.source;
  post.native_id = native;
  post.seen_at = context.now;
  post.id = identity(note, native, context);
  post.url = valid_utf8(json_text(note, "url"));
  if (post.url.empty() && !host_of(post.id).empty()) post.url = post.id;
  read_user(note, context, post);
  const auto made = parse_time(json_text(note, "createdAt"));
  post.made_at = made.value_or(context.now);
  post.dated = made.has_value();
  post.edited_at = parse_time(json_text(note, "updatedAt"));
  post.text = text_of_note(note);
  post.opted_out = post.opted_out || json_flag(note, "isHidden") == 1;
  read_tags(note, post);
  post.reply_to = filled(valid_utf8(json_id(note, "replyId")));
  if (json_field(note, "renote", inner) && inner.is_object())
    post.quote_of = identity(inner, valid_utf8(json_id(inner, "id")), context);
  else
    post.quote_of = filled(valid_utf8(json_id(note, "renoteId")));
  post.visibility = visibility_of(json_text(note, "visibility"));
  post.likes = count_of_reactions(note);
  post.reposts = json_count(note, "renoteCount");
  post.replies = json_count(note, "repliesCount");
  return post;
}

}  // namespace barometer
