#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/http_message.hpp"
#include "connectors/json_document.hpp"
#include "connectors/registry.hpp"
#include "connectors/result.hpp"
#include "connectors/source.hpp"

namespace barometer {

// What the APIs of Meta have in common (Facebook and Instagram on graph.facebook.com, Threads on graph.threads.net): how one
// asks, pages and errors, and headers that tell how much of a limit is used. All pure.
// API: developers.facebook.com/docs/graph-api/guides/error-handling, …/overview/rate-limiting

// "https://HOST/v23.0" of what the settings say; "v23.0" is a version, "23" is none.
std::string graph_base(std::string api, const std::string& version);
bool is_graph_version(std::string_view version);

// A request without its token, which GraphDoor adds. `path` begins with '/'; values are percent-encoded here.
HttpRequest graph_request(const std::string& base, const std::string& path,
                          const std::vector<std::pair<std::string_view, std::string>>& query,
                          const std::string& source);

// The same with the token in a header, and, where the app has a secret, the proof that we know it (appsecret_proof: HMAC-SHA-256
// of the token in hexadecimal). What was signed before is signed anew.
HttpRequest graph_signed(HttpRequest request, const std::string& token, const std::string& app_secret);

// {"error":{…}}, which may come with any status.
struct GraphError {
  int code = 0;
  int subcode = 0;
  bool transient = false;
  std::string message = {};  // may name people: for telling errors of one code apart, never shown
};
std::optional<GraphError> graph_error(JsonValue root);
std::optional<GraphError> graph_error(const HttpResponse& response);

bool is_gone(const GraphError& error);  // the object asked for is not there (or not for us)
bool is_gone(const HttpResponse& response);
bool wants_new_token(const GraphError& error);  // ours has expired or was taken back

// What to do about an error. Waits for a limit last until the headers say that access comes back, else an hour.
Failure graph_failure(const GraphError& error, const HttpResponse& response, UtcTime now);

// Reads an answer: nothing where it is one with content, else why it is none.
std::optional<Failure> read_graph(JsonDocument& into, const HttpResponse& response, UtcTime now);

// hints_from, and what X-App-Usage and X-Business-Use-Case-Usage tell in percent: from 80 we ask rarely, at 100 not before the
// estimated time to regain access (an hour, where they name none).
Hints graph_hints(const HttpResponse& response, UtcTime now);

// The part of paging.next that says which page it is ("after=…"), without fields and tokens, ready to be put behind a '&';
// empty on the last page. The address itself holds the token: it is never used or shown.
std::string graph_next(JsonValue object);

// What all say alike of a post: platform, source, ids, time, seen_at. Undated where `time` cannot be read.
Post graph_post(std::string_view platform, std::string native_id, std::string_view time, const ParseOptions& options);

// Newest first becomes oldest first, and no post is of tomorrow.
void graph_tidy(std::vector<Post>& posts, UtcTime now);

}  // namespace barometer
