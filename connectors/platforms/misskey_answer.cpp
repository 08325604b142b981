#include "connectors/platforms/misskey_answer.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "connectors/html_text.hpp"
#include "connectors/platforms/misskey_note.hpp"
#include "connectors/refusal.hpp"
#include "connectors/time.hpp"

namespace barometer {
namespace {

struct Meaning {
  std::string_view code;
  Remedy remedy;
  const char* sentence;
};

constexpr const char* wants_token = "the server refuses the token, or wants one: renew it (token_file)";

constexpr std::array meanings = {
    Meaning{"RATE_LIMIT_EXCEEDED", Remedy::retry, "the server says that it is asked too often (rate limit exceeded)"},
    Meaning{"CREDENTIAL_REQUIRED", Remedy::ask_operator, wants_token},
    Meaning{"AUTHENTICATION_FAILED", Remedy::ask_operator, wants_token},
    Meaning{"PERMISSION_DENIED", Remedy::ask_operator, "the token lacks the right to read notes: make another"},
    Meaning{"ACCESS_DENIED", Remedy::ask_operator, "the server forbids it: check the token's rights"},
    Meaning{"YOUR_ACCOUNT_SUSPENDED", Remedy::ask_operator,
            "the token's account was suspended: ask the server's people"},
    Meaning{"UNAVAILABLE", Remedy::ask_operator,
            "the server does not let this account search: ask the server's people"},
    Meaning{"INVALID_PARAM", Remedy::ask_operator, "the server does not accept the request: check hashtag and limit"},
    Meaning{"NO_SUCH_NOTE", Remedy::skip, "the note is gone or unknown there"},
    Meaning{"NO_SUCH_ENDPOINT", Remedy::ask_operator, "no server of Misskey's kind: try the platform mastodon"},
    Meaning{"UNKNOWN_API_ENDPOINT", Remedy::ask_operator, "no server of Misskey's kind: try the platform mastodon"},
    Meaning{"INTERNAL_ERROR", Remedy::retry, "the server is in trouble"},
};

Failure failure(Remedy remedy, std::string detail) { return Failure{remedy, std::move(detail)}; }

const Meaning* meaning_of(std::string_view code) {
  const auto found = std::find_if(meanings.begin(), meanings.end(), [&](const Meaning& m) { return m.code == code; });
  return found == meanings.end() ? nullptr : &*found;
}

// The server's own words are not repeated: they may name people.
Failure failure_of(std::string_view code) {
  if (const auto* meaning = meaning_of(code)) return failure(meaning->remedy, meaning->sentence);
  return failure(Remedy::ask_operator, "the server answered with an error instead of notes: check the settings");
}

std::string error_in(JsonValue root) {
  JsonValue error;
  if (!root.is_object() || !json_field(root, "error", error)) return {};
  const auto code = json_text(error, "code");
  return code.empty() ? "unknown" : std::string(code);
}

class Collector {
 public:
  explicit Collector(const ParseOptions& options) : context_{options.base_url, options.source, options.now} {
    while (context_.base.ends_with('/')) context_.base.pop_back();
  }

  void note(JsonValue note) {
    auto post = note_post(note, context_);
    if (!post) {
      ++answer_.unreadable;
      return;
    }
    const auto id = valid_utf8(json_id(note, "id"));
    auto& seen = answer_.seen;
    if (!seen.newest.empty()) answer_.ascending = id_less(last_, id);
    if (seen.newest.empty() || id_less(seen.newest, id)) seen.newest = id;
    if (seen.oldest.empty() || id_less(id, seen.oldest)) {
      seen.oldest = id;
      seen.oldest_at = parse_time(json_text(note, "createdAt"));
    }
    last_ = id;
    if (known_.insert(post->id).second) answer_.posts.push_back(std::move(*post));
  }

  MisskeyAnswer take() { return std::move(answer_); }

 private:
  NoteContext context_;
  MisskeyAnswer answer_;
  std::set<std::string> known_;
  std::string last_;
};

Result<MisskeyAnswer> unlike(std::string_view kind) {
  return failure(Remedy::skip, "the answer is no " + std::string(kind) + " of Misskey's API");
}

Result<MisskeyAnswer> read_notes(JsonValue root, const ParseOptions& options) {
  simdjson::dom::array list;
  if (root.get(list)) return unlike("list of notes");
  Collector collector(options);
  for (const auto one : list) collector.note(one);
  return collector.take();
}

Result<MisskeyAnswer> read_note(JsonValue root, const ParseOptions& options) {
  Collector collector(options);
  collector.note(root);
  auto answer = collector.take();
  if (answer.posts.empty()) return unlike("note");
  return answer;
}

Result<MisskeyAnswer> read_frame(JsonValue root, const ParseOptions& options) {
  JsonValue body;
  JsonValue note;
  if (!json_field(root, "body", body)) return unlike("frame");
  if (json_text(body, "type") != "note" || !json_field(body, "body", note)) return MisskeyAnswer{};
  return read_note(note, options);
}

struct Shape {
  std::string_view kind;
  Result<MisskeyAnswer> (*read)(JsonValue, const ParseOptions&);
};
constexpr std::array shapes = {Shape{"notes", read_notes}, Shape{"note", read_note}, Shape{"ws", read_frame}};
constexpr std::array<std::string_view, 3> kinds = {"notes", "note", "ws"};

std::string_view kind_of(JsonValue root) {
  if (root.is_array()) return "notes";
  if (json_text(root, "type") == "channel") return "ws";
  return "note";
}

}  // namespace

std::span<const std::string_view> misskey_kinds() { return kinds; }

std::string misskey_error(std::string_view body) {
  JsonDocument document;
  return JsonDocument::read(document, body) ? std::string() : error_in(document.root());
}

Result<MisskeyAnswer> read_misskey_answer(std::string_view body, const ParseOptions& options) {
  const auto begin = body.find_first_not_of(" \t\r\n");
  if (begin == body.npos) return failure(Remedy::retry, "the answer is empty");
  if (body[begin] == '<')
    return failure(Remedy::ask_operator,
                   "a web page came instead of notes: a wall against programs, or no server of Misskey's kind");
  JsonDocument document;
  if (const auto error = JsonDocument::read(document, body))
    return failure(Remedy::retry,
                   std::string("the answer is damaged or breaks off: ") + simdjson::error_message(error));
  if (const auto code = error_in(document.root()); !code.empty()) return failure_of(code);
  const auto kind = options.kind.empty() ? kind_of(document.root()) : std::string_view(options.kind);
  const auto shape = std::find_if(shapes.begin(), shapes.end(), [&](const Shape& one) { return one.kind == kind; });
  if (shape == shapes.end() || (!document.root().is_object() && !document.root().is_array()))
    return unlike("list of notes, note or frame");
  return shape->read(document.root(), options);
}

Failure misskey_refusal(const HttpResponse& response, UtcTime now) {
  auto by_status = refusal(response, now);
  const auto* meaning = meaning_of(misskey_error(response.body));
  const bool in_passing = by_status.remedy == Remedy::wait || by_status.remedy == Remedy::retry;
  if (meaning && !in_passing) return failure(meaning->remedy, meaning->sentence);
  if (is_html(response) && by_status.remedy == Remedy::ask_operator)
    by_status.detail += "; it sent a web page: a wall against programs, or no server of Misskey's kind";
  return by_status;
}

}  // namespace barometer
