#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/json_document.hpp"
#include "connectors/post.hpp"

namespace barometer {

struct YoutubeContext {
  std::string source = {};
  UtcTime now = {};
  bool plain = false;  // textDisplay is plain text, because that was asked for
};

// "youtube:" and the id.
std::string youtube_identity(std::string_view id);

// A video as search, playlistItems and videos show it; nothing for a channel or playlist. The text is its description, cut
// in a search; the author is its channel's id.
std::optional<Post> youtube_video(JsonValue item, const YoutubeContext& context);
// A comment resource. `video` is where it stands, where it does not say so itself.
std::optional<Post> youtube_comment(JsonValue comment, std::string_view video, const YoutubeContext& context);

}  // namespace barometer
