#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/vocabulary.hpp"
#include "connectors/result.hpp"

namespace barometer {

// A pattern over the words of one statement, as a rules file writes it:
//   word            this word; no_one is a phrase     wash+    and its regular forms (stop++ doubles: stopped)
//   <class>         a word or phrase of the class     a|<b>    either
//   x?              may be missing                    ...      up to four words between; [9] up to nine
// A gap never skips a word of negation: "left ... wet" is not in "left but not wet".
struct Element {
  int gap = 0;                    // words that may stand before it
  std::vector<ClassId> any = {};  // sorted
};
using Sequence = std::vector<Element>;

// A condition: `main` is there, and every other part is or is not, in this statement or anywhere in the post.
//   A & B     both in one statement      A & !B     B is not in the statement
//   A && B    B anywhere in the post     A && !B    nowhere in the post
struct Pattern {
  struct Part {
    std::vector<Sequence> any = {};  // one for each choice of optional words
    bool wanted = true;
    bool anywhere = false;     // in the post, not only in the statement
    std::uint32_t number = 0;  // the same text has the same number: a post is asked once
  };
  std::vector<Part> parts = {};  // the first is main: wanted and in the statement
};

// A statement with its hits, ready to be asked; at most `longest` words.
class Statement {
 public:
  static constexpr std::size_t longest = 63;

  // `hits` are those of the words, sorted by class, then by where they begin; both outlive the statement. Words of the class `negator`
  // negate.
  Statement(std::span<const Word> words, std::span<const Hit> hits, ClassId negator);

  std::span<const Word> words() const { return words_; }
  std::span<const Hit> hits() const { return hits_; }
  // Might say so of a class that has none; never the other way round.
  bool may_have(ClassId id) const { return (sketch_[id / 64 % sketch_.size()] >> (id % 64) & 1) != 0; }
  // Visits the hits of one class.
  template <class Visit>
  void each(ClassId id, Visit visit) const {
    if (!may_have(id)) return;
    const Hit* const end = hits_.data() + hits_.size();
    const Hit* hit = hits_.data() + begins_[block_of(id)];
    while (hit != end && hit->of < id) ++hit;
    for (; hit != end && hit->of == id; ++hit) visit(*hit);
  }

  std::uint64_t negators() const { return negators_; }  // bit i: word i negates

 private:
  static constexpr std::size_t blocks = 256;
  static std::size_t block_of(ClassId id) { return std::min<std::size_t>(id / 16, blocks - 1); }

  std::span<const Word> words_;
  std::span<const Hit> hits_;
  std::uint64_t negators_ = 0;
  std::array<std::uint64_t, 8> sketch_ = {};      // bit c % 512: there may be hits of class c
  std::array<std::uint8_t, blocks> begins_ = {};  // by block of classes: where its first hit is, or a place before that
};

struct Found {
  int begin = 0;  // words [begin, end) of the statement
  int end = 0;
};

// Sequences as numbers that lie together, since most of what a search costs is waiting for memory: of each sequence its number of elements,
// and of each element its gap, how many classes it has, and these.
using Script = std::vector<std::uint16_t>;
void append_script(std::span<const Sequence> any, Script& out);

// The first place where one of the sequences stands. Linear in the statement's words.
std::optional<Found> find(std::span<const std::uint16_t> script, const Statement& statement);

// Reads patterns; knows the vocabulary, and numbers the parts.
class PatternReader {
 public:
  explicit PatternReader(Vocabulary& vocabulary) : vocabulary_{vocabulary} {}
  // Failure: an unknown class, an empty part, a gap at an end; `detail` says which.
  Result<Pattern> read(std::string_view text);
  std::uint32_t parts() const { return static_cast<std::uint32_t>(numbers_.size()); }

 private:
  Result<std::vector<Sequence>> sequences(std::string_view text);
  Result<std::vector<ClassId>> alternatives(std::string_view text);
  ClassId literal(std::string_view word);

  Vocabulary& vocabulary_;
  std::vector<std::string> numbers_;
};

}  // namespace barometer
