#include "connectors/platforms/mastodon_status.hpp"

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

// What is not one of the four (Akkoma's "local" and "list", say) is for fewer people than the public.
Visibility visibility_of(std::string_view word) {
  for (const auto one : {Visibility::public_, Visibility::unlisted, Visibility::direct}) {
    if (word == name_of(one)) return one;
  }
  return Visibility::private_;
}

std::string handle_of(JsonValue account, std::string_view host) {
  auto acct = valid_utf8(json_text(account, "acct"));
  if (acct.empty()) acct = valid_utf8(json_text(account, "username"));
  if (acct.empty() || host.empty() || acct.find('@') != std::string::npos) return acct;
  return acct + '@' + std::string(host);
}

std::string first_host(std::initializer_list<std::string_view> urls) {
  for (const auto url : urls) {
    if (auto host = host_of(url); !host.empty()) return host;
  }
  return {};
}

void add_line(std::string& text, std::string line) {
  if (line.empty()) return;
  if (!text.empty()) text += '\n';
  text += line;
}

std::string text_of_status(JsonValue status) {
  std::string text;
  add_line(text, html_to_text(json_text(status, "spoiler_text")));
  add_line(text, html_to_text(json_text(status, "content")));
  simdjson::dom::array media;
  if (!json_array(status, "media_attachments", media)) return text;
  for (const auto one : media) add_line(text, html_to_text(json_text(one, "description")));
  return text;
}

std::optional<std::string> language_of(JsonValue status) {
  const auto claim = json_text(status, "language");
  constexpr std::size_t longest = 35;  // RFC 5646 section 4.4.1
  const bool fits = !claim.empty() && claim.size() <= longest && std::all_of(claim.begin(), claim.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
  if (!fits) return std::nullopt;
  return std::string(claim);
}

void read_tags(JsonValue status, Post& post) {
  simdjson::dom::array tags;
  if (!json_array(status, "tags", tags)) return;
  for (const auto tag : tags) {
    std::string_view name;
    if (tag.get(name)) name = json_text(tag, "name");
    add_tag(post.tags, name);
  }
}

// Mastodon wraps the quoted status and says whether its author agreed; Pleroma's family nests it bare.
std::optional<std::string> quote_of(JsonValue status) {
  JsonValue quote;
  if (!json_field(status, "quote", quote)) return filled(json_id(status, "quote_id"));
  JsonValue quoted = quote;
  JsonValue state;
  if (json_field(quote, "state", state)) {
    if (json_text(quote, "state") != "accepted") return std::nullopt;
    if (!json_field(quote, "quoted_status", quoted)) return filled(json_id(quote, "quoted_status_id"));
  }
  auto uri = valid_utf8(json_text(quoted, "uri"));
  return filled(uri.empty() ? json_id(quoted, "id") : uri);
}

void read_times(JsonValue status, UtcTime now, Post& post) {
  const auto made = parse_time(json_text(status, "created_at"));
  post.made_at = made.value_or(now);
  post.dated = made.has_value();
  post.edited_at = parse_time(json_text(status, "edited_at"));
}

void read_account(JsonValue status, const StatusContext& context, Post& post) {
  JsonValue account;
  if (!json_field(status, "account", account)) return;
  const auto host = context.host.empty() ? first_host({json_text(account, "url"), post.url, post.id}) : context.host;
  post.author = handle_of(account, host);
  post.author_name = valid_utf8(json_text(account, "display_name"));
  post.opted_out = account_opted_out(account);
}

Post blank_post(const StatusContext& context) {
  Post post;
  post.platform = "mastodon";
  post.source = context.source;
  post.seen_at = context.now;
  return post;
}

// Servers that leave out uri (partial imitations) still have an id that is theirs alone.
std::string identity(std::string_view uri, const std::string& url, const StatusContext& context,
                     const std::string& native) {
  if (!uri.empty()) return valid_utf8(uri);
  if (!url.empty()) return url;
  return context.host.empty() ? native : context.host + '/' + native;
}

}  // namespace

bool account_opted_out(JsonValue account) {
  if (json_flag(account, "noindex") == 1 || json_flag(account, "suspended") == 1) return true;
  const auto indexable = json_flag(account, "indexable");
  if (indexable == 0 || (indexable < 0 && json_flag(account, "discoverable") == 0)) return true;
  const auto note = json_text(account, "note");
  if (note.find('#') == std::string_view::npos) return false;
  std::vector<std::string> tags;
  add_hashtags(tags, html_to_text(note));
  return std::any_of(tags.begin(), tags.end(), [](const auto& tag) { return tag == "nobot" || tag == "nobots"; });
}

std::optional<Post> status_post(JsonValue status, const StatusContext& context) {
  JsonValue inner;
  if (json_field(status, "reblog", inner) && inner.is_object()) status = inner;
  auto native = valid_utf8(json_id(status, "id"));
  JsonValue content;
  if (native.empty() || !json_field(status, "content", content)) return std::nullopt;
  auto post = blank_post(context);
  post.native_id = std::move(native);
  post.url = valid_utf8(json_text(status, "url"));
  post.id = identity(json_text(status, "uri"), post.url, context, post.native_id);
  if (post.url.empty() && !host_of(post.id).empty()) post.url = post.id;
  read_account(status, context, post);
  read_times(status, context.now, post);
  read_tags(status, post);
  post.text = text_of_status(status);
  post.lang = language_of(status);
  post.reply_to = filled(valid_utf8(json_id(status, "in_reply_to_id")));
  post.quote_of = quote_of(status);
  post.visibility = visibility_of(json_text(status, "visibility"));
  post.likes = json_count(status, "favourites_count");
  post.reposts = json_count(status, "reblogs_count");
  post.replies = json_count(status, "replies_count");
  return post;
}

std::optional<Post> revision_post(JsonValue revision, const StatusContext& context) {
  JsonValue content;
  JsonValue account;
  if (!json_field(revision, "content", content) || !json_field(revision, "account", account)) return std::nullopt;
  auto post = blank_post(context);
  const auto owner = json_text(account, "uri").empty() ? json_text(account, "url") : json_text(account, "uri");
  post.native_id = context.native_id;
  post.id = valid_utf8(owner);
  if (!post.native_id.empty()) post.id += "/statuses/" + post.native_id;
  post.url = post.id;
  read_account(revision, context, post);
  if (post.id.empty()) post.id = post.author;
  read_times(revision, context.now, post);
  post.text = text_of_status(revision);
  add_hashtags(post.tags, post.text);
  return post;
}

}  // namespace barometer
