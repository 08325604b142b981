#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/json_document.hpp"

namespace barometer {

// Which posts of a whole network concern us. A hashtag counts where the platform has it (facets, the record's tags), or where it
// stands in the text, which some programs do not mark; always as a whole. A phrase counts where its words stand in the text, whole.
class BlueskyFilter {
 public:
  // Both folded (fold_tag), hashtags without '#'.
  BlueskyFilter(std::vector<std::string> hashtags, std::vector<std::string> phrases);

  // Looks into the record; makes nothing of what does not concern us.
  bool wants(JsonValue record) const;
  // Of a post that was made from one. An empty `hashtag` asks for any of those watched.
  bool has_hashtag(const std::vector<std::string>& tags, std::string_view text, std::string_view hashtag) const;

 private:
  bool is_watched(std::string_view tag) const;
  bool marked(JsonValue record) const;
  bool written(std::string_view text) const;

  std::vector<std::string> hashtags_;
  std::vector<std::string> phrases_;
};

}  // namespace barometer
