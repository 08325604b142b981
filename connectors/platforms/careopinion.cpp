#include "connectors/platforms/careopinion.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "connectors/platforms/careopinion_story.hpp"
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

constexpr auto pause_between = 200ms;  // five requests a second is all that Care Opinion allows
constexpr auto date_overlap = 24h;

std::string day_of(UtcTime time) { return to_iso(time).substr(0, 10); }

HttpRequest request_for(const CareOpinionConfig& config, const std::string& path_and_query) {
  HttpRequest request;
  request.source = config.name;
  request.url = config.api + path_and_query;
  request.headers.emplace_back("Accept", "application/json");
  request.headers.emplace_back("Authorization", "SUBSCRIPTION_KEY " + config.key);
  return request;
}

// A wrong key is answered with a redirect to a page for signing in.
std::optional<Failure> refused(const HttpResponse& response, UtcTime now) {
  const bool login = response.status < 400 && looks_like_mark_up(response.body);
  if (login || (response.status >= 300 && response.status < 400))
    return Failure{Remedy::ask_operator, std::string(careopinion_key_advice)};
  if (response.status == 200) return std::nullopt;
  auto failure = refusal(response, now);
  if (response.status == 401 || response.status == 403) failure.detail = careopinion_key_advice;
  return failure;
}

// The key goes along in a request's header only; in an address it would end in logs.
bool has_key(std::string_view search) { return search.starts_with("key=") || search.find("&key=") != search.npos; }

constexpr SourceSetting settings[] = {
    {"key_file", "", true, "File with the subscription key (the one for the header: it does not end after a day)."},
    {"search", "", false, "Further parameters of Care Opinion's story search, as \"tag=diabetes&author=carer\"."},
    {"details", "false", false,
     "Ask for each new story's tags and services too (two requests each): true or false. They become tags of the post, "
     "services by their ODS code."},
    {"limit", "100", false, "Stories a request, 20 to 100."},
    {"api", "https://www.careopinion.org.uk/api/v2", false, "Where the API is."},
};

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  check_secret(config, "key_file", complaints);
  check_url(config, "api", complaints);
  check_number(config, "limit", 20, 100, complaints);
  const auto details = setting(config, "details", "false");
  if (details != "true" && details != "false") complaints.push_back({"details", "is neither: write true or false"});
  const auto search = setting(config, "search");
  if (search.find_first_of(" \t?#") != std::string::npos)
    complaints.push_back(
        {"search", "is no list of parameters: write name=value, with & between two and %20 for a blank"});
  if (has_key(search)) complaints.push_back({"search", "has a key in it: put it into the file of key_file"});
  return complaints;
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient& http) {
  CareOpinionConfig stories;
  stories.name = config.name;
  stories.api = setting(config, "api", "https://www.careopinion.org.uk/api/v2");
  while (stories.api.ends_with('/')) stories.api.pop_back();
  stories.key = read_secret(setting(config, "key_file"));
  stories.search = setting(config, "search");
  stories.limit = setting(config, "limit", stories.limit);
  stories.details = setting(config, "details") == "true";
  return std::make_unique<CareOpinionSource>(std::move(stories), http);
}

asio::awaitable<void> pause() {
  asio::steady_timer timer(co_await asio::this_coro::executor, pause_between);
  co_await timer.async_wait(asio::use_awaitable);
}

// A title that the text is or begins with would be judged twice; nothing was made later than now.
void tidy(std::vector<Post>& posts, UtcTime now) {
  for (auto& post : posts) {
    post.made_at = std::min(post.made_at, now);
    if (post.title && post.text.starts_with(*post.title)) post.title.reset();
  }
}

}  // namespace

HttpRequest careopinion_request(const CareOpinionConfig& config, const Cursor& cursor, UtcTime) {
  const auto sweep = sweep_of(cursor);
  const UtcTime from = sweep.known ? *sweep.known - date_overlap : cursor.not_before.value_or(UtcTime{});
  auto query = "/opinions?publishedafter=" + day_of(from) +
               "&dateofpublicationorder=ascending&skip=" + std::to_string(sweep.offset()) +
               "&take=" + std::to_string(config.limit);
  if (!config.search.empty()) query += '&' + config.search;
  return request_for(config, query);
}

Result<Page> careopinion_page(const CareOpinionConfig& config, const Cursor& cursor, const HttpResponse& response,
                              UtcTime now) {
  if (auto failure = refused(response, now)) return *failure;
  auto stories = read_stories(response.body, ParseOptions{"opinions", {}, config.name, now});
  if (!stories.has_value()) return stories.error();
  if (stories->page.posts.empty() && !stories->ids.empty())
    return Failure{Remedy::retry, "none of the stories of this answer can be read"};
  std::optional<UtcTime> newest;
  for (const auto& post : stories->page.posts) newest = std::max(newest.value_or(post.made_at), post.made_at);
  auto page = std::move(stories->page);
  auto sweep = sweep_of(cursor);
  page.more = sweep_on(sweep, stories->ids, newest, now);
  page.next = cursor_of(sweep);
  page.hints = hints_from(response, now);
  tidy(page.posts, now);
  return page;
}

HttpRequest careopinion_story_request(const CareOpinionConfig& config, const std::string& native_id,
                                      const std::string& part) {
  return request_for(config, "/opinions/" + percent_encoded(native_id) + (part.empty() ? "" : '/' + part));
}

Result<Page> careopinion_story_page(const CareOpinionConfig& config, const KeptPost& kept, const HttpResponse& response,
                                    UtcTime now) {
  if ((response.status == 404 || response.status == 410) && !looks_like_mark_up(response.body)) {
    Page page;
    page.posts.push_back({.platform = "careopinion", .source = config.name, .id = kept.id, .deleted = true});
    return page;
  }
  if (auto failure = refused(response, now)) return *failure;
  auto page = parse_careopinion(response.body, ParseOptions{"opinion", {}, config.name, now});
  if (!page.has_value()) return page;
  std::erase_if(page->posts, [&](const Post& post) { return post.id != kept.id; });
  tidy(page->posts, now);
  return page;
}

Result<std::vector<std::string>> careopinion_names(const HttpResponse& response, UtcTime now) {
  if (response.status == 404 || response.status == 410) return std::vector<std::string>();
  if (auto failure = refused(response, now)) return *failure;
  return read_names(response.body);
}

CareOpinionSource::CareOpinionSource(CareOpinionConfig config, HttpClient& http)
    : config_(std::move(config)), host_(host_of(config_.api)), http_(http) {}

asio::awaitable<Result<Page>> CareOpinionSource::fetch(Cursor cursor, UtcTime now) {
  auto request = careopinion_request(config_, cursor, now);
  auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return reply.error();
  auto page = co_await read_apart(careopinion_page, config_, cursor, *reply, now);
  if (!page.has_value() || !config_.details) co_return page;
  auto whole = std::move(*page);
  co_return co_await with_details(std::move(whole), sweep_of(cursor).known, now);
}

// Stories that are known already had their details when they were new.
asio::awaitable<Result<Page>> CareOpinionSource::with_details(Page page, std::optional<UtcTime> known, UtcTime now) {
  std::erase_if(page.posts, [&](const Post& post) { return known && post.made_at <= *known; });
  for (auto& post : page.posts) {
    for (const char* part : {"tags", "healthservices"}) {
      co_await pause();
      auto request = careopinion_story_request(config_, post.native_id, part);
      auto reply = co_await http_.send(std::move(request));
      if (!reply.has_value()) co_return reply.error();
      auto read = [&] { return careopinion_names(*reply, now); };
      const auto names = co_await read_apart(*reply, std::move(read));
      if (!names.has_value()) co_return names.error();
      for (const auto& name : *names) add_tag(post.tags, name);
    }
  }
  co_return page;
}

asio::awaitable<Result<Page>> CareOpinionSource::recheck(std::vector<KeptPost> kept, UtcTime now) {
  Page all;
  for (const auto& post : kept) {
    if (&post != &kept.front()) co_await pause();
    auto request = careopinion_story_request(config_, post.native_id);
    auto reply = co_await http_.send(std::move(request));
    if (!reply.has_value()) co_return reply.error();
    auto page = co_await read_apart(careopinion_story_page, config_, post, *reply, now);
    if (!page.has_value()) co_return page;
    std::move(page->posts.begin(), page->posts.end(), std::back_inserter(all.posts));
  }
  co_return all;
}

Connector careopinion_connector() {
  return Connector{"careopinion",
                   "Patients' stories on Care Opinion, with a subscription that has API access.",
                   careopinion_kinds(),
                   settings,
                   check,
                   make,
                   parse_careopinion};
}

}  // namespace barometer
