#include "connectors/platforms/lemmy_answer.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "connectors/html_text.hpp"
#include "connectors/json_document.hpp"
#include "connectors/markdown.hpp"
#include "connectors/refusal.hpp"
#include "connectors/tags.hpp"
#include "connectors/time.hpp"
#include "connectors/unread_answer.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

constexpr std::string_view wall_advice =
    "a wall against programs, or no Lemmy server; try the platform `feed` with https://HOST/feeds/c/NAME.xml?sort=New";

// v3's name of a field, then v4's.
std::string_view either(JsonValue object, std::string_view v3, std::string_view v4) {
  const auto text = json_text(object, v3);
  return text.empty() ? json_text(object, v4) : text;
}

std::optional<std::string> filled(std::string text) {
  if (text.empty()) return std::nullopt;
  return text;
}

Visibility visibility_of(JsonValue community) {
  const auto word = json_text(community, "visibility");
  if (word.empty() || word == "Public" || word == "public") return Visibility::public_;
  if (word == "Unlisted" || word == "unlisted" || word == "local_only_public") return Visibility::unlisted;
  return Visibility::private_;
}

void read_creator(JsonValue view, Post& post) {
  JsonValue creator;
  if (!json_field(view, "creator", creator)) return;
  post.author = valid_utf8(json_text(creator, "name"));
  const auto host = host_of(valid_utf8(either(creator, "actor_id", "ap_id")));
  if (!post.author.empty() && !host.empty()) post.author += '@' + host;
  post.author_name = valid_utf8(json_text(creator, "display_name"));
  if (post.author_name.empty()) post.author_name = valid_utf8(json_text(creator, "name"));
}

// "0.12.34" is the comment 34 on the comment 12; "0.12" one on the post itself.
std::string parent_of(JsonValue comment) {
  const auto path = json_text(comment, "path");
  const auto last = path.rfind('.');
  const auto before = last == path.npos || last == 0 ? path.npos : path.rfind('.', last - 1);
  if (before == path.npos) {
    const auto id = json_id(comment, "post_id");
    return id.empty() ? std::string() : "post/" + id;
  }
  return "comment/" + valid_utf8(path.substr(before + 1, last - before - 1));
}

void read_words(JsonValue thing, bool comment, Post& post) {
  post.text = markdown_to_text(json_text(thing, comment ? "content" : "body"));
  if (!comment) post.title = filled(html_to_text(json_text(thing, "name")));
  if (post.text.empty() && post.title) post.text = *post.title;
  if (post.title) add_hashtags(post.tags, *post.title);
  add_hashtags(post.tags, post.text);
}

std::optional<Post> view_post(JsonValue view, const ParseOptions& options) {
  JsonValue thing;
  const bool comment = json_field(view, "comment", thing);
  if (!comment && !json_field(view, "post", thing)) return std::nullopt;
  Post post;
  const auto number = json_id(thing, "id");
  post.id = valid_utf8(json_text(thing, "ap_id"));
  JsonValue words;
  if (number.empty() || !json_field(thing, comment ? "content" : "name", words)) return std::nullopt;
  post.native_id = valid_utf8((comment ? "comment/" : "post/") + number);
  post.url = host_of(post.id).empty() ? std::string() : post.id;
  if (post.id.empty()) {
    const auto host = host_of(options.base_url);
    post.id = "lemmy:" + (host.empty() ? std::string() : host + '/') + post.native_id;
  }
  post.platform = "lemmy";
  post.source = options.source;
  post.seen_at = options.now;
  const auto made = parse_iso(either(thing, "published", "published_at"));
  post.made_at = made.value_or(options.now);
  post.dated = made.has_value();
  post.deleted = json_flag(thing, "deleted") == 1 || json_flag(thing, "removed") == 1;
  if (post.deleted) return post;
  read_words(thing, comment, post);
  read_creator(view, post);
  post.edited_at = parse_iso(either(thing, "updated", "updated_at"));
  if (comment) post.reply_to = filled(parent_of(thing));
  JsonValue community;
  if (json_field(view, "community", community)) post.visibility = visibility_of(community);
  JsonValue counts;
  if (!json_field(view, "counts", counts)) counts = thing;  // v4 has them in the thing itself
  post.likes = json_count(counts, "upvotes");
  post.replies = json_count(counts, comment ? "child_count" : "comments");
  return post;
}

constexpr std::array<std::string_view, 4> lists = {"posts", "comments", "items", "results"};
constexpr std::array<std::string_view, 2> singles = {"post_view", "comment_view"};

template <class Names>
bool is_one_of(std::string_view name, const Names& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// People and communities stand in `items` and `results` of v4's searches as well.
bool is_other_view(JsonValue view) {
  JsonValue other;
  return json_field(view, "person", other) || json_field(view, "multi_community", other) ||
         (json_field(view, "community", other) && !json_field(view, "post", other));
}

void take(JsonValue view, const ParseOptions& options, LemmyAnswer& answer) {
  if (is_other_view(view)) return;
  if (auto post = view_post(view, options))
    answer.page.posts.push_back(std::move(*post));
  else
    ++answer.page.unreadable;
}

struct Word {
  std::string_view word;
  Remedy remedy;
  std::string_view sentence;
};

constexpr Word words[] = {
    {"rate_limit_error", Remedy::retry, "asks us to be slower"},
    {"not_found", Remedy::ask_operator, "answers 404, not found: check url, community and generation"},
    {"couldnt_find_community", Remedy::ask_operator,
     "knows no such community: write NAME, or NAME@HOST of another server"},
    {"couldnt_find_post", Remedy::skip, "knows no such post"},
    {"couldnt_find_comment", Remedy::skip, "knows no such comment"},
    {"instance_is_private", Remedy::ask_operator, "is private: remove the source"},
    {"incorrect_login", Remedy::ask_operator, "wants a login, which it gives only to members: remove the source"},
    {"not_logged_in", Remedy::ask_operator, "wants a login, which it gives only to members: remove the source"},
};
constexpr Word other_word{"", Remedy::ask_operator, "answers with an error: check the source's settings"};

Failure word_failure(std::string_view word) {
  const auto found =
      std::find_if(std::begin(words), std::end(words), [&](const Word& one) { return one.word == word; });
  const Word& row = found == std::end(words) ? other_word : *found;
  return Failure{row.remedy, "the server " + std::string(row.sentence)};
}

}  // namespace

Result<LemmyAnswer> read_lemmy(const std::string& body, const ParseOptions& options) {
  JsonDocument document;
  if (JsonDocument::read(document, body)) return unread_answer(body, wall_advice);
  const auto root = document.root();
  simdjson::dom::object object;
  if (root.get(object)) return Failure{Remedy::skip, "the answer is none of Lemmy's API"};
  if (const auto word = json_text(root, "error"); !word.empty()) return word_failure(word);
  LemmyAnswer answer;
  bool known = false;
  for (const auto [key, value] : object) {
    simdjson::dom::array list;
    if (is_one_of(key, lists) && !value.get(list)) {
      answer.is_list = known = true;
      for (const auto view : list) take(view, options, answer);
    } else if (is_one_of(key, singles)) {
      known = true;
      take(value, options, answer);
    }
  }
  if (!known) return Failure{Remedy::skip, "the answer is none of Lemmy's API"};
  answer.next = valid_utf8(json_text(root, "next_page"));
  return answer;
}

Failure lemmy_refusal(const HttpResponse& response, UtcTime now) {
  auto failure = refusal(response, now);
  if (failure.remedy != Remedy::ask_operator) return failure;
  JsonDocument document;
  if (JsonDocument::read(document, response.body)) return failure;
  const auto word = json_text(document.root(), "error");
  if (word.empty()) return failure;
  auto said = word_failure(word);
  if (said.remedy != Remedy::retry) return said;
  said.not_before = hints_from(response, now).not_before;
  if (said.not_before) said.remedy = Remedy::wait;
  return said;
}

bool lemmy_says_none(const HttpResponse& response) {
  if (response.status != 400 && response.status != 404) return false;
  JsonDocument document;
  if (JsonDocument::read(document, response.body)) return false;
  const auto word = json_text(document.root(), "error");
  return word == "not_found" || word == "couldnt_find_post" || word == "couldnt_find_comment";
}

}  // namespace barometer
