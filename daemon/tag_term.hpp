#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/text.hpp"
#include "daemon/config.hpp"

namespace barometer {

// One thing that a tag looks for, ready to be compared: "#nhssm", "@nhsemployers", or the words of a phrase, with or without
// quotation marks around them. Pure.
struct TagTerm {
  TagKind kind = TagKind::phrase;
  std::string key = {};                 // of a hashtag or account: folded (NFKC_Casefold), without its sign
  std::vector<std::string> words = {};  // of a phrase: folded; a hashtag in it by its tag
  bool operator==(const TagTerm&) const = default;
  // Whether it can match anything at all.
  bool empty() const { return kind == TagKind::phrase ? words.empty() : key.empty(); }
};

// What the first sign tells: # a hashtag, @ an account, else a phrase.
TagKind kind_told(std::string_view written);
// `kind` where the settings give it, otherwise kind_told.
TagTerm tag_term(std::string_view written, std::optional<TagKind> kind = {});

// Whether every text that holds `one` holds `other` too, as "corridor care at night" holds "corridor care".
bool implies(const TagTerm& one, const TagTerm& other);

// A token as phrases compare it; empty for what parts two phrases (an address, a mention), nothing for a mark between words.
std::optional<std::string_view> phrase_word(const Token& token, std::string_view text);

}  // namespace barometer
