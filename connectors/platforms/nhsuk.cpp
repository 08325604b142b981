#include "connectors/platforms/nhsuk.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "connectors/html_text.hpp"
#include "connectors/json_document.hpp"
#include "connectors/read_apart.hpp"
#include "connectors/refusal.hpp"
#include "connectors/settings.hpp"
#include "connectors/tags.hpp"
#include "connectors/time.hpp"
#include "connectors/unread_answer.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;

constexpr auto date_overlap = 24h;
constexpr std::string_view wall_advice = "check api, and whether the key may still be used";
constexpr std::string_view default_api = "https://api.nhs.uk/comments/Comments";

// The names that are tried where a setting gives none.
constexpr std::array<std::string_view, 6> usual_lists = {"comments", "reviews", "value", "results", "items", "data"};
constexpr std::array<std::string_view, 5> usual_ids = {"id", "commentId", "commentID", "reviewId", "uniqueId"};
constexpr std::array<std::string_view, 4> usual_titles = {"title", "commentTitle", "reviewTitle", "headline"};
constexpr std::array<std::string_view, 7> usual_texts = {"commentText", "text",    "comment", "reviewText",
                                                         "reviewBody",  "content", "body"};
constexpr std::array<std::string_view, 8> usual_times = {"dateOfSubmission", "submittedDate", "datePublished",
                                                         "publishedDate",    "dateCreated",   "createdDate",
                                                         "lastUpdated",      "date"};
constexpr std::array<std::string_view, 4> usual_authors = {"screenName", "authorName", "author", "name"};
constexpr std::array<std::string_view, 3> usual_urls = {"url", "link", "webUrl"};

// The field of that name, or of the first usual one that there is.
bool field_of(JsonValue entry, const std::string& name, std::span<const std::string_view> usual, JsonValue& out) {
  if (!name.empty()) return json_field(entry, name, out);
  return std::any_of(usual.begin(), usual.end(), [&](std::string_view key) { return json_field(entry, key, out); });
}

std::string text_of(JsonValue entry, const std::string& name, std::span<const std::string_view> usual) {
  JsonValue value;
  std::string_view text;
  if (!field_of(entry, name, usual, value) || value.get(text)) return {};
  return html_to_text(text);
}

std::optional<Post> review_post(JsonValue entry, const ReviewFields& fields, const ParseOptions& options) {
  JsonValue id;
  Post post;
  post.platform = "nhsuk";
  post.source = options.source;
  post.seen_at = options.now;
  if (field_of(entry, fields.id, usual_ids, id)) post.native_id = valid_utf8(json_id(id));
  if (post.native_id.empty()) return std::nullopt;
  post.id = "nhsuk:" + post.native_id;
  post.deleted = options.kind == "removed";
  if (const auto title = text_of(entry, fields.title, usual_titles); !title.empty()) post.title = title;
  post.text = text_of(entry, fields.text, usual_texts);
  if (post.text.empty()) post.text = post.title.value_or("");
  if (post.text.empty() && !post.deleted) return std::nullopt;
  post.author = text_of(entry, fields.author, usual_authors);
  post.author_name = post.author;
  post.url = text_of(entry, fields.url, usual_urls);
  const auto made = parse_time(text_of(entry, fields.made_at, usual_times));
  post.made_at = made.value_or(options.now);
  post.dated = made.has_value();
  add_hashtags(post.tags, post.text);
  return post;
}

struct Reviews {
  Page page = {};
  std::vector<std::string> ids = {};  // one an entry; empty where it could not be read
};

bool list_of(JsonValue root, const ReviewFields& fields, simdjson::dom::array& list) {
  if (!root.get(list)) return true;
  JsonValue value;
  return field_of(root, fields.list, usual_lists, value) && !value.get(list);
}

Result<Reviews> read_reviews(const std::string& body, const ReviewFields& fields, const ParseOptions& options) {
  JsonDocument document;
  if (JsonDocument::read(document, body)) return unread_answer(body, wall_advice);
  simdjson::dom::array list;
  if (!list_of(document.root(), fields, list))
    return Failure{Remedy::ask_operator, "the answer holds no list of reviews: name it with list_field"};
  Reviews reviews;
  for (const auto entry : list) {
    auto post = review_post(entry, fields, options);
    reviews.ids.push_back(post ? post->native_id : std::string());
    if (post)
      reviews.page.posts.push_back(std::move(*post));
    else
      ++reviews.page.unreadable;
  }
  if (reviews.page.posts.empty() && reviews.page.unreadable > 0)
    return Failure{Remedy::ask_operator,
                   "no review of the answer has an id and a text: name their fields with id_field and text_field"};
  return reviews;
}

// The sweep that the next request belongs to.
OffsetSweep present_sweep(const NhsUkConfig&, const Cursor& cursor, UtcTime now) {
  auto sweep = sweep_of(cursor);
  const bool at_start = sweep.seen == 0 && sweep.beginnings == 0;
  // The first sweep finds what is there; only then can something have been taken away.
  if (!at_start || sweep.removed || !sweep.known) return sweep;
  sweep.removed = now - sweep.removed_at.value_or(UtcTime{}) >= nhsuk_removed_every;
  return sweep;
}

void tidy(Page& page, UtcTime now) {
  for (auto& post : page.posts) {
    post.made_at = std::min(post.made_at, now);
    if (post.title && post.text.starts_with(*post.title)) post.title.reset();  // or it would be judged twice
  }
}

constexpr SourceSetting settings[] = {
    {"key_file", "", true, "File with the subscription key."},
    {"organisation", "", true, "Type of organisation: HOS hospitals, TRU trusts, GPB practices, DEN, OPT, PHA, CLI …"},
    {"ods_code", "", false, "ODS code of one organisation; empty: all of that type."},
    {"api", default_api, false, "Where the list of reviews is; ask NHS England which address serves it now."},
    {"key_header", "subscription-key", false, "Header that carries the key; newer platforms want apikey."},
    {"limit", "100", false, "Reviews a request, 20 to 100."},
    {"list_field", "", false, "Name of the list in the answer; empty: the usual ones are tried, as for those below."},
    {"id_field", "", false, "Name of a review's id."},
    {"title_field", "", false, "Name of its title."},
    {"text_field", "", false, "Name of its text."},
    {"made_at_field", "", false, "Name of its date."},
    {"author_field", "", false, "Name of its author's screen name."},
    {"url_field", "", false, "Name of its address."},
};

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  check_secret(config, "key_file", complaints);
  check_url(config, "api", complaints);
  check_number(config, "limit", 20, 100, complaints);
  for (const char* key : {"organisation", "ods_code", "key_header"})
    if (setting(config, key).find_first_not_of(letters) != std::string::npos)
      complaints.push_back({key, "is not one word of letters and digits: write one"});
  return complaints;
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient& http) {
  NhsUkConfig reviews;
  reviews.name = config.name;
  reviews.api = setting(config, "api", default_api);
  reviews.key = read_secret(setting(config, "key_file"));
  reviews.key_header = setting(config, "key_header", "subscription-key");
  reviews.organisation = setting(config, "organisation");
  reviews.ods_code = setting(config, "ods_code");
  reviews.limit = setting(config, "limit", reviews.limit);
  reviews.fields = {.list = setting(config, "list_field"),
                    .id = setting(config, "id_field"),
                    .title = setting(config, "title_field"),
                    .text = setting(config, "text_field"),
                    .made_at = setting(config, "made_at_field"),
                    .author = setting(config, "author_field"),
                    .url = setting(config, "url_field")};
  return std::make_unique<NhsUkSource>(std::move(reviews), http);
}

constexpr std::array<std::string_view, 2> kinds = {"reviews", "removed"};

}  // namespace

HttpRequest nhsuk_request(const NhsUkConfig& config, const Cursor& cursor, UtcTime now) {
  const auto sweep = present_sweep(config, cursor, now);
  const UtcTime first = cursor.not_before.value_or(UtcTime{});
  const UtcTime from = sweep.removed ? now - nhsuk_removed_back : sweep.known ? *sweep.known - date_overlap : first;
  HttpRequest request;
  request.source = config.name;
  request.url = config.api + "?orgType=" + percent_encoded(config.organisation) +
                (config.ods_code.empty() ? "" : "&odsCode=" + percent_encoded(config.ods_code)) +
                "&status=" + (sweep.removed ? "removed" : "published") + "&offset=" + std::to_string(sweep.offset()) +
                "&limit=" + std::to_string(config.limit) + "&fromDate=" + to_iso(from).substr(0, 10) +
                "&api-version=1.0";
  request.headers.emplace_back("Accept", "application/json");
  request.headers.emplace_back(config.key_header, config.key);
  return request;
}

Result<Page> nhsuk_page(const NhsUkConfig& config, const Cursor& cursor, const HttpResponse& response, UtcTime now) {
  if (response.status != 200) return refusal(response, now);
  auto sweep = present_sweep(config, cursor, now);
  const ParseOptions options{sweep.removed ? "removed" : "reviews", {}, config.name, now};
  auto reviews = read_reviews(response.body, config.fields, options);
  if (!reviews.has_value()) return reviews.error();
  auto page = std::move(reviews->page);
  std::optional<UtcTime> newest;
  for (const auto& post : page.posts)
    if (post.dated) newest = std::max(newest.value_or(post.made_at), post.made_at);
  page.more = sweep_on(sweep, reviews->ids, newest, now);
  if (!page.more && std::exchange(sweep.removed, false)) sweep.removed_at = now;
  page.next = cursor_of(sweep);
  page.hints = hints_from(response, now);
  tidy(page, now);
  return page;
}

Result<Page> parse_nhsuk(std::string body, const ParseOptions& options) {
  auto reviews = read_reviews(body, {}, options);
  if (!reviews.has_value()) return reviews.error();
  return std::move(reviews->page);
}

NhsUkSource::NhsUkSource(NhsUkConfig config, HttpClient& http)
    : config_(std::move(config)), host_(host_of(config_.api)), http_(http) {}

asio::awaitable<Result<Page>> NhsUkSource::fetch(Cursor cursor, UtcTime now) {
  auto request = nhsuk_request(config_, cursor, now);
  auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return reply.error();
  co_return co_await read_apart(nhsuk_page, config_, cursor, *reply, now);
}

Connector nhsuk_connector() {
  return Connector{"nhsuk",    "Ratings and reviews of NHS.uk, with a key of its API.", kinds, settings, check, make,
                   parse_nhsuk};
}

}  // namespace barometer
