#pragma once

#include <cstdint>
#include <string>

namespace barometer {

// Prometheus's chunk of samples of one series: the difference of differences of times, and each value XORed with the one
// before, in bits. Method: T. Pelkonen and others, "Gorilla: a fast, scalable, in-memory time series database", VLDB 2015;
// the bits as Prometheus writes them (tsdb/docs/format/chunks.md, "XOR chunk data").
class XorChunk {
 public:
  static constexpr std::uint16_t most_samples = 120;  // as Prometheus fills its own

  // Milliseconds since 1970, each later than the one before; not when full().
  void add(std::int64_t time, double value);

  bool empty() const { return samples_ == 0; }
  bool full() const { return samples_ == most_samples; }
  std::int64_t first() const { return first_; }
  std::int64_t last() const { return last_; }
  std::string bytes() const;  // of all that was added

 private:
  void put(std::uint64_t value, int bits);  // the lowest `bits`, the highest of them first
  void put_varint(std::uint64_t value);
  void put_time_change(std::int64_t change);
  void put_value(double value);

  std::string bits_ = {};
  int free_ = 0;  // bits of the last byte that are not used yet
  std::uint16_t samples_ = 0;
  std::int64_t first_ = 0;
  std::int64_t last_ = 0;
  std::int64_t step_ = 0;
  std::uint64_t value_ = 0;
  int leading_ = -1;  // of the window that the last value's bits stand in; none yet
  int trailing_ = 0;
};

}  // namespace barometer
