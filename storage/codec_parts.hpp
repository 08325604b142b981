#pragma once

#include <optional>
#include <string>
#include <string_view>

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

inline bool complete(const ByteReader& in) { return in.good() && in.at_end(); }

}  // namespace barometer
