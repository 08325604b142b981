#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/text.hpp"
#include "storage/post_filter.hpp"
#include "storage/store.hpp"

namespace barometer {

// The index of words: at which seconds posts were made that say a word or bear a label. It holds numbers only, and only of what is
// kept: each change of a post moves its postings in the same write, as it moves its counts. A posting tells where to look; the
// post itself is read before it is shown.
//
//   words     part:u8 day                  →  postings; day := begin of a day (UTC), as time in keys.hpp
//   postings  := 01, then by term, ascending: (rest - rest before: varint) length:varint list
//   list      := by second of the day, ascending: (second - second before) * 2 + (count is not 1): varint [count:signed]
//   term      := a part (6 bits) and a rest (32 bits): the first bits of a hash (XXH3) of a word as tokenise() gives it, a hashtag
//                without its '#', of a number as it is written; or of a label: tag, source, theme, severity, voice, place
//
// A count is how often the posts of that second say it: an edit takes away what the old version said and adds what the new one
// says, and two posts of one second do not mind each other. Rows of one key are added up (merge_words.hpp).
using Term = std::uint64_t;  // only the first 38 bits are set
inline constexpr int word_parts = 64;
// Raised when the same post would give other terms, because tokenise() changed: the index of every store is then built anew.
inline constexpr std::uint64_t word_scheme = 1;

std::string words_key(int part, UtcTime day);
struct WordsKey {
  int part = 0;
  UtcTime day = {};
};
std::optional<WordsKey> parse_words_key(std::string_view key);
int part_of(Term term);
// A posting's place in order: the term, then in the last 26 bits twice the second of the day.
std::uint64_t posting_at(Term term, UtcTime made_at, UtcTime day);

// Calls for all that a post says and bears.
class Terms {
 public:
  // Valid until the next call. A word that is said twice is there twice.
  const std::vector<Term>& of(const Post& post, const Assessment& assessment, const std::vector<std::string>& watched,
                              std::string_view place);

 private:
  void add_words(std::string_view text);
  Tokens tokens_;
  std::vector<Term> terms_;
};

// What a filter asks for, in terms: posts that meet it have at least one of each group. Empty: it asks for nothing that is indexed.
std::vector<std::vector<Term>> wanted_terms(const PostFilter& filter);

struct Posting {
  std::uint64_t at = 0;  // posting_at()
  std::int64_t count = 0;
};
// Ascending by `at`, each once, none with a count of 0: made so from any number of runs that are sorted already.
class Postings {
 public:
  // Appends a run; false if the bytes are no postings, of which as many are read as make sense.
  bool read(int part, std::string_view bytes);
  void add(std::uint64_t at, std::int64_t count) { postings_.push_back({at, count}); }
  void end_run() { runs_.push_back(postings_.size()); }
  const std::vector<Posting>& added_up();
  std::string encoded();

 private:
  std::vector<Posting> postings_;
  std::vector<std::size_t> runs_;  // where each ends
};

// The list of a term within a row: empty if it has none; nothing if the row makes no sense.
std::optional<std::string_view> list_in(std::string_view row, Term term);
// Its seconds, ascending. False if it makes no sense.
bool read_seconds(std::string_view list, std::vector<std::uint32_t>& seconds);

// Postings of a group of posts, added up in memory.
class WordTally {
 public:
  void count(const Post& post, const Assessment& assessment, const std::vector<std::string>& watched,
             std::string_view place, std::int64_t number);  // +1 or -1
  struct Row {
    std::string key = {};
    std::string postings = {};
  };
  std::vector<Row> rows();  // by key; none that changes nothing
  bool empty() const { return days_.empty(); }

 private:
  struct Day {
    UtcTime begin = {};
    std::vector<std::uint64_t> at = {};  // as Posting::at; odd where it is taken away
  };
  Day& day_of(UtcTime begin);
  std::vector<Day> days_;
  Terms terms_;
};

}  // namespace barometer
