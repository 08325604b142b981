#include "connectors/address_policy.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <sys/socket.h>

namespace barometer {

namespace {

// An IPv4 address is kept as the IPv6 one that maps it, so that one kind of range does for both.
using Address = std::array<std::uint8_t, 16>;

constexpr Address mapped(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d};
}

struct Range {
  Address start;
  int bits;
};

constexpr Range all_v4{mapped(0, 0, 0, 0), 96};

constexpr Range inside_v4[] = {
    {mapped(0, 0, 0, 0), 96 + 8},        // this network
    {mapped(10, 0, 0, 0), 96 + 8},       // private
    {mapped(100, 64, 0, 0), 96 + 10},    // CGNAT
    {mapped(127, 0, 0, 0), 96 + 8},      // loopback
    {mapped(169, 254, 0, 0), 96 + 16},   // link-local, clouds' metadata services
    {mapped(172, 16, 0, 0), 96 + 12},    // private
    {mapped(192, 0, 0, 0), 96 + 24},     // protocol assignments
    {mapped(192, 0, 2, 0), 96 + 24},     // documentation
    {mapped(192, 88, 99, 0), 96 + 24},   // 6to4 relays, given up
    {mapped(192, 168, 0, 0), 96 + 16},   // private
    {mapped(198, 18, 0, 0), 96 + 15},    // benchmarks
    {mapped(198, 51, 100, 0), 96 + 24},  // documentation
    {mapped(203, 0, 113, 0), 96 + 24},   // documentation
    {mapped(224, 0, 0, 0), 96 + 4},      // multicast
    {mapped(240, 0, 0, 0), 96 + 4},      // reserved, broadcast
};

constexpr Range global_v6{{0x20}, 3};

constexpr Range inside_v6[] = {
    {{0x20, 0x01}, 23},              // protocol assignments, Teredo
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    {{0x3f, 0xff}, 20},              // documentation
};

constexpr Range nat64{{0x00, 0x64, 0xff, 0x9b}, 96};  // the IPv4 address is in the last four bytes
constexpr Range sixto4{{0x20, 0x02}, 16};             // … in the third to sixth

bool holds(const Range& range, const Address& address) {
  const auto whole = static_cast<std::size_t>(range.bits / 8);
  if (!std::equal(address.begin(), address.begin() + static_cast<std::ptrdiff_t>(whole), range.start.begin()))
    return false;
  const int left = range.bits % 8;
  if (left == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff << (8 - left));
  return (address[whole] & mask) == (range.start[whole] & mask);
}

bool is_public(const Address& address) {
  const auto holds_it = [&](const Range& range) { return holds(range, address); };
  if (holds(all_v4, address)) return std::none_of(std::begin(inside_v4), std::end(inside_v4), holds_it);
  if (holds(nat64, address)) return is_public(mapped(address[12], address[13], address[14], address[15]));
  if (holds(sixto4, address)) return is_public(mapped(address[2], address[3], address[4], address[5]));
  return holds(global_v6, address) && std::none_of(std::begin(inside_v6), std::end(inside_v6), holds_it);
}

std::optional<Address> address_of(std::string_view text) {
  if (text.size() >= 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  const std::string plain(text.substr(0, text.find('%')));
  if (plain.find('\0') != plain.npos) return std::nullopt;
  Address out{};
  if (inet_pton(AF_INET6, plain.c_str(), out.data()) == 1) return out;
  std::array<std::uint8_t, 4> v4{};
  if (inet_pton(AF_INET, plain.c_str(), v4.data()) == 1) return mapped(v4[0], v4[1], v4[2], v4[3]);
  return std::nullopt;
}

// "10.0.0.0/8", or one address.
std::optional<Range> range_of(std::string_view text) {
  const auto slash = text.find('/');
  const auto start = address_of(text.substr(0, slash));
  if (!start) return std::nullopt;
  if (slash == text.npos) return Range{*start, 128};
  int bits = -1;
  const char* const end = text.data() + text.size();
  if (const auto read = std::from_chars(text.data() + slash + 1, end, bits); read.ptr != end) return std::nullopt;
  const int before = holds(all_v4, *start) ? 96 : 0;
  if (bits < 0 || bits > 128 - before) return std::nullopt;
  return Range{*start, before + bits};
}

std::string folded(std::string_view host) {
  std::string out(host);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  while (!out.empty() && out.back() == '.') out.pop_back();
  return out;
}

bool is_or_is_below(std::string_view host, std::string_view domain) {
  if (domain.empty() || !host.ends_with(domain)) return false;
  return host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.';
}

}  // namespace

bool is_public_address(std::string_view ip) {
  const auto address = address_of(ip);
  return address && is_public(*address);
}

bool is_inside_by_name(std::string_view host) {
  if (const auto address = address_of(host)) return !is_public(*address);
  const std::string name = folded(host);
  return is_or_is_below(name, "localhost");
}

bool asked_directly(std::string_view host, std::string_view no_proxy) {
  const std::string name = folded(host);
  const auto address = address_of(host);
  while (!no_proxy.empty()) {
    const auto end = std::min(no_proxy.find_first_of(", \t"), no_proxy.size());
    std::string_view entry = no_proxy.substr(0, end);
    no_proxy.remove_prefix(std::min(end + 1, no_proxy.size()));
    if (entry == "*") return true;
    if (address) {
      const auto range = range_of(entry);
      if (range && holds(*range, *address)) return true;
      continue;
    }
    if (entry.starts_with('.')) entry.remove_prefix(1);
    if (is_or_is_below(name, folded(entry))) return true;
  }
  return false;
}

}  // namespace barometer
