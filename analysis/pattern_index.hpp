#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "analysis/rules.hpp"

namespace barometer {

enum class Owner : std::uint8_t { rule, guard, modifier, voice, abuse };

// One pattern of a rules file, and whose it is.
struct Asked {
  const Pattern* pattern = nullptr;
  std::uint32_t index = 0;  // in the owner's list
  Owner owner = Owner::rule;
};

// Which patterns are worth trying in a statement. A pattern is looked at only where a word of its key stands, its rarest element,
// and tried only where each other element that it cannot do without stands too. Points into the rules, which outlive it.
class PatternIndex {
 public:
  // Guards and modifiers, the qualifiers, matter only where something was found or could be learned.
  enum Round : std::uint8_t { findings, qualifiers };
  using Classes = std::vector<std::uint64_t>;  // one bit a class

  explicit PatternIndex(const Rules& rules);

  bool is_key(Round round, ClassId id) const { return (keys_[round][id / 64] >> (id % 64) & 1) != 0; }
  // A pattern, and what most often tells that it is not worth a look, so that no other memory is asked.
  struct Candidate {
    std::uint32_t pattern : 31 = 0;
    std::uint32_t of_care : 1 = 0;
    ClassId need = 0;  // a class without which it cannot hold; where none is known, that of its key
  };
  // Patterns to try where a word of this class stands.
  std::span<const Candidate> keyed(Round round, ClassId id) const { return keyed_[round][id]; }
  const Asked& asked(std::uint32_t pattern) const { return asked_[pattern]; }
  std::size_t size() const { return asked_.size(); }  // patterns

  // Might say so of a pattern that cannot hold; never the other way round.
  bool may_hold(std::uint32_t pattern, const Statement& statement) const {
    bool stands = false;
    for (const ClassId id : needs_[pattern]) {
      if (id == end_mark) {
        if (!stands) return false;
        stands = false;
      } else {
        stands = stands || statement.may_have(id);
      }
    }
    return true;
  }

  // What find() asks of a part.
  std::span<const std::uint16_t> script(const Pattern::Part& part) const { return scripts_[part.number]; }

  static constexpr ClassId end_mark = static_cast<ClassId>(-1);  // no class

 private:
  // Lists of a kind, one after the other in memory, since each text asks some of them here and there.
  template <class Item>
  struct Lists {
    std::vector<Item> items = {};
    std::vector<std::uint32_t> ends = {};

    void add(std::span<const Item> list) {
      items.insert(items.end(), list.begin(), list.end());
      ends.push_back(static_cast<std::uint32_t>(items.size()));
    }
    std::span<const Item> operator[](std::size_t i) const {
      const std::size_t begin = i == 0 ? 0 : ends[i - 1];
      return std::span(items).subspan(begin, ends[i] - begin);
    }
  };

  template <class List>
  void add(const List& list, Owner owner);
  std::vector<ClassId> needs_of(const Pattern& pattern) const;
  const Element& key(const Sequence& sequence) const;
  int cost(const Element& element) const;
  void weigh(const Vocabulary& words);
  void write_scripts(const Rules& rules);

  std::vector<Asked> asked_ = {};
  Lists<ClassId> needs_ =
      {};  // by pattern: elements beside its key, each as its classes and an end mark, the rarest first
  std::array<Lists<Candidate>, 2> keyed_ = {};       // by round and class
  std::array<Classes, 2> keys_ = {};                 // by round: classes that have any, told without fetching the list
  Lists<std::uint16_t> scripts_ = {};                // by number of the part
  std::vector<int> commonness_ = {};                 // by class
  std::vector<std::vector<Candidate>> by_class_[2];  // `keyed_`, in the making
};

}  // namespace barometer
