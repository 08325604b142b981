#pragma once

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
struct Statement {
  static constexpr std::size_t longest = 63;
  std::span<const Word> words = {};
  std::span<const Hit> hits = {};  // sorted by class, then by where they begin
  std::uint64_t negators = 0;      // bit i: word i negates

  // Bit c % 512: `hits` may have some of class c, which most often spares looking for them. Whoever sets `hits` notes each.
  std::array<std::uint64_t, 8> sketch = {};
  void note(ClassId id) { sketch[id / 64 % 8] |= std::uint64_t{1} << (id % 64); }
  bool may_have(ClassId id) const { return (sketch[id / 64 % 8] >> (id % 64) & 1) != 0; }
};

struct Found {
  int begin = 0;  // words [begin, end) of the statement
  int end = 0;
};

// The first place where one of the sequences stands. Linear in the statement's words.
std::optional<Found> find(std::span<const Sequence> any, const Statement& statement);

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
