#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/taxonomy.hpp"
#include "connectors/result.hpp"
#include "storage/bytes.hpp"

namespace barometer {

// What the codecs of all records share: the version that each begins with, and times as signed milliseconds since 1970.
inline constexpr char record_version = 1;

inline Failure unreadable(const char* what) {
  return {Remedy::ask_operator,
          std::string("a stored ") + what +
              " cannot be read: it is damaged or a newer barometer wrote it; run the newer one, or restore a backup"};
}

inline std::int64_t since_1970(UtcTime time) { return time.time_since_epoch().count(); }
inline UtcTime at_since_1970(std::int64_t since) { return UtcTime{std::chrono::milliseconds{since}}; }

inline void put_optional_time(std::string& out, const std::optional<UtcTime>& time) {
  out.push_back(time ? 1 : 0);
  if (time) put_signed(out, since_1970(*time));
}

inline std::optional<UtcTime> read_optional_time(ByteReader& in) {
  if (in.byte_below(2) == 0) return std::nullopt;
  return at_since_1970(in.signed_number());
}

inline void put_texts(std::string& out, const std::vector<std::string>& texts) {
  put_varint(out, texts.size());
  for (const auto& text : texts) put_text(out, text);
}

// Reads a list item by item; stops at the first bad one, so a lying count costs nothing.
template <class Item, class Read>
std::vector<Item> read_list(ByteReader& in, Read read) {
  std::vector<Item> items;
  for (auto left = in.varint(); left > 0 && in.good(); --left) items.push_back(read(in));
  return items;
}

inline std::vector<std::string> read_texts(ByteReader& in) {
  return read_list<std::string>(in, [](ByteReader& from) { return from.text(); });
}

// One of an enum whose numbers run from `first` to `last`.
template <class Enum>
Enum read_number(ByteReader& in, Enum first, Enum last) {
  const auto number = in.byte();
  if (number >= static_cast<unsigned>(first) && number <= static_cast<unsigned>(last)) return static_cast<Enum>(number);
  in.fail();
  return first;
}

inline Theme read_theme(ByteReader& in) {
  const auto theme = static_cast<Theme>(in.byte());
  for (const auto& known : themes())
    if (known.theme == theme) return theme;
  in.fail();
  return theme;
}

inline bool complete(const ByteReader& in) { return in.good() && in.at_end(); }

}  // namespace barometer
