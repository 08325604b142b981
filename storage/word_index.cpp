#include "storage/word_index.hpp"

#include <algorithm>

#include "connectors/digest.hpp"
#include "storage/codec_parts.hpp"
#include "storage/series.hpp"

namespace barometer {

namespace {

constexpr const char* scheme_key = "words";
constexpr std::size_t posts_a_slice = 5000;
constexpr char built = 1;
constexpr char being_built = 2;

// What "words" in the default family says: 01 scheme:varint state:u8, and while it is being built, how far.
struct Progress {
  std::uint64_t scheme = 0;
  bool finished = false;
  std::string until = {};  // key of the last post that is in the index
};

std::string encode(const Progress& progress) {
  std::string out{record_version};
  put_varint(out, progress.scheme);
  out.push_back(progress.finished ? built : being_built);
  return out += progress.until;
}

Result<Progress> read_progress(const OpenDb& db, const std::string& path) {
  std::string value;
  const auto found = db.get(Family::meta, scheme_key, &value);
  if (found.IsNotFound()) return Progress{};
  if (!found.ok()) return disk_failure(found, path);
  ByteReader in{value};
  const bool known = in.byte() == record_version;
  Progress progress{.scheme = in.varint()};
  progress.finished = in.byte() == built;
  if (!known || !in.good()) return unreadable("state of the index of words");
  while (!in.at_end()) progress.until.push_back(static_cast<char>(in.byte()));
  return progress;
}

Failure senseless(const std::string& path) {
  return disk_failure(rocksdb::Status::Corruption("the index of words has a row that makes no sense"), path);
}

// Row by row: a range deleted at once shares its insert hint with the rows that follow, in another table, which RocksDB 7.8 does
// not survive.
Result<void> drop_words(const OpenDb& db, const std::string& path, const std::function<bool(std::string_view)>& goes,
                        rocksdb::WriteBatch& out) {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> row{db->NewIterator(options, db.of(Family::words))};
  for (row->SeekToFirst(); row->Valid(); row->Next())
    if (goes(row->value().ToStringView())) out.Delete(db.of(Family::words), row->key());
  if (!row->status().ok()) return disk_failure(row->status(), path);
  return {};
}

// One slice; what it has read last is told in `progress`.
Result<void> build_slice(const OpenDb& db, const std::string& path, Progress& progress) {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> row{db->NewIterator(options, db.of(Family::posts))};
  WordTally words;
  std::size_t read = 0;
  row->Seek(progress.until);
  if (row->Valid() && row->key() == progress.until) row->Next();
  for (; row->Valid() && read < posts_a_slice; row->Next(), ++read) {
    progress.until = row->key().ToString();
    const auto record = decode_post(row->value().ToStringView());
    if (!record) continue;  // verify() tells
    const auto& kept = record->kept;
    words.count(kept.post, kept.assessment, kept.watched, kept.place, +1);
  }
  if (!row->status().ok()) return disk_failure(row->status(), path);
  progress.finished = !row->Valid();
  if (progress.finished) progress.until.clear();
  rocksdb::WriteBatch batch;
  write_words(db, words, batch);
  batch.Put(db.of(Family::meta), scheme_key, encode(progress));
  rocksdb::WriteOptions synced;
  synced.sync = progress.finished;
  if (const auto written = db->Write(synced, &batch); !written.ok()) return disk_failure(written, path);
  return {};
}

std::uint64_t mixed(std::uint64_t at) {
  at = (at ^ (at >> 30)) * 0xbf58476d1ce4e5b9u;
  at = (at ^ (at >> 27)) * 0x94d049bb133111ebu;
  return at ^ (at >> 31);
}

void keep_common(std::vector<std::uint32_t>& some, const std::vector<std::uint32_t>& others) {
  std::vector<std::uint32_t> common;
  std::set_intersection(some.begin(), some.end(), others.begin(), others.end(), std::back_inserter(common));
  some = std::move(common);
}

}  // namespace

void write_words(const OpenDb& db, WordTally& words, rocksdb::WriteBatch& out) {
  for (const auto& row : words.rows()) out.Merge(db.of(Family::words), row.key, row.postings);
}

Result<bool> words_missing(const OpenDb& db, const std::string& path) {
  const auto progress = read_progress(db, path);
  if (!progress) return progress.error();
  return progress->scheme != word_scheme || !progress->finished;
}

Result<void> build_words(const OpenDb& db, const std::string& path) {
  auto progress = read_progress(db, path);
  if (!progress) return progress.error();
  if (progress->scheme != word_scheme) {
    *progress = {.scheme = word_scheme};
    rocksdb::WriteBatch begun;
    if (const auto dropped = drop_words(
            db, path, [](std::string_view) { return true; }, begun);
        !dropped)
      return dropped;
    begun.Put(db.of(Family::meta), scheme_key, encode(*progress));
    if (const auto written = db->Write({}, &begun); !written.ok()) return disk_failure(written, path);
  }
  while (!progress->finished)
    if (const auto done = build_slice(db, path, *progress); !done) return done;
  return {};
}

Result<void> drop_empty_words(const OpenDb& db, const std::string& path, rocksdb::WriteBatch& out) {
  return drop_words(
      db, path, [](std::string_view row) { return row.size() <= 1; }, out);
}

WordWalk::WordWalk(const OpenDb& db, const std::string& path, const rocksdb::Snapshot* at,
                   std::vector<std::vector<Term>> groups, bool newest_first)
    : path_(path), newest_first_(newest_first) {
  for (const auto& group : groups) {
    auto& readers = groups_.emplace_back();
    for (const auto term : group) {
      auto reader = std::make_unique<Reader>();
      reader->term = term;
      reader->lower.push_back(static_cast<char>(part_of(term)));
      reader->upper.push_back(static_cast<char>(part_of(term) + 1));
      reader->lower_bound = reader->lower;
      reader->upper_bound = reader->upper;
      rocksdb::ReadOptions options;
      options.snapshot = at;
      options.iterate_lower_bound = &reader->lower_bound;
      options.iterate_upper_bound = &reader->upper_bound;
      reader->row.reset(db->NewIterator(options, db.of(Family::words)));
      readers.push_back(std::move(reader));
    }
  }
}

Result<std::optional<UtcTime>> WordWalk::seek(Reader& reader, UtcTime day) {
  const auto key = words_key(part_of(reader.term), day);
  auto& row = *reader.row;
  if (!row.Valid() || row.key() != key) newest_first_ ? row.SeekForPrev(key) : row.Seek(key);
  if (!row.status().ok()) return disk_failure(row.status(), path_);
  if (!row.Valid()) return std::optional<UtcTime>{};
  const auto found = parse_words_key(row.key().ToStringView());
  if (!found) return senseless(path_);
  return std::optional{found->day};
}

// Intersects from the shortest list on; a list much longer than what is left is not worth reading: the posts tell.
Result<std::vector<std::uint32_t>> WordWalk::seconds_of(UtcTime day) {
  constexpr std::size_t much_longer = 64;
  struct Lists {
    std::vector<std::string_view> lists = {};
    std::size_t bytes = 0;
  };
  std::vector<Lists> groups;
  for (const auto& readers : groups_) {
    auto& group = groups.emplace_back();
    for (const auto& reader : readers) {
      if (!reader->row->Valid() || reader->row->key() != words_key(part_of(reader->term), day)) continue;
      const auto list = list_in(reader->row->value().ToStringView(), reader->term);
      if (!list) return senseless(path_);
      group.lists.push_back(*list);
      group.bytes += list->size();
    }
  }
  std::sort(groups.begin(), groups.end(), [](const Lists& one, const Lists& other) { return one.bytes < other.bytes; });
  std::vector<std::uint32_t> common;
  for (auto group = groups.begin(); group != groups.end(); ++group) {
    if (group != groups.begin() && (common.empty() || group->bytes > much_longer * (common.size() + 1))) break;
    std::vector<std::uint32_t> seconds;
    for (const auto list : group->lists)
      if (!read_seconds(list, seconds)) return senseless(path_);
    if (group->lists.size() > 1) {
      std::sort(seconds.begin(), seconds.end());
      seconds.erase(std::unique(seconds.begin(), seconds.end()), seconds.end());
    }
    if (group == groups.begin())
      common = std::move(seconds);
    else
      keep_common(common, seconds);
  }
  if (newest_first_) std::reverse(common.begin(), common.end());
  return common;
}

Result<std::optional<WordWalk::Day>> WordWalk::next(UtcTime from, UtcTime last) {
  for (auto day = from; !behind(day, last);) {
    bool here = true;  // every group has a row on this day
    for (auto& readers : groups_) {
      std::optional<UtcTime> nearest;
      for (auto& reader : readers) {
        const auto found = seek(*reader, day);
        if (!found) return found.error();
        if (*found && (!nearest || behind(*nearest, **found))) nearest = **found;
      }
      if (!nearest) return std::optional<Day>{};
      if (*nearest == day) continue;
      day = *nearest;
      here = false;
      break;
    }
    if (!here) continue;
    auto seconds = seconds_of(day);
    if (!seconds) return seconds.error();
    if (!seconds->empty()) return std::optional{Day{day, std::move(*seconds)}};
    const auto further = behind(day);
    if (!further) break;
    day = *further;
  }
  return std::optional<Day>{};
}

std::optional<UtcTime> WordWalk::behind(UtcTime day) const {
  constexpr std::chrono::days one{1};
  if (newest_first_ ? day < UtcTime::min() + one : day > UtcTime::max() - one) return std::nullopt;
  return newest_first_ ? day - one : day + one;
}

void WordRecount::count(const StoredPost& kept) {
  const auto day = bucket_of(Resolution::day, kept.post.made_at);
  auto& sums = days_[day];
  for (const auto term : terms_.of(kept.post, kept.assessment, kept.watched, kept.place)) {
    auto& sum = sums[static_cast<std::size_t>(part_of(term))];
    ++sum.postings;
    sum.hashes += mixed(posting_at(term, kept.post.made_at, day));
  }
}

Result<std::vector<std::string>> WordRecount::compare(const OpenDb& db, const rocksdb::ReadOptions& options,
                                                      const std::string& path,
                                                      const std::function<bool(UtcTime day)>& meant) {
  std::vector<std::string> differences;
  const auto differ = [&](int part, UtcTime day, const std::string& what) {
    differences.push_back("words of the day " + std::to_string(day.time_since_epoch().count()) + ", part " +
                          std::to_string(part) + ": " + what);
  };
  const std::unique_ptr<rocksdb::Iterator> row{db->NewIterator(options, db.of(Family::words))};
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    const auto key = parse_words_key(row->key().ToStringView());
    if (!key) {
      differences.push_back("words with a key that makes no sense, " + to_hex(row->key().ToStringView()));
      continue;
    }
    if (!meant(key->day)) continue;
    Postings postings;
    const bool sensible = postings.read(key->part, row->value().ToStringView());
    Sum kept;
    for (const auto& posting : postings.added_up()) {
      kept.postings += static_cast<std::uint64_t>(posting.count);
      kept.hashes += static_cast<std::uint64_t>(posting.count) * mixed(posting.at);
    }
    auto& recounted = days_[key->day][static_cast<std::size_t>(key->part)];
    if (!sensible || kept != recounted)
      differ(key->part, key->day,
             std::to_string(kept.postings) + " kept, " + std::to_string(recounted.postings) + " recounted" +
                 (kept.postings == recounted.postings ? ", and not the same" : ""));
    recounted = {};
  }
  if (!row->status().ok()) return disk_failure(row->status(), path);
  for (const auto& [day, sums] : days_)
    for (std::size_t part = 0; part < sums.size(); ++part)
      if (sums[part].postings != 0)
        differ(static_cast<int>(part), day, "missing, " + std::to_string(sums[part].postings) + " recounted");
  return differences;
}

}  // namespace barometer
