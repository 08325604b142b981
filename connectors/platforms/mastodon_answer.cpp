#include "connectors/platforms/mastodon_answer.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "connectors/html_text.hpp"
#include "connectors/id_timeline.hpp"
#include "connectors/platforms/mastodon_status.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

Failure failure(Remedy remedy, std::string detail) { return Failure{remedy, std::move(detail), std::nullopt}; }

// https://HOST/api/v1/statuses/ID/history names the status that the revisions leave out.
std::string status_in(std::string_view url) {
  constexpr std::string_view before = "/statuses/";
  const auto at = url.find(before);
  if (at == std::string_view::npos) return {};
  const auto rest = url.substr(at + before.size());
  return std::string(rest.substr(0, rest.find_first_of("/?#")));
}

class Collector {
 public:
  explicit Collector(const ParseOptions& options)
      : context_{host_of(options.base_url), options.source, status_in(options.base_url), options.now} {}

  void status(JsonValue status) {
    auto post = status_post(status, context_);
    if (!post) {
      ++answer_.unreadable;
      return;
    }
    note_place(valid_utf8(json_id(status, "id")), *post);
    ids_[post->native_id] = post->id;
    keep(std::move(*post));
  }

  void list(simdjson::dom::array statuses) {
    for (const auto one : statuses) status(one);
  }

  void history(simdjson::dom::array revisions) {
    std::optional<UtcTime> made_at;
    for (const auto one : revisions) {
      auto post = revision_post(one, context_);
      if (!post) {
        ++answer_.unreadable;
        continue;
      }
      if (made_at)
        post->edited_at = std::exchange(post->made_at, *made_at);
      else
        made_at = post->made_at;
      answer_.posts.push_back(std::move(*post));
    }
  }

  // One event of a stream: an update carries a status as text, a delete the bare id.
  void event(std::string_view name, std::string_view payload) {
    if (name == "update" || name == "status.update") {
      JsonDocument document;
      if (JsonDocument::read(document, payload))
        ++answer_.unreadable;
      else
        revised(document.root());
    } else if (name == "delete") {
      tombstone(valid_utf8(payload));
    }
  }

  MastodonAnswer take() { return std::move(answer_); }

 private:
  void note_place(const std::string& id, const Post& post) {
    if (answer_.newest.empty() || id_less(answer_.newest, id)) answer_.newest = id;
    if (!answer_.oldest.empty() && !id_less(id, answer_.oldest)) return;
    answer_.oldest = id;
    answer_.oldest_at = post.dated ? std::optional(post.made_at) : std::nullopt;
  }

  void keep(Post post) {
    if (seen_.insert(post.id).second) answer_.posts.push_back(std::move(post));
  }

  // In a stream a status that comes again is an edit.
  void revised(JsonValue root) {
    if (auto post = status_post(root, context_)) seen_.erase(post->id);
    status(root);
  }

  void tombstone(const std::string& native) {
    Post post;
    post.platform = "mastodon";
    post.source = context_.source;
    post.native_id = native;
    const auto known = ids_.find(native);
    post.id = known == ids_.end() ? native : known->second;
    post.seen_at = context_.now;
    post.deleted = true;
    if (!native.empty()) answer_.posts.push_back(std::move(post));
  }

  StatusContext context_;
  MastodonAnswer answer_;
  std::set<std::string> seen_;
  std::map<std::string, std::string> ids_;  // native id to identity, for deletes
};

Result<MastodonAnswer> unlike(std::string_view kind) {
  return failure(Remedy::skip, "the answer is no " + std::string(kind) + " of Mastodon's API");
}

Result<MastodonAnswer> read_list(JsonValue root, const ParseOptions& options) {
  simdjson::dom::array list;
  if (root.get(list)) return unlike("timeline");
  Collector collector(options);
  collector.list(list);
  return collector.take();
}

Result<MastodonAnswer> read_status(JsonValue root, const ParseOptions& options) {
  Collector collector(options);
  collector.status(root);
  auto answer = collector.take();
  if (answer.posts.empty()) return unlike("status");
  return answer;
}

Result<MastodonAnswer> read_history(JsonValue root, const ParseOptions& options) {
  simdjson::dom::array list;
  if (root.get(list)) return unlike("edit history");
  Collector collector(options);
  collector.history(list);
  return collector.take();
}

template <std::size_t n>
Result<MastodonAnswer> read_lists(JsonValue root, const ParseOptions& options, const std::array<const char*, n>& keys) {
  Collector collector(options);
  bool any = false;
  for (const auto* key : keys) {
    simdjson::dom::array list;
    if (!json_array(root, key, list)) continue;
    any = true;
    collector.list(list);
  }
  if (!any) return unlike(keys[0]);
  return collector.take();
}

Result<MastodonAnswer> read_search(JsonValue root, const ParseOptions& options) {
  return read_lists(root, options, std::array{"statuses"});
}

Result<MastodonAnswer> read_context(JsonValue root, const ParseOptions& options) {
  return read_lists(root, options, std::array{"ancestors", "descendants"});
}

Result<MastodonAnswer> read_frame(JsonValue root, const ParseOptions& options) {
  Collector collector(options);
  collector.event(json_text(root, "event"), json_text(root, "payload"));
  return collector.take();
}

struct Shape {
  std::string_view kind;
  Result<MastodonAnswer> (*read)(JsonValue, const ParseOptions&);
};

constexpr std::array shapes = {
    Shape{"timeline", read_list},   Shape{"status", read_status},   Shape{"search", read_search},
    Shape{"context", read_context}, Shape{"history", read_history}, Shape{"ws", read_frame},
};

constexpr std::array<std::string_view, 7> kinds = {"timeline", "status", "search", "context", "history", "sse", "ws"};

std::string_view kind_of(JsonValue root) {
  simdjson::dom::array list;
  if (!root.get(list)) {
    const bool revisions = list.size() > 0 && list.at(0).is_object() && list.at(0).at_key("id").error() &&
                           !list.at(0).at_key("content").error();
    return revisions ? "history" : "timeline";
  }
  if (!root.is_object()) return {};
  constexpr std::array<std::pair<const char*, std::string_view>, 5> tells = {{{"payload", "ws"},
                                                                              {"content", "status"},
                                                                              {"statuses", "search"},
                                                                              {"ancestors", "context"},
                                                                              {"descendants", "context"}}};
  for (const auto& [key, kind] : tells) {
    if (!root.at_key(key).error()) return kind;
  }
  return {};
}

struct ErrorMeaning {
  std::string_view begins;
  Remedy remedy;
  const char* sentence;
};

constexpr const char* unauthorised = "the server refuses the access token, or wants one: renew it (token_file)";

constexpr std::array error_meanings = {
    ErrorMeaning{"Record not found", Remedy::skip, "the status or hashtag is gone or unknown there (not found)"},
    ErrorMeaning{"Not Found", Remedy::skip, "the status or hashtag is gone or unknown there (not found)"},
    ErrorMeaning{"The access token", Remedy::ask_operator, unauthorised},
    ErrorMeaning{"Unauthorized", Remedy::ask_operator, unauthorised},
    ErrorMeaning{"Missing access token", Remedy::ask_operator, unauthorised},
    ErrorMeaning{"Invalid access token", Remedy::ask_operator, unauthorised},
    ErrorMeaning{"Invalid credentials", Remedy::ask_operator, unauthorised},
    ErrorMeaning{"This method requires an authenticated user", Remedy::ask_operator, unauthorised},
    ErrorMeaning{"Too many requests", Remedy::retry, "the server says that it is asked too often (rate limit)"},
    ErrorMeaning{"Throttled", Remedy::retry, "the server says that it is asked too often (rate limit)"},
    ErrorMeaning{"rate limit", Remedy::retry, "the server says that it is asked too often (rate limit)"},
};

// {"error":"…"}: the server's own words are not repeated, they may name people.
Failure refusal(std::string_view error) {
  for (const auto& meaning : error_meanings)
    if (error.starts_with(meaning.begins)) return failure(meaning.remedy, meaning.sentence);
  return failure(
      Remedy::ask_operator,
      "the server answered with an error instead of posts: it does not accept the request (validation), or it "
      "wants a token (token_file)");
}

Result<MastodonAnswer> read_json(JsonValue root, const ParseOptions& options) {
  JsonValue error;
  if (root.is_object() && json_field(root, "error", error)) return refusal(json_text(root, "error"));
  const auto kind = options.kind.empty() ? kind_of(root) : std::string_view(options.kind);
  const auto shape = std::find_if(shapes.begin(), shapes.end(), [&](const Shape& one) { return one.kind == kind; });
  if (shape == shapes.end()) return unlike("timeline, status or stream");
  return shape->read(root, options);
}

MastodonAnswer read_events(std::string_view body, const ParseOptions& options) {
  Collector collector(options);
  SseReader reader(body.size());
  for (const auto& event : reader.take(body)) collector.event(event.type, event.data);
  return collector.take();
}

// Frames of a WebSocket as a file keeps them: one a line.
Result<MastodonAnswer> read_frames(std::string_view body, const ParseOptions& options) {
  Collector collector(options);
  while (!body.empty()) {
    const auto end = std::min(body.find('\n'), body.size());
    JsonDocument document;
    if (!JsonDocument::read(document, body.substr(0, end)) && document.root().is_object()) {
      collector.event(json_text(document.root(), "event"), json_text(document.root(), "payload"));
    }
    body.remove_prefix(std::min(end + 1, body.size()));
  }
  return collector.take();
}

bool looks_like_events(std::string_view body) {
  return body.starts_with(':') || body.starts_with("event:") || body.starts_with("data:");
}

bool looks_like_frames(std::string_view body) {
  const auto end = body.find('\n');
  if (end == std::string_view::npos) return false;
  JsonDocument first;
  return !JsonDocument::read(first, body.substr(0, end)) && kind_of(first.root()) == "ws";
}

}  // namespace

std::span<const std::string_view> mastodon_kinds() { return kinds; }

Result<MastodonAnswer> read_mastodon_answer(std::string_view body, const ParseOptions& options) {
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  const auto begin = body.find_first_not_of(" \t\r\n");
  if (options.kind == "sse" || (options.kind.empty() && looks_like_events(body))) return read_events(body, options);
  if (begin == std::string_view::npos) return failure(Remedy::retry, "the answer is empty");
  if (body[begin] == '<') {
    return failure(Remedy::ask_operator,
                   "a web page came instead of posts: a wall against programs, or no Mastodon server; try a token "
                   "(token_file), or the platform `feed` with https://HOST/tags/TAG.rss");
  }
  if (body.substr(begin).starts_with("OK")) return unlike("timeline, but the health");  // /api/v1/streaming/health
  JsonDocument document;
  if (const auto error = JsonDocument::read(document, body); error) {
    if (looks_like_frames(body)) return read_frames(body, options);
    return failure(Remedy::retry,
                   std::string("the answer is damaged or breaks off: ") + simdjson::error_message(error));
  }
  return read_json(document.root(), options);
}

MastodonAnswer read_mastodon_event(const SseEvent& event, const ParseOptions& options) {
  Collector collector(options);
  collector.event(event.type, event.data);
  return collector.take();
}

}  // namespace barometer
