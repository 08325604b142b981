#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/post.hpp"
#include "daemon/config.hpp"

namespace barometer {

// Why a post was not kept. One word for the metric and for people.
enum class DropReason : std::uint8_t { duplicate, not_public, opted_out, unwatched, too_large, empty };
std::string_view name_of(DropReason reason);

// Whether a post is kept, and the tags it counts under.
struct Admission {
  std::vector<std::string> watched = {};
  std::optional<DropReason> dropped = {};
};

// The watched tags, ready to be matched. Made once from the settings, then only read; any thread.
class Watch {
 public:
  explicit Watch(const Config& config);

  // Hashtags match as whole tags after folding, accounts as mentions or authors, phrases as runs of whole words.
  // The post still has its author's handle.
  Admission admit(const Post& post, const ListenConfig& listen) const;

  static constexpr std::size_t max_text = 1'000'000;  // bytes of title and text; more is no post
  static constexpr std::string_view other = "other";  // the tag of a kept post that matches none

 private:
  void note_hashtag(std::string_view tag, std::vector<std::string>& watched) const;
  void note_account(std::string_view handle, std::vector<std::string>& watched) const;
  void note_text(std::string_view text, std::vector<std::string>& watched) const;

  struct Phrase {
    std::vector<std::string> words = {};
    std::string tag = {};
  };
  std::map<std::string, std::string, std::less<>> hashtags_;  // folded, without '#' → name of the tag
  std::map<std::string, std::string, std::less<>> accounts_;  // folded, without '@' → name of the tag
  std::vector<Phrase> phrases_;
  bool any_tag_ = false;
};

}  // namespace barometer
