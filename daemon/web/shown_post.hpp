#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "daemon/web/look.hpp"

namespace barometer {

// A post as lists show it; its text is masked.
struct ShownPost {
  std::string path = {};  // of its own page
  int severity = 0;
  std::vector<std::string> themes = {};  // titles of its concerns, the worst first
  Sentiment sentiment = Sentiment::neutral;
  Voice voice = Voice::unknown;
  UtcTime made_at = {};
  std::string source = {};
  std::vector<std::string> tags = {};  // it counts under
  std::string url = {};                // as the platform gave it; only http(s) becomes a link
  std::string lang = {};
  std::string text = {};         // empty: not to be shown here, or its time is over
  std::string judged = {};       // by people, last: "Right"; empty: not yet
  bool inappropriate = false;    // people say so: it is not quoted in lists
  std::string phrase = {};       // the words that carried the worst concern
  std::size_t phrase_begin = 0;  // bytes [begin, end) of the text: where they stand; equal when they do not
  std::size_t phrase_end = 0;
};

// Looks up what people said of it.
ShownPost shown(const Store& store, const StoredPost& kept, bool with_text);

// For the partial template post_item.
View post_view(const ShownPost& post, UtcTime now);
Views posts_view(const std::vector<ShownPost>& posts, UtcTime now);

// Whether a post raises a concern about care, as opposed to praise, distress and the like.
bool raises_concern(const Assessment& assessment);

}  // namespace barometer
