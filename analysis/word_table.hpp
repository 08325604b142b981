#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/row_memory.hpp"
#include "analysis/text.hpp"

namespace barometer {

// What is known of some words, found by their hash (Token::hash) alone: with 64 bits, two words of one text that share one are
// not to be expected. Made once, then shared const.
template <class Value>
class WordTable {
 public:
  // The value of a word, made if it is new.
  Value& operator[](std::string_view word) {
    if (2 * (count_ + 1) > tags_.size()) grow();
    const std::uint64_t hash = word_hash(word);
    const std::size_t index = at(hash);
    if (tags_[index] == 0) {
      tags_[index] = tag_of(hash);
      places_[index].hash = hash;
      ++count_;
    }
    return places_[index].value;
  }

  // Nothing when the word is not in the table.
  const Value* find(std::uint64_t hash) const {
    const std::size_t index = at(hash);
    return tags_[index] != 0 ? &places_[index].value : nullptr;
  }

  // find() in two steps, so that the memory of many words comes at the same time: first where each may be, which is then fetched,
  // and whether it is there.
  std::size_t likely_place(std::uint64_t hash) const {
    const std::uint16_t tag = tag_of(hash);
    std::size_t index = hash & last_;
    const auto goes_on = [&] { return (tags_[index] != 0) & (tags_[index] != tag); };
    // Nearly all are found by then, and without a branch: after how many steps nobody can foresee.
    constexpr int first_steps = 3;
    for (int step = 0; step < first_steps; ++step) index = (index + goes_on()) & last_;
    while (goes_on()) index = (index + 1) & last_;
    __builtin_prefetch(places_.data() + index);
    return index;
  }
  const Value* find_at(std::size_t likely, std::uint64_t hash) const {
    if (tags_[likely] == 0) return nullptr;
    return places_[likely].hash == hash ? &places_[likely].value : find(hash);
  }

  std::size_t size() const { return count_; }

  template <class Pack>
  friend void fields(Pack& pack, WordTable& table) {
    pack(table.tags_, table.last_, table.places_, table.count_);
  }

  template <class Visit>
  void each(Visit visit) {
    for (std::size_t index = 0; index < places_.size(); ++index)
      if (tags_[index] != 0) visit(places_[index].value);
  }

 private:
  struct Place {
    std::uint64_t hash = 0;
    Value value = {};
  };

  static std::uint16_t tag_of(std::uint64_t hash) { return static_cast<std::uint16_t>(hash >> 48 | 1); }

  // Where the hash is, or would be.
  std::size_t at(std::uint64_t hash) const {
    std::size_t index = hash & last_;
    const std::uint16_t tag = tag_of(hash);
    while (tags_[index] != 0 && (tags_[index] != tag || places_[index].hash != hash)) index = (index + 1) & last_;
    return index;
  }

  void grow() {
    const auto tags = std::move(tags_);
    const auto places = std::move(places_);
    places_ = Rows<Place>(std::max<std::size_t>(16, 2 * tags.size()));
    tags_ = std::vector<std::uint16_t>(places_.size());
    last_ = tags_.size() - 1;
    for (std::size_t before = 0; before < tags.size(); ++before) {
      if (tags[before] == 0) continue;
      const std::size_t index = at(places[before].hash);
      tags_[index] = tags[before];
      places_[index] = places[before];
    }
  }

  // A power of two of places, at most half of them taken. Most words that are asked for are not there, and that is told by the tags
  // alone, which lie close together.
  std::vector<std::uint16_t> tags_ = {0};  // 0: free; otherwise some bits of the hash
  std::size_t last_ = 0;                   // of the places
  Rows<Place> places_ = {};  // where it is as large as half a line of the cache, or a quarter, none lies across two
  std::size_t count_ = 0;
};

}  // namespace barometer
