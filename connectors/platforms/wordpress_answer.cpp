#include "connectors/platforms/wordpress_answer.hpp"

#include <algorithm>

#include "connectors/html_text.hpp"
#include "connectors/json_document.hpp"
#include "connectors/tags.hpp"
#include "connectors/time.hpp"
#include "connectors/unread_answer.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

std::string_view rendered(JsonValue object, std::string_view key) {
  JsonValue value;
  return json_field(object, key, value) ? json_text(value, "rendered") : std::string_view();
}

std::string one_line(std::string_view html) {
  auto line = html_to_text(html);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

// GMT where the site says it, else its own clock, which is seldom far off.
std::optional<UtcTime> time_in(JsonValue json, std::string_view gmt, std::string_view local) {
  const auto time = parse_time(json_text(json, gmt));
  return time ? time : parse_time(json_text(json, local));
}

// With _embed=author,wp:term the names of both come along.
void read_embedded(Post& post, JsonValue json) {
  JsonValue embedded;
  simdjson::dom::array list;
  if (!json_field(json, "_embedded", embedded)) return;
  if (json_array(embedded, "author", list)) {
    for (const auto author : list) {
      if (post.author.empty()) post.author = html_to_text(json_text(author, "name"));
    }
    post.author_name = post.author;
  }
  if (!json_array(embedded, "wp:term", list)) return;
  for (const auto terms : list) {
    simdjson::dom::array names;
    if (terms.get(names)) continue;
    for (const auto term : names) {
      if (json_text(term, "slug") != "uncategorized") add_tag(post.tags, html_to_text(json_text(term, "name")));
    }
  }
}

// The feeds' guid of a post is the API's, and that of a comment is its address; so both tell of one post.
void read_identity(Post& post, JsonValue json) {
  post.platform = "wordpress";
  post.native_id = valid_utf8(json_id(json, "id"));
  post.url = valid_utf8(json_text(json, "link"));
  const auto guid = rendered(json, "guid");
  post.id = is_absolute_url(guid) ? html_to_text(guid) : post.url;
  if (post.id.empty()) post.id = "wordpress:" + post.native_id;
}

void read_times(Post& post, JsonValue json, const ParseOptions& options) {
  post.source = options.source;
  post.seen_at = options.now;
  const auto made = time_in(json, "date_gmt", "date");
  post.made_at = made.value_or(options.now);
  post.dated = made.has_value();
  const auto modified = time_in(json, "modified_gmt", "modified");
  if (made && modified && *modified > *made) post.edited_at = modified;
}

Post post_of(JsonValue json, const ParseOptions& options) {
  Post post;
  read_identity(post, json);
  read_times(post, json, options);
  auto title = one_line(rendered(json, "title"));
  post.text = html_to_text(rendered(json, "content"));
  if (post.text.empty()) post.text = html_to_text(rendered(json, "excerpt"));
  if (post.text.empty()) post.text = title;
  if (!title.empty()) post.title = std::move(title);
  const auto status = json_text(json, "status");
  if (!status.empty() && status != "publish") post.visibility = Visibility::private_;
  read_embedded(post, json);
  if (post.title) add_hashtags(post.tags, *post.title);
  add_hashtags(post.tags, post.text);
  return post;
}

Post comment_of(JsonValue json, const ParseOptions& options) {
  Post post;
  read_identity(post, json);
  read_times(post, json, options);
  post.text = html_to_text(rendered(json, "content"));
  post.author = html_to_text(json_text(json, "author_name"));
  post.author_name = post.author;
  const auto status = json_text(json, "status");
  if (!status.empty() && status != "approved") post.visibility = Visibility::private_;
  const auto page = post.url.substr(0, post.url.find('#'));
  const auto parent = json_count(json, "parent");
  if (!page.empty()) post.reply_to = parent > 0 ? page + "#comment-" + std::to_string(parent) : page;
  add_hashtags(post.tags, post.text);
  return post;
}

void read_object(JsonValue json, const ParseOptions& options, WordpressAnswer& answer) {
  JsonValue value;
  const bool comment = json_field(json, "content", value) &&
                       (json_field(json, "author_name", value) || json_text(json, "type") == "comment");
  const bool post = !comment && (json_field(json, "title", value) || json_field(json, "content", value));
  const auto id = json_id(json, "id");
  if (id.empty() || (!comment && !post && json_text(json, "taxonomy").empty())) {
    ++answer.unreadable;
  } else if (comment || post) {
    answer.posts.push_back(comment ? comment_of(json, options) : post_of(json, options));
    answer.stamps.emplace_back(json_text(json, comment ? "date" : "modified"));
  } else {
    answer.tag_ids.push_back(id);
  }
}

constexpr std::string_view advice = "the site's REST API is closed or behind a wall: set by to feed, and ask the site";

Failure error_of(std::string_view code) {
  const std::string name(cut_utf8(code, 80));
  if (code.ends_with("_invalid_page_number"))
    return Failure{Remedy::skip, "there is no such page (" + name + "): the list has ended", std::nullopt};
  if (code.ends_with("_invalid_id"))
    return Failure{Remedy::skip, "there is no such post any more (" + name + ")", std::nullopt};
  return Failure{Remedy::ask_operator, "the site refuses with " + name + ": " + std::string(advice), std::nullopt};
}

}  // namespace

Result<WordpressAnswer> read_wordpress_answer(std::string_view body, const ParseOptions& options) {
  JsonDocument document;
  if (JsonDocument::read(document, body)) return unread_answer(body, advice);
  const auto root = document.root();
  WordpressAnswer answer;
  simdjson::dom::array list;
  if (!root.get(list)) {
    for (const auto one : list) read_object(one, options, answer);
    return answer;
  }
  if (const auto code = json_text(root, "code"); !code.empty()) return error_of(code);
  read_object(root, options, answer);
  if (answer.unreadable > 0)
    return Failure{Remedy::skip, "the answer is JSON, but of no kind that we know", std::nullopt};
  return answer;
}

}  // namespace barometer
