#include "storage/words.hpp"

#include <algorithm>

#include <boost/sort/spreadsort/integer_sort.hpp>

#include "storage/bytes.hpp"
#include "storage/keys.hpp"
#include "storage/series.hpp"

namespace barometer {

namespace {

constexpr char version = 1;
constexpr int rest_bits = 32;
constexpr int term_bits = 38;
constexpr int time_bits = 64 - term_bits;
constexpr std::uint64_t taken_away = 1;
constexpr std::uint32_t seconds_a_day = 86'400;

Term term_of(std::uint64_t hash) { return hash >> time_bits; }

// Labels of one kind differ from words and from those of other kinds. The numbers are on disk: never reused.
enum class Label : std::uint64_t { tag = 1, source = 2, theme = 3, severity = 4, voice = 5, place = 6 };

// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
Term label(Label kind, std::uint64_t which) {
  auto mixed = which + static_cast<std::uint64_t>(kind) * 0x9e3779b97f4a7c15u;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
  return term_of(mixed ^ (mixed >> 31));
}
Term label(Label kind, std::string_view name) { return label(kind, word_hash(name)); }

// Empty of what is not indexed: punctuation, links, handles.
std::optional<Term> term_of(const Token& token, std::string_view text) {
  switch (token.kind) {
    case TokenKind::word:
    case TokenKind::emoji: return term_of(token.hash);
    case TokenKind::hashtag: return term_of(word_hash(token.text.substr(1)));
    case TokenKind::number: return term_of(word_hash(text.substr(token.begin, token.end - token.begin)));
    case TokenKind::mention:
    case TokenKind::url:
    case TokenKind::emoticon:
    case TokenKind::punctuation: break;
  }
  return std::nullopt;
}

// Writes lists one after another; a row ends with the part.
class RowWriter {
 public:
  void add(std::uint64_t at, std::int64_t count) {
    const auto term = at >> time_bits;
    if (term != term_ || row_.empty()) end_term(), term_ = term, second_ = 0;
    const auto second = static_cast<std::uint32_t>((at & ((std::uint64_t{1} << time_bits) - 1)) >> 1);
    put_varint(list_, std::uint64_t{second - second_} * 2 + (count == 1 ? 0 : 1));
    if (count != 1) put_signed(list_, count);
    second_ = second;
  }
  std::string take() {
    end_term();
    if (row_.empty()) row_.push_back(version);
    rest_ = 0;
    return std::exchange(row_, {});
  }

 private:
  void end_term() {
    if (row_.empty()) row_.push_back(version);
    if (list_.empty()) return;
    const auto rest = static_cast<std::uint32_t>(term_);
    put_varint(row_, rest - rest_);
    put_text(row_, list_);
    rest_ = rest;
    list_.clear();
  }

  std::string row_;
  std::string list_;
  std::uint64_t term_ = 0;
  std::uint32_t rest_ = 0;
  std::uint32_t second_ = 0;
};

}  // namespace

std::uint64_t posting_at(Term term, UtcTime made_at, UtcTime day) {
  const auto second = std::chrono::duration_cast<std::chrono::seconds>(made_at - day).count();
  return term << time_bits | static_cast<std::uint64_t>(second) << 1;
}

int part_of(Term term) { return static_cast<int>(term >> rest_bits); }

std::string words_key(int part, UtcTime day) { return static_cast<char>(part) + time_key(day); }

std::optional<WordsKey> parse_words_key(std::string_view key) {
  if (key.size() != 1 + time_bytes || static_cast<unsigned char>(key.front()) >= word_parts) return std::nullopt;
  const auto day = time_of(key.substr(1));
  if (bucket_of(Resolution::day, day) != day) return std::nullopt;
  return WordsKey{key.front(), day};
}

void Terms::add_words(std::string_view text) {
  tokenise(text, tokens_);
  for (const auto& token : tokens_)
    if (const auto term = term_of(token, text)) terms_.push_back(*term);
}

const std::vector<Term>& Terms::of(const Post& post, const Assessment& assessment,
                                   const std::vector<std::string>& watched, std::string_view place) {
  terms_.clear();
  add_words(post.text);
  if (post.title) add_words(*post.title);
  for (const auto& tag : watched) terms_.push_back(label(Label::tag, tag));
  terms_.push_back(label(Label::source, post.source));
  for (const auto& concern : assessment.concerns)
    terms_.push_back(label(Label::theme, static_cast<std::uint64_t>(concern.theme)));
  if (assessment.severity > 0)
    terms_.push_back(label(Label::severity, static_cast<std::uint64_t>(assessment.severity)));
  if (assessment.voice != Voice::unknown)
    terms_.push_back(label(Label::voice, static_cast<std::uint64_t>(assessment.voice)));
  if (!place.empty()) terms_.push_back(label(Label::place, place));
  return terms_;
}

std::vector<std::vector<Term>> wanted_terms(const PostFilter& filter) {
  constexpr std::size_t most_words = 16;  // of a query; whether it says the others is seen by reading
  std::vector<std::vector<Term>> wanted;
  Tokens tokens;
  for (const auto& phrase : filter.phrases) {
    tokenise(phrase, tokens);
    for (const auto& token : tokens)
      if (const auto term = term_of(token, phrase); term && wanted.size() < most_words) wanted.push_back({*term});
  }
  if (filter.tag) wanted.push_back({label(Label::tag, *filter.tag)});
  if (filter.source) wanted.push_back({label(Label::source, *filter.source)});
  if (filter.concern) wanted.push_back({label(Label::theme, static_cast<std::uint64_t>(*filter.concern))});
  if (filter.min_severity > 0) {
    auto& any = wanted.emplace_back();
    for (int severity = filter.min_severity; severity < severities; ++severity)
      any.push_back(label(Label::severity, static_cast<std::uint64_t>(severity)));
  }
  if (filter.voice && *filter.voice != Voice::unknown)
    wanted.push_back({label(Label::voice, static_cast<std::uint64_t>(*filter.voice))});
  if (filter.place && !filter.place->empty()) wanted.push_back({label(Label::place, *filter.place)});
  return wanted;
}

bool Postings::read(int part, std::string_view bytes) {
  if (bytes.empty()) return true;
  ByteReader in{bytes};
  if (in.byte() != version) return false;
  std::uint64_t rest = 0;
  bool sensible = true;
  for (bool first = true; sensible && !in.at_end(); first = false) {
    const auto further = in.varint32();
    rest += further;
    ByteReader list{in.bytes(in.varint())};
    sensible = in.good() && rest <= UINT32_MAX && (first || further > 0);
    const auto term = (static_cast<std::uint64_t>(part) << rest_bits | rest) << time_bits;
    std::uint64_t second = 0;
    for (bool earliest = true; sensible && !list.at_end(); earliest = false) {
      const auto step = list.varint32();
      const auto count = (step & 1) != 0 ? list.signed_number() : 1;
      second += step >> 1;
      sensible = list.good() && second < seconds_a_day && (earliest || step > 1);
      if (sensible) add(term | second << 1, count);
    }
  }
  end_run();
  return sensible;
}

const std::vector<Posting>& Postings::added_up() {
  const auto before = [](const Posting& one, const Posting& other) { return one.at < other.at; };
  for (; runs_.size() > 1;) {  // neighbours together, until there is one run
    std::vector<std::size_t> longer;
    std::size_t begin = 0;
    for (std::size_t i = 0; i + 1 < runs_.size(); i += 2) {
      const auto at = [&](std::size_t place) { return postings_.begin() + static_cast<std::ptrdiff_t>(place); };
      std::inplace_merge(at(begin), at(runs_[i]), at(runs_[i + 1]), before);
      longer.push_back(begin = runs_[i + 1]);
    }
    if (runs_.size() % 2 == 1) longer.push_back(runs_.back());
    runs_ = std::move(longer);
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < postings_.size();) {
    Posting sum{postings_[i].at, 0};
    std::uint64_t count = 0;  // wraps around rather than overflows: hostile bytes may hold any number
    for (; i < postings_.size() && postings_[i].at == sum.at; ++i)
      count += static_cast<std::uint64_t>(postings_[i].count);
    sum.count = static_cast<std::int64_t>(count);
    if (sum.count != 0) postings_[kept++] = sum;
  }
  postings_.resize(kept);
  return postings_;
}

std::string Postings::encoded() {
  RowWriter out;
  for (const auto& posting : added_up()) out.add(posting.at, posting.count);
  return out.take();
}

std::optional<std::string_view> list_in(std::string_view row, Term term) {
  const auto wanted = static_cast<std::uint32_t>(term);
  ByteReader in{row};
  if (!row.empty() && in.byte() != version) return std::nullopt;
  std::uint64_t rest = 0;
  while (!in.at_end()) {
    rest += in.varint32();
    const auto list = in.bytes(in.varint());
    if (!in.good()) return std::nullopt;
    if (rest >= wanted) return rest == wanted ? list : std::string_view{};
  }
  return std::string_view{};
}

bool read_seconds(std::string_view list, std::vector<std::uint32_t>& seconds) {
  ByteReader in{list};
  std::uint64_t second = 0;
  while (!in.at_end()) {
    const auto step = in.varint32();
    const auto count = (step & 1) != 0 ? in.signed_number() : 1;
    second += step >> 1;
    if (!in.good() || second >= seconds_a_day) return false;
    if (count > 0) seconds.push_back(static_cast<std::uint32_t>(second));
  }
  return true;
}

WordTally::Day& WordTally::day_of(UtcTime begin) {
  for (auto day = days_.rbegin(); day != days_.rend(); ++day)
    if (day->begin == begin) return *day;
  return days_.emplace_back(Day{.begin = begin});
}

void WordTally::count(const Post& post, const Assessment& assessment, const std::vector<std::string>& watched,
                      std::string_view place, std::int64_t number) {
  const auto begin = bucket_of(Resolution::day, post.made_at);
  auto& all = day_of(begin).at;
  for (const auto term : terms_.of(post, assessment, watched, place))
    all.push_back(posting_at(term, post.made_at, begin) | (number < 0 ? taken_away : 0));
}

std::vector<WordTally::Row> WordTally::rows() {
  std::vector<Row> rows;
  for (auto& [begin, all] : days_) {
    boost::sort::spreadsort::integer_sort(all.begin(), all.end());
    RowWriter out;
    for (std::size_t i = 0; i < all.size();) {
      const auto part = part_of(all[i] >> time_bits);
      bool any = false;
      while (i < all.size() && part_of(all[i] >> time_bits) == part) {
        const auto at = all[i] & ~taken_away;
        std::int64_t count = 0;
        for (; i < all.size() && (all[i] & ~taken_away) == at; ++i) count += (all[i] & taken_away) != 0 ? -1 : 1;
        if (count == 0) continue;
        out.add(at, count);
        any = true;
      }
      if (any) rows.push_back({words_key(part, begin), out.take()});
    }
  }
  if (days_.size() > 1)
    std::sort(rows.begin(), rows.end(), [](const Row& one, const Row& other) { return one.key < other.key; });
  return rows;
}

}  // namespace barometer
