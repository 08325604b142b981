#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "analysis/issues/sketch.hpp"
#include "analysis/issues/table_column.hpp"
#include "analysis/issues/utterance.hpp"
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

// A row of the table below, whole.
struct Said {
  PostHash post = {};
  UtcTime made_at = {};
  UtcTime heard_at = {};
  std::uint64_t voice = 0;
  int severity = 0;
  std::uint32_t origin = 0;  // the tracker's number of its rule and source
  bool copied = false;       // these two of the latest only
  Sketch sketch = {};
  bool operator==(const Said&) const = default;
};

// Who spoke of a theme at a place, how gravely, when, and in which post. At each new post weeks of it are gone through, and there are hundreds of
// thousands of rows: so what weighing reads lies side by side, apart from the rest, and what only tells copies is kept for the
// latest alone. Rows are known by their place in the order of when they were made; not thread-safe.
class SpokenRows {
 public:
  std::size_t size() const { return made_at_.size(); }
  UtcTime made_at(std::size_t at) const { return made_at_[at]; }
  std::uint64_t voice(std::size_t at) const { return voices_[spoken_[at].voice()]; }
  const PostHash& post(std::size_t at) const { return heard_[at].post; }
  bool copied(std::size_t at) const { return at >= unworded() && wordings_[at - unworded()].copied; }
  const Sketch& sketch(std::size_t at) const {
    static constexpr Sketch none{};
    return at >= unworded() ? wordings_[at - unworded()].sketch : none;
  }
  Said row(std::size_t at) const;
  // How many were made before `time`; and at it or before.
  std::size_t before(UtcTime time) const;
  std::size_t until(UtcTime time) const;
  // Those at [first, last), voices below voices(); valid until something changes.
  std::span<const Spoken> spoken(std::size_t first, std::size_t last) const {
    return {spoken_.data() + first, last - first};
  }
  std::size_t voices() const { return voices_.size(); }

  void insert(const Said& said);
  void erase(std::size_t at);
  // All rows that were made before that; and of those made before `worded`, which is no earlier, their wording.
  void forget(UtcTime before, UtcTime worded);

 private:
  struct Heard {
    PostHash post = {};
    UtcTime at = {};
  };
  struct Wording {
    Sketch sketch = {};
    bool copied = false;
  };

  std::size_t unworded() const { return size() - wordings_.size(); }
  std::uint32_t number_of(std::uint64_t voice);
  void number_voices();  // anew, without those that are gone

  TableColumn<UtcTime> made_at_ = {};
  TableColumn<Spoken> spoken_ = {};
  TableColumn<Heard> heard_ = {};
  TableColumn<std::uint32_t> origins_ = {};
  TableColumn<Wording> wordings_ = {};  // of the last rows: those made at worded_ or later
  UtcTime worded_ = UtcTime::min();
  std::vector<std::uint64_t> voices_ = {};  // by number
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> numbers_ = {};
};

}  // namespace barometer
