#include "analysis/issues/sketch.hpp"

#include <algorithm>
#include <limits>

#include <xxhash.h>

namespace barometer {

namespace {

constexpr int least_words = 5;
constexpr std::uint64_t golden = 0x9E3779B97F4A7C15;

bool is_letter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 128 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '\'';
}

// The next word in lower case; empty at the end. Moves `at` behind it.
std::uint64_t next_word(std::string_view text, std::size_t& at) {
  for (;;) {
    while (at < text.size() && !is_letter(text[at]) && text[at] != '#' && text[at] != '@') ++at;
    if (at == text.size()) return 0;
    const bool name = text[at] == '#' || text[at] == '@';
    if (name) ++at;
    std::uint64_t hash = 1;
    bool link = false;
    for (; at < text.size() && is_letter(text[at]); ++at) {
      const char c = text[at] >= 'A' && text[at] <= 'Z' ? static_cast<char>(text[at] + 32) : text[at];
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    }
    if (text.substr(at).starts_with("://")) {
      link = true;
      while (at < text.size() && static_cast<unsigned char>(text[at]) > ' ') ++at;
    }
    if (!name && !link) return hash;
  }
}

}  // namespace

Sketch sketch_of(std::string_view text) {
  std::array<std::uint32_t, Sketch{}.size()> least;
  least.fill(std::numeric_limits<std::uint32_t>::max());
  std::size_t at = 0;
  int words = 0;
  for (std::uint64_t before = 0, word = 0; (word = next_word(text, at)) != 0; before = word) {
    if (++words < 2) continue;
    const std::uint64_t pair[] = {before, word};
    const std::uint64_t hash = XXH3_64bits(pair, sizeof pair);
    for (std::size_t i = 0; i < least.size(); ++i) {
      std::uint64_t mixed = hash + golden * (i + 1);
      mixed = (mixed ^ (mixed >> 32)) * 0xD6E8FEB86659FD93;
      least[i] = std::min(least[i], static_cast<std::uint32_t>(mixed >> 32));
    }
  }
  Sketch sketch{};
  if (words >= least_words)
    for (std::size_t i = 0; i < sketch.size(); ++i) sketch[i] = static_cast<std::uint8_t>(least[i]);
  return sketch;
}

double likeness(const Sketch& a, const Sketch& b) {
  int same = 0;
  for (std::size_t i = 0; i < a.size(); ++i) same += a[i] == b[i] ? 1 : 0;
  const bool says_nothing =
      same == 0 || a == Sketch{} || b == Sketch{};  // hardly any two have anything in common: asked first
  return says_nothing ? 0 : same / static_cast<double>(a.size());
}

}  // namespace barometer
