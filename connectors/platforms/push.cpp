#include "connectors/platforms/push.hpp"

#include <array>

#include "connectors/pushed_posts.hpp"
#include "connectors/settings.hpp"

namespace barometer {
namespace {

constexpr SourceSetting settings[] = {
    {"secret_file", "", true,
     "File with the secret that signs what is sent to /push/NAME; 16 characters at least, the same on both sides."},
};

constexpr std::size_t shortest_secret = 16;

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  check_secret(config, "secret_file", complaints);
  if (complaints.empty() && read_secret(setting(config, "secret_file")).size() < shortest_secret)
    complaints.push_back({"secret_file", "holds a secret that can be guessed: write 16 random characters or more"});
  return complaints;
}

constexpr std::array<std::string_view, 2> kinds = {"json", "ndjson"};

}  // namespace

Result<Page> parse_push(std::string body, const ParseOptions& options) {
  auto pushed = pushed_posts(body, options.now);
  if (pushed.fault)
    return Failure{Remedy::skip, (pushed.fault->line ? "line " : "post ") + std::to_string(pushed.fault->number) +
                                     ": " + pushed.fault->detail};
  Page page;
  page.posts = std::move(pushed.posts);
  for (auto& post : page.posts)
    if (post.source.empty()) post.source = options.source;
  return page;
}

Connector push_connector() {
  return Connector{"push", "Posts that are sent to us as JSON, signed.", kinds, settings, check, nullptr, parse_push};
}

}  // namespace barometer
