#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace barometer {

// How single values are written in the settings file. Pure.

// "500ms", "30s", "5m", "2h", "1d", and sums of them in falling order ("1h30m"). Nothing without a unit.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
// The shortest such text: "90s" is "1m30s".
std::string duration_text(std::chrono::milliseconds duration);

// "65536", "64KiB", "10MB": bytes, decimal (kB, MB, GB) or binary (KiB, MiB, GiB).
std::optional<std::size_t> parse_size(std::string_view text);
std::string size_text(std::size_t bytes);

// The word that was most likely meant; empty if none is near.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known);

// "a, b and c"
std::string enumerated(const std::vector<std::string_view>& words);

// Whether an address has a password in it, as "http://user:word@host" has.
bool holds_password(std::string_view url);

// "someone@host.domain", bare or as "Name <someone@host.domain>": the bare address; empty if it is none.
std::string_view mail_address(std::string_view text);

}  // namespace barometer
