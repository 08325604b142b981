#include "analysis/features.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "analysis/unicode.hpp"

namespace barometer {
namespace {

// Changing any of these makes every committed model worthless.
constexpr std::uint64_t step = 0x9E3779B97F4A7C15;  // 2^64 over the golden ratio
constexpr std::uint64_t finish = 0xD6E8FEB86659FD93;
constexpr std::uint64_t words_seed = 0x243F6A8885A308D3;  // digits of pi: unlike each other is all that is asked
constexpr std::uint64_t letters_seed = 0x13198A2E03707344;
constexpr std::uint64_t negated_seed = 0xA4093822299F31D0;
constexpr std::uint64_t beginning_hash = 0x082EFA98EC4E6C89;
constexpr std::uint64_t end_hash = 0x452821E638D01377;

constexpr std::size_t longest_words = 4;
constexpr std::size_t shortest_letters = 2;
constexpr std::size_t longest_letters = 6;
constexpr std::size_t most_letters = 256;  // of one token

std::uint64_t extend(std::uint64_t hash, std::uint64_t by) { return std::rotl(hash ^ by, 23) * step; }

std::uint32_t slot_of(std::uint64_t hash) {
  return static_cast<std::uint32_t>(((hash ^ (hash >> 32)) * finish) >> (64 - slot_bits));
}

// The letters of a token with a blank on each side; how many they are.
std::size_t spell(std::string_view text, std::array<char32_t, most_letters + 2>& letters) {
  std::size_t count = 0;
  letters[count++] = U' ';
  for (std::size_t at = 0; at < text.size() && count <= most_letters;) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
      letters[count++] = byte;
      ++at;
      continue;
    }
    const auto point = code_point_at(text, at);
    letters[count++] = point.value;
    at += point.bytes;
  }
  letters[count++] = U' ';
  return count;
}

}  // namespace

Features::Features() : seen_(slot_count / 64) {}

std::span<const Feature> Features::block(Block which) const {
  const auto index = static_cast<std::size_t>(which);
  const auto begin = index == 0 ? 0 : ends_[index - 1];
  return std::span(features_).subspan(begin, ends_[index] - begin);
}

float Features::value(Block which) const {
  const auto count = block(which).size();
  if (count == 0) return 0;
  return block_weights[static_cast<std::size_t>(which)] / std::sqrt(static_cast<float>(count));
}

void Features::fill(const Tokens& tokens) {
  count_ = 0;
  ends_ = {};
  add_words(tokens);
  end_block(Block::words);
  for (std::size_t i = 0; i < tokens.size(); ++i) add_letters(tokens[i], i);
  end_block(Block::letters);
  add_negated(tokens);
  end_block(Block::negated);
}

void Features::make_room(std::size_t more) {
  if (count_ + more > features_.size()) features_.resize(2 * (count_ + more));
}

// Needs room for one more, also where the slot was seen: written first and kept only if it is new, for want of a branch.
inline Feature* Features::add(std::uint64_t hash, Feature feature, std::uint64_t* seen, Feature* next) {
  feature.slot = slot_of(hash);
  std::uint64_t& bits = seen[feature.slot / 64];
  const std::uint64_t before = bits;
  *next = feature;
  bits = before | std::uint64_t{1} << (feature.slot % 64);
  return next + (~before >> (feature.slot % 64) & 1);
}

inline void Features::add(std::uint64_t hash, std::size_t token, std::size_t span) {
  const Feature feature{0, static_cast<std::uint32_t>(token), static_cast<std::uint32_t>(span)};
  Feature* const here = features_.data() + count_;
  count_ += static_cast<std::size_t>(add(hash, feature, seen_.data(), here) - here);
}

// The next block starts with no slot seen; only the bits that were set are cleared, since most of the table never was.
void Features::end_block(Block which) {
  const auto index = static_cast<std::size_t>(which);
  ends_[index] = count_;
  for (const auto& feature : block(which)) seen_[feature.slot / 64] = 0;
}

void Features::add_words(const Tokens& tokens) {
  hashes_.clear();
  hashes_.push_back(beginning_hash);
  for (const auto& token : tokens) hashes_.push_back(token.hash);
  hashes_.push_back(end_hash);
  const auto last_token = tokens.size();  // hashes_[i + 1] is of tokens[i]
  for (std::size_t first = 0; first < hashes_.size(); ++first) {
    const auto most = std::min(longest_words, hashes_.size() - first);
    make_room(longest_words);
    auto hash = words_seed;
    for (std::size_t n = 1; n <= most; ++n) {
      hash = extend(hash, hashes_[first + n - 1]);
      const bool mark_alone = n == 1 && (first == 0 || first > last_token);
      if (mark_alone) continue;
      const auto begin = first == 0 ? 0 : first - 1;
      const auto end = std::min(first + n - 1, last_token);
      add(hash, begin, std::max<std::size_t>(end, begin + 1) - begin);
    }
  }
}

void Features::add_letters(const Token& token, std::size_t index) {
  std::array<char32_t, most_letters + 2> letters;
  const std::size_t count = spell(token.text, letters);
  make_room(count * (longest_letters - shortest_letters + 1));
  // Copies, so that the compiler need not fetch them anew after each store.
  Feature* next = features_.data() + count_;
  std::uint64_t* const seen = seen_.data();
  const Feature feature{0, static_cast<std::uint32_t>(index), 1};
  for (std::size_t first = 0; first + shortest_letters <= count; ++first) {
    auto hash = extend(letters_seed, letters[first]);
    const auto past = std::min(first + longest_letters, count);
    for (std::size_t i = first + 1; i < past; ++i) {
      hash = extend(hash, letters[i]);
      next = add(hash, feature, seen, next);
    }
  }
  count_ = static_cast<std::size_t>(next - features_.data());
}

void Features::add_negated(const Tokens& tokens) {
  make_room(tokens.size());
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto& token = tokens[i];
    if (!token.negated || (token.kind != TokenKind::word && token.kind != TokenKind::hashtag)) continue;
    add(extend(negated_seed, hashes_[i + 1]), i, 1);
  }
}

}  // namespace barometer
