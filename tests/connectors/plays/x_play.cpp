#include <algorithm>
#include <fstream>
#include <sstream>

#include "connectors/platforms/x_post.hpp"
#include "connectors/time.hpp"
#include "tests/connectors/plays/played_platform.hpp"

namespace barometer {

namespace {

// Recent search and lookup of X's API v2: newest first, pages by next_token, which names the id to go on below.
class XPlay : public PlayedPlatform {
 public:
  explicit XPlay(std::string rechecks) : rechecks_(std::move(rechecks)) {}

  SourceConfig source(const std::string& url, const std::filesystem::path& folder) override {
    const auto token = folder / "x.token";
    std::ofstream(token) << "let-me-in\n";
    url_ = url;
    SourceConfig config;
    config.settings = {{"query", "#nhssm"},
                       {"token_file", token.string()},
                       {"terms_accepted", "yes, as a government end user"},
                       {"monthly_posts", "100000"},
                       {"rechecks", rechecks_},
                       {"limit", "10"},
                       {"first_pages", "10"},
                       {"api", url}};
    return config;
  }

  PlayedAnswer answer(const PlayedRequest& request, const std::vector<PlayedPost>& posts) override {
    if (request.path() == "/upload") return take(request);
    if (request.path() == "/download") return list(posts);
    if (request.authorization != "Bearer let-me-in")
      return {401, json, R"({"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"})"};
    if (request.path() == "/2/tweets/search/recent") return search(request, posts);
    if (request.path() == "/2/tweets") return look_up(request, posts);
    if (request.path() == "/2/compliance/jobs") return job("created");
    if (request.path() == "/2/compliance/jobs/31") return job(++looks_ % 2 == 1 ? "in_progress" : "complete");
    return {404, json, R"({"title":"Not Found","type":"about:blank","status":404})"};
  }

  std::string id_of(const PlayedPost& post) const override { return "x:" + native_id(post); }

  PlayedAnswer job(const std::string& status) const {
    return {200, json,
            R"({"data":{"id":"31","type":"tweets","status":")" + status + R"(","upload_url":")" + url_ +
                R"(/upload?to=31","download_url":")" + url_ + R"(/download?of=31"}})"};
  }

  PlayedAnswer take(const PlayedRequest& request) {
    ids_.clear();
    std::stringstream lines(request.body);
    for (std::string id; std::getline(lines, id);) ids_.push_back(id);
    return {request.method == "PUT" ? 200 : 405, {}, ""};
  }

  PlayedAnswer list(const std::vector<PlayedPost>& posts) const {
    std::string body;
    for (const auto& id : ids_) {
      const bool stays = std::any_of(posts.begin(), posts.end(), [&](const auto& one) { return native_id(one) == id; });
      if (!stays) body += R"({"id":")" + id + R"(","action":"delete","reason":"deleted"})" + "\n";
    }
    return {200, {{"Content-Type", "text/plain"}}, body};
  }

  std::string rechecks_;
  std::string url_ = {};
  std::vector<std::string> ids_ = {};
  int looks_ = 0;

 private:
  static std::string native_id(const PlayedPost& post) {
    return std::to_string(std::stoull(x_id_at(post.made_at)) + static_cast<unsigned>(post.number));
  }

  static std::string object(const PlayedPost& post) {
    const auto id = native_id(post);
    return R"({"id":")" + id + R"(","text":")" + post.text + R"(","author_id":"7","lang":"en","created_at":")" +
           to_iso(post.made_at) + R"(","edit_history_tweet_ids":[")" + id + R"("]})";
  }

  static PlayedAnswer search(const PlayedRequest& request, const std::vector<PlayedPost>& posts) {
    const auto size = static_cast<std::size_t>(std::stoi(request.query("max_results")));
    const auto since = request.query("since_id");
    const auto start = parse_iso(request.query("start_time"));
    const auto below = request.query("next_token");
    std::vector<PlayedPost> found;
    for (const auto& post : posts) {
      const auto id = native_id(post);
      const bool wanted = (since.empty() || x_id_less(since, id)) && (!start || post.made_at >= *start) &&
                          (below.empty() || x_id_less(id, below)) &&
                          post.made_at > request.now - std::chrono::days{7} && post.made_at <= request.now;
      if (wanted) found.push_back(post);
    }
    // The pages are cut by id; within one the order is as it comes.
    std::vector<std::string> ids;
    for (const auto& post : found) ids.push_back(native_id(post));
    std::sort(ids.begin(), ids.end(), [](const auto& a, const auto& b) { return x_id_less(b, a); });
    const bool more = ids.size() > size;
    if (more) ids.resize(size);
    std::string data;
    for (auto post = found.rbegin(); post != found.rend(); ++post)
      if (std::find(ids.begin(), ids.end(), native_id(*post)) != ids.end())
        data += (data.empty() ? "" : ",") + object(*post);
    std::string meta = R"("result_count":)" + std::to_string(ids.size());
    if (!ids.empty()) meta += R"(,"newest_id":")" + ids.front() + R"(","oldest_id":")" + ids.back() + '"';
    if (more) meta += R"(,"next_token":")" + ids.back() + '"';
    return {200, json, (data.empty() ? "{" : R"({"data":[)" + data + "],") + R"("meta":{)" + meta + "}}"};
  }

  static PlayedAnswer look_up(const PlayedRequest& request, const std::vector<PlayedPost>& posts) {
    std::string data;
    std::string errors;
    std::stringstream ids(request.query("ids"));
    for (std::string id; std::getline(ids, id, ',');) {
      const auto post = std::find_if(posts.begin(), posts.end(), [&](const auto& one) { return native_id(one) == id; });
      if (post != posts.end())
        data += (data.empty() ? "" : ",") + object(*post);
      else
        errors += (errors.empty() ? "" : ",") + (R"({"parameter":"ids","resource_type":"tweet","resource_id":")" + id) +
                  R"(","type":"https://api.x.com/2/problems/resource-not-found"})";
    }
    std::string body = "{";
    if (!data.empty()) body += R"("data":[)" + data + "]";
    if (!errors.empty()) body += (data.empty() ? "" : ",") + (R"("errors":[)" + errors) + "]";
    return {200, json, body + "}"};
  }

  inline static const std::vector<std::pair<std::string, std::string>> json = {
      {"Content-Type", "application/json; charset=utf-8"}};
};

}  // namespace

std::unique_ptr<PlayedPlatform> x_play() { return std::make_unique<XPlay>("jobs"); }
std::unique_ptr<PlayedPlatform> x_lookups_play() { return std::make_unique<XPlay>("lookups"); }

}  // namespace barometer
