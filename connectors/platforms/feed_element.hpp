#pragma once

#include <string>

#include <libxml/tree.h>

#include "connectors/platforms/feed_item.hpp"

namespace barometer {

// What a feed says once for all its items.
struct FeedChannel {
  FeedPerson author = {};
  std::string language = {};
};

// An <item> or <entry>: RSS's, Atom's, Dublin Core's, iTunes's, Yahoo's and other words for the same things, in whatever mixture.
FeedItem read_feed_item(const xmlNode* item, const FeedChannel& channel);

}  // namespace barometer
