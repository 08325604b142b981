#pragma once

#include <cstddef>
#include <vector>

namespace barometer {

// A column of a table whose first rows go, and whose new ones mostly come last. There are thousands of short ones, and memory is to be flat:
// so no more than an eighth of it is empty.
template <typename T>
class TableColumn {
 public:
  std::size_t size() const { return all_.size() - gone_; }
  const T& operator[](std::size_t at) const { return all_[gone_ + at]; }
  T& operator[](std::size_t at) { return all_[gone_ + at]; }
  const T* data() const { return all_.data() + gone_; }
  auto begin() const { return all_.begin() + static_cast<std::ptrdiff_t>(gone_); }
  auto end() const { return all_.end(); }

  void insert(std::size_t at, const T& one) {
    if (all_.size() == all_.capacity()) renew();
    all_.insert(place(at), one);
  }
  void erase(std::size_t at) { all_.erase(place(at)); }
  void erase_first(std::size_t many) {
    gone_ += many;
    if (gone_ > size() / 8 + few) renew();
  }

 private:
  static constexpr std::size_t few = 4;

  auto place(std::size_t at) { return all_.begin() + static_cast<std::ptrdiff_t>(gone_ + at); }
  void renew() {
    std::vector<T> kept;
    kept.reserve(size() + size() / 8 + few);
    kept.assign(begin(), end());
    all_.swap(kept);
    gone_ = 0;
  }

  std::vector<T> all_ = {};
  std::size_t gone_ = 0;  // at the begin: erased, but not moved over yet
};

}  // namespace barometer
