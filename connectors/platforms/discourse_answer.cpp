#include "connectors/platforms/discourse_answer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include "connectors/html_text.hpp"
#include "connectors/json_document.hpp"
#include "connectors/refusal.hpp"
#include "connectors/tags.hpp"
#include "connectors/time.hpp"
#include "connectors/unread_answer.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

constexpr std::string_view wall_advice =
    "the board wants a login (api_key_file), or is no Discourse; try the platform `feed` with https://HOST/posts.rss";
constexpr std::int64_t regular_post = 1;
constexpr std::int64_t like = 2;  // among actions_summary

std::optional<std::string> filled(std::string text) {
  if (text.empty()) return std::nullopt;
  return text;
}

// Reads the posts and topics of one body.
class BoardReader {
 public:
  BoardReader(DiscourseAnswer& answer, std::string_view site, const ParseOptions& options)
      : answer_(answer), site_(site), host_(host_of(site)), options_(options) {}

  // Where the body tells topics' tags, titles and writers apart from the posts.
  void know_tags(JsonValue holder) { read_tags(holder, tags_); }
  void know_users(JsonValue root) {
    simdjson::dom::array users;
    if (!json_array(root, "users", users)) return;
    for (const auto user : users) users_[json_id(user, "id")] = valid_utf8(json_text(user, "username"));
  }
  void know_topics(JsonValue root) {
    simdjson::dom::array topics;
    if (!json_array(root, "topics", topics)) return;
    for (const auto topic : topics)
      topics_[json_id(topic, "id")] = {valid_utf8(json_text(topic, "title")), valid_utf8(json_text(topic, "slug"))};
  }
  void know_topic(const std::string& id, std::string title, std::string slug) {
    topics_[id] = {std::move(title), std::move(slug)};
  }

  void post(JsonValue value) {
    const auto number = json_id(value, "id");
    std::int64_t id = 0;
    if (std::from_chars(number.data(), number.data() + number.size(), id).ec == std::errc()) answer_.ids.push_back(id);
    const auto type = json_count(value, "post_type");
    if (type > regular_post) return;
    auto made = read_post(value, number);
    if (made)
      answer_.page.posts.push_back(std::move(*made));
    else
      ++answer_.page.unreadable;
  }

  void topic(JsonValue value) {
    const auto id = valid_utf8(json_id(value, "id"));
    const auto title = html_to_text(json_text(value, "title"));
    if (id.empty() || title.empty()) {
      ++answer_.page.unreadable;
      return;
    }
    Post post = blank("t/" + id);
    post.title = title;
    post.text = html_to_text(json_text(value, "excerpt"));
    if (post.text.empty()) post.text = title;
    post.url = topic_url(id, valid_utf8(json_text(value, "slug")), {});
    set_author(first_poster(value), {}, post);
    set_time(json_text(value, "created_at"), post);
    read_tags(value, post.tags);
    finish(post);
    post.likes = json_count(value, "like_count");
    post.replies = json_count(value, "reply_count");
    answer_.page.posts.push_back(std::move(post));
  }

 private:
  struct Topic {
    std::string title = {};
    std::string slug = {};
  };

  static void read_tags(JsonValue holder, std::vector<std::string>& tags) {
    simdjson::dom::array list;
    if (!json_array(holder, "tags", list)) return;
    for (const auto tag : list) {
      std::string_view name;
      if (tag.get(name)) name = json_text(tag, "name");
      add_tag(tags, name);
    }
  }

  Post blank(std::string native) const {
    Post post;
    post.platform = "discourse";
    post.source = options_.source;
    post.seen_at = options_.now;
    post.id = "discourse:" + (host_.empty() ? std::string() : host_ + '/') + native;
    post.native_id = std::move(native);
    return post;
  }

  std::string topic_url(const std::string& id, const std::string& slug, const std::string& number) const {
    if (site_.empty() || id.empty()) return {};
    auto url = std::string(site_) + "/t/" + (slug.empty() ? "-" : percent_encoded(slug)) + '/' + percent_encoded(id);
    return number.empty() ? url : url + '/' + percent_encoded(number);
  }

  void set_author(std::string username, std::string name, Post& post) const {
    post.author_name = name.empty() ? username : std::move(name);
    if (!username.empty() && !host_.empty()) username += '@' + host_;
    post.author = std::move(username);
  }

  void set_time(std::string_view text, Post& post) const {
    const auto made = parse_iso(text);
    post.made_at = made.value_or(options_.now);
    post.dated = made.has_value();
  }

  static void finish(Post& post) {
    if (post.title) add_hashtags(post.tags, *post.title);
    add_hashtags(post.tags, post.text);
  }

  std::string first_poster(JsonValue topic) const {
    simdjson::dom::array posters;
    if (!json_array(topic, "posters", posters)) return {};
    for (const auto poster : posters) {
      if (json_text(poster, "description").find("Original Poster") == std::string_view::npos) continue;
      const auto user = users_.find(json_id(poster, "user_id"));
      return user == users_.end() ? std::string() : user->second;
    }
    return {};
  }

  static bool is_gone(JsonValue value) {
    return !json_text(value, "deleted_at").empty() || json_flag(value, "user_deleted") == 1 ||
           json_flag(value, "hidden") == 1;
  }

  static std::string words_of(JsonValue value) {
    for (const char* key : {"cooked", "blurb", "excerpt"})
      if (auto text = html_to_text(json_text(value, key)); !text.empty()) return text;
    return {};
  }

  std::optional<Post> read_post(JsonValue value, const std::string& number) const {
    JsonValue words;
    const bool has_words = json_field(value, "cooked", words) || json_field(value, "blurb", words);
    if (number.empty() || !has_words) return std::nullopt;
    Post post = blank(valid_utf8(number));
    set_time(json_text(value, "created_at"), post);
    post.deleted = is_gone(value);
    if (post.deleted) return post;
    post.text = words_of(value);
    const auto topic_id = valid_utf8(json_id(value, "topic_id"));
    const auto place = valid_utf8(json_id(value, "post_number"));
    const auto found = topics_.find(topic_id);
    auto topic = found == topics_.end() ? Topic{} : found->second;
    if (topic.title.empty()) topic.title = html_to_text(json_text(value, "topic_title"));
    if (topic.slug.empty()) topic.slug = valid_utf8(json_text(value, "topic_slug"));
    if (place == "1") post.title = filled(topic.title);  // answers do not say it again
    if (post.text.empty() && post.title) post.text = *post.title;
    post.url = topic_url(topic_id, topic.slug, place);
    set_author(valid_utf8(json_text(value, "username")), valid_utf8(json_text(value, "name")), post);
    post.tags = tags_;
    finish(post);
    const auto updated = parse_iso(json_text(value, "updated_at"));
    if (json_count(value, "version") > 1 && updated) post.edited_at = updated;
    const auto parent = json_id(value, "reply_to_post_number");
    if (!parent.empty() && !topic_id.empty()) post.reply_to = topic_id + '/' + valid_utf8(parent);
    post.likes = likes_of(value);
    post.replies = json_count(value, "reply_count");
    return post;
  }

  static std::int64_t likes_of(JsonValue value) {
    simdjson::dom::array actions;
    if (!json_array(value, "actions_summary", actions)) return json_count(value, "like_count");
    for (const auto action : actions)
      if (json_count(action, "id") == like) return json_count(action, "count");
    return json_count(value, "like_count");
  }

  DiscourseAnswer& answer_;
  std::string_view site_;
  std::string host_;
  const ParseOptions& options_;
  std::vector<std::string> tags_;             // of the one topic that the body is about
  std::map<std::string, std::string> users_;  // names by id
  std::map<std::string, Topic> topics_;       // by id
};

bool read_latest(JsonValue root, BoardReader& reader) {
  simdjson::dom::array posts;
  if (!json_array(root, "latest_posts", posts)) return false;
  for (const auto post : posts) reader.post(post);
  return true;
}

bool read_topics(JsonValue root, BoardReader& reader) {
  JsonValue list;
  simdjson::dom::array topics;
  if (!json_field(root, "topic_list", list) || !json_array(list, "topics", topics)) return false;
  reader.know_users(root);
  for (const auto topic : topics) reader.topic(topic);
  return true;
}

bool read_topic(JsonValue root, BoardReader& reader) {
  JsonValue stream;
  simdjson::dom::array posts;
  if (!json_field(root, "post_stream", stream) || !json_array(stream, "posts", posts)) return false;
  reader.know_topic(json_id(root, "id"), valid_utf8(json_text(root, "title")), valid_utf8(json_text(root, "slug")));
  reader.know_tags(root);
  for (const auto post : posts) reader.post(post);
  return true;
}

// Posts that match; topics stand beside them for their titles.
bool read_search(JsonValue root, BoardReader& reader) {
  simdjson::dom::array posts;
  JsonValue found;
  if (!json_array(root, "posts", posts) || !json_field(root, "grouped_search_result", found)) return false;
  reader.know_topics(root);
  for (const auto post : posts) reader.post(post);
  return true;
}

bool read_single(JsonValue root, BoardReader& reader) {
  JsonValue field;
  if (!json_field(root, "cooked", field) || !json_field(root, "id", field)) return false;
  reader.post(root);
  return true;
}

// Searches before 2016: groups of results, of which topics are ours.
bool read_old_search(JsonValue root, BoardReader& reader) {
  simdjson::dom::array groups;
  if (root.get(groups)) return false;
  bool known = groups.size() == 0;
  for (const auto group : groups) {
    simdjson::dom::array results;
    if (!json_array(group, "results", results)) continue;
    known = true;
    if (json_text(group, "type") != "topic") continue;
    for (const auto topic : results) reader.topic(topic);
  }
  return known;
}

constexpr std::array shapes = {read_topics, read_topic, read_search, read_single, read_old_search};

std::optional<UtcTime> in_seconds(std::int64_t seconds, UtcTime now) {
  constexpr std::int64_t longest = 366 * 86'400;
  if (seconds <= 0) return std::nullopt;
  return now + std::chrono::seconds{std::min(seconds, longest)};
}

// "Please retry again in 7 seconds."
std::optional<UtcTime> told_in_words(std::string_view body, UtcTime now) {
  constexpr std::string_view mark = "retry again in ";
  const auto at = body.find(mark);
  if (at == body.npos) return std::nullopt;
  std::int64_t seconds = 0;
  std::from_chars(body.data() + at + mark.size(), body.data() + body.size(), seconds);
  return in_seconds(seconds, now);
}

Failure too_many(std::optional<UtcTime> until) {
  Failure failure{Remedy::retry, "the board asks us to be slower (429)"};
  failure.not_before = until;
  if (until) failure.remedy = Remedy::wait;
  return failure;
}

struct Kind {
  std::string_view type;
  Remedy remedy;
  std::string_view sentence;
};

constexpr Kind kinds_of_error[] = {
    {"invalid_access", Remedy::ask_operator, "does not let us see this (403): it may want a login (api_key_file)"},
    {"not_logged_in", Remedy::ask_operator, "wants a login (403): ask its owners for a key (api_key_file)"},
    {"invalid_parameters", Remedy::ask_operator, "does not understand the request: check the source's settings"},
    {"not_found", Remedy::skip, "says that there is no such thing (404)"},
    {"read_only", Remedy::retry, "is being looked after"},
};
constexpr Kind other_kind{"", Remedy::ask_operator,
                          "answers with an error: check url and, where there is one, the key"};

Failure told_error(JsonValue root, UtcTime now) {
  const auto type = json_text(root, "error_type");
  if (type == "rate_limit") {
    JsonValue extras;
    const bool told = json_field(root, "extras", extras);
    return too_many(told ? in_seconds(json_count(extras, "wait_seconds"), now) : std::nullopt);
  }
  const auto found = std::find_if(std::begin(kinds_of_error), std::end(kinds_of_error),
                                  [&](const Kind& one) { return one.type == type; });
  const Kind& row = found == std::end(kinds_of_error) ? other_kind : *found;
  return Failure{row.remedy, "the board " + std::string(row.sentence)};
}

bool is_error(JsonValue root) {
  JsonValue errors;
  return json_field(root, "errors", errors) || json_field(root, "error_type", errors);
}

bool is_slow_down(std::string_view body) {
  return body.starts_with("Slow down") || body.find("Error code: ip_") != body.npos ||
         body.find("Error code: user_") != body.npos || body.find("Error code: admin_api_") != body.npos;
}

}  // namespace

Result<DiscourseAnswer> read_discourse(const std::string& body, std::string_view site, const ParseOptions& options) {
  if (is_slow_down(body)) return too_many(told_in_words(body, options.now));
  JsonDocument document;
  if (JsonDocument::read(document, body)) return unread_answer(body, wall_advice);
  const auto root = document.root();
  if (root.is_object() && is_error(root)) return told_error(root, options.now);
  DiscourseAnswer answer;
  BoardReader reader(answer, site, options);
  if (read_latest(root, reader)) {
    answer.is_latest = true;
    return answer;
  }
  const bool known = std::any_of(shapes.begin(), shapes.end(), [&](const auto read) { return read(root, reader); });
  if (!known) return Failure{Remedy::skip, "the answer is none of Discourse's that we read"};
  return answer;
}

Failure discourse_refusal(const HttpResponse& response, UtcTime now) {
  auto failure = refusal(response, now);
  if (failure.remedy == Remedy::wait) return failure;
  if (response.status == 429 && is_slow_down(response.body)) return too_many(told_in_words(response.body, now));
  JsonDocument document;
  const bool told = response.status < 500 && !JsonDocument::read(document, response.body) &&
                    document.root().is_object() && is_error(document.root());
  if (!told) return failure;
  auto said = told_error(document.root(), now);
  if (said.remedy == Remedy::skip) return failure;
  if (response.status != 429 || said.remedy == Remedy::wait) return said;
  return failure;
}

bool discourse_says_none(const HttpResponse& response) {
  if (response.status == 404 || response.status == 410) return true;
  JsonDocument document;
  return response.status == 403 && !JsonDocument::read(document, response.body) &&
         json_text(document.root(), "error_type") == "invalid_access";
}

}  // namespace barometer
