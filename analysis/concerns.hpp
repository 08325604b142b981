#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "analysis/assessment.hpp"
#include "analysis/rules.hpp"
#include "analysis/statements.hpp"

namespace barometer {

// What the rules find in one text.
struct Findings {
  std::vector<Concern> concerns = {};  // one a theme, worst first; praise last
  Voice voice = Voice::unknown;
  bool abusive = false;

  bool about_care = false;  // the post names care

  // What the learned part asks of the same search; only of posts about care, since it is silent on others.
  struct Bytes {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };
  // A word on which the learned part may raise a theme, and the statement that it stands in.
  struct Ground {
    ThemeSet themes = 0;
    Bytes word = {};
    Bytes statement = {};
  };
  std::vector<Ground> grounds = {};   // in order of the text's statements
  bool grave = false;                 // a word stands without which the learned part gives no red flag
  std::vector<ClassId> classes = {};  // of words that stand in the text, below Rules::taught; each once, ascending
  std::array<std::uint32_t, reaches> guards = {};  // by reach: bit g, guards of kind g hold somewhere
  std::vector<Bytes> silent = {};                  // what guards of a statement, or of its rest, take back
  bool post_silent = false;                        // a guard takes the whole post back
  bool silent_for_good = false;                    // one of an added file
  ThemeSet certain = 0;                            // themes that rules of an added file found
  bool raised = false;                             // a modifier holds
};

class PatternIndex;

// The rules made ready to be asked: which pattern is worth trying is known from single words, so that a text in which
// nothing matches costs little more than looking its words up. Linear in the text. Shared const by any number of threads.
class ConcernFinder {
 public:
  explicit ConcernFinder(std::shared_ptr<const Rules> rules);
  ~ConcernFinder();

  // Byte ranges are of the text that the statements were read from.
  Findings find(const Statements& statements) const;
  const Rules& rules() const { return *rules_; }

 private:
  class Search;
  std::shared_ptr<const Rules> rules_;
  std::unique_ptr<const PatternIndex> index_;
};

}  // namespace barometer
