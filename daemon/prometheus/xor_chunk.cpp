#include "daemon/prometheus/xor_chunk.hpp"

#include <algorithm>
#include <bit>

namespace barometer {

namespace {

// A change of the step, in as few bits as hold it.
struct Width {
  std::uint64_t prefix = 0;
  int prefix_bits = 0;
  int bits = 0;
};
constexpr Width widths[] = {{0b10, 2, 14}, {0b110, 3, 17}, {0b1110, 4, 20}, {0b1111, 4, 64}};

bool fits(std::int64_t change, int bits) {
  const std::int64_t half = std::int64_t{1} << (bits - 1);
  return -(half - 1) <= change && change <= half;
}

}  // namespace

void XorChunk::put(std::uint64_t value, int bits) {
  while (bits > 0) {
    if (free_ == 0) {
      bits_.push_back('\0');
      free_ = 8;
    }
    const int now = std::min(bits, free_);
    const auto part = (value >> (bits - now)) & ((std::uint64_t{1} << now) - 1);
    bits_.back() = static_cast<char>(static_cast<unsigned char>(bits_.back()) | (part << (free_ - now)));
    bits -= now;
    free_ -= now;
  }
}

void XorChunk::put_varint(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) put((value & 0x7f) | 0x80, 8);
  put(value, 8);
}

void XorChunk::add(std::int64_t time, double value) {
  if (samples_ == 0) {
    first_ = time;
    put_varint((static_cast<std::uint64_t>(time) << 1) ^ static_cast<std::uint64_t>(time >> 63));  // zigzag
    value_ = std::bit_cast<std::uint64_t>(value);
    put(value_, 64);
  } else {
    const std::int64_t step = time - last_;
    if (samples_ == 1)
      put_varint(static_cast<std::uint64_t>(step));
    else
      put_time_change(step - step_);
    put_value(value);
    step_ = step;
  }
  last_ = time;
  ++samples_;
}

void XorChunk::put_time_change(std::int64_t change) {
  if (change == 0) return put(0, 1);
  for (const Width& width : widths) {
    if (width.bits < 64 && !fits(change, width.bits)) continue;
    put(width.prefix, width.prefix_bits);
    return put(static_cast<std::uint64_t>(change), width.bits);
  }
}

void XorChunk::put_value(double value) {
  const auto now = std::bit_cast<std::uint64_t>(value);
  const std::uint64_t change = now ^ value_;
  value_ = now;
  if (change == 0) return put(0, 1);
  put(1, 1);
  const int leading = std::min(std::countl_zero(change), 31);  // it has five bits
  const int trailing = std::countr_zero(change);
  if (leading_ >= 0 && leading >= leading_ && trailing >= trailing_) {
    put(0, 1);
  } else {
    leading_ = leading;
    trailing_ = trailing;
    put(1, 1);
    put(static_cast<std::uint64_t>(leading), 5);
    put(static_cast<std::uint64_t>(64 - leading - trailing) & 63, 6);  // 64 is written as 0
  }
  put(change >> trailing_, 64 - leading_ - trailing_);
}

std::string XorChunk::bytes() const {
  std::string out;
  out.reserve(2 + bits_.size());
  out.push_back(static_cast<char>(samples_ >> 8));
  out.push_back(static_cast<char>(samples_ & 0xff));
  return out += bits_;
}

}  // namespace barometer
