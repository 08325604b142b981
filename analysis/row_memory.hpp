#pragma once

#include <cstddef>
#include <new>
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

}  // namespace barometer
