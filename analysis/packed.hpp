#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "analysis/row_memory.hpp"

namespace barometer {

// Values as bytes and back, for what the build makes and the same build's binary carries: never kept, never sent, so that neither
// versions nor another machine's byte order matter. What a struct is made of is said once, for both ways:
//   template <class Pack> void fields(Pack& pack, Raise& raise) { pack(raise.to, raise.when); }
// Numbers, and structs of them without padding, are copied as they lie in memory.
template <class T>
inline constexpr bool is_plain = std::is_trivially_copyable_v<T> &&
                                 (std::has_unique_object_representations_v<T> || std::is_floating_point_v<T>);
template <class T, std::size_t count>
inline constexpr bool is_plain<std::array<T, count>> = is_plain<T>;

// Tables begin at so many bytes or a multiple of them, as the bytes of all do.
inline constexpr std::size_t table_alignment = 64;

class Packer {
 public:
  template <class... Values>
  void operator()(const Values&... values) {
    (put(values), ...);
  }
  std::string bytes = {};

 private:
  template <class T>
  void put(const T& value) {
    if constexpr (is_plain<T>)
      bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    else
      fields(*this, const_cast<T&>(value));  // which only reads it
  }
  void put(const std::string& text) { put_list(text.data(), text.size()); }
  template <class T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }
  template <class T, class Memory>
  void put(const std::vector<T, Memory>& list) {
    put_list(list.data(), list.size());
  }
  template <class T>
  void put(const RowTable<T>& table) {
    static_assert(is_plain<T>);
    put(table.size());
    bytes.resize((bytes.size() + table_alignment - 1) / table_alignment * table_alignment);
    bytes.append(reinterpret_cast<const char*>(table.data()), table.size() * sizeof(T));
  }
  template <class T>
  void put_list(const T* first, std::size_t count) {
    put(count);
    if constexpr (is_plain<T>)
      bytes.append(reinterpret_cast<const char*>(first), count * sizeof(T));
    else
      for (std::size_t i = 0; i < count; ++i) put(first[i]);
  }
};

// Throws std::runtime_error where the bytes end too soon. Tables stay where they are, so the bytes outlive what is taken from them;
// they begin at a multiple of table_alignment.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : all_{bytes}, rest_{bytes} {}
  template <class... Values>
  void operator()(Values&... values) {
    (take(values), ...);
  }

 private:
  template <class T>
  void take(T& value) {
    if constexpr (is_plain<T>)
      take_list(&value, 1);
    else
      fields(*this, value);
  }
  void take(std::string& text) {
    text.resize(take_count(sizeof(char)));
    take_list(text.data(), text.size());
  }
  template <class T>
  void take(std::optional<T>& value) {
    bool is_there = false;
    take(is_there);
    value.reset();
    if (is_there) take(value.emplace());
  }
  template <class T, class Memory>
  void take(std::vector<T, Memory>& list) {
    list.resize(take_count(is_plain<T> ? sizeof(T) : 1));
    if constexpr (is_plain<T>)
      take_list(list.data(), list.size());
    else
      for (T& item : list) take(item);
  }

  template <class T>
  void take(RowTable<T>& table) {
    const std::size_t count = take_count(sizeof(T));
    const std::size_t begin = (all_.size() - rest_.size() + table_alignment - 1) / table_alignment * table_alignment;
    if (begin > all_.size() || count * sizeof(T) > all_.size() - begin) damaged();
    table = RowTable<T>(std::span(reinterpret_cast<const T*>(all_.data() + begin), count));
    rest_ = all_.substr(begin + count * sizeof(T));
  }

  std::size_t take_count(std::size_t least_bytes) {
    std::size_t count = 0;
    take(count);
    if (count > rest_.size() / least_bytes) damaged();
    return count;
  }
  template <class T>
  void take_list(T* first, std::size_t count) {
    if (count * sizeof(T) > rest_.size()) damaged();
    if (count == 0) return;
    std::memcpy(static_cast<void*>(first), rest_.data(), count * sizeof(T));
    rest_.remove_prefix(count * sizeof(T));
  }
  [[noreturn]] static void damaged() {
    throw std::runtime_error("the binary is damaged: what it carries ends too soon");
  }

  std::string_view all_;
  std::string_view rest_;
};

}  // namespace barometer
