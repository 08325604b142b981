#include "connectors/registry.hpp"

#include <algorithm>
#include <array>

#include "connectors/platforms/bluesky.hpp"
#include "connectors/platforms/careopinion.hpp"
#include "connectors/platforms/csv.hpp"
#include "connectors/platforms/demo.hpp"
#include "connectors/platforms/discourse.hpp"
#include "connectors/platforms/disqus.hpp"
#include "connectors/platforms/facebook.hpp"
#include "connectors/platforms/feed.hpp"
#include "connectors/platforms/gdelt.hpp"
#include "connectors/platforms/google_news.hpp"
#include "connectors/platforms/hackernews.hpp"
#include "connectors/platforms/instagram.hpp"
#include "connectors/platforms/lemmy.hpp"
#include "connectors/platforms/linkedin.hpp"
#include "connectors/platforms/mastodon.hpp"
#include "connectors/platforms/misskey.hpp"
#include "connectors/platforms/ndjson.hpp"
#include "connectors/platforms/nhsuk.hpp"
#include "connectors/platforms/phpbb.hpp"
#include "connectors/platforms/pinterest.hpp"
#include "connectors/platforms/push.hpp"
#include "connectors/platforms/reddit.hpp"
#include "connectors/platforms/soundcloud.hpp"
#include "connectors/platforms/threads.hpp"
#include "connectors/platforms/wordpress.hpp"
#include "connectors/platforms/x.hpp"
#include "connectors/platforms/youtube.hpp"

namespace barometer {

std::span<const Connector> connectors() {
  // One row a platform, by name; in columns they would be hard to compare.
  // clang-format off
  static const std::array rows = {
      bluesky_connector(),
      careopinion_connector(),
      csv_connector(),
      demo_connector(),
      discourse_connector(),
      disqus_connector(),
      facebook_connector(),
      feed_connector(),
      gdelt_connector(),
      google_news_connector(),
      hackernews_connector(),
      instagram_connector(),
      lemmy_connector(),
      linkedin_connector(),
      mastodon_connector(),
      misskey_connector(),
      ndjson_connector(),
      nhsuk_connector(),
      phpbb_connector(),
      pinterest_connector(),
      push_connector(),
      reddit_connector(),
      soundcloud_connector(),
      threads_connector(),
      wordpress_connector(),
      x_connector(),
      youtube_connector(),
  };
  // clang-format on
  return rows;
}

const Connector* find_connector(std::string_view name) {
  const auto all = connectors();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Connector& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace barometer
