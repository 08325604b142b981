#pragma once

#include <string>
#include <string_view>

#include "connectors/post.hpp"

namespace barometer {

// Key under which authors are stored; 32 random bytes kept beside the store, readable by its owner alone.
struct PseudonymKey {
  std::string bytes = {};
};

// "~" and 32 hexadecimal digits of HMAC-SHA-256 (RFC 2104) over platform and handle: the same author gives the same token
// under one key, and without the key no token can be led back to a handle. Neither a leading '@' nor the case of ASCII
// letters makes another author. An empty handle stays empty, and what already is such a token stays as it is, so that
// exported posts can be read in again.
std::string pseudonym(const PseudonymKey& key, std::string_view platform, std::string_view handle);

// The post as it may be stored: author replaced by the pseudonym, display name gone.
Post pseudonymised(Post post, const PseudonymKey& key);

}  // namespace barometer
