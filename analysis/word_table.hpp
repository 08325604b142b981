#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/text.hpp"

namespace barometer {

// What is known of some words, found by their hash (Token::hash) alone: with 64 bits, two words of one text that share one are
// not to be expected. Made once, then shared const.
template <class Value>
class WordTable {
 public:
  // The value of a word, made if it is new.
  Value& operator[](std::string_view word) {
    if (2 * (count_ + 1) > places_.size()) grow();
    Place& place = places_[at(word_hash(word))];
    if (place.hash == 0) {
      place.hash = word_hash(word);
      ++count_;
    }
    return place.value;
  }

  // Nothing when the word is not in the table.
  const Value* find(std::uint64_t hash) const {
    if (places_.empty()) return nullptr;
    const Place& place = places_[at(hash)];
    return place.hash == hash ? &place.value : nullptr;
  }

  std::size_t size() const { return count_; }

  template <class Visit>
  void each(Visit visit) {
    for (Place& place : places_)
      if (place.hash != 0) visit(place.value);
  }

 private:
  struct Place {
    std::uint64_t hash = 0;  // 0: free
    Value value = {};
  };

  // Where the hash is, or would be.
  std::size_t at(std::uint64_t hash) const {
    std::size_t index = hash & (places_.size() - 1);
    while (places_[index].hash != 0 && places_[index].hash != hash) index = (index + 1) & (places_.size() - 1);
    return index;
  }

  void grow() {
    const auto before = std::move(places_);
    places_ = std::vector<Place>(before.empty() ? 16 : 2 * before.size());
    for (const Place& place : before)
      if (place.hash != 0) places_[at(place.hash)] = place;
  }

  std::vector<Place> places_ = {};  // a power of two, at most half of them taken
  std::size_t count_ = 0;
};

}  // namespace barometer
