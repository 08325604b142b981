#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "connectors/post.hpp"
#include "daemon/config.hpp"
#include "daemon/tag_term.hpp"

namespace barometer {

// Why a post was not kept. One word for the metric and for people.
enum class DropReason : std::uint8_t { duplicate, not_public, opted_out, unwatched, too_large, empty, too_old };
std::string_view name_of(DropReason reason);

// Whether a post is kept, and the tags it counts under.
struct Admission {
  std::vector<std::string> watched = {};
  std::optional<DropReason> dropped = {};
};

// The watched tags, ready to be matched. Made once from the settings, then only read; any thread.
//
// Each term of all tags is looked for once, in one pass over the text; then each tag asks which of its terms were met.
// Hashtags match as whole tags after folding (NFKC_Casefold), accounts as mentions or authors, phrases as runs of whole
// words. A tag counts when one of `match` and `any`, each of `all` and none of `none` was met, the platform calls the
// language one of `lang` or does not say, and `source` names the post's source or platform, or nobody.
class Watch {
 public:
  explicit Watch(const Config& config);

  // The post still has its author's handle.
  Admission admit(const Post& post, const ListenConfig& listen) const;

  static constexpr std::size_t max_text = 1'000'000;  // bytes of title and text; more is no post
  static constexpr std::string_view other = "other";  // the tag of a kept post that matches none
  static constexpr std::string_view us = "us";        // what an account of ours says counts under this too

 private:
  using TermId = std::uint32_t;
  using Met = std::vector<std::uint8_t>;  // by term: 1 where it was met

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  template <class Value>
  using ByText = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

  struct Phrase {
    std::vector<TermId> words = {};  // by words_
    TermId term = 0;
  };
  struct Rule {
    std::string name = {};
    std::vector<TermId> any = {};
    std::vector<TermId> all = {};
    std::vector<TermId> none = {};
    std::vector<std::string> lang = {};
    std::vector<std::string> source = {};
  };

  TermId id_of(const TagTerm& term);
  std::vector<TermId> ids_of(const std::vector<std::string>& written);
  void note_hashtag(std::string_view folded, Met& met, std::vector<std::string>& own) const;
  void note_account(std::string_view handle, Met& met) const;
  void note_text(std::string_view text, Met& met, std::vector<std::string>& own) const;
  void note_phrases(const std::vector<TermId>& words, Met& met) const;
  bool counts(const Rule& rule, const Post& post, const Met& met) const;

  std::vector<TagTerm> terms_;                // all different
  ByText<TermId> hashtags_;                   // folded, without '#'
  ByText<TermId> accounts_;                   // folded, without '@'
  ByText<TermId> words_;                      // of phrases, from 1
  std::vector<std::vector<Phrase>> phrases_;  // by their first word
  std::vector<Rule> rules_;                   // in the order of the settings
  ByText<bool> ours_;                         // handles that are our own
  bool any_tag_ = false;
};

}  // namespace barometer
