#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace barometer {

// LinkedIn's "little text", in which posts come, as a reader sees it; with the hashtags that it marks (folded, in order).
//   \( \| \# …                  the character itself
//   @[Name](urn:li:person:…)    Name
//   {hashtag|\#|word}           #word
// What is none of them stays as it is. Any bytes in, valid UTF-8 out.
// API: learn.microsoft.com/linkedin/marketing/community-management/shares/little-text-format
struct LittleText {
  std::string text = {};
  std::vector<std::string> tags = {};
};
LittleText read_little_text(std::string_view little);

}  // namespace barometer
