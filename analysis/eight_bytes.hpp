#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace barometer {

// Eight bytes of a text looked at as one number, the first in the lowest place: where a loop over letters would end with a surprise at
// nearly every word, one look tells how long it is.
namespace eight_bytes {

static_assert(std::endian::native == std::endian::little);
inline constexpr std::size_t size = 8;
inline constexpr std::uint64_t ones = 0x0101010101010101;
inline constexpr std::uint64_t highest = ones << 7;  // of each byte the bit in which answers are given

// Of each byte that lies in [from, to]; all of them below 0x80.
constexpr std::uint64_t between(std::uint64_t bytes, unsigned char from, unsigned char to) {
  return (bytes + ones * (0x80U - from)) & ~(bytes + ones * (0x7FU - to)) & highest;
}

// All bits of the first `count` bytes, at most eight.
constexpr std::uint64_t first(std::size_t count) {
  return count == size ? ~std::uint64_t{0} : (std::uint64_t{1} << 8 * count) - 1;
}

}  // namespace eight_bytes
}  // namespace barometer
