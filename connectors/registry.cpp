#include "connectors/registry.hpp"

#include <algorithm>
#include <array>

#include "connectors/platforms/demo.hpp"
#include "connectors/platforms/feed.hpp"
#include "connectors/platforms/mastodon.hpp"

namespace barometer {

std::span<const Connector> connectors() {
  // One row a platform, by name.
  static const std::array rows = {
      demo_connector(),
      feed_connector(),
      mastodon_connector(),
  };
  return rows;
}

const Connector* find_connector(std::string_view name) {
  const auto all = connectors();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Connector& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace barometer
