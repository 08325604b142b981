#include "connectors/platforms/bluesky_answer.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "connectors/html_text.hpp"
#include "connectors/platforms/bluesky_event.hpp"
#include "connectors/platforms/bluesky_record.hpp"

namespace barometer {
namespace {

constexpr std::array<std::string_view, 8> kinds = {"search", "posts",  "thread",    "feed",
                                                   "quotes", "record", "jetstream", "session"};

Failure failure(Remedy remedy, std::string detail) { return Failure{remedy, std::move(detail), std::nullopt}; }

struct Meaning {
  std::string_view error;
  Remedy remedy;
  std::string_view sentence;
};

// XRPC's general errors and those of the methods that we call.
constexpr Meaning meanings[] = {
    {"ExpiredToken", Remedy::ask_operator, "the token is too old: it wants to be renewed (refreshSession)"},
    {"InvalidToken", Remedy::ask_operator,
     "the token is none of its own, or of the wrong sort: name the account anew (identifier, password_file)"},
    {"AuthMissing", Remedy::ask_operator,
     "it answers only to accounts: set identifier and password_file, or mode: jetstream"},
    {"AuthenticationRequired", Remedy::ask_operator,
     "identifier or password are wrong: make an app password in the account's settings and put it into password_file"},
    {"AuthFactorTokenRequired", Remedy::ask_operator,
     "the account wants a code by mail: put an app password, which needs none, into password_file"},
    {"AccountTakedown", Remedy::ask_operator, "the account was taken down: name another one"},
    {"AccountSuspended", Remedy::ask_operator, "the account is suspended: name another one"},
    {"AccountDeactivated", Remedy::ask_operator, "the account is deactivated: activate it, or name another one"},
    {"Forbidden", Remedy::ask_operator, "it forbids this: check what the account may do"},
    {"BadQueryString", Remedy::ask_operator, "it does not understand what we search for: check hashtags and phrases"},
    {"InvalidRequest", Remedy::ask_operator, "it does not understand the request: check the source's settings"},
    {"MethodNotImplemented", Remedy::ask_operator, "it does not know this method: check the address (api, appview)"},
    {"XRPCNotSupported", Remedy::ask_operator, "it does not know this method: check the address (api, appview)"},
    {"CursorTooOld", Remedy::retry, "the place where we left off is not kept any more"},
    {"ConsumerTooSlow", Remedy::retry, "we read too slowly"},
    {"FutureCursor", Remedy::retry, "the place where we left off lies ahead"},
    {"RateLimitExceeded", Remedy::retry, "it asks us to be slower"},
    {"InternalServerError", Remedy::retry, "it is in trouble"},
    {"InternalError", Remedy::retry, "it is in trouble"},
    {"UpstreamFailure", Remedy::retry, "what stands behind it is in trouble"},
    {"UpstreamTimeout", Remedy::retry, "what stands behind it does not answer"},
    {"NotEnoughResources", Remedy::retry, "it has too much to do"},
    {"NotFound", Remedy::skip, "there is no such post"},
    {"RecordNotFound", Remedy::skip, "there is no such post"},
    {"RepoNotFound", Remedy::skip, "there is no such account"},
    {"BlockedActor", Remedy::skip, "its author does not show it to this account"},
    {"BlockedByActor", Remedy::skip, "its author does not show it to this account"},
};

// Only a word is shown: what else stands there may name people.
bool is_error_word(std::string_view word) {
  constexpr std::size_t longest = 60;
  return !word.empty() && word.size() <= longest && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
}

std::string_view error_in(JsonValue root) {
  const auto word = json_text(root, "error");
  return is_error_word(word) ? word : std::string_view();
}

class Collector {
 public:
  explicit Collector(const ParseOptions& options) : options_(options) {}

  void view(JsonValue view) { keep(bluesky_view_post(view, options_.source, options_.now)); }

  // A post that was deleted or is hidden from us leaves a mark that is none of ours to count.
  void thread(JsonValue node) {
    simdjson::dom::object fields;
    if (node.get(fields)) return;
    for (const auto field : fields) {
      if (field.key == "post") view(field.value);
      if (field.key == "parent") thread(field.value);
      if (field.key == "replies") each(field.value, [this](JsonValue reply) { thread(reply); });
    }
  }

  void feed_item(JsonValue item) {
    JsonValue post;
    if (json_field(item, "post", post))
      view(post);
    else
      ++answer_.unreadable;
  }

  void record(JsonValue holder) {
    JsonValue value;
    BlueskyRecordOf of;
    of.uri = valid_utf8(json_text(holder, "uri"));
    of.source = options_.source;
    of.now = options_.now;
    keep(json_field(holder, "value", value) ? bluesky_record_post(value, of) : std::nullopt);
  }

  template <class Take>
  static void each(JsonValue list, Take take) {
    simdjson::dom::array items;
    if (list.get(items)) return;
    for (const auto item : items) take(item);
  }

  void note_cursor(JsonValue root) { answer_.cursor = json_id(root, "cursor"); }
  BlueskyAnswer take() { return std::move(answer_); }

 private:
  void keep(std::optional<Post> post) {
    if (!post)
      ++answer_.unreadable;
    else if (seen_.insert(post->id).second)
      answer_.posts.push_back(std::move(*post));
  }

  const ParseOptions& options_;
  BlueskyAnswer answer_;
  std::set<std::string> seen_;
};

using Reader = bool (*)(JsonValue root, Collector& into);

// Each gives false when the body is not of that shape.
bool read_posts(JsonValue root, Collector& into) {
  JsonValue posts;
  if (root.is_array()) {
    posts = root;
  } else if (!json_field(root, "posts", posts)) {
    JsonValue record;
    if (!json_field(root, "record", record)) return false;
    into.view(root);
    return true;
  }
  if (!posts.is_array()) return false;
  Collector::each(posts, [&](JsonValue view) { into.view(view); });
  if (root.is_object()) into.note_cursor(root);
  return true;
}

bool read_thread(JsonValue root, Collector& into) {
  JsonValue thread;
  if (!json_field(root, "thread", thread)) return false;
  into.thread(thread);
  return true;
}

bool read_feed(JsonValue root, Collector& into) {
  JsonValue feed;
  if (!json_field(root, "feed", feed) || !feed.is_array()) return false;
  Collector::each(feed, [&](JsonValue item) { into.feed_item(item); });
  into.note_cursor(root);
  return true;
}

bool read_record(JsonValue root, Collector& into) {
  JsonValue inner;
  if (json_field(root, "records", inner) && inner.is_array()) {
    Collector::each(inner, [&](JsonValue holder) { into.record(holder); });
    into.note_cursor(root);
    return true;
  }
  if (!json_field(root, "value", inner)) return false;
  into.record(root);
  return true;
}

bool read_session(JsonValue root, Collector&) {
  JsonValue token;
  return json_field(root, "accessJwt", token);
}

struct Shape {
  std::string_view kind;
  Reader read;
};
constexpr std::array shapes = {
    Shape{"search", read_posts},    Shape{"posts", read_posts}, Shape{"quotes", read_posts},
    Shape{"thread", read_thread},   Shape{"feed", read_feed},   Shape{"record", read_record},
    Shape{"session", read_session},
};

Result<BlueskyAnswer> read_json(JsonValue root, const ParseOptions& options) {
  JsonValue error;
  if (root.is_object() && json_field(root, "error", error)) return bluesky_refusal(error_in(root));
  Collector collector(options);
  for (const Shape& shape : shapes) {
    const bool asked = options.kind.empty() || shape.kind == options.kind;
    if (asked && shape.read(root, collector)) return collector.take();
  }
  // Other methods' answers (a handle's did, say) are whole and hold no posts.
  if (options.kind.empty() && root.is_object()) return BlueskyAnswer{};
  return failure(Remedy::skip, "the answer is not of the kind " + options.kind);
}

Result<BlueskyAnswer> read_events(std::string_view body, const ParseOptions& options) {
  BlueskyAnswer answer;
  BlueskyEventReader reader;
  std::optional<Failure> ended;
  while (!body.empty()) {
    const auto end = std::min(body.find('\n'), body.size());
    const auto line = body.substr(0, end);
    body.remove_prefix(std::min(end + 1, body.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const auto event = reader.read(line);
    if (event.kind == BlueskyEvent::Kind::unreadable) ++answer.unreadable;
    if (event.kind == BlueskyEvent::Kind::error) ended = bluesky_refusal(event.word);
    if (event.kind == BlueskyEvent::Kind::removed) answer.posts.push_back(bluesky_tombstone(event.uri, options.source));
    if (event.kind != BlueskyEvent::Kind::written) continue;
    if (auto post = reader.post(event, options.source, options.now))
      answer.posts.push_back(std::move(*post));
    else
      ++answer.unreadable;
  }
  // An error ends the stream, after all that came before it.
  if (ended && answer.posts.empty()) return *ended;
  return answer;
}

bool is_event(std::string_view line) {
  BlueskyEventReader reader;
  const auto kind = reader.read(line).kind;
  return kind != BlueskyEvent::Kind::unreadable;
}

}  // namespace

std::span<const std::string_view> bluesky_kinds() { return kinds; }

Failure bluesky_refusal(std::string_view error) {
  const std::string name = error.empty() ? "an error without a name" : std::string(error);
  for (const Meaning& meaning : meanings) {
    if (meaning.error == error)
      return failure(meaning.remedy, "Bluesky answered " + name + ": " + std::string(meaning.sentence));
  }
  return failure(Remedy::ask_operator, "Bluesky answered " + name + ": check the source's settings");
}

std::string bluesky_error(std::string_view body) {
  JsonDocument document;
  if (JsonDocument::read(document, body) || !document.root().is_object()) return {};
  return std::string(error_in(document.root()));
}

Result<BlueskyAnswer> read_bluesky_answer(std::string_view body, const ParseOptions& options) {
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  const auto begin = body.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return failure(Remedy::retry, "the answer is empty");
  body.remove_prefix(begin);
  if (body.front() == '<') {
    return failure(Remedy::ask_operator,
                   "a web page came instead of posts: Bluesky's public address does not search for those who have no "
                   "account; set identifier and password_file, or mode: jetstream");
  }
  if (body.front() != '{' && body.front() != '[') return failure(Remedy::skip, "the answer is no JSON");
  const bool events =
      options.kind == "jetstream" || (options.kind.empty() && is_event(body.substr(0, body.find('\n'))));
  if (events) return read_events(body, options);
  JsonDocument document;
  if (const auto error = JsonDocument::read(document, body); error) {
    return failure(Remedy::retry,
                   std::string("the answer is damaged or breaks off: ") + simdjson::error_message(error));
  }
  return read_json(document.root(), options);
}

Result<Page> parse_bluesky(std::string body, const ParseOptions& options) {
  auto answer = read_bluesky_answer(body, options);
  if (!answer.has_value()) return answer.error();
  Page page;
  page.posts = std::move(answer->posts);
  page.unreadable = answer->unreadable;
  return page;
}

}  // namespace barometer
