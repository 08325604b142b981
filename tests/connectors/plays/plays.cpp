#include "tests/connectors/plays/played_platform.hpp"

namespace barometer {

std::unique_ptr<PlayedPlatform> threads_play();
std::unique_ptr<PlayedPlatform> instagram_play();
std::unique_ptr<PlayedPlatform> linkedin_play();
std::unique_ptr<PlayedPlatform> mastodon_play();
std::unique_ptr<PlayedPlatform> wordpress_play();
std::unique_ptr<PlayedPlatform> feed_play();
std::unique_ptr<PlayedPlatform> misskey_play();
std::unique_ptr<PlayedPlatform> facebook_play();
std::unique_ptr<PlayedPlatform> x_play();
std::unique_ptr<PlayedPlatform> x_lookups_play();
std::unique_ptr<PlayedPlatform> hackernews_play();
std::unique_ptr<PlayedPlatform> gdelt_play();
std::unique_ptr<PlayedPlatform> nhsuk_play();
std::unique_ptr<PlayedPlatform> bluesky_play();
std::unique_ptr<PlayedPlatform> careopinion_play();
std::unique_ptr<PlayedPlatform> reddit_play();
std::unique_ptr<PlayedPlatform> youtube_play();
std::unique_ptr<PlayedPlatform> disqus_play();
std::unique_ptr<PlayedPlatform> discourse_play();
std::unique_ptr<PlayedPlatform> lemmy_play();
std::unique_ptr<PlayedPlatform> lemmy_comments_play();
std::unique_ptr<PlayedPlatform> phpbb_play();

const std::vector<Play>& plays() {
  static const std::vector<Play> rows = {
      {"threads", threads_play},     {"instagram", instagram_play},   {"linkedin", linkedin_play},
      {"facebook", facebook_play},   {"mastodon", mastodon_play},     {"wordpress", wordpress_play},
      {"feed", feed_play},           {"misskey", misskey_play},       {"x", x_play},
      {"x", x_lookups_play},         {"hackernews", hackernews_play}, {"gdelt", gdelt_play},
      {"nhsuk", nhsuk_play},         {"bluesky", bluesky_play},       {"careopinion", careopinion_play},
      {"reddit", reddit_play},       {"youtube", youtube_play},       {"disqus", disqus_play},
      {"discourse", discourse_play}, {"lemmy", lemmy_play},           {"lemmy", lemmy_comments_play},
      {"phpbb", phpbb_play},
  };
  return rows;
}

}  // namespace barometer
