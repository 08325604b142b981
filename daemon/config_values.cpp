#include "daemon/config_values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <numeric>

namespace barometer {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t worth;
};

// In falling order, so that the text of a sum is read and written the same way.
constexpr std::array durations{Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000}, Unit{"s", 1000},
                               Unit{"ms", 1}};
constexpr std::array sizes{Unit{"GiB", 1ull << 30},
                           Unit{"GB", 1'000'000'000},
                           Unit{"MiB", 1ull << 20},
                           Unit{"MB", 1'000'000},
                           Unit{"KiB", 1ull << 10},
                           Unit{"kB", 1000},
                           Unit{"", 1}};
constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();

// A number and a unit off the front of `text`; the row of the unit, or `units.end()`.
template <class Units>
auto take(std::string_view& text, const Units& units, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return units.end();
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  const auto name = text.substr(0, text.find_first_of("0123456789"));
  const auto unit = std::find_if(units.begin(), units.end(), [name](const Unit& u) { return u.name == name; });
  if (unit == units.end() || number > most / unit->worth) return units.end();
  text.remove_prefix(name.size());
  return unit;
}

// Levenshtein's distance, one row at a time.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto change = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({change, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  if (text.empty()) return {};
  std::uint64_t sum = 0;
  for (auto before = durations.begin(); !text.empty();) {
    std::uint64_t number = 0;
    const auto unit = take(text, durations, number);
    if (unit == durations.end() || unit < before || number > (most - sum) / unit->worth) return {};
    sum += number * unit->worth;
    before = unit + 1;
  }
  return std::chrono::milliseconds{static_cast<std::int64_t>(sum)};
}

std::string duration_text(std::chrono::milliseconds duration) {
  auto left = static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0));
  std::string out;
  for (const auto& unit : durations) {
    if (left / unit.worth == 0) continue;
    out += std::to_string(left / unit.worth);
    out += unit.name;
    left %= unit.worth;
  }
  return out.empty() ? "0s" : out;
}

std::optional<std::size_t> parse_size(std::string_view text) {
  std::uint64_t number = 0;
  const auto unit = take(text, sizes, number);
  if (unit == sizes.end() || !text.empty()) return {};
  return static_cast<std::size_t>(number * unit->worth);
}

std::string size_text(std::size_t bytes) {
  const auto unit = std::find_if(sizes.begin(), sizes.end() - 1,
                                 [bytes](const Unit& u) { return bytes >= u.worth && bytes % u.worth == 0; });
  return std::to_string(bytes / unit->worth) + std::string{unit->name};
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known) {
  std::string_view best;
  auto least = std::max<std::size_t>((word.size() + 1) / 3, 1) + 1;  // a third of the letters may be wrong
  for (const auto candidate : known) {
    const auto far = distance(word.substr(0, 100), candidate);
    if (far < least) {
      least = far;
      best = candidate;
    }
  }
  return best;
}

std::string enumerated(const std::vector<std::string_view>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " and " : ", ";
    out += words[i];
  }
  return out;
}

bool holds_password(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return false;
  auto authority = url.substr(scheme + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  const auto at = authority.rfind('@');
  return at != std::string_view::npos && authority.substr(0, at).find(':') != std::string_view::npos;
}

std::string_view mail_address(std::string_view text) {
  if (const auto open = text.rfind('<'); open != std::string_view::npos) {
    if (!text.ends_with('>')) return {};
    text = text.substr(open + 1, text.size() - open - 2);
  }
  const auto at = text.find('@');
  if (at == 0 || at == std::string_view::npos || text.find('@', at + 1) != std::string_view::npos) return {};
  const auto domain = text.substr(at + 1);
  const bool odd = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 0x7f || c == '<' || c == '>' || c == ',' || c == ';';
  });
  const bool dotted = domain.find('.') != std::string_view::npos && !domain.starts_with('.') && !domain.ends_with('.');
  return odd || !dotted ? std::string_view{} : text;
}

}  // namespace barometer
