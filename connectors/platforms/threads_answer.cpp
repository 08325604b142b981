#include "connectors/platforms/threads_answer.hpp"

#include <array>

#include "connectors/graph_api.hpp"
#include "connectors/html_text.hpp"
#include "connectors/tags.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

constexpr std::array<std::string_view, 8> kinds = {"keyword_search",
                                                   "threads",
                                                   "mentions",
                                                   "replies",
                                                   "conversation",
                                                   "post",
                                                   "threads_publishing_limit",
                                                   "recently_searched_keywords"};

bool has(JsonValue object, std::string_view key) {
  JsonValue value;
  return json_field(object, key, value);
}

// The id of the post in a field, which comes as an object or bare.
std::optional<std::string> other_post(JsonValue post, std::string_view key) {
  JsonValue other;
  if (!json_field(post, key, other)) return std::nullopt;
  auto id = valid_utf8(other.is_object() ? json_id(other, "id") : json_id(other));
  if (id.empty()) return std::nullopt;
  return id;
}

void add_line(std::string& text, std::string_view line) {
  if (line.empty()) return;
  if (!text.empty()) text += '\n';
  text += valid_utf8(line);
}

Post threads_post(JsonValue object, const ParseOptions& options) {
  auto post = graph_post("threads", valid_utf8(json_id(object, "id")), json_text(object, "timestamp"), options);
  post.url = valid_utf8(json_text(object, "permalink"));
  post.author = valid_utf8(json_text(object, "username"));
  add_line(post.text, json_text(object, "text"));
  add_line(post.text, json_text(object, "alt_text"));
  add_hashtags(post.tags, post.text);
  add_tag(post.tags, json_text(object, "topic_tag"));
  post.reply_to = other_post(object, "replied_to");
  if (!post.reply_to) post.reply_to = other_post(object, "root_post");
  post.quote_of = other_post(object, "quoted_post");
  post.repost_of = other_post(object, "reposted_post");
  const auto hidden = json_text(object, "hide_status");
  if (hidden == "HIDDEN" || hidden == "COVERED" || hidden == "BLOCKED") post.visibility = Visibility::private_;
  post.likes = json_count(object, "like_count");
  return post;
}

bool is_post(JsonValue object) {
  return !json_id(object, "id").empty() &&
         (has(object, "text") || has(object, "media_type") || has(object, "timestamp"));
}

// Entries of the lists that hold no posts by their nature.
bool is_account(JsonValue object) { return has(object, "quota_usage") || has(object, "query"); }

void read_item(JsonValue object, const ParseOptions& options, ThreadsAnswer& answer) {
  if (!is_post(object)) {
    if (!is_account(object)) ++answer.page.unreadable;
    return;
  }
  auto post = threads_post(object, options);
  answer.listing.times.push_back(post.made_at);
  if (json_flag(object, "has_replies") == 1) {
    Talk talk;
    talk.made_at = post.made_at;
    answer.listing.talks.emplace_back(post.native_id, std::move(talk));
  }
  answer.page.posts.push_back(std::move(post));
}

std::string after_of(JsonValue root) {
  JsonValue paging;
  JsonValue cursors;
  if (!json_field(root, "paging", paging) || !json_field(paging, "cursors", cursors)) return {};
  const auto after = json_text(cursors, "after");
  return after.empty() ? std::string() : "after=" + percent_encoded(after);
}

}  // namespace

std::span<const std::string_view> threads_kinds() { return kinds; }

Result<ThreadsAnswer> read_threads(const HttpResponse& response, const ParseOptions& options) {
  JsonDocument document;
  if (auto failure = read_graph(document, response, options.now)) return *std::move(failure);
  const auto root = document.root();
  ThreadsAnswer answer;
  simdjson::dom::array list;
  JsonValue searched;
  if (json_array(root, "data", list)) {
    for (const auto item : list) read_item(item, options, answer);
    answer.entries = list.size();
    answer.listing.next_token = graph_next(root);
    answer.after = after_of(root);
  } else if (is_post(root)) {
    read_item(root, options, answer);
  } else if (!json_field(root, "recently_searched_keywords", searched)) {
    return Failure{Remedy::skip, "the answer is neither a post nor a list of posts"};
  }
  return answer;
}

}  // namespace barometer
