#include "storage/open_db.hpp"

#include <algorithm>

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include "storage/bytes.hpp"
#include "storage/codec.hpp"
#include "storage/keys.hpp"
#include "storage/merge_counts.hpp"
#include "storage/merge_words.hpp"
#include "storage/migrate.hpp"
#include "storage/word_index.hpp"

namespace barometer {

namespace {

constexpr std::array<const char*, families> names{
    "default", "posts",   "ids",      "series",    "cursors",    "alerts", "outbox",  "gaps",  "sources",
    "natives", "settled", "erasures", "deletions", "utterances", "issues", "members", "words", "reviews"};
constexpr std::uint64_t schema = 8;  // 8: sketches of bytes, which whoever knows 7 cannot read
constexpr std::size_t megabyte = 1024 * 1024;
constexpr int read_only_attempts = 10;

// RocksDB's own log is not kept: a reader would rotate it under the feet of the daemon that writes it, and on a disk that took
// a line of it badly, the next line ends the process (Debian builds RocksDB with its assertions). Failures reach us as values.
class NoLog : public rocksdb::Logger {
 public:
  NoLog() : Logger(rocksdb::InfoLogLevel::HEADER_LEVEL) {}
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

rocksdb::Env* env_of(const StoreSettings& settings) {
  return settings.env != nullptr ? settings.env : rocksdb::Env::Default();
}

rocksdb::DBOptions db_options(const StoreSettings& settings) {
  rocksdb::DBOptions options;
  options.env = env_of(settings);
  options.create_if_missing = !settings.read_only;
  // What was acknowledged is never rolled back: a torn last record is what a crash leaves, damage before it is an error.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.paranoid_checks = true;
  options.max_bgerror_resume_count = 0;  // RocksStore opens anew instead
  options.db_write_buffer_size = 48 * megabyte;
  options.max_total_wal_size = 64 * megabyte;
  options.max_manifest_file_size = 4096;  // begun anew often: see drop_old_files()
  options.max_background_jobs = 2;
  options.allow_concurrent_memtable_write = false;  // one writer
  options.bytes_per_sync = megabyte;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.info_log = std::make_shared<NoLog>();
  return options;
}

rocksdb::BlockBasedTableOptions table_options(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = 16 * 1024;
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.format_version = 5;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  return table;
}

// New rows fall between all the old ones: a level would be written again, whole, whenever something is added to it. So runs are merged
// with their like: a row is written again once for sixteen times as many, however many there are.
void fall_anywhere(rocksdb::ColumnFamilyOptions& options) {
  options.compaction_style = rocksdb::kCompactionStyleUniversal;
  options.level0_file_num_compaction_trigger = 16;
  options.compaction_options_universal.max_size_amplification_percent = 900;  // hardly any row is ever replaced
  options.level0_slowdown_writes_trigger = 32;
  options.level0_stop_writes_trigger = 48;
}

rocksdb::ColumnFamilyOptions family_options(Family family, const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = 16 * megabyte;
  // A commit writes each family in the order of its keys: the search for the next place begins at the last one. Whoever uses this
  // deletes no ranges: RocksDB 7.8 gives their table the hints of the rows.
  options.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewCappedPrefixTransform(0));
  options.level_compaction_dynamic_level_bytes = true;
  // What is kept by time grows at its end, and each compaction writes the last table again, whole. One level holds it all: on its way
  // through two it would be written twice.
  options.target_file_size_base = 8 * megabyte;
  options.max_bytes_for_level_base = std::uint64_t{1} << 40;
  options.compression = rocksdb::kLZ4Compression;
  options.bottommost_compression = rocksdb::kZSTD;
  auto table = table_options(cache);
  switch (family) {
    case Family::posts:
      table.filter_policy.reset();  // a post is only asked for by a key that is known to be there
      break;
    case Family::ids:  // hashes: asked for once a post, mostly in vain, and incompressible
      options.compression = options.bottommost_compression = rocksdb::kNoCompression;
      options.memtable_prefix_bloom_size_ratio = 0.05;
      options.memtable_whole_key_filtering = true;
      fall_anywhere(options);
      table.block_size = 4 * 1024;
      break;
    case Family::series:
    case Family::settled:
      options.merge_operator = std::make_shared<MergeCounts>();
      fall_anywhere(options);
      table.filter_policy.reset();  // only scanned
      break;
    case Family::words:
      options.merge_operator = std::make_shared<MergeWords>();
      fall_anywhere(options);
      table.filter_policy.reset();  // only scanned
      break;
    case Family::natives:
    case Family::members: fall_anywhere(options); break;
    case Family::utterances: break;
    case Family::meta:
    case Family::cursors:
    case Family::alerts:
    case Family::outbox:
    case Family::gaps:
    case Family::erasures:
    case Family::deletions:
    case Family::issues:
    case Family::reviews:
    case Family::sources: options.write_buffer_size = 2 * megabyte; break;
  }
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> descriptors() {
  // Four parts: in the sixty-four that RocksDB would make, the filter of a large table has no room, and is read at each look-up.
  const auto cache = rocksdb::NewLRUCache(32 * megabyte, 2, false, 0.5);
  std::vector<rocksdb::ColumnFamilyDescriptor> all;
  for (std::size_t i = 0; i < families; ++i) all.emplace_back(names[i], family_options(static_cast<Family>(i), cache));
  return all;
}

Failure newer(const std::string& path) {
  return {
      Remedy::ask_operator,
      "the store " + path + " was written by a newer barometer: run that version, or give this one a store of its own"};
}

Failure older(const std::string& path) {
  return {
      Remedy::ask_operator,
      "the store " + path + " was made by an older barometer: start the daemon once, it brings the store up to date"};
}

// RocksDB would make a new database in a folder that lost its CURRENT file, and call it a success.
Result<bool> exists(const StoreSettings& settings, const std::string& path) {
  auto* env = env_of(settings);
  if (env->FileExists(path + "/CURRENT").ok()) return true;
  std::vector<std::string> files;
  if (const auto listed = env->GetChildren(path, &files); !listed.ok()) {
    if (listed.IsNotFound()) return false;
    return disk_failure(listed, path);
  }
  // The log is begun after CURRENT: without either, a first start was cut short before there was anything to lose.
  const bool remains = std::any_of(files.begin(), files.end(), [](const std::string& file) {
    return file.ends_with(".sst") || file.ends_with(".log");
  });
  if (remains) return disk_failure(rocksdb::Status::Corruption("the file CURRENT is missing"), path);
  return false;
}

Result<void> make_folder(const StoreSettings& settings) {
  if (settings.env != nullptr) return {};  // a test's disk makes its own
  std::error_code error;
  if (!std::filesystem::create_directories(settings.path, error) && !error) return {};
  if (!error) std::filesystem::permissions(settings.path, std::filesystem::perms::owner_all, error);
  if (!error) return {};
  return Failure{Remedy::ask_operator, "the folder of the store " + settings.path.string() + " cannot be made (" +
                                           error.message() + "): make it, or set another path"};
}

// The families are made first and the schema is written last: without it, a first start was cut short between them.
Failure why_incomplete(const rocksdb::DBOptions& options, const std::string& path) {
  rocksdb::DB* opened = nullptr;
  if (const auto done = rocksdb::DB::OpenForReadOnly(rocksdb::Options{options, {}}, path, &opened); !done.ok())
    return disk_failure(done, path);
  const std::unique_ptr<rocksdb::DB> db{opened};
  std::string value;
  const auto found = db->Get({}, "schema", &value);
  if (found.IsNotFound())
    return {Remedy::ask_operator,
            "the store " + path + " was not finished when the daemon first started: start it again, nothing is lost"};
  return found.ok() ? older(path) : disk_failure(found, path);
}

// The families that are there.
Result<std::vector<std::string>> check_families(const StoreSettings& settings, const rocksdb::DBOptions& options,
                                                const std::string& path) {
  std::vector<std::string> found;
  if (const auto listed = rocksdb::DB::ListColumnFamilies(options, path, &found); !listed.ok())
    return disk_failure(listed, path);
  const auto known = [](const std::string& name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  if (!std::all_of(found.begin(), found.end(), known)) return newer(path);
  if (settings.read_only && found.size() < names.size()) return why_incomplete(options, path);
  return found;
}

bool empty(const OpenDb& db, Family family) {
  const std::unique_ptr<rocksdb::Iterator> rows{db->NewIterator({}, db.of(family))};
  rows->SeekToFirst();
  return !rows->Valid() && rows->status().ok();
}

Result<void> write_schema(const OpenDb& db, const std::string& path) {
  std::string value{'\1'};
  put_varint(value, schema);
  rocksdb::WriteOptions synced;
  synced.sync = true;
  const auto written = db->Put(synced, db.of(Family::meta), "schema", value);
  if (!written.ok()) return disk_failure(written, path);
  return {};
}

Result<void> check_schema(const OpenDb& db, const StoreSettings& settings, const std::string& path) {
  std::string value;
  const auto found = db.get(Family::meta, "schema", &value);
  if (found.ok()) {
    ByteReader in{value};
    const bool known = in.byte() == 1;
    const auto written = in.varint();
    if (!known || !in.good() || !in.at_end() || written > schema) return newer(path);
    const auto no_words = words_missing(db, path);
    if (!no_words) return no_words.error();
    if (written == schema && !*no_words) return {};
    if (settings.read_only) return older(path);
    if (const auto done = migrate(db, path, written); !done) return done.error();
    if (const auto made = build_words(db, path); !made) return made.error();
    return write_schema(db, path);
  }
  if (!found.IsNotFound()) return disk_failure(found, path);
  if (!empty(db, Family::posts) || !empty(db, Family::ids))
    return disk_failure(rocksdb::Status::Corruption("its schema version is missing"), path);
  if (settings.read_only) return {};  // the daemon has made it this moment
  if (const auto made = build_words(db, path); !made) return made.error();
  return write_schema(db, path);
}

// Families that are missing are made together: DB::Open would make them one by one, and each time write the settings of all and
// read them again, which is most of a first start.
Result<std::shared_ptr<const OpenDb>> open_to_write(const rocksdb::DBOptions& options, const std::string& path,
                                                    const std::vector<std::string>& found) {
  std::vector<rocksdb::ColumnFamilyDescriptor> there;
  std::vector<rocksdb::ColumnFamilyDescriptor> missing;
  for (auto& family : descriptors()) {
    const bool is_there = family.name == rocksdb::kDefaultColumnFamilyName ||
                          std::find(found.begin(), found.end(), family.name) != found.end();
    (is_there ? there : missing).push_back(std::move(family));
  }
  rocksdb::DB* opened = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  if (const auto done = rocksdb::DB::Open(options, path, there, &handles, &opened); !done.ok())
    return disk_failure(done, path);
  std::unique_ptr<rocksdb::DB> db{opened};
  std::vector<rocksdb::ColumnFamilyHandle*> made;
  const auto done = missing.empty() ? rocksdb::Status::OK() : db->CreateColumnFamilies(missing, &made);
  handles.insert(handles.end(), made.begin(), made.end());
  if (!done.ok()) {
    for (auto* handle : handles) db->DestroyColumnFamilyHandle(handle);
    return disk_failure(done, path);
  }
  std::vector<rocksdb::ColumnFamilyHandle*> in_order;
  for (const auto* name : names)
    in_order.push_back(*std::find_if(handles.begin(), handles.end(),
                                     [name](const auto* handle) { return handle->GetName() == name; }));
  return std::make_shared<const OpenDb>(std::move(db), in_order);
}

Result<std::shared_ptr<const OpenDb>> open_to_read(const rocksdb::DBOptions& options, const std::string& path) {
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  const auto opened = rocksdb::DB::OpenForReadOnly(options, path, descriptors(), &handles, &db);
  if (!opened.ok()) return disk_failure(opened, path);
  return std::make_shared<const OpenDb>(std::unique_ptr<rocksdb::DB>(db), handles);
}

// Changes whenever the daemon makes a file of its log superfluous.
std::string manifest_mark(rocksdb::Env* env, const std::string& path) {
  std::string current;
  if (!rocksdb::ReadFileToString(env, path + "/CURRENT", &current).ok()) return "";
  const auto manifest = current.substr(0, current.find('\n'));
  std::uint64_t size = 0;
  env->GetFileSize(path + "/" + manifest, &size);
  return manifest + ' ' + std::to_string(size);
}

// Beside a daemon: had it moved the end of its log into a table between our reading the list of tables and our reading
// the log, we would have found those posts in neither. Then the list has changed, and we look again.
Result<std::shared_ptr<const OpenDb>> open_beside_writer(const rocksdb::DBOptions& options, const std::string& path) {
  for (int attempt = 1;; ++attempt) {
    const auto before = manifest_mark(options.env, path);
    auto opened = open_to_read(options, path);
    if (before == manifest_mark(options.env, path) || attempt == read_only_attempts) return opened;
  }
}

}  // namespace

rocksdb::Status rewrite(const OpenDb& db, Family family, const std::string& first, const std::string& last) {
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  const rocksdb::Slice begin{first};
  const rocksdb::Slice end{last};
  return db->CompactRange(options, db.of(family), first.empty() ? nullptr : &begin, last.empty() ? nullptr : &end);
}

namespace {

std::string list_of_tables(const OpenDb& db) {
  std::string name;
  rocksdb::ReadFileToString(db->GetEnv(), db->GetName() + "/CURRENT", &name);
  return name;
}

}  // namespace

rocksdb::Status drop_old_files(const OpenDb& db) {
  // The list of tables names their first and last keys, and native ids are keys. A small family is written again until the
  // list has become too long and was begun anew: then it names only what is there.
  constexpr int most_changes = 200;  // each adds a hundred bytes and more
  const auto before = list_of_tables(db);
  for (int changes = 0; list_of_tables(db) == before; ++changes) {
    if (changes == most_changes) return rocksdb::Status::Incomplete("the list of tables was not begun anew");
    if (auto done = rewrite(db, Family::meta); !done.ok()) return done;
  }
  // A log stays for as long as any family has not written what stands in it.
  for (std::size_t i = 0; i < families; ++i)
    if (auto done = db->Flush({}, db.of(static_cast<Family>(i))); !done.ok()) return done;
  // What is not needed any more goes now, not when the next file does.
  if (auto done = db->DisableFileDeletions(); !done.ok()) return done;
  return db->EnableFileDeletions(true);
}

rocksdb::Status scrub(const OpenDb& db) {
  for (std::size_t i = 1; i < families; ++i)
    if (auto done = rewrite(db, static_cast<Family>(i)); !done.ok()) return done;
  return drop_old_files(db);
}

OpenDb::OpenDb(std::unique_ptr<rocksdb::DB> db, const std::vector<rocksdb::ColumnFamilyHandle*>& handles)
    : db_(std::move(db)) {
  std::copy_n(handles.begin(), families, handles_.begin());
}

OpenDb::~OpenDb() {
  for (auto* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
}

Result<std::shared_ptr<const OpenDb>> open_db(const StoreSettings& settings) {
  const auto path = settings.path.string();
  const auto options = db_options(settings);
  const auto there = exists(settings, path);
  if (!there) return there.error();
  if (!*there && settings.read_only)
    return Failure{Remedy::ask_operator,
                   "there is no store at " + path + ": start the daemon first, or set the right path"};
  std::vector<std::string> found;
  if (*there) {
    auto checked = check_families(settings, options, path);
    if (!checked) return checked.error();
    found = std::move(*checked);
  } else if (const auto made = make_folder(settings); !made) {
    return made.error();
  }
  auto opened = settings.read_only ? open_beside_writer(options, path) : open_to_write(options, path, found);
  if (!opened) return opened;
  if (const auto checked = check_schema(**opened, settings, path); !checked) return checked.error();
  return opened;
}

}  // namespace barometer
