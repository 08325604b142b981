#include <algorithm>

#include "storage/codec_parts.hpp"
#include "storage/issue_book.hpp"
#include "storage/rocks_store.hpp"
#include "storage/source_codec.hpp"
#include "storage/word_index.hpp"

namespace barometer {

namespace {

constexpr std::size_t read_at_once = 20'000;  // posts, before the iterator lets go of what it holds back
constexpr std::size_t written_at_once = 500;

DeletionKind kind_of(ErasureKind kind) { return static_cast<DeletionKind>(kind); }

using Iterator = std::unique_ptr<rocksdb::Iterator>;
Iterator rows(const OpenDb& db, Family family) {
  rocksdb::ReadOptions options;
  options.fill_cache = false;  // a whole store would push out what queries need
  return Iterator{db->NewIterator(options, db.of(family))};
}

void note(const OpenDb& db, const Deletion& deletion, rocksdb::WriteBatch& out) {
  out.Put(db.of(Family::deletions), deletion_key(deletion.at, deletion.kind), encode_deletion(deletion));
}

void add(TakenAway& sum, const TakenAway& more) {
  for (const auto count :
       {&TakenAway::posts, &TakenAway::texts, &TakenAway::authors, &TakenAway::references, &TakenAway::alerts,
        &TakenAway::tombstones, &TakenAway::counts, &TakenAway::sources, &TakenAway::reviews})
    sum.*count += more.*count;
}

}  // namespace

std::shared_ptr<const ErasureSet> RocksStore::erased() const {
  const std::lock_guard lock{db_lock_};
  return erased_;
}

Result<Deletion> RocksStore::forget(std::span<const Erasure> what, const std::vector<PostFilter>& holds, UtcTime now) {
  ErasureSet asked;
  asked.use_key(erased()->key());
  if (asked.key().empty()) asked.make_key();
  for (const auto& erasure : what) asked.add(asked.digest_of(erasure.kind, erasure.what), now);
  std::uint64_t held = 0;
  const auto counted = posts({}, false, [&](const StoredPost& kept) {
    held += asked.bars(kept.post, hash_id(kept.post.id)) &&
            std::any_of(holds.begin(), holds.end(), [&](const PostFilter& hold) { return matches(kept, hold); });
    return !holds.empty();
  });
  if (!counted) return counted.error();
  if (held > 0)
    return Failure{Remedy::ask_operator,
                   std::to_string(held) +
                       " of the posts to forget are under a hold (retention.holds), so nothing was "
                       "erased: lift the hold, or ask who set it"};
  auto begun = begin_deletion(kind_of(what.empty() ? ErasureKind::url : what.front().kind), std::move(asked), now);
  if (!begun) return begun;
  return carry_out(*begun);
}

Result<Deletion> RocksStore::forget_again(const ErasureSet& told, UtcTime now) {
  if (!erased()->empty() && erased()->key() != told.key())
    return Failure{Remedy::ask_operator,
                   "the list of what was forgotten, beside the backups, is of another store: bring back the right one"};
  auto begun = begin_deletion(DeletionKind::restored, told, now);
  if (!begun) return begun;
  return carry_out(*begun);
}

// From this write on, nothing that is to go can come in any more.
Result<Deletion> RocksStore::begin_deletion(DeletionKind kind, ErasureSet set, UtcTime now) {
  const std::lock_guard turn{writing_};
  const auto db = ready_to_write();
  if (!db) return db.error();
  Deletion deletion{.at = now, .kind = kind};
  std::string taken;  // two at one moment are two
  while ((*db)->get(Family::deletions, deletion_key(deletion.at, kind), &taken).ok())
    deletion.at += std::chrono::milliseconds{1};
  if (kind != DeletionKind::restored)
    for (const auto& [asked, at] : std::map(set.all())) set.add(asked, deletion.at);
  for (const auto& [known, at] : erased()->all()) set.add(known, at);
  rocksdb::WriteBatch batch;
  write_erasures(**db, set, batch);
  note(**db, deletion, batch);
  if (const auto written = write(**db, batch); !written) return written.error();
  const std::lock_guard lock{db_lock_};
  erased_ = std::make_shared<const ErasureSet>(std::move(set));
  return deletion;
}

Result<Deletion> RocksStore::carry_out(Deletion deletion) {
  const auto set = erased();
  if (const auto done = erase_posts(deletion, *set); !done) return done.error();
  for (auto before = deletion.taken.posts + 1; before != deletion.taken.posts;) {  // what passes on what passes on …
    before = deletion.taken.posts;
    if (const auto done = drop_references(deletion); !done) return done.error();
  }
  if (const auto done = drop_rows_of_sources(deletion, *set); !done) return done.error();
  if (const auto done = drop_places_of_sweeps(); !done) return done.error();
  if (const auto done = drop_empty_counts(); !done) return done.error();
  {
    const auto db = reading();
    if (!db) return db.error();
    if (const auto done = scrub(**db); !done.ok()) return failed(done);
  }
  const std::lock_guard turn{writing_};
  const auto db = ready_to_write();
  if (!db) return db.error();
  if (const auto told = tell_all_backups(deletion); !told) return told.error();
  deletion.finished = true;
  rocksdb::WriteBatch batch;
  note(**db, deletion, batch);
  if (const auto written = write(**db, batch); !written) return written.error();
  return deletion;
}

Result<void> RocksStore::finish_deletions() {
  std::vector<Deletion> unfinished;
  const auto read = deletions([&](const Deletion& deletion) {
    if (!deletion.finished && deletion.kind != DeletionKind::retention) unfinished.push_back(deletion);
    return true;
  });
  if (!read) return read.error();
  for (const auto& deletion : unfinished)
    if (const auto done = carry_out(deletion); !done) return done.error();
  return {};
}

Result<void> RocksStore::change_posts(
    Deletion& deletion, const Wanted& wanted,
    const std::function<Result<void>(Removal&, const PostKey&, PostRecord&)>& change) {
  std::string next;
  for (bool more = true; more;) {
    Keys found;
    {
      const auto db = reading();
      if (!db) return db.error();
      const auto row = rows(**db, Family::posts);
      std::size_t read = 0;
      for (row->Seek(next); row->Valid() && read < read_at_once && found.size() < written_at_once; row->Next()) {
        ++read;
        const auto key = parse_post_key(row->key().ToStringView());
        const auto record = decode_post(row->value().ToStringView());
        if (!key || !record) continue;  // verify() tells
        const auto is_wanted = wanted(**db, *key, *record);
        if (!is_wanted) return is_wanted.error();
        if (*is_wanted) found.push_back(*key);
      }
      if (!row->status().ok()) return failed(row->status());
      more = row->Valid();
      if (more) next = row->key().ToString();
    }
    const std::lock_guard turn{writing_};
    const auto db = ready_to_write();
    if (!db) return db.error();
    Removal removal{**db, path_};
    for (const auto& key : found) {
      std::string value;
      const auto got = (*db)->get(Family::posts, post_key(key.made_at, key.id), &value);
      if (got.IsNotFound()) continue;  // deleted meanwhile
      if (!got.ok()) return failed(got);
      auto record = decode_post(value);
      if (!record) return record.error();
      if (const auto changed = change(removal, key, *record); !changed) return changed.error();
    }
    if (const auto written = write_removal(**db, removal, deletion); !written) return written.error();
  }
  return {};
}

// What went and the account of it are one write, so that the account is exact after any crash.
Result<void> RocksStore::write_removal(const OpenDb& db, Removal& removal, Deletion& deletion) {
  auto batch = removal.finish();
  if (batch.Count() == 0) return {};
  if (removal.of_issues()) issues_.reset();  // to be read again
  auto after = deletion;
  add(after.taken, removal.taken());
  note(db, after, batch);
  if (const auto written = write(db, batch); !written) return written.error();
  deletion = after;
  return {};
}

Result<void> RocksStore::erase_posts(Deletion& deletion, const ErasureSet& set) {
  const auto wanted = [&](const OpenDb&, const PostKey& key, const PostRecord& record) -> Result<bool> {
    return set.bars(record.kept.post, key.id);
  };
  return change_posts(deletion, wanted, [&](Removal& removal, const PostKey& key, PostRecord& record) {
    return removal.erase(key, record, deletion.at);
  });
}

// Posts that pass on the words of an erased one go too; those that answer or quote it forget which it was.
Result<void> RocksStore::drop_references(Deletion& deletion) {
  const auto is_erased = [this](const OpenDb& db, const std::optional<std::string>& post) -> Result<bool> {
    if (!post) return false;
    const auto hash = hash_id(*post);
    std::string value;
    const auto found = db.get(Family::ids, rocksdb::Slice(hash.data(), hash.size()), &value);
    if (found.IsNotFound()) return false;
    if (!found.ok()) return failed(found);
    const auto id = decode_id(value);
    if (!id) return id.error();
    return id->erased;
  };
  const auto wanted = [&](const OpenDb& db, const PostKey&, const PostRecord& record) -> Result<bool> {
    for (const auto* reference :
         {&record.kept.post.reply_to, &record.kept.post.repost_of, &record.kept.post.quote_of}) {
      const auto gone = is_erased(db, *reference);
      if (!gone) return gone.error();
      if (*gone) return true;
    }
    return false;
  };
  return change_posts(deletion, wanted, [&](Removal& removal, const PostKey& key, PostRecord& record) -> Result<void> {
    const auto db = reading();
    if (!db) return db.error();
    auto& post = record.kept.post;
    const auto passes_on = is_erased(**db, post.repost_of);
    if (!passes_on) return passes_on.error();
    if (*passes_on) return removal.erase(key, record, deletion.at);
    for (auto* reference : {&post.reply_to, &post.quote_of}) {
      const auto gone = is_erased(**db, *reference);
      if (!gone) return gone.error();
      if (!*gone) continue;
      reference->reset();
      ++removal.taken().references;
    }
    removal.keep(key, record);
    return {};
  });
}

// Of sources that this deletion names: their ledger, their tallies, where they resume, and counts whose posts went before.
Result<void> RocksStore::drop_rows_of_sources(Deletion& deletion, const ErasureSet& set) {
  const std::lock_guard turn{writing_};
  const auto db = ready_to_write();
  if (!db) return db.error();
  Removal removal{**db, path_};
  // A source may have gone on after it was erased.
  const auto goes = [&](std::string_view source, UtcTime row_at) {
    const auto at = set.source_erased_at(source);
    return at && row_at <= *at && (*at == deletion.at || deletion.kind == DeletionKind::restored);
  };
  const auto drop = [&](Family family, const std::function<bool(std::string_view key)>& meant) -> Result<void> {
    const auto row = rows(**db, family);
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
      if (!meant(row->key().ToStringView())) continue;
      removal.batch().Delete((*db)->of(family), row->key());
      ++removal.taken().sources;
    }
    if (!row->status().ok()) return failed(row->status());
    return {};
  };
  const auto gap = [&](std::string_view bytes) {
    const auto key = parse_gap_key(bytes);
    return key && goes(key->source, key->from);
  };
  const auto record = [&](std::string_view bytes) {
    const auto key = parse_source_key(bytes);
    return key && goes(key->source, UtcTime::min());
  };
  const auto cursor = [&](std::string_view source) { return goes(source, UtcTime::min()); };
  if (const auto done = drop(Family::gaps, gap); !done) return done.error();
  if (const auto done = drop(Family::sources, record); !done) return done.error();
  if (const auto done = drop(Family::cursors, cursor); !done) return done.error();
  const auto row = rows(**db, Family::settled);
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    const auto key = parse_series_key(row->key().ToStringView());
    Counts counts;
    if (key && add_encoded(counts, row->value().ToStringView()))
      removal.unsettle(*key, counts, [&](UtcTime minute) { return goes(key->source, minute); });
  }
  if (!row->status().ok()) return failed(row->status());
  return write_removal(**db, removal, deletion);
}

// A sweep over kept posts stands at a post by its native id. If that is erased, the sweep begins again.
Result<void> RocksStore::drop_places_of_sweeps() {
  const std::lock_guard turn{writing_};
  const auto db = ready_to_write();
  if (!db) return db.error();
  rocksdb::WriteBatch batch;
  const auto row = rows(**db, Family::sources);
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    const auto key = parse_source_key(row->key().ToStringView());
    if (!key || key->slot) continue;
    auto record = decode_source(row->value().ToStringView());
    if (!record || !record->sweep) continue;
    const auto place = parse_native_key(record->sweep->after);
    if (!place) continue;
    std::string value;
    const auto found = (*db)->get(Family::ids, rocksdb::Slice(place->id.data(), place->id.size()), &value);
    if (found.IsNotFound()) continue;
    if (!found.ok()) return failed(found);
    const auto id = decode_id(value);
    if (!id || !id->erased) continue;
    record->sweep->after.clear();
    batch.Put((*db)->of(Family::sources), row->key(), encode_source(*record));
  }
  if (!row->status().ok()) return failed(row->status());
  return write(**db, batch);
}

// Rows that count nothing any more still name a tag and a source.
Result<void> RocksStore::drop_empty_counts() {
  const std::lock_guard turn{writing_};
  const auto db = ready_to_write();
  if (!db) return db.error();
  rocksdb::WriteBatch batch;
  const auto row = rows(**db, Family::series);
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    Counts counts;
    if (add_encoded(counts, row->value().ToStringView()) && counts.empty())
      batch.Delete((*db)->of(Family::series), row->key());
  }
  if (!row->status().ok()) return failed(row->status());
  if (const auto dropped = drop_empty_words(**db, path_, batch); !dropped) return dropped;
  return write(**db, batch);
}

Result<void> RocksStore::deletions(const std::function<bool(const Deletion&)>& each) const {
  const auto db = reading();
  if (!db) return db.error();
  const Iterator row{(**db)->NewIterator({}, (*db)->of(Family::deletions))};
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    const auto key = parse_deletion_key(row->key().ToStringView());
    if (!key) return unreadable("deletion");
    const auto deletion = decode_deletion(*key, row->value().ToStringView());
    if (!deletion) return deletion.error();
    if (!each(*deletion)) return {};
  }
  if (!row->status().ok()) return failed(row->status());
  return {};
}

}  // namespace barometer
