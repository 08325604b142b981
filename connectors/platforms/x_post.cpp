#include "connectors/platforms/x_post.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "connectors/html_text.hpp"
#include "connectors/tags.hpp"
#include "connectors/time.hpp"

namespace barometer {
namespace {

// Ids count milliseconds from here, above bits for machine and sequence.
constexpr std::chrono::milliseconds first_moment{1'288'834'974'657};
constexpr int time_shift = 22;
// Ids below were given out one after another, before that.
constexpr std::uint64_t first_timed_id = 30'000'000'000;

// X escapes these three and no others, once; whatever else looks like an entity was typed so.
std::string unescaped(std::string_view text) {
  struct Escape {
    std::string_view written;
    char meant;
  };
  static constexpr std::array escapes{Escape{"&amp;", '&'}, Escape{"&lt;", '<'}, Escape{"&gt;", '>'}};
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto escape =
        std::find_if(escapes.begin(), escapes.end(), [&](const Escape& one) { return text.starts_with(one.written); });
    out += escape == escapes.end() ? text.front() : escape->meant;
    text.remove_prefix(escape == escapes.end() ? 1 : escape->written.size());
  }
  return out;
}

// A field by its name before August 2026 or the one since.
bool either_field(JsonValue object, std::string_view old_name, std::string_view new_name, JsonValue& out) {
  return json_field(object, old_name, out) || json_field(object, new_name, out);
}

bool either_list(JsonValue object, std::string_view old_name, std::string_view new_name, simdjson::dom::array& out) {
  return json_array(object, old_name, out) || json_array(object, new_name, out);
}

// "und", "qme" and their like are X's words for no language.
std::optional<std::string> language_of(JsonValue post) {
  const auto claim = json_text(post, "lang");
  const bool fits = claim.size() >= 2 && claim.size() <= 35 && claim != "und" && claim != "zxx" &&
                    !(claim.size() == 3 && claim.front() == 'q') && std::all_of(claim.begin(), claim.end(), [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
                    });
  if (!fits) return std::nullopt;
  return std::string(claim);
}

bool add_entity_tags(JsonValue holder, std::vector<std::string>& tags) {
  JsonValue entities;
  if (!json_field(holder, "entities", entities)) return false;
  simdjson::dom::array hashtags;
  if (!json_array(entities, "hashtags", hashtags)) return true;
  for (const auto one : hashtags) add_tag(tags, json_text(one, "tag"));
  return true;
}

// Long posts have their whole text beside the one that is cut.
void read_text(JsonValue post, Post& into) {
  JsonValue note;
  const bool is_long = either_field(post, "note_tweet", "note_post", note) && !json_text(note, "text").empty();
  into.text = valid_utf8(unescaped(json_text(is_long ? note : post, "text")));
  const bool told = add_entity_tags(post, into.tags);
  const bool told_at_length = is_long && add_entity_tags(note, into.tags);
  if (!told && !told_at_length) add_hashtags(into.tags, into.text);
}

void read_references(JsonValue post, Post& into) {
  simdjson::dom::array references;
  if (!either_list(post, "referenced_tweets", "referenced_posts", references)) return;
  for (const auto one : references) {
    auto id = json_id(one, "id");
    if (id.empty()) continue;
    const auto type = json_text(one, "type");
    if (type == "replied_to")
      into.reply_to = std::move(id);
    else if (type == "quoted")
      into.quote_of = x_identity(id);
    else if (type == "retweeted" || type == "reposted")
      into.repost_of = x_identity(id);
  }
}

void read_author(JsonValue post, const XContext& context, Post& into) {
  into.author = valid_utf8(json_id(post, "author_id"));
  const auto user = context.users.find(into.author);
  if (user == context.users.end()) return;
  if (!user->second.username.empty()) into.author = user->second.username;
  into.author_name = user->second.name;
  if (user->second.is_protected) into.visibility = Visibility::private_;
}

// XX means everywhere, XY for a legal demand that names no country.
bool is_withheld_here(JsonValue post) {
  JsonValue withheld;
  simdjson::dom::array countries;
  if (!json_field(post, "withheld", withheld) || !json_array(withheld, "country_codes", countries)) return false;
  return std::any_of(countries.begin(), countries.end(), [](JsonValue one) {
    const auto code = json_id(one);
    return code == "GB" || code == "XX" || code == "XY";
  });
}

void read_counts(JsonValue post, Post& into) {
  JsonValue metrics;
  if (!json_field(post, "public_metrics", metrics)) return;
  into.likes = json_count(metrics, "like_count");
  into.reposts = std::max(json_count(metrics, "retweet_count"), json_count(metrics, "repost_count"));
  into.replies = json_count(metrics, "reply_count");
}

void read_times(JsonValue post, UtcTime now, Post& into) {
  auto made = parse_iso(json_text(post, "created_at"));
  if (!made) made = x_time_of_id(into.native_id);
  into.made_at = made.value_or(now);
  into.dated = made.has_value();
}

bool has_versions(JsonValue post, simdjson::dom::array& versions) {
  return either_list(post, "edit_history_tweet_ids", "edit_history_post_ids", versions) && versions.size() > 0;
}

std::optional<std::uint64_t> number(std::string_view id) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), value);
  if (error != std::errc{} || end != id.data() + id.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string x_identity(std::string_view id) { return "x:" + std::string(id); }

std::string x_later_version(JsonValue post) {
  simdjson::dom::array versions;
  if (!has_versions(post, versions)) return {};
  std::string last;
  for (const auto one : versions) last = json_id(one);
  return last == json_id(post, "id") ? std::string() : last;
}

std::optional<UtcTime> x_time_of_id(std::string_view id) {
  const auto value = number(id);
  if (!value || *value < first_timed_id) return std::nullopt;
  return UtcTime{first_moment + std::chrono::milliseconds{static_cast<std::int64_t>(*value >> time_shift)}};
}

std::string x_id_at(UtcTime time) {
  const auto since = (time.time_since_epoch() - first_moment).count();
  if (since <= 0) return "0";
  return std::to_string(static_cast<std::uint64_t>(since) << time_shift);
}

bool x_id_less(std::string_view a, std::string_view b) { return a.size() != b.size() ? a.size() < b.size() : a < b; }

std::optional<Post> x_post(JsonValue object, const XContext& context) {
  Post post;
  post.native_id = valid_utf8(json_id(object, "id"));
  JsonValue text;
  if (post.native_id.empty() || !json_field(object, "text", text) || !text.is_string()) return std::nullopt;
  post.platform = "x";
  post.source = context.source;
  post.seen_at = context.now;
  post.url = "https://x.com/i/web/status/" + post.native_id;
  read_times(object, context.now, post);
  std::string first;
  simdjson::dom::array versions;
  if (has_versions(object, versions)) first = valid_utf8(json_id(versions.at(0).value()));
  if (!first.empty() && first != post.native_id) post.edited_at = post.made_at;
  post.id = x_identity(first.empty() ? post.native_id : first);
  read_text(object, post);
  read_references(object, post);
  read_author(object, context, post);
  read_counts(object, post);
  post.lang = language_of(object);
  post.opted_out = is_withheld_here(object);
  return post;
}

}  // namespace barometer
