#include "connectors/platforms/linkedin_answer.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "connectors/html_text.hpp"
#include "connectors/json_document.hpp"
#include "connectors/platforms/linkedin_text.hpp"
#include "connectors/refusal.hpp"
#include "connectors/tags.hpp"
#include "connectors/time.hpp"
#include "connectors/unread_answer.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 4> kinds = {"posts", "post", "comments", "comment"};
constexpr std::int64_t last_moment = 253'402'300'799'999;  // of the year 9999, in milliseconds

bool has(JsonValue object, std::string_view key) {
  JsonValue value;
  return json_field(object, key, value);
}

std::string urn(JsonValue object, std::string_view key) { return valid_utf8(json_text(object, key)); }

// Milliseconds since 1970.
std::optional<UtcTime> moment(JsonValue object, std::string_view key) {
  const auto number = json_count(object, key);
  if (number <= 0 || number > last_moment) return std::nullopt;
  return UtcTime{std::chrono::milliseconds(number)};
}

Post blank_post(std::string native, std::optional<UtcTime> made, const ParseOptions& options) {
  Post post;
  post.platform = "linkedin";
  post.source = options.source;
  post.id = "linkedin:" + native;
  post.native_id = std::move(native);
  post.made_at = made.value_or(options.now);
  post.dated = made.has_value();
  post.seen_at = options.now;
  return post;
}

Visibility visibility_of(JsonValue post) {
  const auto state = json_text(post, "lifecycleState");
  if (!state.empty() && state != "PUBLISHED") return Visibility::private_;
  const auto word = json_text(post, "visibility");
  if (word.empty() || word == "PUBLIC") return Visibility::public_;
  return word == "LOGGED_IN" ? Visibility::unlisted : Visibility::private_;
}

void add_line(std::string& text, std::string_view line) {
  if (line.empty()) return;
  if (!text.empty()) text += '\n';
  text += valid_utf8(line);
}

// What a poll asks is its author's; the title of an article only where the author wrote nothing else.
void add_content(JsonValue object, Post& post) {
  JsonValue content;
  if (!json_field(object, "content", content)) return;
  JsonValue part;
  const bool bare = post.text.empty();
  if (json_field(content, "poll", part)) add_line(post.text, json_text(part, "question"));
  for (const char* kind : {"article", "media"})
    if (bare && json_field(content, kind, part)) add_line(post.text, json_text(part, "title"));
}

void read_reshare(JsonValue object, Post& post) {
  JsonValue context;
  if (!json_field(object, "reshareContext", context)) return;
  const auto parent = urn(context, "parent");
  if (!parent.empty()) (post.text.empty() ? post.repost_of : post.quote_of) = parent;
}

Post organisation_post(JsonValue object, const ParseOptions& options) {
  auto made = moment(object, "publishedAt");
  if (!made) made = moment(object, "createdAt");
  auto post = blank_post(urn(object, "id"), made, options);
  post.url = "https://www.linkedin.com/feed/update/" + post.native_id;
  post.author = urn(object, "author");
  auto little = read_little_text(json_text(object, "commentary"));
  post.text = std::move(little.text);
  post.tags = std::move(little.tags);
  read_reshare(object, post);
  add_content(object, post);
  JsonValue state;
  if (json_field(object, "lifecycleStateInfo", state) && json_flag(state, "isEditedByAuthor") == 1)
    post.edited_at = moment(object, "lastModifiedAt");
  post.visibility = visibility_of(object);
  return post;
}

std::string comment_urn(JsonValue object) {
  for (const char* key : {"commentUrn", "$URN"})
    if (auto whole = urn(object, key); !whole.empty()) return whole;
  const auto id = valid_utf8(json_id(object, "id"));
  const auto about = urn(object, "object");
  return id.empty() || about.empty() ? id : "urn:li:comment:(" + about + ',' + id + ')';
}

Post comment_post(JsonValue object, const ParseOptions& options) {
  JsonValue part;
  std::optional<UtcTime> made;
  if (json_field(object, "created", part)) made = moment(part, "time");
  auto post = blank_post(comment_urn(object), made, options);
  const auto about = urn(object, "object");
  if (!about.empty())
    post.url = "https://www.linkedin.com/feed/update/" + about + "?commentUrn=" + percent_encoded(post.native_id);
  post.author = urn(object, "actor");
  if (json_field(object, "message", part)) post.text = valid_utf8(json_text(part, "text"));
  add_hashtags(post.tags, post.text);
  if (json_field(object, "lastModified", part)) {
    const auto changed = moment(part, "time");
    if (changed && made && *changed > *made) post.edited_at = changed;
  }
  const auto answered = urn(object, "parentComment");
  if (!answered.empty() || !about.empty()) post.reply_to = answered.empty() ? about : answered;
  if (json_field(object, "likesSummary", part)) post.likes = json_count(part, "totalLikes");
  if (json_field(object, "commentsSummary", part))
    post.replies = std::max(json_count(part, "totalFirstLevelComments"), json_count(part, "aggregatedTotalComments"));
  return post;
}

bool is_comment(JsonValue object) {
  return has(object, "message") || has(object, "actor") || has(object, "commentUrn") || has(object, "$URN");
}

bool is_post(JsonValue object) {
  return has(object, "commentary") || has(object, "lifecycleState") || has(object, "publishedAt");
}

void read_element(JsonValue object, LinkedInAnswer& answer, const ParseOptions& options) {
  const bool comment = is_comment(object);
  answer.ids.push_back(comment ? comment_urn(object) : urn(object, "id"));
  if (answer.ids.back().empty() || (!comment && !is_post(object))) {
    ++answer.page.unreadable;
    return;
  }
  auto post = comment ? comment_post(object, options) : organisation_post(object, options);
  const auto changed = comment ? std::optional<UtcTime>() : moment(object, "lastModifiedAt");
  answer.listing.times.push_back(changed.value_or(post.made_at));
  if (!comment || post.replies > 0) {
    Talk talk;
    talk.made_at = post.made_at;
    answer.listing.talks.emplace_back(post.native_id, std::move(talk));
  }
  answer.page.posts.push_back(std::move(post));
}

void read_paging(JsonValue root, LinkedInAnswer& answer) {
  JsonValue paging;
  if (!json_field(root, "paging", paging)) return;
  const auto small = [&](std::string_view key) {
    return static_cast<int>(std::min<std::int64_t>(json_count(paging, key), 1'000'000));
  };
  if (has(paging, "start")) answer.start = small("start");
  simdjson::dom::array links;
  if (json_array(paging, "links", links))
    answer.more =
        std::any_of(links.begin(), links.end(), [](JsonValue link) { return json_text(link, "rel") == "next"; });
  if (has(paging, "total"))
    answer.more =
        answer.more.value_or(false) || answer.start.value_or(0) + static_cast<int>(answer.ids.size()) < small("total");
}

Failure told(Remedy remedy, const HttpResponse& response, std::string_view sentence) {
  return Failure{remedy, "LinkedIn answered " + std::to_string(response.status) + ": " + std::string(sentence)};
}

// A body that was saved without its status tells it in a field.
HttpResponse with_own_status(const HttpResponse& response, JsonValue root) {
  HttpResponse out = response;
  const auto status = json_count(root, "status");
  if (out.status == 200 && status >= 400 && status < 600) out.status = static_cast<int>(status);
  return out;
}

}  // namespace

std::span<const std::string_view> linkedin_kinds() { return kinds; }

Result<LinkedInAnswer> read_linkedin(const HttpResponse& response, const ParseOptions& options) {
  if (response.status != 200) return linkedin_failure(response, options.now);
  JsonDocument document;
  if (JsonDocument::read(document, response.body))
    return unread_answer(response.body, "check `api` in the settings, and the proxy");
  const auto root = document.root();
  LinkedInAnswer answer;
  simdjson::dom::array elements;
  if (json_array(root, "elements", elements)) {
    for (const auto element : elements) read_element(element, answer, options);
    read_paging(root, answer);
  } else if (root.is_object() && (is_comment(root) || is_post(root)) && !has(root, "status")) {
    read_element(root, answer, options);
  } else if (with_own_status(response, root).status != 200) {
    return linkedin_failure(with_own_status(response, root), options.now);
  } else {
    return Failure{Remedy::skip, "the answer is neither a post or comment nor a list of them"};
  }
  return answer;
}

Failure linkedin_failure(const HttpResponse& response, UtcTime now) {
  JsonDocument document;
  std::string code;
  std::string message;
  if (!JsonDocument::read(document, response.body)) {
    code = json_text(document.root(), "code");
    message = json_text(document.root(), "message");
  }
  if (response.status == 426 || code.find("VERSION") != std::string::npos)
    return told(
        Remedy::ask_operator, response,
        "the LinkedIn-Version that we ask for is no longer active, or not yet: set `version` to a newer YYYYMM");
  if (response.status == 401)
    return told(Remedy::ask_operator, response,
                "the access token has expired or was taken back: make a new one and write it into token_file");
  if (response.status == 403 && code == "ACCESS_DENIED")
    return told(
        Remedy::ask_operator, response,
        "the app or its member may not read this organisation: it needs r_organization_social and an administrator of "
        "the page");
  auto failure = refusal(response, now);
  if (response.status != 429 || failure.not_before || message.find(" DAY ") == std::string::npos) return failure;
  failure.remedy = Remedy::wait;
  failure.not_before = std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1);
  failure.detail =
      "LinkedIn answered 429: the day's limit is used up; not before midnight UTC, " + to_iso(*failure.not_before);
  return failure;
}

}  // namespace barometer
