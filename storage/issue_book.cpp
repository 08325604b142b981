#include "storage/issue_book.hpp"

#include <map>
#include <utility>

#include "storage/issue_codec.hpp"
#include "storage/source_codec.hpp"

namespace barometer {

namespace {

constexpr const char* began_key = "issues_began";

using Changes = std::vector<IssueTracker::Change>;

std::unique_ptr<rocksdb::Iterator> rows(const OpenDb& db, Family family) {
  return std::unique_ptr<rocksdb::Iterator>{db->NewIterator({}, db.of(family))};
}

// What was said in them is not heard any more; while that is not known yet, neither is what was.
std::vector<BlindSpell> lost(const std::vector<Gap>& gaps) {
  std::vector<BlindSpell> spells;
  for (const Gap& gap : gaps)
    if (!gap.caught_up.value_or(false)) spells.push_back({gap.from, gap.to});
  return spells;
}

// Ids of the issues that a post has joined.
Result<std::vector<std::string>> issues_of(const OpenDb& db, const std::string& path, const IdHash& post) {
  std::vector<std::string> issues;
  const auto prefix = memberships_prefix(post);
  const auto row = rows(db, Family::members);
  for (row->Seek(prefix); row->Valid() && row->key().starts_with(prefix); row->Next())
    issues.push_back(row->key().ToString().substr(prefix.size()));
  if (!row->status().ok()) return disk_failure(row->status(), path);
  return issues;
}

}  // namespace

Result<std::unique_ptr<IssueBook>> IssueBook::read(const OpenDb& db, const std::string& path,
                                                   TrackerSettings settings) {
  std::unique_ptr<IssueBook> book{new IssueBook(db, path, settings)};
  if (const auto done = book->restore(); !done) return done.error();
  return book;
}

Result<void> IssueBook::restore() {
  std::string moment;
  const auto began = db_.get(Family::meta, began_key, &moment);
  if (!began.ok() && !began.IsNotFound()) return disk_failure(began, path_);
  if (began.ok()) {
    const auto time = decode_moment(moment);
    if (!time) return time.error();
    tracker_.restore(*time);
    began_is_kept_ = true;
  }
  if (const auto done = restore_gaps(); !done) return done.error();
  if (const auto done = restore_tones(); !done) return done.error();
  const auto utterance = rows(db_, Family::utterances);
  for (utterance->SeekToFirst(); utterance->Valid(); utterance->Next()) {
    const auto heard = decode_utterance(utterance->key().ToStringView(), utterance->value().ToStringView());
    if (!heard) return heard.error();
    tracker_.restore(*heard);
  }
  if (!utterance->status().ok()) return disk_failure(utterance->status(), path_);
  const auto row = rows(db_, Family::issues);
  const auto member = rows(db_, Family::members);
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    const auto issue = decode_issue(row->value().ToStringView());
    if (!issue) return issue.error();
    std::map<std::uint64_t, int> posts_of_voice;
    const auto prefix = members_prefix(issue->id);
    for (member->Seek(prefix); member->Valid() && member->key().starts_with(prefix); member->Next()) {
      const auto one = decode_member(member->value().ToStringView());
      if (!one) return one.error();
      ++posts_of_voice[one->voice];
    }
    if (!member->status().ok()) return disk_failure(member->status(), path_);
    tracker_.restore(*issue, posts_of_voice);
  }
  if (!row->status().ok()) return disk_failure(row->status(), path_);
  return {};
}

Result<void> IssueBook::restore_gaps() {
  std::map<std::string, std::vector<Gap>> of_source;
  const auto row = rows(db_, Family::gaps);
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    const auto key = parse_gap_key(row->key().ToStringView());
    if (!key) return disk_failure(rocksdb::Status::Corruption("a gap has a key that makes no sense"), path_);
    auto gap = decode_gap(key->source, key->from, row->value().ToStringView());
    if (!gap) return gap.error();
    of_source[gap->source].push_back(std::move(*gap));
  }
  if (!row->status().ok()) return disk_failure(row->status(), path_);
  for (const auto& [source, gaps] : of_source) blind(source, gaps.front().from, gaps);
  return {};
}

// Those that were counted too long ago go with the next write.
Result<void> IssueBook::restore_tones() {
  std::vector<ToneDay> all;
  std::vector<std::string> keys;
  int newest = 0;
  const auto row = rows(db_, Family::meta);
  for (row->Seek(std::string(tones_prefix)); row->Valid() && row->key().starts_with(std::string(tones_prefix));
       row->Next()) {
    auto day = decode_tone(row->key().ToStringView(), row->value().ToStringView());
    if (!day) return day.error();
    newest = std::max(newest, day->day);
    keys.push_back(row->key().ToString());
    all.push_back(std::move(*day));
  }
  if (!row->status().ok()) return disk_failure(row->status(), path_);
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].day >= newest - Tones::counted)
      tracker_.restore(all[i]);
    else
      tones_[keys[i]].clear();
  return {};
}

Changes IssueBook::hear_tone(Tone tone, const std::string& place, const std::string& tag, UtcTime made_at,
                             UtcTime heard_at) {
  return keep(tracker_.hear_tone(tone, place, tag, made_at, heard_at));
}

Changes IssueBook::hear(Utterance utterance, const std::optional<std::string>& repeats) {
  std::optional<PostHash> repeated;
  if (repeats) repeated = hash_id(*repeats);
  auto step = tracker_.hear(utterance, repeated);
  utterances_[post_key(utterance.heard_at, utterance.post)] = encode_utterance(utterance);
  return keep(std::move(step));
}

Result<Changes> IssueBook::take_back(const PostKey& key, UtcTime heard_at) {
  const auto at = post_key(heard_at, key.id);
  std::string record;
  if (const auto waiting = utterances_.find(at); waiting != utterances_.end()) {
    record = waiting->second;
  } else {
    const auto found = db_.get(Family::utterances, at, &record);
    if (!found.ok() && !found.IsNotFound()) return disk_failure(found, path_);
  }
  if (record.empty()) return Changes{};  // it raised no concern
  const auto heard = decode_utterance(at, record);
  if (!heard) return heard.error();
  auto issues = issues_of(db_, path_, key.id);
  if (!issues) return issues.error();
  const auto prefix = memberships_prefix(key.id);  // and those that this commit let it join
  for (auto row = members_.lower_bound(prefix); row != members_.end() && row->first.starts_with(prefix); ++row)
    if (row->second) issues->push_back(row->first.substr(prefix.size()));
  utterances_[at].clear();
  for (const auto& issue : *issues) {
    members_[member_key(issue, key.made_at, key.id)].reset();
    members_[membership_key(key.id, issue)].reset();
  }
  return keep(tracker_.retract(*heard, *issues));
}

void IssueBook::blind(const std::string& source, UtcTime since, const std::vector<Gap>& gaps) {
  tracker_.blind(source, since, lost(gaps));
}

Changes IssueBook::advance(UtcTime now) { return keep(tracker_.advance(now)); }

Changes IssueBook::keep(IssueTracker::Step step) {
  for (const auto& joined : step.joined) {
    members_[member_key(joined.issue, joined.made_at, joined.post)] =
        encode_member({.heard_at = joined.heard_at, .voice = joined.voice});
    members_[membership_key(joined.post, joined.issue)] = "";
  }
  for (const auto& day : step.tones) tones_[tone_key(day)] = encode_tone(day);
  for (const auto& change : step.changes) issues_.try_emplace(change.issue.id);
  for (const auto& id : step.touched) issues_.try_emplace(id);
  for (auto& issue : step.ended)
    if (const auto written = issues_.find(issue.id); written != issues_.end()) written->second = std::move(issue);
  return std::move(step.changes);
}

void IssueBook::write(rocksdb::WriteBatch& out) {
  if (tracker_.began() && !began_is_kept_) {
    out.Put(db_.of(Family::meta), began_key, encode_moment(*tracker_.began()));
    began_is_kept_ = true;
  }
  for (const auto& [key, value] : utterances_)
    if (value.empty())
      out.Delete(db_.of(Family::utterances), key);
    else
      out.Put(db_.of(Family::utterances), key, value);
  for (const auto& [id, ended] : issues_)
    out.Put(db_.of(Family::issues), id, encode_issue(ended ? *ended : *tracker_.find(id)));
  for (const auto& [key, value] : members_)
    if (value)
      out.Put(db_.of(Family::members), key, *value);
    else
      out.Delete(db_.of(Family::members), key);
  for (const auto& [key, value] : orders_) out.Put(db_.of(Family::meta), key, value);
  orders_.clear();
  for (const auto& [key, value] : tones_)
    if (value.empty())
      out.Delete(db_.of(Family::meta), key);
    else
      out.Put(db_.of(Family::meta), key, value);
  tones_.clear();
  utterances_.clear();
  issues_.clear();
  members_.clear();
}

Result<bool> drop_utterance(const OpenDb& db, const std::string& path, const PostKey& key, UtcTime heard_at,
                            rocksdb::WriteBatch& out) {
  const auto at = post_key(heard_at, key.id);
  std::string record;
  const auto found = db.get(Family::utterances, at, &record);
  if (!found.ok() && !found.IsNotFound()) return disk_failure(found, path);
  const auto issues = issues_of(db, path, key.id);
  if (!issues) return issues.error();
  if (found.IsNotFound() && issues->empty()) return false;
  out.Delete(db.of(Family::utterances), at);
  for (const auto& issue : *issues) {
    out.Delete(db.of(Family::members), member_key(issue, key.made_at, key.id));
    out.Delete(db.of(Family::members), membership_key(key.id, issue));
  }
  return true;
}

}  // namespace barometer
