#include "connectors/platforms/careopinion_story.hpp"

#include <array>
#include <optional>
#include <utility>

#include "connectors/html_text.hpp"
#include "connectors/json_document.hpp"
#include "connectors/markdown.hpp"
#include "connectors/platforms/careopinion.hpp"
#include "connectors/tags.hpp"
#include "connectors/time.hpp"
#include "connectors/unread_answer.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

// Servers of several ages: "link" or "href".
std::string_view target_of(JsonValue link) {
  const auto target = json_text(link, "link");
  return target.empty() ? json_text(link, "href") : target;
}

// The story that an answer belongs to, from a link as …/opinions/ID or …/opinions/ID/responses.
std::string story_of(JsonValue entry) {
  simdjson::dom::array links;
  if (auto id = json_id(entry, "opinionId"); !id.empty()) return id;
  if (!json_array(entry, "links", links)) return {};
  constexpr std::string_view before = "/opinions/";
  for (const auto link : links) {
    const auto target = target_of(link);
    const auto at = target.find(before);
    if (at == target.npos) continue;
    const auto rest = target.substr(at + before.size());
    return std::string(rest.substr(0, rest.find_first_of("/?#")));
  }
  return {};
}

std::string_view first_text(JsonValue entry, std::initializer_list<std::string_view> keys) {
  for (const auto key : keys)
    if (const auto text = json_text(entry, key); !text.empty()) return text;
  return {};
}

bool is_response(JsonValue entry, std::string_view kind) {
  if (!kind.empty()) return kind == "responses";
  JsonValue change;
  return json_field(entry, "changeScore", change) || json_field(entry, "changeInt", change) ||
         json_field(entry, "opinionId", change);
}

void put_words(Post& post, JsonValue entry) {
  const auto title = html_to_text(json_text(entry, "title"));
  if (!title.empty()) post.title = title;
  post.text = markdown_to_text(first_text(entry, {"body", "text"}));
  if (post.text.empty()) post.text = title;
  if (post.title) add_hashtags(post.tags, *post.title);
  add_hashtags(post.tags, post.text);
}

void put_times(Post& post, JsonValue entry, UtcTime now) {
  const auto made = parse_iso(first_text(entry, {"dateOfPublication", "dateOfSubmission", "date"}));
  post.made_at = made.value_or(now);
  post.dated = made.has_value();
  post.seen_at = now;
}

std::optional<Post> story_post(JsonValue entry, const ParseOptions& options) {
  Post post;
  post.native_id = valid_utf8(json_id(entry, "id"));
  if (post.native_id.empty()) return std::nullopt;
  put_words(post, entry);
  if (post.text.empty()) return std::nullopt;
  post.platform = "careopinion";
  post.source = options.source;
  post.id = "careopinion:" + post.native_id;
  post.url = "https://www.careopinion.org.uk/" + percent_encoded(post.native_id);
  post.author_name = valid_utf8(json_text(entry, "authorRole"));
  put_times(post, entry, options.now);
  if (!is_response(entry, options.kind)) return post;
  post.id = "careopinion:response/" + post.native_id;
  const auto story = valid_utf8(story_of(entry));
  if (!story.empty()) post.reply_to = story;
  post.url = story.empty() ? std::string() : "https://www.careopinion.org.uk/" + percent_encoded(story);
  return post;
}

// Parts of a story that are no posts by themselves.
bool is_part(JsonValue entry, std::string_view kind) {
  if (kind == "tags" || kind == "healthservices") return true;
  JsonValue field;
  return kind.empty() && (json_field(entry, "polarity", field) || json_field(entry, "nacs", field));
}

void take(Stories& stories, JsonValue entry, const ParseOptions& options) {
  auto post = story_post(entry, options);
  stories.ids.push_back(post ? post->native_id : std::string());
  if (post)
    stories.page.posts.push_back(std::move(*post));
  else
    ++stories.page.unreadable;
}

constexpr std::array<std::string_view, 5> kinds = {"opinions", "opinion", "responses", "tags", "healthservices"};

Failure no_json(std::string_view body) {
  auto failure = unread_answer(body, "");
  if (failure.remedy == Remedy::ask_operator) failure.detail = careopinion_key_advice;
  return failure;
}

}  // namespace

std::span<const std::string_view> careopinion_kinds() { return kinds; }

Result<Stories> read_stories(const std::string& body, const ParseOptions& options) {
  JsonDocument document;
  if (JsonDocument::read(document, body)) return no_json(body);
  Stories stories;
  simdjson::dom::array list;
  if (!document.root().get(list)) {
    for (const auto entry : list)
      if (!is_part(entry, options.kind)) take(stories, entry, options);
    return stories;
  }
  JsonValue id;
  if (!document.root().is_object() || !json_field(document.root(), "id", id))
    return Failure{Remedy::skip, "the answer is neither a list of stories nor a story"};
  take(stories, document.root(), options);
  return stories;
}

Result<std::vector<std::string>> read_names(const std::string& body) {
  JsonDocument document;
  if (JsonDocument::read(document, body)) return no_json(body);
  std::vector<std::string> names;
  simdjson::dom::array list;
  if (document.root().get(list)) return Failure{Remedy::skip, "the answer is no list of tags or services"};
  for (const auto entry : list) {
    const auto name = valid_utf8(first_text(entry, {"nacs", "name"}));
    if (!name.empty()) names.push_back(name);
  }
  return names;
}

Result<Page> parse_careopinion(std::string body, const ParseOptions& options) {
  auto stories = read_stories(body, options);
  if (!stories.has_value()) return stories.error();
  return std::move(stories->page);
}

}  // namespace barometer
