#include "connectors/graph_api.hpp"

#include <algorithm>
#include <chrono>
#include <span>

#include "connectors/digest.hpp"
#include "connectors/html_text.hpp"
#include "connectors/refusal.hpp"
#include "connectors/time.hpp"
#include "connectors/unread_answer.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::minutes usual_limit{60};  // where nothing tells when access comes back
constexpr std::chrono::hours longest_limit{48};  // longer estimates are mistakes
constexpr std::int64_t nearly_used_up = 80;      // percent of a limit
constexpr std::chrono::minutes slow_interval{15};
constexpr std::string_view proof_key = "appsecret_proof=";

// How much of the limits is used, as the headers of one answer tell.
struct Usage {
  std::int64_t percent = 0;
  std::chrono::minutes until_access{0};
};

void take_in(Usage& usage, JsonValue told) {
  for (const char* key : {"call_count", "total_cputime", "total_time"})
    usage.percent = std::max(usage.percent, json_count(told, key));
  const std::chrono::minutes left{std::min<std::int64_t>(json_count(told, "estimated_time_to_regain_access"), 100'000)};
  usage.until_access = std::max(usage.until_access, std::min<std::chrono::minutes>(left, longest_limit));
}

Usage usage_of(const HttpResponse& response) {
  Usage usage;
  for (const char* name : {"x-app-usage", "x-page-usage"}) {
    JsonDocument document;
    if (!JsonDocument::read(document, response.header(name))) take_in(usage, document.root());
  }
  JsonDocument document;
  simdjson::dom::object cases;
  if (JsonDocument::read(document, response.header("x-business-use-case-usage")) || document.root().get(cases))
    return usage;
  for (const auto& [business, list] : cases) {
    simdjson::dom::array entries;
    if (list.get(entries)) continue;
    for (const auto entry : entries) take_in(usage, entry);
  }
  return usage;
}

enum class About { passing, limit, token, rights, gone, parameter, policy };

struct Row {
  int first;
  int last;
  About about;
  std::string_view sentence;
};

// developers.facebook.com/docs/graph-api/guides/error-handling
constexpr Row rows[] = {
    {1, 2, About::passing, "it is in passing trouble"},
    {4, 4, About::limit, "the app's request limit is used up"},
    {10, 10, About::rights, "the app or its token lacks a permission"},
    {17, 17, About::limit, "the user's request limit is used up"},
    {18, 18, About::limit,
     "the 30 different hashtags that one account may search in 7 days are used up: watch fewer hashtags"},
    {32, 32, About::limit, "the page's request limit is used up"},
    {100, 100, About::parameter, "it refuses a parameter, or the app lacks a feature"},
    {102, 102, About::token, "the token's session has ended"},
    {190, 190, About::token, "the token is not valid"},
    {200, 299, About::rights, "the app or its token lacks a permission"},
    {341, 341, About::limit, "the app's request limit is used up"},
    {368, 368, About::policy, "it has blocked the app or the account for breaking its policies"},
    {613, 613, About::limit, "a request limit of this call is used up"},
    {803, 803, About::gone, "it knows no object of that name"},
    {2500, 2500, About::parameter, "it does not understand the address: check the version in the settings"},
    {80000, 80014, About::limit, "the request limit of this page or account is used up"},
};

constexpr std::pair<int, std::string_view> token_states[] = {
    {458, "its user has removed the app"},
    {459, "its user must log in at Facebook first"},
    {460, "its user's password has changed"},
    {463, "it has expired"},
    {464, "its user must confirm their account first"},
    {467, "it was taken back"},
    {492, "its user no longer has a role at the page"},
};

bool says(const GraphError& error, std::string_view words) { return error.message.find(words) != std::string::npos; }

std::string named(const GraphError& error) {
  std::string out = "the API answered with error " + std::to_string(error.code);
  if (error.subcode != 0) out += '/' + std::to_string(error.subcode);
  return out + ": ";
}

std::string token_advice(const GraphError& error) {
  std::string out = "the access token is no longer good";
  for (const auto& [subcode, state] : token_states)
    if (subcode == error.subcode) out += " (" + std::string(state) + ')';
  return out + ": make a new long-lived one and write it into token_file";
}

std::string parameter_advice(const GraphError& error, std::string_view otherwise) {
  if (says(error, "appsecret_proof") || says(error, "app secret"))
    return "the app wants proof of its secret (appsecret_proof): set app_secret_file";
  if (says(error, "permission") || says(error, "feature"))
    return "the app lacks a permission or a reviewed feature for this object (Page Public Content Access, or rights on "
           "the page): ask for it in app review, or listen to a page of your own";
  return std::string(otherwise);
}

Failure limit_failure(const GraphError& error, std::string_view sentence, const HttpResponse& response, UtcTime now) {
  const auto usage = usage_of(response);
  const auto until = usage.until_access > 0min ? usage.until_access : usual_limit;
  Failure failure{Remedy::wait, named(error) + std::string(sentence), now + until, error.code == 18};
  if (const auto told = hints_from(response, now).not_before) failure.not_before = std::max(*told, *failure.not_before);
  failure.detail += "; not before " + to_iso(*failure.not_before);
  return failure;
}

bool is_paging(std::string_view pair) {
  constexpr std::string_view keys[] = {"after=", "until=", "__paging_token=", "offset=", "cursor="};
  return std::any_of(std::begin(keys), std::end(keys), [&](std::string_view key) { return pair.starts_with(key); });
}

// The pairs of a query, one by one, to `take`.
template <class Take>
void each_pair(std::string_view query, Take take) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    take(query.substr(0, end));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
}

}  // namespace

std::string graph_base(std::string api, const std::string& version) {
  while (api.ends_with('/')) api.pop_back();
  return api + '/' + version;
}

bool is_graph_version(std::string_view version) {
  if (!version.starts_with('v')) return false;
  const auto dot = version.find('.');
  const auto digits = [](std::string_view text) {
    return !text.empty() && text.size() < 4 && text.find_first_not_of("0123456789") == text.npos;
  };
  return dot != version.npos && digits(version.substr(1, dot - 1)) && digits(version.substr(dot + 1));
}

HttpRequest graph_request(const std::string& base, const std::string& path,
                          const std::vector<std::pair<std::string_view, std::string>>& query,
                          const std::string& source) {
  HttpRequest request;
  request.source = source;
  request.url = base + path;
  char before = '?';
  for (const auto& [key, value] : query) {
    request.url += before + std::string(key) + '=' + percent_encoded(value);
    before = '&';
  }
  request.headers.emplace_back("Accept", "application/json");
  return request;
}

HttpRequest graph_signed(HttpRequest request, const std::string& token, const std::string& app_secret) {
  std::erase_if(request.headers, [](const auto& header) { return header.first == "Authorization"; });
  request.headers.emplace_back("Authorization", "Bearer " + token);
  const auto question = request.url.find('?');
  std::string url = request.url.substr(0, question);
  char before = '?';
  const auto add = [&](std::string_view pair) {
    url += before;
    url += pair;
    before = '&';
  };
  if (question != std::string::npos)
    each_pair(std::string_view(request.url).substr(question + 1), [&](std::string_view pair) {
      if (!pair.starts_with(proof_key)) add(pair);
    });
  if (!app_secret.empty()) add(std::string(proof_key) + to_hex(hmac_sha256(app_secret, token)));
  request.url = std::move(url);
  return request;
}

std::optional<GraphError> graph_error(JsonValue root) {
  JsonValue told;
  if (!root.is_object() || !json_field(root, "error", told) || !told.is_object()) return std::nullopt;
  GraphError error;
  const auto small = [&](std::string_view key) {
    return static_cast<int>(std::min<std::int64_t>(json_count(told, key), 1'000'000'000));
  };
  error.code = small("code");
  error.subcode = small("error_subcode");
  error.transient = json_flag(told, "is_transient") == 1;
  error.message = json_text(told, "message");
  return error;
}

std::optional<GraphError> graph_error(const HttpResponse& response) {
  JsonDocument document;
  if (JsonDocument::read(document, response.body)) return std::nullopt;
  return graph_error(document.root());
}

bool is_gone(const GraphError& error) {
  return error.code == 803 || (error.code == 100 && (error.subcode == 33 || error.subcode == 24));
}

bool is_gone(const HttpResponse& response) {
  const auto error = graph_error(response);
  return error && is_gone(*error);
}

bool wants_new_token(const GraphError& error) { return error.code == 190 || error.code == 102; }

Failure graph_failure(const GraphError& error, const HttpResponse& response, UtcTime now) {
  const auto* row = std::find_if(std::begin(rows), std::end(rows),
                                 [&](const Row& one) { return error.code >= one.first && error.code <= one.last; });
  if (row != std::end(rows) && row->about == About::limit) return limit_failure(error, row->sentence, response, now);
  if (wants_new_token(error)) return Failure{Remedy::ask_operator, named(error) + token_advice(error)};
  const bool passing = error.transient || (row != std::end(rows) && row->about == About::passing);
  if (passing || (row == std::end(rows) && response.status >= 500))
    return Failure{Remedy::retry, named(error) + "it is in passing trouble"};
  if (is_gone(error))
    return Failure{Remedy::ask_operator, named(error) +
                                             "what was asked for does not exist, or the token has no rights to it: "
                                             "check the id in the settings and the app's permissions"};
  if (row == std::end(rows))
    return Failure{Remedy::ask_operator, named(error) + "look it up in the platform's list of errors"};
  if (row->about == About::parameter)
    return Failure{Remedy::ask_operator, named(error) + parameter_advice(error, row->sentence)};
  if (row->about == About::rights)
    return Failure{Remedy::ask_operator,
                   named(error) + std::string(row->sentence) + ": grant it to the app and make a new token"};
  return Failure{Remedy::ask_operator, named(error) + std::string(row->sentence)};
}

std::optional<Failure> read_graph(JsonDocument& into, const HttpResponse& response, UtcTime now) {
  const bool read = !JsonDocument::read(into, response.body);
  if (read)
    if (const auto error = graph_error(into.root())) return graph_failure(*error, response, now);
  if (response.status != 200) return refusal(response, now);
  if (!read) return unread_answer(response.body, "check `api` in the settings, and the proxy");
  if (!into.root().is_object()) return Failure{Remedy::skip, "the answer is no object of the Graph API"};
  return std::nullopt;
}

Hints graph_hints(const HttpResponse& response, UtcTime now) {
  auto hints = hints_from(response, now);
  const auto usage = usage_of(response);
  if (usage.percent < nearly_used_up) return hints;
  hints.at_least = std::max<std::chrono::seconds>(hints.at_least, slow_interval);
  if (usage.percent < 100 && usage.until_access == 0min) return hints;
  const auto until = now + (usage.until_access > 0min ? usage.until_access : usual_limit);
  hints.not_before = std::max(hints.not_before.value_or(until), until);
  return hints;
}

std::string graph_next(JsonValue object) {
  JsonValue paging;
  if (!json_field(object, "paging", paging)) return {};
  const auto next = json_text(paging, "next");
  const auto question = next.find('?');
  if (question == std::string_view::npos) return {};
  std::string token;
  each_pair(next.substr(question + 1), [&](std::string_view pair) {
    if (!is_paging(pair)) return;
    if (!token.empty()) token += '&';
    token += valid_utf8(pair);
  });
  return token;
}

Post graph_post(std::string_view platform, std::string native_id, std::string_view time, const ParseOptions& options) {
  Post post;
  post.platform = platform;
  post.source = options.source;
  post.id = std::string(platform) + ':' + native_id;
  post.native_id = std::move(native_id);
  const auto made = parse_time(time);
  post.made_at = made.value_or(options.now);
  post.dated = made.has_value();
  post.seen_at = options.now;
  return post;
}

void graph_tidy(std::vector<Post>& posts, UtcTime now) {
  std::reverse(posts.begin(), posts.end());
  for (Post& post : posts) post.made_at = std::min(post.made_at, now);
}

}  // namespace barometer
