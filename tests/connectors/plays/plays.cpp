#include "tests/connectors/plays/played_platform.hpp"

namespace barometer {

std::unique_ptr<PlayedPlatform> facebook_play();
std::unique_ptr<PlayedPlatform> x_play();
std::unique_ptr<PlayedPlatform> hackernews_play();
std::unique_ptr<PlayedPlatform> gdelt_play();
std::unique_ptr<PlayedPlatform> nhsuk_play();
std::unique_ptr<PlayedPlatform> careopinion_play();

const std::vector<Play>& plays() {
  static const std::vector<Play> rows = {
      {"facebook", facebook_play},
      {"x", x_play},
      {"hackernews", hackernews_play},
      {"gdelt", gdelt_play},
      {"nhsuk", nhsuk_play},
      {"careopinion", careopinion_play},
  };
  return rows;
}

}  // namespace barometer
