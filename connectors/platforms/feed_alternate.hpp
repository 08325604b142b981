#pragma once

#include <string>
#include <string_view>

namespace barometer {

// Whether a document is a web page rather than a feed.
bool looks_like_html_page(std::string_view body);

// Address of the first feed that a web page names (<link rel="alternate" type="application/rss+xml|atom+xml|feed+json" href>),
// resolved against its <base> and `url`, as valid UTF-8; empty when it names none.
std::string alternate_feed(std::string_view html, std::string_view url);

}  // namespace barometer
