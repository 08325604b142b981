#include <array>

#include "connectors/platforms/x.hpp"
#include "connectors/platforms/x_stream.hpp"
#include "connectors/settings.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

constexpr std::string_view confirmation = "yes, as a government end user";

constexpr SourceSetting settings[] = {
    {"query", "", true, "What to search for, in X's own language, as \"#nhssm -is:retweet\"."},
    {"token_file", "", true, "File with the app-only bearer token, made in X's console."},
    {"terms_accepted", "", false,
     "Off until your organisation has accepted X's terms for government users; then \"yes, as a government end "
     "user\"."},
    {"monthly_posts", "", true,
     "Posts that X may charge for in a calendar month (UTC), re-checks of kept posts by lookup included; then it "
     "stops."},
    {"limit", "100", false, "Posts a request, 10 to 100."},
    {"first_pages", "1", false, "Pages of the past that the first fetch reads, 1 to 100."},
    {"rechecks", "jobs", false,
     "How to learn which kept posts are gone: jobs (X's batch compliance, free), or lookups (of each post; paid for, "
     "and "
     "they find edits too)."},
    {"usernames", "no", false,
     "Ask for authors' user names (yes or no); each counts as two posts, as X charges for it."},
    {"stream", "no", false,
     "Listen on the filtered stream (yes or no), and search only to catch up; one source an account."},
    {"field_names", "tweet", false, "Names that X is asked by: tweet (tweet.fields), or post (those of August 2026)."},
    {"api", "https://api.x.com", false, "The server, as https://HOST."},
};

constexpr int most_posts_a_request = 100;
constexpr int most_first_pages = 100;
constexpr int most_monthly_posts = 3'000'000;
constexpr std::size_t longest_query = 4096;

void check_choice(const SourceConfig& config, std::string_view key, std::string_view first, std::string_view second,
                  std::vector<SettingComplaint>& complaints) {
  const auto value = setting(config, key, first);
  if (value == first || value == second) return;
  complaints.push_back({std::string(key), "is neither: write " + std::string(first) + " or " + std::string(second)});
}

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  if (setting(config, "terms_accepted") != confirmation) {
    complaints.push_back(
        {"terms_accepted",
         "is not confirmed, and X stays off: its terms ask more of government bodies and forbid to infer a "
         "person's health. When your organisation has read and accepted them, write \"" +
             std::string(confirmation) + "\""});
  }
  if (setting(config, "query").size() > longest_query)
    complaints.push_back({"query", "is longer than X takes: write at most 512 characters, 4096 for enterprises"});
  check_secret(config, "token_file", complaints);
  check_number(config, "monthly_posts", x_smallest_page, most_monthly_posts, complaints);
  check_number(config, "limit", x_smallest_page, most_posts_a_request, complaints);
  check_number(config, "first_pages", 1, most_first_pages, complaints);
  check_choice(config, "rechecks", "jobs", "lookups", complaints);
  check_choice(config, "usernames", "no", "yes", complaints);
  check_choice(config, "stream", "no", "yes", complaints);
  check_choice(config, "field_names", "tweet", "post", complaints);
  check_url(config, "api", complaints);
  return complaints;
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient& http) {
  XConfig x;
  x.name = config.name;
  x.api = setting(config, "api", x.api);
  while (x.api.ends_with('/')) x.api.pop_back();
  x.query = setting(config, "query");
  x.token = read_secret(setting(config, "token_file"));
  x.monthly_posts = setting(config, "monthly_posts", 0);
  x.limit = setting(config, "limit", x.limit);
  x.first_pages = setting(config, "first_pages", x.first_pages);
  x.jobs = setting(config, "rechecks", "jobs") == "jobs";
  x.usernames = setting(config, "usernames") == "yes";
  x.names_of_2026 = setting(config, "field_names") == "post";
  x.stream = setting(config, "stream") == "yes";
  if (x.stream) return std::make_unique<XStreamSource>(std::move(x), http);
  return std::make_unique<XSource>(std::move(x), http);
}

}  // namespace

Connector x_connector() {
  return Connector{
      "x",
      "Posts on X (Twitter) that a search finds; paid for by the post, and off until its terms are confirmed.",
      x_kinds(),
      settings,
      check,
      make,
      parse_x};
}

}  // namespace barometer
