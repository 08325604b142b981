#include "connectors/platforms/youtube_answer.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "connectors/html_text.hpp"
#include "connectors/pacific_day.hpp"
#include "connectors/platforms/feed.hpp"
#include "connectors/platforms/youtube_post.hpp"
#include "connectors/refusal.hpp"
#include "connectors/unread_answer.hpp"

namespace barometer {
namespace {

struct Kind {
  std::string_view name;  // for `parse`
  std::string_view item;  // what an item of that list calls itself
};
constexpr Kind kinds[] = {{"search", "youtube#searchResult"},
                          {"videos", "youtube#video"},
                          {"playlistItems", "youtube#playlistItem"},
                          {"commentThreads", "youtube#commentThread"},
                          {"comments", "youtube#comment"}};
constexpr std::array<std::string_view, 6> kind_names{"search",         "videos",   "playlistItems",
                                                     "commentThreads", "comments", "feed"};

constexpr std::string_view advice = "check `api`: it is https://www.googleapis.com/youtube/v3, or a proxy of yours";

struct Reason {
  std::string_view reason;
  Remedy remedy;
  std::string_view sentence;
};
constexpr Reason reasons[] = {
    {"keyInvalid", Remedy::ask_operator,
     "Google does not know the API key: write the key of your project into key_file"},
    {"badRequest", Remedy::ask_operator, "YouTube does not understand the request: check the key and the settings"},
    {"keyExpired", Remedy::ask_operator, "the API key has expired: make another one in Google's console"},
    {"accessNotConfigured", Remedy::ask_operator,
     "the project may not use the YouTube Data API: switch it on in Google's console"},
    {"ipRefererBlocked", Remedy::ask_operator,
     "the API key does not allow this machine's address: mend its restrictions"},
    {"forbidden", Remedy::ask_operator, "YouTube does not show this to us: it is private, or the key is restricted"},
    {"insufficientPermissions", Remedy::ask_operator, "the API key is not enough to see this"},
    {"channelNotFound", Remedy::ask_operator, "YouTube knows no such channel: check `channel`"},
    {"invalidPageToken", Remedy::retry, "YouTube does not know the page any more"},
    {"processingFailure", Remedy::retry, "YouTube could not work it out just now"},
    {"backendError", Remedy::retry, "YouTube is in trouble"},
    {"rateLimitExceeded", Remedy::retry, "YouTube asks us to be slower"},
    {"userRateLimitExceeded", Remedy::retry, "YouTube asks us to be slower"},
    {"commentsDisabled", Remedy::skip, "the video has no comments: they are switched off"},
    {"videoNotFound", Remedy::skip, "YouTube knows no such video"},
    {"commentNotFound", Remedy::skip, "YouTube knows no such comment"},
    {"commentThreadNotFound", Remedy::skip, "YouTube knows no such comment"},
    {"parentCommentNotFound", Remedy::skip, "YouTube knows no such comment"},
    {"playlistNotFound", Remedy::skip, "YouTube knows no such playlist"},
};

bool is_quota(std::string_view reason) { return reason == "quotaExceeded" || reason == "dailyLimitExceeded"; }

Failure quota_failure(UtcTime now) {
  return Failure{
      Remedy::wait,
      "the project's quota for today is used up: it is filled again at midnight Pacific time; ask Google for more, "
      "or set daily_units lower so that it lasts the day",
      next_pacific_day(now), true};
}

std::string reason_in(JsonValue root) {
  JsonValue error;
  simdjson::dom::array errors;
  if (!json_field(root, "error", error)) return {};
  std::string reason;
  if (json_array(error, "errors", errors))
    for (const auto one : errors)
      if (reason.empty()) reason = json_text(one, "reason");
  return reason;
}

std::optional<Failure> by_reason(std::string_view reason, UtcTime now) {
  if (is_quota(reason)) return quota_failure(now);
  const auto found =
      std::find_if(std::begin(reasons), std::end(reasons), [&](const Reason& one) { return one.reason == reason; });
  if (found == std::end(reasons)) return std::nullopt;
  return Failure{found->remedy, std::string(found->sentence)};
}

// An error body without the answer that it came in.
Failure told_failure(JsonValue root, UtcTime now) {
  if (auto failure = by_reason(reason_in(root), now)) return *failure;
  JsonValue error;
  HttpResponse response;
  if (json_field(root, "error", error))
    response.status = static_cast<int>(std::min<std::int64_t>(json_count(error, "code"), 599));
  if (response.status < 300)
    return Failure{Remedy::retry, "YouTube answered with an error of a kind that we do not know"};
  return refusal(response, now);
}

class Collector {
 public:
  Collector(const ParseOptions& options, bool plain) : context_{options.source, options.now, plain} {}

  void item(JsonValue item, std::string_view kind) {
    if (kind == "youtube#commentThread") return thread(item);
    if (kind == "youtube#comment") return keep(youtube_comment(item, {}, context_));
    if (kind == "youtube#searchResult" || kind == "youtube#video" || kind == "youtube#playlistItem") {
      if (is_other_find(item)) return;
      return keep(youtube_video(item, context_));
    }
    ++answer_.unreadable;
  }

  YoutubeAnswer take() { return std::move(answer_); }

 private:
  // A search finds channels and playlists too.
  static bool is_other_find(JsonValue item) {
    JsonValue id;
    if (!json_field(item, "id", id) || !id.is_object()) return false;
    const auto kind = json_text(id, "kind");
    return !kind.empty() && kind != "youtube#video";
  }

  void thread(JsonValue item) {
    JsonValue snippet;
    JsonValue top;
    if (!json_field(item, "snippet", snippet) || !json_field(snippet, "topLevelComment", top)) {
      ++answer_.unreadable;
      return;
    }
    const auto video = valid_utf8(json_text(snippet, "videoId"));
    auto post = youtube_comment(top, video, context_);
    if (post) {
      post->replies = json_count(snippet, "totalReplyCount");
      if (json_flag(snippet, "isPublic") == 0) post->visibility = Visibility::private_;
    }
    keep(std::move(post));
    JsonValue replies;
    simdjson::dom::array comments;
    std::int64_t shown = 0;
    if (json_field(item, "replies", replies) && json_array(replies, "comments", comments)) {
      for (const auto one : comments) keep(youtube_comment(one, video, context_));
      shown = static_cast<std::int64_t>(comments.size());
    }
    const auto all = json_count(snippet, "totalReplyCount");
    auto id = valid_utf8(json_id(item, "id"));
    if (all > shown && !id.empty()) answer_.unfinished.push_back({std::move(id), video, all});
  }

  void keep(std::optional<Post> post) {
    if (post)
      answer_.posts.push_back(std::move(*post));
    else
      ++answer_.unreadable;
  }

  YoutubeContext context_;
  YoutubeAnswer answer_;
};

std::string_view item_kind(JsonValue item, std::string_view wanted) {
  const auto own = json_text(item, "kind");
  if (!own.empty()) return own;
  const auto found =
      std::find_if(std::begin(kinds), std::end(kinds), [&](const Kind& one) { return one.name == wanted; });
  return found == std::end(kinds) ? std::string_view() : found->item;
}

Result<YoutubeAnswer> read_object(JsonValue root, const ParseOptions& options, bool plain) {
  JsonValue error;
  if (json_field(root, "error", error)) return told_failure(root, options.now);
  Collector collector(options, plain);
  simdjson::dom::array items;
  const bool is_list = json_array(root, "items", items);
  if (is_list)
    for (const auto one : items) collector.item(one, item_kind(one, options.kind));
  else
    collector.item(root, item_kind(root, options.kind));
  auto answer = collector.take();
  answer.listed = is_list;
  answer.next_token = valid_utf8(json_text(root, "nextPageToken"));
  return answer;
}

Result<YoutubeAnswer> read_feed(std::string_view body, const ParseOptions& options) {
  auto feed_options = options;
  feed_options.kind.clear();
  auto page = parse_feed(std::string(body), feed_options);
  if (!page.has_value()) return page.error();
  YoutubeAnswer answer;
  answer.posts = std::move(page->posts);
  for (auto& post : answer.posts) post.platform = "youtube";
  answer.unreadable = page->unreadable;
  return answer;
}

bool looks_like_feed(std::string_view body) {
  constexpr std::size_t head = 4096;
  const auto begin = body.substr(0, head);
  return looks_like_mark_up(body) && (begin.find("<feed") != begin.npos || begin.find("<rss") != begin.npos);
}

}  // namespace

std::span<const std::string_view> youtube_kinds() { return kind_names; }

Result<YoutubeAnswer> read_youtube_answer(std::string_view body, const ParseOptions& options, bool plain) {
  if (options.kind == "feed" || looks_like_feed(body)) return read_feed(body, options);
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  JsonDocument document;
  if (JsonDocument::read(document, body)) return unread_answer(body, advice);
  return read_object(document.root(), options, plain);
}

std::string youtube_reason(std::string_view body) {
  JsonDocument document;
  if (JsonDocument::read(document, body) || !document.root().is_object()) return {};
  return reason_in(document.root());
}

Failure youtube_refusal(const HttpResponse& response, UtcTime now) {
  if (response.status < 400 || response.status > 499) return refusal(response, now);
  const auto reason = youtube_reason(response.body);
  // A 429 says when to come back in its headers, unless the day is over.
  if (response.status == 429 && !is_quota(reason)) return refusal(response, now);
  return by_reason(reason, now).value_or(refusal(response, now));
}

}  // namespace barometer
