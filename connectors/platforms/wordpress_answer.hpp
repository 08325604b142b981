#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/post.hpp"
#include "connectors/registry.hpp"
#include "connectors/result.hpp"

namespace barometer {

// What WordPress's REST API (developer.wordpress.org/rest-api/reference) answers: a list or one of posts, comments or tags.
struct WordpressAnswer {
  std::vector<Post> posts = {};           // in the order of the body
  std::vector<std::string> stamps = {};   // of every post or comment: modified, or date, on the site's own clock
  std::vector<std::string> tag_ids = {};  // of tags
  std::uint64_t unreadable = 0;
};

// An error body is a Failure that names its code: rest_post_invalid_page_number is skip, those that want rights, and a web page,
// ask_operator.
Result<WordpressAnswer> read_wordpress_answer(std::string_view body, const ParseOptions& options);

}  // namespace barometer
