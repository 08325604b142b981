#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace barometer {

// Numbers and texts as bytes, the same on every machine:
//   varint := LEB128, seven bits a byte, the lowest first;  signed := varint, zigzagged (0, -1, 1, -2 … as 0, 1, 2, 3)
//   text   := length:varint bytes;                          f64, f32 := IEEE 754, lowest byte first
inline void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>((value & 0x7f) | 0x80));
  out.push_back(static_cast<char>(value));
}

inline void put_signed(std::string& out, std::int64_t value) {
  put_varint(out, (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
}

inline void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out.append(text);
}

template <class Word>
void put_word(std::string& out, Word word) {
  for (std::size_t i = 0; i < sizeof(Word); ++i) out.push_back(static_cast<char>((word >> (8 * i)) & 0xff));
}

inline void put_f64(std::string& out, double value) { put_word(out, std::bit_cast<std::uint64_t>(value)); }
inline void put_f32(std::string& out, float value) { put_word(out, std::bit_cast<std::uint32_t>(value)); }

// Reads what the functions above wrote. Bytes that run short or make no sense turn good() false, for good;
// everything read from then on is zero or empty, and nothing outside the view is touched.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  bool good() const { return good_; }
  bool at_end() const { return rest_.empty(); }
  // A caller found sense missing in what it read.
  void fail() {
    good_ = false;
    rest_ = {};
  }

  std::uint8_t byte() {
    if (rest_.empty()) return fail(), std::uint8_t{0};
    const auto value = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }

  // A number that names something of `count` kinds.
  std::uint8_t byte_below(std::uint8_t count) {
    const auto value = byte();
    if (value >= count) return fail(), std::uint8_t{0};
    return value;
  }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint64_t next = byte();
      if (shift == 63 && next > 1) break;  // more than 64 bits
      value |= (next & 0x7f) << shift;
      if (next < 0x80) return value;
    }
    return fail(), 0;
  }

  std::uint32_t varint32() {
    const auto value = varint();
    if (value > UINT32_MAX) return fail(), 0;
    return static_cast<std::uint32_t>(value);
  }

  std::int64_t signed_number() {
    const auto value = varint();
    return static_cast<std::int64_t>((value >> 1) ^ (0 - (value & 1)));
  }

  std::string_view bytes(std::size_t count) {
    if (count > rest_.size()) return fail(), std::string_view{};
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  std::string text() { return std::string(bytes(varint())); }

  template <class Word>
  Word word() {
    Word value = 0;
    for (std::size_t i = 0; i < sizeof(Word); ++i) value |= static_cast<Word>(static_cast<Word>(byte()) << (8 * i));
    return value;
  }

  double f64() { return std::bit_cast<double>(word<std::uint64_t>()); }
  float f32() { return std::bit_cast<float>(word<std::uint32_t>()); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace barometer
