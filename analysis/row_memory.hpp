#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <utility>
#include <vector>

namespace barometer {

// Memory for a large table that is read at random: it begins with a line of the cache, so that rows which fit into one never lie
// across two, and neighbours stay together.
template <class T>
struct RowAllocator {
  using value_type = T;
  static constexpr std::align_val_t line{64};

  RowAllocator() = default;
  template <class U>
  RowAllocator(const RowAllocator<U>&) {}

  T* allocate(std::size_t count) { return static_cast<T*>(::operator new(count * sizeof(T), line)); }
  void deallocate(T* memory, std::size_t) { ::operator delete(memory, line); }
  bool operator==(const RowAllocator&) const = default;
};

template <class T>
using Rows = std::vector<T, RowAllocator<T>>;

// Such a table made once and then only read: in memory of its own, which copies share, or where it lies in the binary.
template <class T>
class RowTable {
 public:
  RowTable() = default;
  RowTable(Rows<T> rows) : own_{std::make_shared<const Rows<T>>(std::move(rows))}, all_{*own_} {}
  // `carried` outlives all copies.
  explicit RowTable(std::span<const T> carried) : all_{carried} {}

  std::span<const T> all() const { return all_; }
  const T* data() const { return all_.data(); }
  std::size_t size() const { return all_.size(); }
  bool empty() const { return all_.empty(); }
  const T& operator[](std::size_t i) const { return all_[i]; }
  auto begin() const { return all_.begin(); }
  auto end() const { return all_.end(); }
  bool operator==(const RowTable& other) const { return std::ranges::equal(all_, other.all_); }

 private:
  std::shared_ptr<const Rows<T>> own_ = {};
  std::span<const T> all_ = {};
};

}  // namespace barometer
