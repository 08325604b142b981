#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/packed.hpp"
#include "analysis/quantity.hpp"
#include "analysis/word.hpp"

namespace barometer {

// A class of words, or a single word that a pattern names: a small number.
using ClassId = std::uint16_t;

// Words [begin, begin + length) of a statement belong to the class.
struct Hit {
  std::uint8_t length = 0;
  std::uint8_t begin = 0;
  ClassId of = 0;

  // By class, then by where they begin, then by their length: their bytes as one number.
  std::uint32_t order() const { return std::bit_cast<std::uint32_t>(*this); }
};
static_assert(std::endian::native == std::endian::little);

// Hits, one after the other. Reusable: clearing it keeps its memory.
class HitList {
 public:
  void clear() { size_ = 0; }
  std::size_t size() const { return size_; }
  std::span<Hit> all() { return {hits_.data(), size_}; }
  std::span<const Hit> all() const { return {hits_.data(), size_}; }

  // Words [begin, begin + length) belong to each of these classes. Up to `at_once` are copied together, so that no branch depends on how
  // many there are: behind `classes` as many more must be readable.
  static constexpr std::size_t at_once = 8;
  void add(const ClassId* classes, std::size_t count, std::size_t begin, std::size_t length) {
    if (size_ + count + at_once > hits_.size()) hits_.resize(2 * (size_ + count + at_once));
    const auto place = static_cast<std::uint32_t>(begin << 8 | length);
    Hit* const next = hits_.data() + size_;
    std::size_t copied = 0;
    do {
      for (std::size_t i = 0; i < at_once; ++i)
        next[copied + i] = std::bit_cast<Hit>(std::uint32_t{classes[copied + i]} << 16 | place);
      copied += at_once;
    } while (copied < count);
    size_ += count;
  }

 private:
  std::vector<Hit> hits_ = {};  // those before size_
  std::size_t size_ = 0;
};

// The word classes of a rules file: which words and phrases belong to which. Built once, then only read.
// Looking up is linear in the words of the statement, whatever they are.
class Vocabulary {
 public:
  static constexpr int longest = 6;  // words in one entry

  Vocabulary();
  ~Vocabulary();
  Vocabulary(Vocabulary&&) noexcept;
  Vocabulary& operator=(Vocabulary&&) noexcept;

  // The class of this name, made if it is new. The slots of quantity.hpp are there from the start.
  ClassId make(std::string_view name);
  std::optional<ClassId> find(std::string_view name) const;
  std::size_t size() const;
  std::vector<std::string> names() const;  // by class

  // Adds an entry of one to `longest` words, folded as Word::text is; false if it has none or too many.
  bool add(ClassId to, std::string_view entry);
  // Everything that belongs to `part` also belongs to `whole`. To be called when all entries are in.
  void include(ClassId whole, ClassId part);
  // Ends the building; add() and include() are not called after it.
  void seal();

  // A sealed one as bytes, and from them.
  void pack(Packer& pack) const;
  void unpack(Unpacker& unpack);

  // Appends all hits in the statement (of at most 63 words), sorted by class, then by where they begin.
  void annotate(std::span<const Word> statement, HitList& hits) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace barometer
