#include "connectors/platforms/x_problem.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "connectors/refusal.hpp"

namespace barometer {
namespace {

struct Known {
  std::string_view type;  // how the problem's type ends
  Remedy remedy;
  std::string_view sentence;
};

constexpr Known known_problems[] = {
    {"usage-capped", Remedy::ask_operator,
     "X says that the account's monthly cap or spending limit is used up: raise it in X's console, or wait for its "
     "next "
     "cycle"},
    {"credits-depleted", Remedy::ask_operator, "X says that the account has no credits left: buy some in X's console"},
    {"client-forbidden", Remedy::ask_operator,
     "X says that this app may not use the API: attach it to a project with a paid plan in X's console"},
    {"client-not-enrolled", Remedy::ask_operator,
     "X says that this app is not enrolled: attach it to a project with a paid plan in X's console"},
    {"unsupported-authentication", Remedy::ask_operator,
     "X wants another kind of token: write the app-only bearer token into token_file"},
    {"oauth1-permissions", Remedy::ask_operator, "X says that the app lacks the right to read: mend it in X's console"},
    {"invalid-request", Remedy::ask_operator,
     "X does not understand the request: try the query in X's search, and check the source's settings"},
    {"invalid-rules", Remedy::ask_operator, "X does not understand the stream's rule: check the query"},
    {"noncompliant-rules", Remedy::ask_operator, "X's terms do not allow the stream's rule: change the query"},
    {"rule-cap", Remedy::ask_operator, "X has no room for another stream rule: delete unused ones"},
    {"disallowed-resource", Remedy::ask_operator, "X's terms do not allow what was asked for: change the query"},
    {"unsupported-operation", Remedy::ask_operator, "the account's plan does not include this: ask by search instead"},
    {"rate-limit-exceeded", Remedy::retry, "X asks us to be slower"},
    {"streaming-connection", Remedy::retry, "X already has a stream of this account open, or has just closed it"},
    {"operational-disconnect", Remedy::retry, "X closed the stream for reasons of its own"},
    {"client-disconnected", Remedy::retry, "X lost the stream's connection"},
    {"resource-unavailable", Remedy::retry, "X cannot reach what was asked for just now"},
    {"resource-not-found", Remedy::skip, "X knows no such post"},
    {"not-authorized-for-resource", Remedy::skip, "X does not show this post to us"},
    {"duplicate-rules", Remedy::skip, "X has this stream rule already"},
};

// Codes of the older error body, as the statuses that stand for the same.
struct Code {
  std::int64_t code;
  int status;
};
constexpr Code codes[] = {{32, 401},  {64, 403},  {87, 403},  {88, 429},  {89, 401}, {99, 401},
                          {130, 503}, {131, 500}, {179, 403}, {215, 401}, {416, 403}};

std::optional<Failure> by_type(std::string_view type) {
  const auto slash = type.rfind('/');
  const auto word = slash == type.npos ? type : type.substr(slash + 1);
  const auto found = std::find_if(std::begin(known_problems), std::end(known_problems),
                                  [&](const Known& one) { return one.type == word; });
  if (found == std::end(known_problems)) return std::nullopt;
  return Failure{found->remedy, std::string(found->sentence)};
}

Failure by_status(int status, UtcTime now) {
  HttpResponse response;
  response.status = status;
  return refusal(response, now);
}

std::optional<Failure> by_word(JsonValue problem) {
  if (auto failure = by_type(json_text(problem, "type"))) return failure;
  if (auto failure = by_type(json_text(problem, "reason"))) return failure;
  if (json_text(problem, "title") == "UsageCapExceeded") return by_type("usage-capped");
  if (json_text(problem, "title") == "ConnectionException") return by_type("streaming-connection");
  if (json_text(problem, "title") == "operational-disconnect") return by_type("operational-disconnect");
  return std::nullopt;
}

std::optional<Failure> by_number(JsonValue problem, UtcTime now) {
  const auto code = json_count(problem, "code");
  const auto known =
      std::find_if(std::begin(codes), std::end(codes), [&](const Code& one) { return one.code == code; });
  if (known != std::end(codes)) return by_status(known->status, now);
  const auto status = json_count(problem, "status");
  if (status >= 300 && status <= 599) return by_status(static_cast<int>(status), now);
  return std::nullopt;
}

}  // namespace

std::optional<Failure> x_problem(JsonValue root, UtcTime now) {
  if (!root.is_object()) return std::nullopt;
  if (auto failure = by_word(root)) return failure;
  simdjson::dom::array errors;
  const bool listed = json_array(root, "errors", errors);
  if (listed)
    for (const auto one : errors)
      if (auto failure = by_word(one)) return failure;
  if (auto failure = by_number(root, now)) return failure;
  if (listed)
    for (const auto one : errors)
      if (auto failure = by_number(one, now)) return failure;
  JsonValue title;
  if (!listed && !json_field(root, "title", title)) return std::nullopt;
  return Failure{Remedy::retry, "X answered with an error of a kind that we do not know"};
}

Failure x_refusal(const HttpResponse& response, UtcTime now) {
  auto plain = refusal(response, now);
  JsonDocument document;
  if (JsonDocument::read(document, response.body)) return plain;
  const auto told = document.root().is_object() ? x_problem(document.root(), now) : std::nullopt;
  // What X says matters where it is for a person; when to come back is in the headers.
  if (told && told->remedy == Remedy::ask_operator && response.status < 500) return *told;
  return plain;
}

}  // namespace barometer
