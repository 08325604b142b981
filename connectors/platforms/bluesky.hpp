#pragma once

#include <string>
#include <vector>

#include "connectors/registry.hpp"

namespace barometer {

// Hashtags and phrases on Bluesky, heard in the stream of all public posts (Jetstream), or found by search.
// API: docs.bsky.app/docs/api, and the lexicons app.bsky.feed and network.bsky.jetstream.
struct BlueskyConfig {
  std::string name = {};
  std::vector<std::string> hashtags = {};  // folded, no '#'
  std::vector<std::string> phrases = {};   // folded
  std::vector<std::string> streams = {};   // wss://HOST/path, tried in turn
  std::string api = {};                    // https://HOST of the account's server, no slash at the end
  std::string appview = {};                // https://HOST that answers without an account, no slash at the end
  std::string identifier = {};             // of the account that searches; empty: ask without
  std::string password = {};
  std::string session_file = {};
  int limit = 100;      // posts a request; the API's most
  int first_pages = 5;  // how many pages of the past the first search reads
};

inline constexpr int bluesky_most_posts_a_request = 100;

// How the configuration is written: entries between commas.
std::vector<std::string> bluesky_list(std::string_view text);

// The registry's row.
Connector bluesky_connector();

}  // namespace barometer
