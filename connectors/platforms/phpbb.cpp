#include "connectors/platforms/phpbb.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "connectors/read_apart.hpp"
#include "connectors/settings.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

constexpr std::string_view bullet = "\xE2\x80\xA2";     // between the forum's name and the topic's
constexpr std::string_view long_dash = "\xE2\x80\x94";  // between the writer's name and the date
constexpr std::size_t longest_signature = 300;          // bytes

// "Statistics: Posted by NAME — DATE" in the board's language: the last line, which has the dash and the name.
bool is_signature(std::string_view line, const std::string& author) {
  if (line.size() > longest_signature || line.find(long_dash) == line.npos) return false;
  return author.empty() ? line.starts_with("Statistics:") : line.find(author) != line.npos;
}

void cut_signature(Post& post) {
  const auto end = post.text.rfind('\n');
  const auto begin = end == post.text.npos ? 0 : end + 1;
  if (!is_signature(std::string_view(post.text).substr(begin), post.author)) return;
  post.text.resize(end == post.text.npos ? 0 : end);
}

// "Forum • Topic" of a first post is the topic's; "Forum • Re: Topic" says nothing that its writer wrote.
void mend_title(Post& post) {
  if (!post.title) return;
  if (const auto at = post.title->find(bullet); at != post.title->npos) {
    const auto begin = post.title->find_first_not_of(' ', at + bullet.size());
    post.title->erase(0, begin);
  }
  if (post.title->starts_with("Re: ") || post.title->empty()) post.title.reset();
}

void make_phpbbs(Post& post) {
  post.platform = "phpbb";
  cut_signature(post);
  mend_title(post);
  if (post.text.empty() && post.title) post.text = *post.title;
}

constexpr std::array<std::string_view, 6> modes = {"", "forums", "topics", "topics_active", "topics_new", "news"};

bool is_number(const std::string& text) { return text.find_first_not_of("0123456789") == text.npos; }

constexpr SourceSetting settings[] = {
    {"url", "", true, "Address of the board, without index.php."},
    {"script", "app.php/feed", false, "Where its feeds are: app.php/feed, feed, or feed.php of phpBB 3.0."},
    {"mode", "", false, "All posts when empty; else topics, topics_active, forums or news."},
    {"forum", "", false, "Number of the one forum to listen to."},
    {"topic", "", false, "Number of the one topic to listen to."},
};

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  check_url(config, "url", complaints);
  if (std::find(modes.begin(), modes.end(), setting(config, "mode")) == modes.end())
    complaints.push_back({"mode", "is none of phpBB's: write topics, topics_active, forums or news, or leave it out"});
  for (const char* key : {"forum", "topic"})
    if (!is_number(setting(config, key)))
      complaints.push_back({key, "is not a number: write the one after f= or t= in the board's addresses"});
  if (setting(config, "script").find_first_of(" ?#") != std::string::npos)
    complaints.push_back({"script", "is not a path: write app.php/feed, feed or feed.php"});
  return complaints;
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient& http) {
  auto url = phpbb_feed_url(setting(config, "url"), setting(config, "script", "app.php/feed"), setting(config, "mode"),
                            setting(config, "forum"), setting(config, "topic"));
  PhpbbConfig phpbb{FeedConfig{config.name, std::move(url)}};
  return std::make_unique<PhpbbSource>(std::move(phpbb), http);
}

constexpr std::array<std::string_view, 1> kinds = {"feed"};

}  // namespace

std::string phpbb_feed_url(const std::string& board, const std::string& script, const std::string& mode,
                           const std::string& forum, const std::string& topic) {
  auto url = board;
  while (url.ends_with('/')) url.pop_back();
  url += '/' + script;
  const bool old = script.ends_with(".php");
  if (!topic.empty()) return url + (old ? "?t=" : "/topic/") + topic;
  if (!forum.empty()) return url + (old ? "?f=" : "/forum/") + forum;
  if (!mode.empty()) return url + (old ? "?mode=" : "/") + mode;
  return url;
}

Result<Page> phpbb_page(const PhpbbConfig& config, const Cursor& cursor, const HttpResponse& response, UtcTime now) {
  auto page = feed_page(config.feed, cursor, response, now);
  if (!page.has_value()) return page;
  for (auto& post : page->posts) {
    make_phpbbs(post);
    if (post.title && post.text.starts_with(*post.title)) post.title.reset();  // or it would be judged twice
  }
  const auto silent = [](const Post& post) { return post.text.empty(); };
  page->unreadable += std::erase_if(page->posts, silent);
  return page;
}

Result<Page> parse_phpbb(std::string body, const ParseOptions& options) {
  auto feed_options = options;
  feed_options.kind.clear();
  auto page = parse_feed(std::move(body), feed_options);
  if (!page.has_value()) return page;
  for (auto& post : page->posts) make_phpbbs(post);
  return page;
}

PhpbbSource::PhpbbSource(PhpbbConfig config, HttpClient& http)
    : config_(std::move(config)), host_(host_of(config_.feed.url)), http_(http) {}

asio::awaitable<Result<Page>> PhpbbSource::fetch(Cursor cursor, UtcTime now) {
  auto request = feed_request(config_.feed, cursor, now);
  auto reply = co_await http_.send(std::move(request));
  if (!reply.has_value()) co_return reply.error();
  co_return co_await read_apart(phpbb_page, config_, cursor, *reply, now);
}

Connector phpbb_connector() {
  return Connector{"phpbb",    "Posts of a phpBB board, of a forum or of a topic.", kinds, settings, check, make,
                   parse_phpbb};
}

}  // namespace barometer
