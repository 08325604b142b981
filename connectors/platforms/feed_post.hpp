#pragma once

#include <string>
#include <string_view>

#include "connectors/platforms/feed_item.hpp"
#include "connectors/registry.hpp"
#include "connectors/source.hpp"

namespace barometer {

// A body with the Content-Type header's value, for its charset, as a feed: RSS, Atom, JSON Feed, or one inside a web page.
Result<Feed> read_feed(std::string_view body, std::string_view content_type, const ParseOptions& options);

// Its posts, in its order. `scope` as parse_feed() has it. An item in which the document breaks off is among them unless only
// whole ones are wanted.
Page posts_of(Feed feed, std::string_view scope, const ParseOptions& options, bool whole_items);

}  // namespace barometer
