#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "connectors/result.hpp"

namespace barometer {

// One post of a voice, by the number that its key gave the voice.
class Spoken {
 public:
  Spoken(std::uint32_t voice, std::uint8_t severity) : both_(voice << severity_bits | severity) {}
  std::uint32_t voice() const { return both_ >> severity_bits; }
  std::uint8_t severity() const { return both_ & ((1U << severity_bits) - 1); }

 private:
  static constexpr int severity_bits = 3;
  std::uint32_t both_;
};

// Who spoke of a theme at a place, and how gravely, by when. At each new post weeks of it are gone through: so four bytes a post that lie side
// by side, and the times apart from them. Rows are known by their place in order; not thread-safe.
class SpokenRows {
 public:
  std::size_t size() const { return rows_.size() - gone_; }
  UtcTime made_at(std::size_t at) const { return times_[gone_ + at]; }
  // How many were made before `time`; and at it or before.
  std::size_t before(UtcTime time) const;
  std::size_t until(UtcTime time) const;
  // Those at [first, last); valid until something changes.
  std::span<const Spoken> rows(std::size_t first, std::size_t last) const {
    return {rows_.data() + gone_ + first, last - first};
  }

  // Where the order of times wants it: until() of its time.
  void insert(std::size_t at, UtcTime made_at, Spoken spoken);
  void erase(std::size_t at);
  void erase_first(std::size_t many);
  void replace(std::size_t at, Spoken spoken) { rows_[gone_ + at] = spoken; }

 private:
  std::vector<UtcTime> times_ = {};
  std::vector<Spoken> rows_ = {};
  std::size_t gone_ = 0;  // at the begin of both: erased, but not moved over yet
};

}  // namespace barometer
