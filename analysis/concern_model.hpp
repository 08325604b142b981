#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/concerns.hpp"
#include "analysis/features.hpp"
#include "analysis/row_memory.hpp"
#include "analysis/sentiment.hpp"
#include "analysis/taxonomy.hpp"
#include "connectors/result.hpp"

namespace barometer {

// What the learned part looks at in one post: its words and those under negation (hashed n-grams that the other models read as
// well), the word classes of the rules file that its statements hold, the words that the lexicon of sentiment knows, what the rules
// made of it, and how it feels. Reusable.
struct ConcernEvidence {
  struct Part {
    std::vector<std::uint32_t> slots = {};  // each once
    float value = 0;                        // of each
  };
  static constexpr std::size_t parts = 3;  // words, negated, classes
  static constexpr std::size_t facts = 96;

  std::array<Part, parts> sparse = {};
  Part known = {};  // entries of the lexicon
  std::array<float, facts> dense = {};

  // `class_slots` are those of the classes of the rules, by ClassId: ConcernModel::class_slots().
  void read(const Reading& reading, const Findings& findings, const Feeling& feeling,
            std::span<const std::uint32_t> class_slots);

 private:
  std::vector<std::uint64_t> seen_ = {};  // a bit for each slot, none set between two posts
};

// The learned part: linear models side by side over that evidence, one a theme, one for each step of severity (at least low,
// medium, high, red flag) and one for doubt. Loaded once, then shared const.
struct ConcernModel {
  static constexpr std::size_t slots = std::size_t{1} << 16;
  static constexpr std::size_t theme_columns = 34;  // by the theme's number less 1
  static constexpr std::size_t severity_columns = severities - 1;
  static constexpr std::size_t doubt = theme_columns + severity_columns;  // words of care that report nothing
  static constexpr std::size_t columns = 40;  // one is empty: rows of five eights of a cache line's bytes
  using Scores = std::array<float, columns>;
  using Row = std::array<std::int8_t, columns>;

  std::string version = {};  // at most 15 bytes
  float scale = 0;           // what a weight of 1 stands for
  float word_scale = 0;      // one of `words`
  Scores bias = {};
  // A theme is raised, a severity reached, when its score is above. For at least 2 that score is less a part of doubt's; the threshold
  // of doubt is the bound of the same sum, under which what rules found is left to a person.
  Scores thresholds = {};
  std::array<Scores, ConcernEvidence::facts> dense = {};
  RowTable<Row> weights = {};
  RowTable<Row> words = {};  // one for each entry of the lexicon of sentiment, or none

  static constexpr std::size_t column(Theme theme) { return static_cast<std::size_t>(theme) - 1; }
  static constexpr std::size_t at_least(int severity) { return theme_columns + static_cast<std::size_t>(severity) - 1; }
  // Words and pairs of words: longer runs, seen once each among so few posts, only crowd the slots.
  static bool reads(const Feature& feature) { return feature.span() <= 2; }
  static std::uint32_t word_slot(const Feature& feature);
  static std::uint32_t negated_slot(const Feature& feature);
  static std::vector<std::uint32_t> class_slots(const Vocabulary& words);

  // The model carried in the binary.
  static std::shared_ptr<const ConcernModel> built_in();

  Scores score(const ConcernEvidence& evidence) const;
};

// The file, all numbers little-endian:
//   model := "barocon" version:u8=2 slots:u32 columns:u32 facts:u32 words:u32 name:byte[16] scale:f32 word_scale:f32
//            bias:f32[columns] threshold:f32[columns] dense:f32[facts * columns] weight:i8[slots * columns]
//            word:i8[words * columns] checksum:u64
// name is the model's version filled up with zeroes, checksum XXH3 (64 bits) of all before it.
std::string write_concern_model(const ConcernModel& model);
// Refuses (ask_operator) what is cut short, altered or of another format, naming `name`.
Result<ConcernModel> read_concern_model(std::string_view bytes, std::string_view name);

}  // namespace barometer
