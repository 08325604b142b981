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

  Hit() = default;
  Hit(ClassId id, std::size_t first, std::size_t words)
      : length{static_cast<std::uint8_t>(words)}, begin{static_cast<std::uint8_t>(first)}, of{id} {}
  // By class, then by where they begin, then by their length: their bytes as one number.
  std::uint32_t order() const { return std::bit_cast<std::uint32_t>(*this); }
};
static_assert(std::endian::native == std::endian::little);

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
  void annotate(std::span<const Word> statement, std::vector<Hit>& hits) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace barometer
