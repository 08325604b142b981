#include "analysis/pattern_index.hpp"

#include <algorithm>
#include <string_view>

#include "analysis/text.hpp"

namespace barometer {

namespace {

// The commonest words of English: a class that they belong to is a poor key to a pattern.
constexpr std::string_view commonest =
    "the be to of and a in that have i it for not on with he as you do at this but his by from they we say her she or "
    "an "
    "will my one all would there their what so up out if about who get which go me when make can like time no just him "
    "know "
    "take into your some could them see other than then now look only come its over also back after two how our well "
    "way "
    "even new want because any these give day most us was were is are been had has did am being told said got went "
    "never "
    "still again nobody nothing didnt dont cant wont isnt wasnt";

// A rule that speaks of care only in general: not asked where nothing else does.
bool is_of_care(const Rule& rule) { return !rule.anchored; }
template <class Other>
bool is_of_care(const Other&) {
  return false;
}

}  // namespace

PatternIndex::PatternIndex(const Rules& rules) : commonness_(rules.words.size()) {
  for (auto& round : by_class_) round.resize(rules.words.size());
  weigh(rules.words);
  write_scripts(rules);
  add(rules.rules, Owner::rule);
  add(rules.guards, Owner::guard);
  add(rules.modifiers, Owner::modifier);
  add(rules.voices, Owner::voice);
  add(rules.abuse, Owner::abuse);
  for (std::size_t round = 0; round < keyed_.size(); ++round) {
    keys_[round].resize(rules.words.size() / 64 + 1);
    for (std::size_t id = 0; id < by_class_[round].size(); ++id) {
      keyed_[round].add(by_class_[round][id]);
      if (!by_class_[round][id].empty()) keys_[round][id / 64] |= std::uint64_t{1} << (id % 64);
    }
    by_class_[round].clear();
  }
}

template <class List>
void PatternIndex::add(const List& list, Owner owner) {
  auto& by = by_class_[owner == Owner::guard || owner == Owner::modifier ? qualifiers : findings];
  for (std::uint32_t i = 0; i < list.size(); ++i)
    for (const Pattern& pattern : list[i].match) {
      const auto number = static_cast<std::uint32_t>(asked_.size());
      asked_.push_back({&pattern, i, owner});
      const std::vector<ClassId> needs = needs_of(pattern);
      needs_.add(needs);
      const bool simple = needs.size() >= 2 && needs[1] == end_mark;
      for (const Sequence& sequence : pattern.parts.front().any)
        for (const ClassId id : key(sequence).any)
          if (by[id].empty() || by[id].back().pattern != number)
            by[id].push_back({number & 0x7FFFFFFF, is_of_care(list[i]), simple ? needs.front() : id});
    }
}

// The elements that are in every choice of a part that the statement must have; but not the one that is always found first.
std::vector<ClassId> PatternIndex::needs_of(const Pattern& pattern) const {
  std::vector<const Element*> needed;
  const Element* const found =
      pattern.parts.front().any.size() == 1 ? &key(pattern.parts.front().any.front()) : nullptr;
  for (const Pattern::Part& part : pattern.parts) {
    if (part.anywhere || !part.wanted) continue;
    for (const Element& element : part.any.front()) {
      if (&element == found) continue;
      const bool in_all = std::all_of(part.any.begin(), part.any.end(), [&](const Sequence& sequence) {
        return std::any_of(sequence.begin(), sequence.end(),
                           [&](const Element& other) { return other.any == element.any; });
      });
      if (in_all) needed.push_back(&element);
    }
  }
  std::ranges::stable_sort(needed, {}, [this](const Element* element) { return cost(*element); });
  std::vector<ClassId> classes;
  for (const Element* element : needed) {
    classes.insert(classes.end(), element->any.begin(), element->any.end());
    classes.push_back(end_mark);
  }
  return classes;
}

int PatternIndex::cost(const Element& element) const {
  int sum = 0;
  for (const ClassId id : element.any) sum += 1 + 10 * commonness_[id];
  return sum;
}

const Element& PatternIndex::key(const Sequence& sequence) const {
  return *std::ranges::min_element(sequence, {}, [this](const Element& element) { return cost(element); });
}

void PatternIndex::write_scripts(const Rules& rules) {
  std::vector<Script> by_number(rules.parts);
  const auto write = [&](const Pattern& pattern) {
    for (const Pattern::Part& part : pattern.parts)
      if (by_number[part.number].empty()) append_script(part.any, by_number[part.number]);
  };
  const auto write_all = [&](const auto& owners) {
    for (const auto& owner : owners)
      for (const Pattern& pattern : owner.match) write(pattern);
  };
  write_all(rules.rules);
  write_all(rules.guards);
  write_all(rules.modifiers);
  write_all(rules.voices);
  write_all(rules.abuse);
  for (const Rule& rule : rules.rules)
    for (const Raise& raise : rule.raise) write(raise.when);
  for (const Script& script : by_number) scripts_.add(script);
}

void PatternIndex::weigh(const Vocabulary& words) {
  std::vector<Word> sample;
  for (std::string_view rest = commonest; !rest.empty();) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, space);
    sample.push_back(Word{.text = word, .hash = word_hash(word)});
    rest.remove_prefix(std::min(space + 1, rest.size()));
  }
  HitList hits;
  for (const Word& word : sample) words.annotate({&word, 1}, hits);
  for (const Hit& hit : hits.all()) ++commonness_[hit.of];
}

}  // namespace barometer
