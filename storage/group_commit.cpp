#include "storage/group_commit.hpp"

#include <algorithm>
#include <cstring>
#include <tuple>

#include <boost/endian/conversion.hpp>

#include "storage/source_codec.hpp"
#include "storage/word_index.hpp"

namespace barometer {

namespace {

// Servers pass on different versions of one post, and pages overlap. A version with a later time of edit wins; without
// one, only the source that was first may change it, or two servers that word a post differently would edit it for ever.
bool supersedes(const Post& heard, const Post& kept) {
  if (heard.edited_at == kept.edited_at) return heard.source == kept.source;
  if (!kept.edited_at) return true;
  return heard.edited_at && *heard.edited_at > *kept.edited_at;
}

bool names_only_native(const Entry& entry) {
  return entry.post.deleted && entry.post.id.empty() && !entry.post.native_id.empty();
}

rocksdb::Slice slice(const IdHash& hash) { return {hash.data(), hash.size()}; }

// As the store orders them. Their first bytes tell nearly all apart.
bool before(const IdHash& a, const IdHash& b) {
  const auto first_of = [](const IdHash& hash) {
    std::uint64_t first = 0;
    std::memcpy(&first, hash.data(), sizeof first);
    return boost::endian::big_to_native(first);
  };
  const auto [of_a, of_b] = std::pair{first_of(a), first_of(b)};
  return of_a != of_b ? of_a < of_b : std::memcmp(a.data(), b.data(), a.size()) < 0;
}

// Copies of a deleted post renew its tombstone, but not at each poll.
constexpr std::chrono::days renewed_after{20};

}  // namespace

std::size_t GroupCommit::HashOfHash::operator()(const IdHash& hash) const {
  std::size_t word = 0;
  std::memcpy(&word, hash.data(), sizeof word);
  return word;
}

Result<void> GroupCommit::look_up(std::span<const Batch> batches) {
  std::unordered_map<IdHash, std::size_t, HashOfHash> places;
  std::map<std::string, IdHash> natives;  // of the group itself, if a tombstone may ask for them
  const bool wanted = std::any_of(batches.begin(), batches.end(), [](const Batch& batch) {
    return std::any_of(batch.entries.begin(), batch.entries.end(), names_only_native);
  });
  for (const auto& batch : batches) {
    for (const auto& entry : batch.entries) {
      auto hash = hash_id(entry.post.id);
      if (names_only_native(entry)) {
        const auto found = find_native(entry.post, natives);
        if (!found) return found.error();
        if (!*found) {
          order_.push_back(nowhere);
          continue;
        }
        hash = **found;
      } else if (wanted && !entry.post.deleted) {
        natives[natives_prefix(entry.post.platform, entry.post.source, entry.post.native_id)] = hash;
      }
      const auto [place, fresh] = places.try_emplace(hash, touched_.size());
      if (fresh) touched_.emplace_back().hash = hash;
      order_.push_back(place->second);
    }
  }
  for (const auto& batch : batches)
    for (const auto& report : batch.reports)
      for (const auto& missed : report.missed) {
        const auto earliest = missed_from_.try_emplace(report.source, missed.from).first;
        earliest->second = std::min(earliest->second, missed.from);
      }
  return read_ids();
}

Result<void> GroupCommit::read_ids() {
  std::vector<Touched*> posts;
  for (auto& post : touched_) posts.push_back(&post);
  std::sort(posts.begin(), posts.end(), [](const Touched* a, const Touched* b) { return before(a->hash, b->hash); });
  std::vector<rocksdb::Slice> keys;
  for (const auto* post : posts) keys.push_back(slice(post->hash));
  std::vector<rocksdb::PinnableSlice> values(keys.size());
  std::vector<rocksdb::Status> found(keys.size());
  rocksdb::ReadOptions once;
  once.fill_cache = false;  // hashes: the next one asked for is in another block
  constexpr bool in_order = true;
  db_->MultiGet(once, db_.of(Family::ids), keys.size(), keys.data(), values.data(), found.data(), in_order);
  for (std::size_t i = 0; i < posts.size(); ++i) {
    if (found[i].IsNotFound()) continue;
    if (!found[i].ok()) return disk_failure(found[i], path_);
    const auto record = decode_id(values[i].ToStringView());
    if (!record) return record.error();
    posts[i]->known = true;
    posts[i]->id = *record;
    if (!record->deleted) posts[i]->was_kept_at = record->made_at;
  }
  return {};
}

Result<Committed> GroupCommit::add(const Batch& batch) {
  Committed committed;
  raised_ = 0;
  for (const auto& entry : batch.entries) {
    const auto place = order_[next_++];
    const auto outcome = place == nowhere ? Result<Outcome>{Outcome::duplicate} : decide(touched_[place], entry);
    if (!outcome) return outcome.error();
    committed.outcomes.push_back(*outcome);
  }
  if (const auto moved = move_cursor(batch); !moved) return moved.error();
  for (const auto& report : batch.reports)
    if (const auto noted = note(report, committed); !noted) return noted.error();
  if (batch.alive) {
    alive_ = std::max(alive_.value_or(*batch.alive), *batch.alive);
    if (const auto done = raise(told(issues_.advance(*batch.alive), {}, *batch.alive)); !done) return done.error();
  }
  committed.alerts = raised_;
  return committed;
}

Result<Outcome> GroupCommit::decide(Touched& post, const Entry& entry) {
  if (entry.post.deleted) return remove(post, entry);
  if (post.known && post.id.deleted) return hear_again(post, entry.post.seen_at);
  if (erased_.empty()) return accept(post, entry);
  if (erased_.bars(entry.post, post.hash)) return Outcome::duplicate;
  const auto of_erased = erased(entry.post.repost_of);  // their words, passed on
  if (!of_erased) return of_erased.error();
  if (*of_erased) return Outcome::duplicate;
  auto unnamed = entry;
  for (auto* reference : {&unnamed.post.reply_to, &unnamed.post.quote_of}) {
    const auto gone = erased(*reference);
    if (!gone) return gone.error();
    if (*gone) reference->reset();
  }
  return accept(post, unnamed);
}

Outcome GroupCommit::hear_again(Touched& post, UtcTime now) {
  if (!post.id.heard_at || now - *post.id.heard_at < renewed_after) return Outcome::duplicate;
  post.id.heard_at = now;
  post.changed = true;
  return Outcome::duplicate;
}

Result<bool> GroupCommit::erased(const std::optional<std::string>& post_id) const {
  if (!post_id) return false;
  std::string value;
  const auto found = db_.get(Family::ids, slice(hash_id(*post_id)), &value);
  if (found.IsNotFound()) return false;
  if (!found.ok()) return disk_failure(found, path_);
  const auto id = decode_id(value);
  if (!id) return id.error();
  return id->erased;
}

Result<Outcome> GroupCommit::accept(Touched& post, const Entry& entry) {
  if (post.known) return edit(post, entry);
  const auto raised = raise_for(post.hash, entry.post, entry);
  if (!raised) return raised.error();
  if (const auto heard = hear_tone(entry); !heard) return heard.error();
  keep(post, entry.post, entry, *raised);
  return Outcome::stored;
}

void GroupCommit::count(const Post& post, const Assessment& assessment, const std::vector<std::string>& watched,
                        std::string_view place, std::int64_t number) {
  tally_.count(post, assessment, watched, number);
  words_.count(post, assessment, watched, place, number);
}

// `content` is the entry's post, or that with what an edit keeps of the first version.
void GroupCommit::keep(Touched& post, const Post& content, const Entry& entry, const std::vector<std::string>& alerts) {
  count(content, entry.assessment, entry.watched, entry.place, +1);
  post.record.clear();
  encode_post(post.record, content, entry.assessment, entry.watched, alerts, entry.place);
  post.known = post.changed = true;
  post.id = {.made_at = content.made_at, .fingerprint = fingerprint_of(content)};
  post.native = native_key(content, post.hash);
}

Result<PostRecord> GroupCommit::current(Touched& post) const {
  if (!post.record.empty()) return decode_post(post.record);
  std::string record;
  const auto found = db_.get(Family::posts, post_key(post.id.made_at, post.hash), &record);
  if (found.IsNotFound())
    return disk_failure(rocksdb::Status::Corruption("an id is remembered whose post is missing"), path_);
  if (!found.ok()) return disk_failure(found, path_);
  auto kept = decode_post(record);
  if (kept && !kept->kept.author_gone) post.was_native = native_key(kept->kept.post, post.hash);
  return kept;
}

Result<Outcome> GroupCommit::edit(Touched& post, const Entry& entry) {
  if (post.id.fingerprint == fingerprint_of(entry.post)) return Outcome::duplicate;
  auto kept = current(post);
  if (!kept) return kept.error();
  const auto& first = kept->kept.post;
  if (!supersedes(entry.post, first)) return Outcome::duplicate;
  count(first, kept->kept.assessment, kept->kept.watched, kept->kept.place, -1);
  auto content = entry.post;
  if (content.source != first.source) {  // what another server calls it means nothing to the one that was first
    content.native_id = first.native_id;
    content.url = first.url;
    content.platform = first.platform;
  }
  content.source = first.source;
  content.made_at = first.made_at;
  content.seen_at = first.seen_at;
  content.dated = first.dated;
  const auto gone = issues_.take_back({first.made_at, post.hash}, first.seen_at);
  if (!gone) return gone.error();
  const auto raised = raise_for(post.hash, content, entry);
  if (!raised) return raised.error();
  kept->alerts.insert(kept->alerts.end(), raised->begin(), raised->end());
  keep(post, content, entry, kept->alerts);
  return Outcome::edited;
}

Result<Outcome> GroupCommit::remove(Touched& post, const Entry& tombstone) {
  if (post.known && post.id.deleted) return hear_again(post, tombstone.post.seen_at);
  const bool kept_till_now = post.known;
  if (kept_till_now) {
    const auto kept = current(post);
    if (!kept) return kept.error();
    count(kept->kept.post, kept->kept.assessment, kept->kept.watched, kept->kept.place, -1);
    if (const auto withdrawn = withdraw(kept->alerts, tombstone.post.seen_at); !withdrawn) return withdrawn.error();
    const auto changes = issues_.take_back({kept->kept.post.made_at, post.hash}, kept->kept.post.seen_at);
    if (!changes) return changes.error();
    if (const auto done = raise(told(*changes, {}, tombstone.post.seen_at)); !done) return done.error();
  }
  post.known = post.changed = true;
  post.id = {.deleted = true, .heard_at = tombstone.post.seen_at};
  post.record.clear();
  return kept_till_now ? Outcome::deleted : Outcome::duplicate;
}

Result<bool> GroupCommit::known_alert(const std::string& id) {
  if (alerts_.contains(id)) return true;
  std::string record;
  const auto found = db_.get(Family::alerts, id, &record);
  if (found.IsNotFound()) return false;
  if (!found.ok()) return disk_failure(found, path_);
  const auto alert = decode_alert(record);
  if (!alert) return alert.error();
  alerts_[id] = {*alert, !alert->sent_at && !alert->withdrawn_at};
  return true;
}

Result<std::vector<std::string>> GroupCommit::raise_for(const IdHash& hash, const Post& content, const Entry& entry) {
  auto alerts = entry.alerts;
  if (entry.utterance) {
    auto utterance = *entry.utterance;
    utterance.post = hash;
    utterance.made_at = content.made_at;
    utterance.heard_at = content.seen_at;
    utterance.place = entry.place;
    utterance.source = content.source;
    const auto changes = issues_.hear(std::move(utterance), content.repost_of ? content.repost_of : content.quote_of);
    for (auto& alert : told(changes, content.id, content.seen_at)) alerts.push_back(std::move(alert));
  }
  return raise(alerts);
}

Result<void> GroupCommit::hear_tone(const Entry& entry) {
  if (!entry.tone) return {};
  const auto& [made_at, seen_at] = std::tie(entry.post.made_at, entry.post.seen_at);
  const auto tag = entry.watched.empty() ? std::string() : entry.watched.front();
  const auto changes = issues_.hear_tone(*entry.tone, entry.place, tag, made_at, seen_at);
  const auto raised = raise(told(changes, {}, seen_at));
  if (!raised) return raised.error();
  return {};
}

std::vector<Alert> GroupCommit::told(const std::vector<IssueTracker::Change>& changes, const std::string& post,
                                     UtcTime now) const {
  std::vector<Alert> alerts;
  if (!tell_) return alerts;
  for (const auto& [issue, change] : changes) {
    for (auto& alert : tell_(issue, change, now)) {
      // One post may be all that a red flag rests on; other issues outlive any of theirs.
      if (change == IssueChange::opened && issue.kind == IssueKind::red_flag) alert.post = post;
      alerts.push_back(std::move(alert));
    }
  }
  return alerts;
}

Result<std::vector<std::string>> GroupCommit::raise(const std::vector<Alert>& alerts) {
  std::vector<std::string> ids;
  for (const auto& alert : alerts) {
    const auto known = known_alert(alert.id);
    if (!known) return known.error();
    if (*known) continue;
    alerts_[alert.id] = {alert, false};
    if (!alert.post.empty()) ids.push_back(alert.id);
    ++raised_;
  }
  return ids;
}

Result<void> GroupCommit::withdraw(const std::vector<std::string>& alerts, UtcTime when) {
  for (const auto& id : alerts) {
    const auto known = known_alert(id);
    if (!known) return known.error();
    if (!*known) continue;
    auto& alert = alerts_[id].alert;
    if (!alert.sent_at && !alert.withdrawn_at) alert.withdrawn_at = when;
  }
  return {};
}

Result<void> GroupCommit::move_cursor(const Batch& batch) {
  if (!batch.cursor) return {};
  auto value = encode_cursor(*batch.cursor);
  std::string kept;
  const auto found = db_.get(Family::cursors, batch.source, &kept);
  if (!found.ok() && !found.IsNotFound()) return disk_failure(found, path_);
  // A cursor that stands still costs no write, so that a quiet night costs no sync.
  if (found.ok() && kept == value && !cursors_.contains(batch.source)) return {};
  cursors_[batch.source] = std::move(value);
  return {};
}

// Each family in the order of its keys: next to the one before, RocksDB finds the place of a key in its table in memory in few steps.
void GroupCommit::write_posts(rocksdb::WriteBatch& out) const {
  std::vector<const Touched*> changed;
  for (const auto& post : touched_)
    if (post.changed) changed.push_back(&post);
  const auto sort_by = [&changed](auto key) {
    std::sort(changed.begin(), changed.end(), [key](const Touched* a, const Touched* b) { return key(*a) < key(*b); });
  };
  std::sort(changed.begin(), changed.end(), [](const auto* a, const auto* b) { return before(a->hash, b->hash); });
  for (const auto* post : changed) out.Put(db_.of(Family::ids), slice(post->hash), encode_id(post->id));
  sort_by([](const Touched& post) { return std::tie(post.id.made_at, post.hash); });
  for (const auto* post : changed) {
    if (!post->id.deleted)
      out.Put(db_.of(Family::posts), post_key(post->id.made_at, post->hash), post->record);
    else if (post->was_kept_at)
      out.Delete(db_.of(Family::posts), post_key(*post->was_kept_at, post->hash));
  }
  sort_by([](const Touched& post) -> const std::string& { return post.native; });
  for (const auto* post : changed) {
    const bool moved = post->id.deleted || post->native != post->was_native;
    if (moved && !post->was_native.empty()) out.Delete(db_.of(Family::natives), post->was_native);
    if (moved && !post->id.deleted) out.Put(db_.of(Family::natives), post->native, encode_moment(post->id.made_at));
  }
}

void GroupCommit::write_alerts(rocksdb::WriteBatch& out) const {
  for (const auto& [id, waiting] : alerts_) {
    out.Put(db_.of(Family::alerts), id, encode_alert(waiting.alert));
    const bool waits = !waiting.alert.sent_at && !waiting.alert.withdrawn_at;
    const auto key = outbox_key(waiting.alert.raised_at, id);
    if (waits && !waiting.in_outbox) out.Put(db_.of(Family::outbox), key, "");
    if (!waits && waiting.in_outbox) out.Delete(db_.of(Family::outbox), key);
  }
}

Result<rocksdb::WriteBatch> GroupCommit::write() {
  constexpr std::size_t other_rows = 384;  // bytes, of a post's id, counts, words and whatever it is part of
  std::size_t bytes = 0;
  for (const auto& post : touched_) bytes += post.record.size() + other_rows;
  rocksdb::WriteBatch out{bytes};
  write_posts(out);
  for (const auto& row : tally_.rows()) out.Merge(db_.of(Family::series), row.key, encode_counts(row.counts));
  write_words(db_, words_, out);
  write_alerts(out);
  for (const auto& [source, cursor] : cursors_) out.Put(db_.of(Family::cursors), source, cursor);
  write_reports(out);
  issues_.write(out);
  return out;
}

}  // namespace barometer
