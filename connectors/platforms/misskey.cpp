#include "connectors/platforms/misskey.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "connectors/id_timeline.hpp"
#include "connectors/json_text.hpp"
#include "connectors/platforms/misskey_answer.hpp"
#include "connectors/read_apart.hpp"
#include "connectors/refusal.hpp"
#include "connectors/settings.hpp"
#include "connectors/tags.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

constexpr SourceSetting settings[] = {
    {"url", "", true, "The server, as https://HOST."},
    {"hashtag", "", true, "The hashtag to listen to; with or without #."},
    {"token_file", "", false, "File with an access token where the server lets only members search."},
    {"limit", "100", false, "Notes a request, 1 to 100."},
    {"first_pages", "4", false, "Pages of the past that the first fetch reads, 1 to 100."},
};

constexpr int most_notes_a_request = 100;
constexpr int most_first_pages = 100;

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  check_url(config, "url", complaints);
  check_secret(config, "token_file", complaints);
  check_number(config, "limit", 1, most_notes_a_request, complaints);
  check_number(config, "first_pages", 1, most_first_pages, complaints);
  if (fold_tag(setting(config, "hashtag")).find_first_of(" /?#") != std::string::npos)
    complaints.push_back({"hashtag", "is not one hashtag: write one word, as \"#nhssm\""});
  return complaints;
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient& http) {
  MisskeyConfig misskey;
  misskey.name = config.name;
  misskey.url = setting(config, "url");
  while (misskey.url.ends_with('/')) misskey.url.pop_back();
  misskey.tag = fold_tag(setting(config, "hashtag"));
  misskey.token = read_secret(setting(config, "token_file"));
  misskey.limit = setting(config, "limit", misskey.limit);
  misskey.first_pages = setting(config, "first_pages", misskey.first_pages);
  return std::make_unique<MisskeySource>(std::move(misskey), http);
}

using Fields = std::vector<std::pair<std::string_view, std::string_view>>;

HttpRequest question(const MisskeyConfig& config, std::string_view endpoint, const Fields& fields, int limit) {
  HttpRequest request;
  request.source = config.name;
  request.method = "POST";
  request.url = config.url + "/api/" + std::string(endpoint);
  request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
  request.body = "{";
  const auto add = [&](std::string_view key, std::string_view value) {
    append_json_string(request.body, key);
    request.body += ':';
    append_json_string(request.body, value);
    request.body += ',';
  };
  for (const auto& [key, value] : fields) add(key, value);
  if (!config.token.empty()) add("i", config.token);
  if (limit > 0) request.body += "\"limit\":" + std::to_string(limit) + ',';
  request.body.back() = '}';
  return request;
}

Post tombstone(const MisskeyConfig& config, const KeptPost& kept, UtcTime now) {
  Post post;
  post.platform = "misskey";
  post.source = config.name;
  post.id = kept.id;
  post.native_id = kept.native_id;
  post.seen_at = now;
  post.deleted = true;
  return post;
}

ParseOptions options(const MisskeyConfig& config, const char* kind, UtcTime now) {
  return {kind, config.url, config.name, now};
}

// A clock that runs ahead must not put a post into buckets of tomorrow.
void not_after(Post& post, UtcTime now) { post.made_at = std::min(post.made_at, now); }

}  // namespace

HttpRequest misskey_request(const MisskeyConfig& config, const Cursor& cursor, UtcTime now) {
  const auto place = place_of(cursor);
  Fields fields = {{"tag", config.tag}};
  switch (next_question(place, now)) {
    case TimelineQuestion::newest_page: break;
    case TimelineQuestion::page_before: fields.emplace_back("untilId", place.walk->max_id); break;
    case TimelineQuestion::page_after: fields.emplace_back("sinceId", place.newest); break;
  }
  return question(config, "notes/search-by-tag", fields, limit_in(place, config.limit));
}

Result<Page> misskey_page(const MisskeyConfig& config, const Cursor& cursor, const HttpResponse& response,
                          UtcTime now) {
  if (response.status != 200) return misskey_refusal(response, now);
  auto answer = read_misskey_answer(response.body, options(config, "notes", now));
  if (!answer.has_value()) return answer.error();
  auto place = place_of(cursor);
  Page page;
  page.more = move_on(place, answer->seen, config.first_pages, now);
  page.posts = std::move(answer->posts);
  page.unreadable = answer->unreadable;
  if (!answer->ascending) std::reverse(page.posts.begin(), page.posts.end());
  for (auto& post : page.posts) not_after(post, now);
  page.next = cursor_of(place);
  page.hints = hints_from(response, now);
  return page;
}

HttpRequest note_request(const MisskeyConfig& config, const KeptPost& kept) {
  return question(config, "notes/show", {{"noteId", kept.native_id}}, 0);
}

Result<std::optional<Post>> note_answer(const MisskeyConfig& config, const KeptPost& kept, const HttpResponse& response,
                                        UtcTime now) {
  std::optional<Post> became;
  // Said with 400 by Misskey, with 404 by others.
  if (misskey_error(response.body) == "NO_SUCH_NOTE") {
    became = tombstone(config, kept, now);
    return became;
  }
  if (response.status != 200) return misskey_refusal(response, now);
  auto answer = read_misskey_answer(response.body, options(config, "note", now));
  if (!answer.has_value()) return answer.error();
  Post& post = answer->posts.front();
  const bool hidden = post.visibility == Visibility::private_ || post.visibility == Visibility::direct;
  if (hidden || post.opted_out) {
    became = tombstone(config, kept, now);
  } else if (post.edited_at) {
    not_after(post, now);
    became = std::move(post);
  }
  return became;
}

Result<Page> parse_misskey(std::string body, const ParseOptions& options) {
  auto answer = read_misskey_answer(body, options);
  if (!answer.has_value()) return answer.error();
  Page page;
  page.posts = std::move(answer->posts);
  page.unreadable = answer->unreadable;
  return page;
}

MisskeySource::MisskeySource(MisskeyConfig config, HttpClient& http)
    : config_(std::move(config)), host_(host_of(config_.url)), http_(http) {}

asio::awaitable<Result<Page>> MisskeySource::fetch(Cursor cursor, UtcTime now) {
  auto request = misskey_request(config_, cursor, now);
  auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return reply.error();
  co_return co_await read_apart(misskey_page, config_, cursor, *reply, now);
}

asio::awaitable<Result<Page>> MisskeySource::recheck(std::vector<KeptPost> kept, UtcTime now) {
  std::erase_if(kept, [](const KeptPost& one) { return one.native_id.empty(); });
  if (kept.size() > recheck_limit()) kept.resize(recheck_limit());
  Page page;
  bool answered = kept.empty();
  Failure refused;
  for (const auto& one : kept) {
    auto request = note_request(config_, one);
    const auto reply = co_await http_.send(std::move(request));
    if (!reply.has_value()) co_return reply.error();
    auto became = co_await read_apart(note_answer, config_, one, *reply, now);
    page.hints = hints_from(*reply, now);
    if (became.has_value()) {
      answered = true;
      if (*became) page.posts.push_back(std::move(**became));
      continue;
    }
    // One that the server cannot answer for must not keep the others from being asked for.
    refused = became.error();
    if (refused.remedy == Remedy::wait) co_return refused;
  }
  if (!answered) co_return refused;
  co_return page;
}

Connector misskey_connector() {
  return Connector{"misskey",       "A hashtag on a server of Misskey's kind (Misskey, Sharkey, Firefish).",
                   misskey_kinds(), settings,
                   check,           make,
                   parse_misskey};
}

}  // namespace barometer
