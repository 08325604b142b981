#include "analysis/lexicon.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <string>

#include <unicode/uchar.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "analysis/everyday.hpp"
#include "analysis/unicode.hpp"

namespace barometer {
namespace {

constexpr double highest_score = 12;  // ten of it still fit into a byte
constexpr std::array<float, lexicon_lists> list_scales = {2.0F, 2.5F};
constexpr float shouted_factor = 1.25F;
constexpr float negated_factor = -0.6F;

// Between the buckets; filled up with what nothing is above, to whole vectors.
constexpr float never = std::numeric_limits<float>::infinity();
constexpr std::array<float, 20> edges = {-6,   -4,   -3, -2,   -1.5F, -1, -0.6F, -0.3F, -0.05F, 0.05F,
                                         0.3F, 0.6F, 1,  1.5F, 2,     3,  4,     6,     never,  never};
constexpr std::uint32_t bucket_of_nothing = 9;  // of 0

constexpr std::array all_boosters = {
    Booster{"absolutely", 1.3F}, Booster{"barely", 0.6F},   Booster{"extremely", 1.4F}, Booster{"fucking", 1.3F},
    Booster{"hardly", 0.6F},     Booster{"kinda", 0.8F},    Booster{"little", 0.8F},    Booster{"most", 1.2F},
    Booster{"really", 1.3F},     Booster{"slightly", 0.7F}, Booster{"so", 1.2F},        Booster{"somewhat", 0.8F},
    Booster{"super", 1.3F},      Booster{"too", 1.2F},      Booster{"totally", 1.3F},   Booster{"very", 1.3F}};

std::uint64_t hash_of(std::string_view word) { return XXH3_64bits(word.data(), word.size()); }

// Both at once, since every known word is asked.
bool is_scored(const KnownWord& word) { return std::bit_cast<std::uint16_t>(word.tenths) != 0; }

std::uint32_t bucket_of(float x) {
  std::uint32_t bucket = 0;
  for (const float edge : edges) bucket += x > edge ? 1U : 0U;
  return bucket;
}

// The statistics of one list's scores, gathered in one pass.
struct Tally {
  float sum = 0, good = 0, bad = 0, best = 0, worst = 0, last = 0, first = 0, second_half = 0;
  std::uint32_t good_words = 0, bad_words = 0;

  void add(float score, bool late) {
    if (good_words + bad_words == 0) first = score;
    last = score;
    sum += score;
    (score > 0 ? good : bad) += score;
    ++(score > 0 ? good_words : bad_words);
    best = std::max(best, score);
    worst = std::min(worst, score);
    if (late) second_half += score;
  }

  void write(std::uint32_t list, std::uint32_t* out) const {
    const bool nothing = good_words + bad_words == 0;
    const auto base = list * static_cast<std::uint32_t>(lexicon_features_a_list);
    std::uint32_t row = 0;
    for (const float x : {sum, good, bad, best, worst, last, first, second_half}) {
      *out++ =
          base + row++ * static_cast<std::uint32_t>(lexicon_buckets) + (nothing ? bucket_of_nothing : bucket_of(x));
    }
    *out = base + row * static_cast<std::uint32_t>(lexicon_buckets) + std::min(good_words, 3U) * 4 +
           std::min(bad_words, 3U);
  }
};

std::string utf8(char32_t value) {
  std::string out;
  out += static_cast<char>(value >= 0x10000 ? 0xF0 | (value >> 18) : 0xE0 | (value >> 12));
  if (value >= 0x10000) out += static_cast<char>(0x80 | ((value >> 12) & 0x3F));
  out += static_cast<char>(0x80 | ((value >> 6) & 0x3F));
  out += static_cast<char>(0x80 | (value & 0x3F));
  return out;
}

// The sum of the scores of the words of a character's Unicode name.
double score_of_name(char32_t value, const std::map<std::string, double, std::less<>>& scores) {
  std::array<char, 128> name = {};
  UErrorCode status = U_ZERO_ERROR;
  const auto length = u_charName(static_cast<UChar32>(value), U_UNICODE_CHAR_NAME, name.data(), name.size(), &status);
  if (U_FAILURE(status) || length <= 0) return 0;
  double sum = 0;
  std::string word;
  for (const char c : std::string(name.data(), static_cast<std::size_t>(length)) + ' ') {
    if (c >= 'A' && c <= 'Z') {
      word += static_cast<char>(c + 32);
      continue;
    }
    if (const auto found = scores.find(word); found != scores.end()) sum += found->second;
    word.clear();
  }
  return std::clamp(sum, -highest_score, highest_score);
}

}  // namespace

std::span<const Booster> boosters() { return all_boosters; }

std::uint64_t lexicon_key(const Token& token) {
  switch (token.kind) {
    case TokenKind::hashtag: return hash_of(token.text.substr(1));
    case TokenKind::word:
    case TokenKind::emoticon: return token.hash;
    case TokenKind::emoji: return hash_of(token.text.substr(0, code_point_at(token.text, 0).bytes));
    default: return 0;
  }
}

Lexicon with_words(const Lexicon& lexicon, std::span<const std::uint64_t> words) {
  Rows<LexiconEntry> entries(lexicon.entries().begin(), lexicon.entries().end());
  for (const std::uint64_t word : words)
    if (lexicon.find(word) == nullptr) entries.push_back({word, {}});
  return Lexicon(std::move(entries));
}

Lexicon::Lexicon(Rows<LexiconEntry> entries) {
  if (entries.empty()) return;
  std::ranges::sort(entries, {}, &LexiconEntry::word);
  Rows<Line> table(std::max(shelf, std::bit_ceil(entries.size() * 2)));
  for (std::size_t i = 0; i < entries.size(); ++i) {
    auto at = entries[i].word & (table.size() - shelf);
    while (table[at].place != 0) at = (at + 1) & (table.size() - 1);
    table[at] = {static_cast<std::uint32_t>(entries[i].word >> 32), static_cast<std::uint16_t>(i + 1),
                 entries[i].tenths};
  }
  entries_ = std::move(entries);
  table_ = std::move(table);
}

std::uint64_t Lexicon::fingerprint() const {
  std::vector<std::uint64_t> words;
  for (const LexiconEntry& entry : entries_) words.push_back(entry.word);
  return XXH3_64bits(words.data(), words.size() * sizeof(std::uint64_t));
}

const LexiconEntry* Lexicon::find(std::string_view word) const { return find(hash_of(word)); }

const LexiconEntry* Lexicon::find(std::uint64_t hash) const {
  const Line line = line_of(hash);
  return line.place != 0 && entries_[line.place - 1U].word == hash ? &entries_[line.place - 1U] : nullptr;
}

Result<WordScores> parse_word_scores(std::string_view bytes, std::string_view file_name) {
  WordScores scores;
  for (std::size_t line = 1; !bytes.empty(); ++line) {
    const auto row = bytes.substr(0, bytes.find('\n'));
    bytes.remove_prefix(std::min(bytes.size(), row.size() + 1));
    const auto tab = row.find('\t');
    if (tab == row.npos) continue;
    const auto* begin = row.data() + tab + 1;
    double score = 0;
    const auto read = std::from_chars(begin, row.data() + row.size(), score);
    const bool ended = read.ptr == row.data() + row.size() || *read.ptr == '\t' || *read.ptr == '\r';
    if (read.ec != std::errc{} || !ended || !(std::abs(score) <= highest_score)) {
      return Failure{
          Remedy::ask_operator,
          std::string(file_name) + ":" + std::to_string(line) + ": expected a word, a tab and a score from -12 to 12",
          {}};
    }
    scores.emplace_back(row.substr(0, tab), score);
  }
  return scores;
}

Lexicon make_lexicon(std::span<const WordScores> lists) {
  std::map<std::string, std::array<std::int8_t, lexicon_lists>> words;
  std::map<std::string, double, std::less<>> first_list;
  const auto set = [&](std::string_view word, std::size_t list, double score) {
    words[std::string(word)][list] = static_cast<std::int8_t>(std::lround(score * 10));
  };
  for (std::size_t list = 0; list < std::min(lists.size(), lexicon_lists); ++list) {
    for (const auto& [word, score] : lists[list]) {
      const auto tokens = tokenise(word);
      if (tokens.size() != 1) continue;  // a phrase, or a face that we read otherwise
      set(tokens[0].text, list, score);
      if (list == 0) first_list.emplace(tokens[0].text, score);
    }
  }
  for (char32_t value = 0x2190; value <= 0x1FAFF; ++value) {
    if (!is_emoji(value)) continue;
    if (const auto score = score_of_name(value, first_list); score != 0) set(utf8(value), 0, score);
  }
  Rows<LexiconEntry> entries;
  for (const auto& [word, tenths] : words) entries.push_back({hash_of(word), tenths});
  return Lexicon(std::move(entries));
}

// Every token is asked, and few are scored: what is known is written without a look at how much room there is.
void find_known(const Tokens& tokens, const Lexicon& lexicon, std::vector<KnownWord>& known) {
  if (known.size() < tokens.size()) known.resize(tokens.size());
  KnownWord* next = known.data();
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    // Most are words, or have no key; which of these nobody can foresee.
    std::uint64_t key = token.hash * (token.kind == TokenKind::word);
    if ((token.kind == TokenKind::hashtag) | (token.kind == TokenKind::emoji) | (token.kind == TokenKind::emoticon))
      key = lexicon_key(token);
    const Lexicon::Line line = lexicon.line_of(key);
    *next = {static_cast<std::uint32_t>(i), static_cast<std::uint16_t>(line.place - 1), line.tenths};
    next += (key != 0) & (line.place != 0);
  }
  known.resize(static_cast<std::size_t>(next - known.data()));
}

void read_lexicon(const Tokens& tokens, const Lexicon& lexicon, LexiconReading& out) {
  out.words.clear();
  find_known(tokens, lexicon, out.known);
  const EverydayWord* const everyday = everyday_words().data();
  std::array<Tally, lexicon_lists> tallies = {};
  for (const KnownWord& known : out.known) {
    if (!is_scored(known)) continue;
    const Token& token = tokens[known.token];
    float factor = token.shouted ? shouted_factor : 1.0F;
    if (known.token > 0) factor *= everyday[tokens[known.token - 1].everyday].boost;
    if (token.negated) factor *= negated_factor;
    float together = 0;
    for (std::size_t list = 0; list < lexicon_lists; ++list) {
      if (known.tenths[list] == 0) continue;
      const float score = factor * static_cast<float>(known.tenths[list]) / (10 * list_scales[list]);
      tallies[list].add(score, 2 * std::size_t{known.token} >= tokens.size());
      together += score;
    }
    out.words.emplace_back(known.token, together);
  }
  for (std::uint32_t list = 0; list < lexicon_lists; ++list) {
    tallies[list].write(list, out.features.data() + list * (lexicon_statistics + 1));
  }
}

}  // namespace barometer
