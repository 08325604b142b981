#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/row_memory.hpp"
#include "analysis/text.hpp"
#include "connectors/result.hpp"

namespace barometer {

// How people scored single words, in as many lists as the model was taught with, and words that none scored but a model has
// weights for. Words are kept as hashes only.
inline constexpr std::size_t lexicon_lists = 2;

struct LexiconEntry {
  std::uint64_t word = 0;                              // XXH3 of the normalised word, of a hashtag without its sign
  std::array<std::int8_t, lexicon_lists> tenths = {};  // its score in each list, below 0 negative; 0: not in it
  std::array<std::int8_t, sizeof(std::uint64_t) - lexicon_lists> unused = {};  // no byte without a value
  bool operator==(const LexiconEntry&) const = default;
};

class Lexicon {
 public:
  Lexicon() = default;
  explicit Lexicon(Rows<LexiconEntry> entries);  // in any order, each word once

  // Nothing when no list knows the word.
  const LexiconEntry* find(std::string_view word) const;
  const LexiconEntry* find(std::uint64_t hash) const;  // XXH3 of the word
  // Brings near where line_of() will look.
  void fetch(std::uint64_t hash) const { __builtin_prefetch(table_.data() + shelf_of(hash)); }
  std::span<const LexiconEntry> entries() const { return entries_.all(); }  // by hash
  std::uint64_t fingerprint() const;                                        // of the words, whatever their scores

  // All that reading a text asks of a word, so that one look into memory brings it. Told by half of the hash and by where it lies.
  struct Line {
    std::uint32_t half = 0;                              // of the hash, the upper one
    std::uint16_t place = 0;                             // among the entries, from 1 on; 0: the word is not known
    std::array<std::int8_t, lexicon_lists> tenths = {};  // of that entry
  };
  Line line_of(std::uint64_t hash) const {
    const auto half = static_cast<std::uint32_t>(hash >> 32);
    for (std::size_t at = shelf_of(hash);; at = (at + shelf) & (table_.size() - 1)) {
      const Line* const lines = table_.data() + at;
      // All are looked at: a search would end with a surprise at each word. Of two with the same half the first counts.
      std::uint64_t found = 0;
      for (std::size_t i = shelf; i-- > 0;) {
        const auto line = std::bit_cast<std::uint64_t>(lines[i]);
        found = lines[i].half == half ? line : found;
      }
      if (found != 0 || lines[shelf - 1].place == 0) return std::bit_cast<Line>(found);
    }
  }

  template <class Pack>
  friend void fields(Pack& pack, Lexicon& lexicon) {
    pack(lexicon.entries_, lexicon.table_);
  }

 private:
  // Lines lie together, filled from the first on; what does not fit lies among the next ones.
  static constexpr std::size_t shelf = 4;
  std::size_t shelf_of(std::uint64_t hash) const { return hash & (table_.size() - shelf); }

  RowTable<LexiconEntry> entries_ = {};
  RowTable<Line> table_ = Rows<Line>(shelf);  // a power of two of lines, at most half of them taken
};

// A list's lines are word <tab> score, and whatever follows another tab; scores within -12 .. 12, lines without a tab are ignored.
// A score that is no number is a failure (ask_operator) that says "file_name:line: …".
using WordScores = std::vector<std::pair<std::string_view, double>>;  // views of `bytes`
Result<WordScores> parse_word_scores(std::string_view bytes, std::string_view file_name);

// The hash by which a lexicon knows a token: a hashtag without its sign, an emoji by its first character; 0 for what is no word.
std::uint64_t lexicon_key(const Token& token);

// The same with these words (by their hashes) that no list has scored, too.
Lexicon with_words(const Lexicon& lexicon, std::span<const std::uint64_t> words);

// One lexicon of these lists; each emoji is scored by the words of its Unicode name, as the first list has them.
Lexicon make_lexicon(std::span<const WordScores> lists);

// How a word changes the scored one after it; for EverydayWord::boost.
struct Booster {
  std::string_view word = {};
  float factor = 1;
};
std::span<const Booster> boosters();

// What the scored words of a text amount to, as indices below lexicon_feature_count, one for each statistic: sum, best, worst, first,
// last … of each list, put into buckets.
inline constexpr std::size_t lexicon_buckets = 19;
inline constexpr std::size_t lexicon_statistics = 8;
inline constexpr std::size_t lexicon_counts = 16;  // pairs of 0 .. 3 good and 0 .. 3 bad words
inline constexpr std::size_t lexicon_features_a_list = lexicon_buckets * lexicon_statistics + lexicon_counts;
inline constexpr std::size_t lexicon_feature_count = lexicon_features_a_list * lexicon_lists;

// A token that the lexicon knows, scored or not.
struct KnownWord {
  std::uint32_t token = 0;
  std::uint16_t entry = 0;                             // of Lexicon::entries()
  std::array<std::int8_t, lexicon_lists> tenths = {};  // its scores
};

struct LexiconReading {
  std::array<std::uint32_t, (lexicon_statistics + 1)* lexicon_lists> features = {};
  std::vector<std::pair<std::uint32_t, float>> words = {};  // token and its score, of all lists together
  std::vector<KnownWord> known = {};
};

void read_lexicon(const Tokens& tokens, const Lexicon& lexicon, LexiconReading& out);

}  // namespace barometer
