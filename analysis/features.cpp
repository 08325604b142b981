#include "analysis/features.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace barometer {
namespace {

// Changing any of these makes every committed model worthless.
constexpr std::uint64_t step = 0x9E3779B97F4A7C15;  // 2^64 over the golden ratio
constexpr std::uint64_t finish = 0xD6E8FEB86659FD93;
constexpr std::uint64_t words_seed = 0x243F6A8885A308D3;  // digits of pi: unlike each other is all that is asked
constexpr std::uint64_t negated_seed = 0xA4093822299F31D0;
constexpr std::uint64_t beginning_hash = 0x082EFA98EC4E6C89;
constexpr std::uint64_t end_hash = 0x452821E638D01377;

constexpr std::size_t ends = 2;  // marks of the beginning and the end of a text
constexpr std::size_t shortest_letters = 3;
constexpr std::size_t longest_letters = 5;
constexpr std::size_t most_letters = 256;  // of one token

std::uint64_t extend(std::uint64_t hash, std::uint64_t by) { return std::rotl(hash ^ by, 23) * step; }

std::uint32_t slot_of(std::uint64_t hash) {
  return static_cast<std::uint32_t>(((hash ^ (hash >> 32)) * finish) >> (64 - slot_bits));
}

// The bytes of an n-gram of letters, the first in the lowest place; no other n-gram has the same number.
using Letters = std::uint64_t;
static_assert(std::endian::native == std::endian::little && longest_letters <= sizeof(Letters));

// A product alone would keep the distance of two n-grams in all that they begin, and so collide again and again; hence slot_of().
std::uint32_t slot_of_letters(Letters letters) { return slot_of(letters * step); }

// An n-gram of five letters lies near that of four which it begins with: rows of four bytes in one line of the cache, which spares a
// third of the misses of a text.
constexpr std::size_t neighbourly = 4;
constexpr unsigned neighbour_bits = 4;
constexpr std::uint32_t neighbours = (1U << neighbour_bits) - 1;

std::uint32_t neighbour_of(std::uint32_t slot, Letters letters) {
  return (slot & ~neighbours) | slot_of_letters(letters) >> (slot_bits - neighbour_bits);
}

using FourBytes = Features::FourBytes;

// Writes features whose slot was not seen before, one after the other.
struct Writer {
  Feature* next = nullptr;
  std::uint64_t* seen = nullptr;
  std::uintptr_t rows = 0;  // an address, since there may be none
  std::uint32_t token = 0;

  // Needs room also where the slot was seen: written first and kept only if it is new, for want of a branch.
  void add(std::uint32_t slot, std::uint32_t span = 1) {
    __builtin_prefetch(reinterpret_cast<const void*>(rows + sizeof(FourBytes) * slot));
    std::uint64_t& bits = seen[slot / 64];
    const std::uint64_t before = bits;
    *next = Feature(slot, token, span);
    bits = before | std::uint64_t{1} << (slot % 64);
    next += ~before >> (slot % 64) & 1;
  }
};

// The n-grams that begin at a letter, of 3 to `most` letters.
template <std::size_t most>
inline void add_from(const char* letter, Writer& writer) {
  Letters all;
  std::memcpy(&all, letter, sizeof all);
  std::uint32_t slot = 0;
  for (std::size_t n = shortest_letters; n <= most; ++n) {
    const Letters letters = all & ((Letters{1} << (8 * n)) - 1);
    slot = n <= neighbourly ? slot_of_letters(letters) : neighbour_of(slot, letters);
    writer.add(slot);
  }
}

}  // namespace

Features::Features() : seen_(slot_count / 64) {}

inline void Features::make_room(std::size_t more) {
  if (count_ + more > features_.size()) features_.resize(2 * (count_ + more));
}

void Features::fill(const Tokens& tokens, const FourBytes* rows) {
  rows_ = reinterpret_cast<std::uintptr_t>(rows);
  count_ = 0;
  ends_ = {};
  add_words(tokens);
  end_block(Block::words);
  // A token that stood before has no n-gram of letters that is new. One that is forgotten meanwhile is only spelt again.
  std::array<std::uint64_t, 64> spelt = {};
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    std::uint64_t& last = spelt[tokens[i].hash % spelt.size()];
    if (last == tokens[i].hash) continue;
    last = tokens[i].hash;
    add_letters(tokens[i], i);
  }
  end_block(Block::letters);
  add_negated(tokens);
  end_block(Block::negated);
}

// The next block starts with no slot seen; only the bits that were set are cleared, since most of the table never was.
void Features::end_block(Block which) {
  const auto index = static_cast<std::size_t>(which);
  ends_[index + 1] = count_;
  std::uint64_t* const seen = seen_.data();
  const auto features = block(which);
  for (const auto& feature : features) seen[feature.slot() / 64] = 0;
  values_[index] = features.empty() ? 0 : block_weights[index] / std::sqrt(static_cast<float>(features.size()));
}

void Features::add_words(const Tokens& tokens) {
  hashes_.resize(tokens.size() + ends);  // hashes_[i + 1] is of tokens[i]
  hashes_.front() = beginning_hash;
  for (std::size_t i = 0; i < tokens.size(); ++i) hashes_[i + 1] = tokens[i].hash;
  hashes_.back() = end_hash;
  // The ends alone are no feature.
  add_words_from(0, 2);
  for (std::size_t first = 1; first + 1 < hashes_.size(); ++first) add_words_from(first, 1);
}

// The n-grams of `least` to three tokens that begin with this one. The marks at the ends cover no token.
inline void Features::add_words_from(std::size_t first, std::size_t least) {
  make_room(longest_words);
  const auto begin = static_cast<std::uint32_t>(first == 0 ? 0 : first - 1);
  Writer writer{features_.data() + count_, seen_.data(), rows_, begin};
  const std::uint64_t* const words = hashes_.data() + first;
  const std::size_t left = hashes_.size() - first;
  auto hash = words_seed;
  if (first > 0 && left > longest_words) {  // as most
    for (std::uint32_t n = 1; n <= longest_words; ++n) {
      hash = extend(hash, words[n - 1]);
      writer.add(slot_of(hash), n);
    }
  } else {
    const auto last = static_cast<std::uint32_t>(hashes_.size() - ends);
    for (std::size_t n = 1; n <= std::min(longest_words, left); ++n) {
      hash = extend(hash, words[n - 1]);
      const auto end = std::min(static_cast<std::uint32_t>(first + n - 1), last);
      if (n >= least) writer.add(slot_of(hash), std::max(end, begin + 1) - begin);
    }
  }
  count_ = static_cast<std::size_t>(writer.next - features_.data());
}

void Features::add_letters(const Token& token, std::size_t index) {
  std::size_t count = std::min(token.text.size(), most_letters) + 2;
  const char* letter = token.text.data() - 1;  // the blank before it, which Tokens has there
  make_room(count * (longest_letters - shortest_letters + 1));
  Writer writer{features_.data() + count_, seen_.data(), rows_, static_cast<std::uint32_t>(index)};
  for (; count >= longest_letters; --count) add_from<longest_letters>(letter++, writer);
  if (count == 4) add_from<4>(letter++, writer);
  add_from<3>(letter, writer);
  count_ = static_cast<std::size_t>(writer.next - features_.data());
}

void Features::add_negated(const Tokens& tokens) {
  make_room(tokens.size());
  Writer writer{features_.data() + count_, seen_.data(), rows_, 0};
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto& token = tokens[i];
    if (!token.negated || (token.kind != TokenKind::word && token.kind != TokenKind::hashtag)) continue;
    writer.token = static_cast<std::uint32_t>(i);
    writer.add(slot_of(extend(negated_seed, hashes_[i + 1])));
  }
  count_ = static_cast<std::size_t>(writer.next - features_.data());
}

}  // namespace barometer
