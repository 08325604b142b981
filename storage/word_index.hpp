#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <rocksdb/write_batch.h>

#include "storage/codec.hpp"
#include "storage/open_db.hpp"
#include "storage/words.hpp"

namespace barometer {

// The family of words in the database: written, built, read, recounted.

void write_words(const OpenDb& db, WordTally& words, rocksdb::WriteBatch& out);

// Builds the index of what is kept where there is none, or one of another scheme. In slices, each with how far it came in one write:
// what a crash cuts short goes on there at the next start.
Result<void> build_words(const OpenDb& db, const std::string& path);
// Whether that is to be done.
Result<bool> words_missing(const OpenDb& db, const std::string& path);

// Rows of which nothing is left: a day on which something was said. After erasures.
Result<void> drop_empty_words(const OpenDb& db, const std::string& path, rocksdb::WriteBatch& out);

// Walks through the seconds at which posts may have been made that have at least one term of each group, one way.
class WordWalk {
 public:
  WordWalk(const OpenDb& db, const std::string& path, const rocksdb::Snapshot* at,
           std::vector<std::vector<Term>> groups, bool newest_first);

  struct Day {
    UtcTime begin = {};
    std::vector<std::uint32_t> seconds = {};  // in the order of the walk; never empty
  };
  // The next such day: `from` or behind it, but not behind `last`. Empty if there is none.
  Result<std::optional<Day>> next(UtcTime from, UtcTime last);
  // The day behind a day, in the order of the walk; empty at the end of time.
  std::optional<UtcTime> behind(UtcTime day) const;

 private:
  struct Reader {
    Term term = 0;
    std::unique_ptr<rocksdb::Iterator> row = {};  // within the rows of its part
    std::string lower = {};
    std::string upper = {};
    rocksdb::Slice lower_bound = {};
    rocksdb::Slice upper_bound = {};
  };
  // Where a term is next on or behind a day; empty if nowhere.
  Result<std::optional<UtcTime>> seek(Reader& reader, UtcTime day);
  Result<std::vector<std::uint32_t>> seconds_of(UtcTime day);
  bool behind(UtcTime one, UtcTime other) const { return newest_first_ ? one < other : one > other; }

  std::string path_;
  bool newest_first_ = true;
  std::vector<std::vector<std::unique_ptr<Reader>>> groups_;
};

// Recounts the index: hears of every post, then reads every row. What each row holds is compared by sums of hashes.
class WordRecount {
 public:
  void count(const StoredPost& kept);
  // What differs, in words for people; rows of days that are not `meant` are passed over.
  Result<std::vector<std::string>> compare(const OpenDb& db, const rocksdb::ReadOptions& options,
                                           const std::string& path, const std::function<bool(UtcTime day)>& meant);

 private:
  struct Sum {
    std::uint64_t postings = 0;  // counted as often as they are said
    std::uint64_t hashes = 0;
    bool operator==(const Sum&) const = default;
  };
  std::map<UtcTime, std::array<Sum, word_parts>> days_;
  Terms terms_;
};

}  // namespace barometer
