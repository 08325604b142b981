#include "connectors/platforms/reddit_answer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "connectors/html_text.hpp"
#include "connectors/json_document.hpp"
#include "connectors/markdown.hpp"
#include "connectors/platforms/feed.hpp"
#include "connectors/refusal.hpp"
#include "connectors/tags.hpp"
#include "connectors/unread_answer.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

constexpr std::string_view site = "https://www.reddit.com";
constexpr std::string_view wall_advice =
    "Reddit shows this to programs without an approved app; check client_id, account and http.proxy";
constexpr double last_second = 253'402'300'799;  // 9999-12-31

// Epoch seconds, whole or with decimals; `edited` is false where there is no time.
std::optional<UtcTime> epoch(JsonValue thing, std::string_view key) {
  JsonValue value;
  double seconds = 0;
  if (!json_field(thing, key, value) || value.get(seconds)) return std::nullopt;
  if (!(seconds > 0 && seconds <= last_second)) return std::nullopt;
  return UtcTime{std::chrono::milliseconds(std::llround(seconds * 1000))};
}

bool is_gone_mark(std::string_view text) { return text == "[deleted]" || text == "[removed]"; }

// Deleted by its writer, or taken away by moderators, filters or Reddit. An account that is gone leaves its posts behind.
bool is_gone(JsonValue thing, std::string_view text) {
  if (is_gone_mark(text)) return true;
  return !json_text(thing, "removed_by_category").empty();
}

std::string permalink_of(JsonValue thing, const std::string& fullname) {
  const auto own = valid_utf8(json_text(thing, "permalink"));
  if (!own.empty()) return own.starts_with('/') ? std::string(site) + own : own;
  const auto link = json_text(thing, "link_id");  // t3_… : old comments name only that
  constexpr std::size_t prefix = 3;
  if (!fullname.starts_with("t1_") || link.size() <= prefix) return {};
  return std::string(site) + "/comments/" + percent_encoded(valid_utf8(link.substr(prefix))) + "/_/" +
         percent_encoded(fullname.substr(prefix)) + "/";
}

std::optional<std::string> filled(std::string text) {
  if (text.empty()) return std::nullopt;
  return text;
}

void read_words(JsonValue thing, bool comment, Post& post) {
  const auto text = json_text(thing, comment ? "body" : "selftext");
  post.deleted = is_gone(thing, text);
  if (post.deleted) return;
  post.text = markdown_to_text(text);
  if (!comment) post.title = filled(html_to_text(json_text(thing, "title")));
  if (post.text.empty() && post.title) post.text = *post.title;
  if (post.title) add_hashtags(post.tags, *post.title);
  add_hashtags(post.tags, post.text);
}

std::optional<Post> thing_post(JsonValue thing, std::string_view kind, const ParseOptions& options) {
  const bool comment = kind == "t1";
  Post post;
  post.native_id = valid_utf8(json_text(thing, "name"));
  if (post.native_id.empty()) {
    const auto id = valid_utf8(json_id(thing, "id"));
    if (id.empty()) return std::nullopt;
    post.native_id = std::string(kind) + '_' + id;
  }
  JsonValue words;
  if (!json_field(thing, comment ? "body" : "title", words)) return std::nullopt;
  post.platform = "reddit";
  post.source = options.source;
  post.id = reddit_identity(post.native_id);
  post.seen_at = options.now;
  post.url = permalink_of(thing, post.native_id);
  const auto made = epoch(thing, "created_utc");
  post.made_at = made.value_or(options.now);
  post.dated = made.has_value();
  read_words(thing, comment, post);
  if (post.deleted) return post;
  if (const auto author = valid_utf8(json_text(thing, "author")); !is_gone_mark(author)) post.author = author;
  post.author_name = post.author;
  post.edited_at = epoch(thing, "edited");
  if (comment) post.reply_to = filled(valid_utf8(json_text(thing, "parent_id")));
  post.repost_of = filled(valid_utf8(json_text(thing, "crosspost_parent")));
  post.likes = json_count(thing, "score");
  post.reposts = json_count(thing, "num_crossposts");
  if (!comment) post.replies = json_count(thing, "num_comments");
  return post;
}

// Reads Listings within Listings; simdjson lets documents nest only so deep.
class ThingReader {
 public:
  ThingReader(RedditAnswer& answer, const ParseOptions& options) : answer_(answer), options_(options) {}

  bool listing(JsonValue value) {
    JsonValue data;
    simdjson::dom::array children;
    if (!json_field(value, "data", data) || !json_array(data, "children", children)) return false;
    for (const auto child : children) thing(child);
    return true;
  }

  void thing(JsonValue value) {
    const auto kind = json_text(value, "kind");
    if (kind == "more") return;  // ids of further comments
    ++answer_.things;
    JsonValue data;
    const bool known = (kind == "t1" || kind == "t3") && json_field(value, "data", data);
    auto post = known ? thing_post(data, kind, options_) : std::nullopt;
    if (!post) {
      ++answer_.page.unreadable;
      return;
    }
    answer_.page.posts.push_back(std::move(*post));
    JsonValue replies;
    if (json_field(data, "replies", replies)) listing(replies);
  }

 private:
  RedditAnswer& answer_;
  const ParseOptions& options_;
};

struct Refusing {
  std::string_view word;  // `reason`, `message` or `error` of the body
  int status;
  std::string_view advice;  // in place of the general one
};

constexpr Refusing refusings[] = {
    {"private", 403, "the subreddit is private: ask its moderators, or remove the source"},
    {"quarantined", 403, "the subreddit is quarantined: Reddit shows it only to those who opted in; remove the source"},
    {"gold_only", 403, "the subreddit is for paying members: remove the source"},
    {"gated", 403, "the subreddit is gated: Reddit shows it only to those who opted in; remove the source"},
    {"banned", 404, "Reddit has banned the subreddit: remove the source"},
    {"invalid_grant", 401, "Reddit refuses the login of this app: check its secrets"},
    {"unsupported_grant_type", 401,
     "Reddit refuses this kind of login: check the app's type, username and password_file"},
    {"Unauthorized", 401, ""},
    {"Forbidden", 403, ""},
    {"Not Found", 404, ""},
    {"Too Many Requests", 429, ""},
};

const Refusing* refusing(JsonValue root) {
  for (const char* key : {"reason", "message", "error"}) {
    const auto word = json_text(root, key);
    const auto found = std::find_if(std::begin(refusings), std::end(refusings),
                                    [&](const Refusing& one) { return !word.empty() && one.word == word; });
    if (found != std::end(refusings)) return found;
  }
  return nullptr;
}

Failure said(Failure failure, const Refusing* row) {
  if (row && !row->advice.empty()) failure.detail = row->advice;
  return failure;
}

Failure status_failure(int status, UtcTime now) {
  HttpResponse response;
  response.status = status;
  return refusal(response, now);
}

// "please wait 4 second(s)" of the page that comes with 429.
std::optional<UtcTime> asked_to_wait(std::string_view html, UtcTime now) {
  constexpr std::string_view mark = "please wait ";
  const auto at = html.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  unsigned short seconds = 0;
  const auto* begin = html.data() + at + mark.size();
  if (std::from_chars(begin, html.data() + html.size(), seconds).ec != std::errc()) return std::nullopt;
  return now + std::chrono::seconds{seconds};
}

Failure too_many(std::string_view html, Failure failure, UtcTime now) {
  if (failure.remedy != Remedy::retry) return failure;
  failure.not_before = asked_to_wait(html, now);
  if (failure.not_before) failure.remedy = Remedy::wait;
  return failure;
}

Failure no_such_subreddit() {
  return Failure{Remedy::ask_operator,
                 "Reddit redirects (302): there is no such subreddit; check its name in a browser"};
}

Failure web_page(const std::string& body, UtcTime now) {
  if (body.find("Too Many Requests") != body.npos) return too_many(body, status_failure(429, now), now);
  if (body.find("302 Found") != body.npos) return no_such_subreddit();
  return unread_answer(body, wall_advice);
}

Failure no_json(const std::string& body, UtcTime now) {
  if (looks_like_mark_up(body)) return web_page(body, now);
  if (body.find("URI Too Long") != body.npos)
    return Failure{Remedy::skip, "Reddit answers 414: the request's address is too long; fewer ids go into one"};
  return unread_answer(body, wall_advice);
}

// An object that is neither a Listing nor a thing.
Failure no_things(JsonValue root, UtcTime now) {
  const auto* row = refusing(root);
  const auto status = json_count(root, "error");
  if (status >= 300 && status < 600) return said(status_failure(static_cast<int>(status), now), row);
  if (row) return said(status_failure(row->status, now), row);
  if (!json_text(root, "access_token").empty()) return Failure{Remedy::skip, "the answer is a token, not posts"};
  JsonValue reason;
  if (json_field(root, "reason", reason) || json_field(root, "error", reason) || json_field(root, "message", reason))
    return Failure{Remedy::ask_operator, "Reddit answers with an error instead of posts: check the source's settings"};
  return Failure{Remedy::skip, "the answer is no Listing of Reddit's"};
}

bool read_more_children(JsonValue root, ThingReader& reader) {
  JsonValue json;
  JsonValue data;
  simdjson::dom::array things;
  if (!json_field(root, "json", json) || !json_field(json, "data", data) || !json_array(data, "things", things))
    return false;
  for (const auto thing : things) reader.thing(thing);
  return true;
}

Result<RedditAnswer> read_json(JsonValue root, const ParseOptions& options) {
  RedditAnswer answer;
  ThingReader reader(answer, options);
  simdjson::dom::array listings;
  if (!root.get(listings)) {
    bool any = listings.size() == 0;
    for (const auto one : listings) any |= reader.listing(one);
    if (!any) return no_things(root, options.now);
    return answer;
  }
  if (!root.is_object()) return no_things(root, options.now);
  const auto kind = json_text(root, "kind");
  if (reader.listing(root)) {
    answer.is_listing = true;
    JsonValue data;
    if (json_field(root, "data", data)) answer.after = valid_utf8(json_text(data, "after"));
    return answer;
  }
  if (kind == "t1" || kind == "t3") {
    reader.thing(root);
    return answer;
  }
  if (read_more_children(root, reader)) return answer;
  return no_things(root, options.now);
}

// Reddit's Atom ends each entry with "submitted by /u/name [link] [comments]".
void cut_signature(std::string& text) {
  if (!text.ends_with("[comments]")) return;
  const auto at = text.rfind("submitted by");
  if (at == text.npos) return;
  text.resize(at);
  while (text.ends_with(' ') || text.ends_with('\n')) text.pop_back();
}

void make_reddits(Post& post) {
  post.platform = "reddit";
  post.id = reddit_identity(post.native_id);
  for (auto* name : {&post.author, &post.author_name})
    if (name->starts_with("/u/")) name->erase(0, 3);
  if (post.native_id.starts_with("t1_")) post.title.reset();  // "/u/name on …"
  cut_signature(post.text);
  if (post.text.empty() && post.title) post.text = *post.title;
}

Result<RedditAnswer> read_atom(const std::string& body, const ParseOptions& options) {
  auto feed_options = options;
  feed_options.kind.clear();
  auto page = parse_feed(body, feed_options);
  if (!page.has_value()) return page.error();
  for (auto& post : page->posts) make_reddits(post);
  RedditAnswer answer;
  answer.page = std::move(*page);
  return answer;
}

bool looks_like_feed(const std::string& body) {
  constexpr std::size_t far_enough = 1024;
  const auto head = body.substr(0, far_enough);
  return looks_like_mark_up(head) && (head.find("<feed") != head.npos || head.find("<rss") != head.npos);
}

}  // namespace

std::string reddit_identity(const std::string& fullname) { return "reddit:" + fullname; }

Failure reddit_refusal(const HttpResponse& response, UtcTime now) {
  if (response.status >= 300 && response.status < 400) return no_such_subreddit();
  auto failure = refusal(response, now);
  if (response.status == 429) return too_many(response.body, std::move(failure), now);
  JsonDocument document;
  if (response.status < 500 && !JsonDocument::read(document, response.body) && failure.remedy == Remedy::ask_operator)
    return said(std::move(failure), refusing(document.root()));
  return failure;
}

Result<RedditAnswer> read_reddit(const std::string& body, const ParseOptions& options) {
  if (options.kind == "rss" || (options.kind.empty() && looks_like_feed(body))) return read_atom(body, options);
  JsonDocument document;
  if (JsonDocument::read(document, body)) return no_json(body, options.now);
  return read_json(document.root(), options);
}

}  // namespace barometer
