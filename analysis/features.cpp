#include "analysis/features.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

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
constexpr std::size_t most_letters = 256;                      // of one token
constexpr std::size_t most_of_letters = std::size_t{1} << 18;  // n-grams of a text

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

// Writes the n-grams of letters of one token, in any order: those of 3 to 5 that begin at each of `count` bytes and end among them.
// Room for a few more than they are; behind the letters as much as a Tokens has there. Returns the place behind the last.
Feature* write_letters(const char* letters, std::size_t count, std::uint32_t token, Feature* out) {
  for (; count >= shortest_letters; --count, ++letters) {
    Letters all;
    std::memcpy(&all, letters, sizeof all);
    std::uint32_t slot = 0;
    for (std::size_t n = shortest_letters; n <= std::min(count, longest_letters); ++n) {
      const Letters some = all & ((Letters{1} << (8 * n)) - 1);
      slot = n <= neighbourly ? slot_of_letters(some) : neighbour_of(slot, some);
      *out++ = Feature(slot, token, 1);
    }
  }
  return out;
}

#if defined(__x86_64__)
// The same from eight letters at once, by the multiplications that newer processors have.
constexpr std::size_t at_once = 8;
static_assert(Tokens::readable_behind >= 2 * at_once - shortest_letters);
using Eight = std::uint64_t __attribute__((vector_size(64)));

// As slot_of_letters(), without the last shift.
[[gnu::always_inline]] inline void hash_eight(Eight& letters, std::size_t n) {
  letters &= (Letters{1} << (8 * n)) - 1;
  letters *= step;
  letters = (letters ^ letters >> 32) * finish;
}

[[gnu::target("avx512f,avx512dq,avx512bw,avx512vbmi")]] Feature* write_letters_by_eights(const char* letters,
                                                                                         std::size_t count,
                                                                                         std::uint32_t token,
                                                                                         Feature* out) {
  constexpr Eight windows = {0x0706050403020100, 0x0807060504030201, 0x0908070605040302, 0x0A09080706050403,
                             0x0B0A090807060504, 0x0C0B0A0908070605, 0x0D0C0B0A09080706, 0x0E0D0C0B0A090807};
  const auto feature = std::bit_cast<std::uint64_t>(Feature(0, token, 1));
  for (auto left = static_cast<std::ptrdiff_t>(count); left >= std::ptrdiff_t{shortest_letters};
       left -= at_once, letters += at_once) {
    const __m512i sixteen = _mm512_zextsi128_si512(_mm_loadu_si128(reinterpret_cast<const __m128i*>(letters)));
    Eight three = reinterpret_cast<Eight>(
        _mm512_maskz_permutexvar_epi8(~__mmask64{}, reinterpret_cast<__m512i>(windows), sixteen));
    Eight four = three;
    Eight five = three;
    hash_eight(three, 3);
    hash_eight(four, 4);
    hash_eight(five, 5);
    three = three >> (64 - slot_bits) | feature;
    four = four >> (64 - slot_bits) | feature;
    five = (four & ~std::uint64_t{neighbours}) | five >> (64 - neighbour_bits);
    // Each over what the one before it wrote too much.
    std::memcpy(static_cast<void*>(out), &three, sizeof three);
    out += std::min<std::ptrdiff_t>(left - 2, at_once);
    std::memcpy(static_cast<void*>(out), &four, sizeof four);
    out += std::min<std::ptrdiff_t>(left - 3, at_once);
    std::memcpy(static_cast<void*>(out), &five, sizeof five);
    out += std::clamp<std::ptrdiff_t>(left - 4, 0, at_once);
  }
  return out;
}

bool has_eights() {
  return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vbmi");
}
#endif

}  // namespace

inline void Features::make_room(std::size_t more) {
  more += 2 * (readable_behind + 1);  // and for what is written too much
  if (count_ + more > features_.size()) features_.resize(2 * (count_ + more));
}

void Features::fill(const Tokens& tokens, const FourBytes* rows) {
  count_ = blocks_ = 0;
  add_words(tokens);
  end_block(rows);
  add_letters(tokens);
  end_block(rows);
  add_negated(tokens);
  end_block(rows);
}

void Features::end_block(const FourBytes* rows) {
  const auto which = static_cast<Block>(blocks_);
  ends_[++blocks_] = count_;
  const auto features = block(which);
  values_[blocks_ - 1] =
      features.empty() ? 0 : block_weights[blocks_ - 1] / std::sqrt(static_cast<float>(features.size()));
  if (rows == nullptr) return;
  for (const Feature& feature : features) __builtin_prefetch(rows + feature.slot());
}

void Features::add_words(const Tokens& tokens) {
  hashes_.resize(tokens.size() + ends);  // hashes_[i + 1] is of tokens[i]
  hashes_.front() = beginning_hash;
  for (std::size_t i = 0; i < tokens.size(); ++i) hashes_[i + 1] = tokens[i].hash;
  hashes_.back() = end_hash;
  make_room(longest_words * hashes_.size());
  // The ends alone are no feature.
  add_words_from(0, 2);
  const std::size_t whole = hashes_.size() - std::min(hashes_.size(), longest_words);  // from here on they meet the end
  std::size_t first = 1;
  Feature* next = features_.data() + count_;
  for (; first < whole; ++first) {
    std::uint64_t hash = words_seed;
    for (std::uint32_t n = 1; n <= longest_words; ++n) {
      hash = extend(hash, hashes_[first + n - 1]);
      *next++ = Feature(slot_of(hash), static_cast<std::uint32_t>(first - 1), n);
    }
  }
  count_ = static_cast<std::size_t>(next - features_.data());
  for (; first + 1 < hashes_.size(); ++first) add_words_from(first, 1);
}

// The n-grams of `least` to three tokens that begin with this one. The marks at the ends cover no token.
void Features::add_words_from(std::size_t first, std::size_t least) {
  const auto begin = static_cast<std::uint32_t>(first == 0 ? 0 : first - 1);
  const auto last = static_cast<std::uint32_t>(hashes_.size() - ends);
  std::uint64_t hash = words_seed;
  for (std::size_t n = 1; n <= std::min(longest_words, hashes_.size() - first); ++n) {
    hash = extend(hash, hashes_[first + n - 1]);
    const auto end = std::min(static_cast<std::uint32_t>(first + n - 1), last);
    if (n >= least) features_[count_++] = Feature(slot_of(hash), begin, std::max(end, begin + 1) - begin);
  }
}

void Features::add_letters(const Tokens& tokens) {
  auto write = write_letters;
#if defined(__x86_64__)
  if (has_eights()) write = write_letters_by_eights;
#endif
  const std::size_t begin = count_;
  letter_ends_.resize(tokens.size());
  // A token that stood before says nothing new by its letters. One that is forgotten meanwhile is spelt again.
  std::array<std::uint64_t, 64> spelt = {};
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    std::uint64_t& last = spelt[token.hash % spelt.size()];
    if (last != token.hash && count_ - begin < most_of_letters) {
      last = token.hash;
      const std::size_t count =
          std::min(token.text.size(), most_letters) + 2;  // with the blanks that Tokens has round it
      make_room(count * (longest_letters - shortest_letters + 1));
      Feature* const next = features_.data() + count_;
      count_ +=
          static_cast<std::size_t>(write(token.text.data() - 1, count, static_cast<std::uint32_t>(i), next) - next);
    }
    letter_ends_[i] = static_cast<std::uint32_t>(count_ - begin);
  }
}

void Features::add_negated(const Tokens& tokens) {
  make_room(tokens.size());
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto& token = tokens[i];
    if (!token.negated || (token.kind != TokenKind::word && token.kind != TokenKind::hashtag)) continue;
    features_[count_++] = Feature(slot_of(extend(negated_seed, hashes_[i + 1])), static_cast<std::uint32_t>(i), 1);
  }
}

}  // namespace barometer
