#include "connectors/pushed_posts.hpp"

#include <algorithm>
#include <utility>

#include "connectors/json_document.hpp"
#include "connectors/post_json.hpp"

namespace barometer {
namespace {

bool blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

// False, and a fault, when it is no post.
bool take(PushedPosts& pushed, std::string_view json, std::size_t number, bool line, UtcTime now) {
  auto post = post_from_json(json, now);
  if (!post.has_value()) {
    pushed.fault = PostFault{number, line, post.error().detail};
    return false;
  }
  post->seen_at = now;
  pushed.posts.push_back(std::move(*post));
  return true;
}

PushedPosts of_array(simdjson::dom::array list, UtcTime now) {
  PushedPosts pushed;
  std::size_t number = 0;
  for (const auto entry : list)
    if (!take(pushed, simdjson::minify(entry), ++number, false, now)) break;
  return pushed;
}

PushedPosts of_lines(std::string_view body, UtcTime now) {
  PushedPosts pushed;
  for (std::size_t number = 1; !body.empty(); ++number) {
    const auto end = std::min(body.find('\n'), body.size());
    const auto line = body.substr(0, end);
    body.remove_prefix(std::min(end + 1, body.size()));
    if (!blank(line) && !take(pushed, line, number, true, now)) break;
  }
  return pushed;
}

}  // namespace

PushedPosts pushed_posts(std::string_view body, UtcTime now) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";  // of byte order, as Windows writes it
  if (body.starts_with(mark)) body.remove_prefix(mark.size());
  // NDJSON of one line is an object too; an object over several lines is one only as a whole.
  JsonDocument document;
  if (JsonDocument::read(document, body)) return of_lines(body, now);
  simdjson::dom::array list;
  if (!document.root().get(list)) return of_array(list, now);
  PushedPosts pushed;
  take(pushed, body, 1, true, now);
  return pushed;
}

}  // namespace barometer
