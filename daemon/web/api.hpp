#pragma once

#include <string>
#include <string_view>

#include "daemon/web/visit.hpp"

namespace barometer {

// The same as JSON, under /api/v1; described by openapi.json, which a test holds against the routes. Times are UTC. A list
// comes page by page: `next` is what to give as `after` for the page that follows, null at the end. Any thread.
HttpReply api_posts(const Desk& desk, const Visit& visit);
HttpReply api_post(const Desk& desk, const Visit& visit);
HttpReply api_series(const Desk& desk, const Visit& visit);
HttpReply api_gaps(const Desk& desk, const Visit& visit);
HttpReply api_places(const Desk& desk, const Visit& visit);
HttpReply api_sources(const Desk& desk, const Visit& visit);
HttpReply api_source(const Desk& desk, const Visit& visit);
HttpReply api_tags(const Desk& desk, const Visit& visit);
HttpReply api_description(const Desk& desk, const Visit& visit);

// Fields tag, source, resolution (hour if left out), from, to. skip: what of them could not be read.
Result<SeriesFilter> asked_series(const Fields& query);

// A post as the API has it; without its words, its link is left out as well.
std::string post_json(const StoredPost& kept, bool with_words);

HttpReply json_reply(std::string body);  // an object, without a line's end
// {"error":…,"remedy":…}
HttpReply api_trouble(int status, std::string_view error, std::string_view remedy);

}  // namespace barometer
