#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/assessment.hpp"
#include "analysis/issues/direction.hpp"
#include "analysis/issues/issue.hpp"
#include "analysis/issues/utterance.hpp"
#include "connectors/post.hpp"
#include "connectors/result.hpp"
#include "connectors/source.hpp"
#include "storage/issue_orders.hpp"
#include "storage/post_filter.hpp"
#include "storage/review.hpp"
#include "storage/source_record.hpp"
#include "storage/upkeep.hpp"

namespace rocksdb {
class Env;
}

namespace barometer {

// What a message is for. The numbers are on disk: never reused.
enum class AlertKind : std::uint8_t {
  opened = 1,        // an issue, for the first time
  escalated = 2,     // it grew far beyond what was told, became graver, or came back
  closed = 3,        // it ended; the last message of its thread
  reminder = 4,      // it goes on, and repeat_interval is over
  unanswered = 5,    // nobody acknowledged it: to whoever stands in
  digest = 6,        // what went on between `from` and `to`
  all_quiet = 7,     // nothing did, and we were listening
  recap = 8,         // what was said in the hour of a chat
  silence_ends = 9,  // soon: its owner may want to prolong it
  report = 10,       // for the board: what was found, how early, what was done, between `from` and `to`
};
std::string_view name_of(AlertKind kind);  // "opened"

// One message to one recipient, most often about one issue. Its id is a function of both and of what is told, so it is raised
// once. Holds no words of a post, and nothing that names an author.
struct Alert {
  std::string id = {};  // hexadecimal; local part of the Message-ID
  AlertKind kind = AlertKind::opened;
  std::string recipient = {};  // name of the recipient in the settings, never an address
  std::string thread = {};     // id of the message that began its thread; its own, or empty, if this one does
  // As it was when this was raised; no theme if it is about none. Its id is empty if a barometer that knew no issues raised it
  // about one post.
  Issue issue = {};
  std::string post = {};  // Post::id of the one that opened the issue, with which this is withdrawn; may be empty
  UtcTime raised_at = {};
  UtcTime from = {};  // of a digest, a recap and "all quiet": the time that it is about
  UtcTime to = {};
  std::optional<UtcTime> sent_at = {};          // empty while it waits
  std::optional<UtcTime> withdrawn_at = {};     // it is never sent: its post was deleted while it waited, or …
  std::string withheld = {};                    // … for this reason: a silence, another message that tells the same
  std::optional<UtcTime> acknowledged_at = {};  // its recipient said "seen"
  std::uint32_t attempts = 0;                   // how often sending was tried
  std::string last_error = {};                  // of the last attempt; empty if none failed

  bool waits() const { return !sent_at && !withdrawn_at; }
};

// A post with what is said of it, on its way into the store.
struct Entry {
  Post post = {};  // pseudonymised, its text masked
  Assessment assessment = {};
  std::vector<std::string> watched = {};  // names of the tags it counts under; never empty ("other" when none matched)
  std::vector<Alert> alerts = {};         // raised if the post is stored or edited and no alert of that id ever was
  std::string place = {};                 // id of the service that it is about; empty: not clear
  // What the tracker of issues is to hear of it; empty if it raises no concern about care, or not in its own name. The store
  // fills in what it knows better: the post, its times, its source.
  std::optional<Utterance> utterance = {};
  // How it counts for a change of direction, at its place or under its first tag; empty: not at all.
  std::optional<Tone> tone = {};
};

// All that one page changes; kept whole or not at all.
struct Batch {
  std::string source = {};
  // In the order they count: a later one of the same id is an edit. A tombstone without an id takes the post that its
  // source calls by its native id.
  std::vector<Entry> entries = {};
  std::optional<Cursor> cursor = {};
  std::vector<SourceReport> reports = {};  // of this source or of others
  std::optional<UtcTime> alive = {};       // the daemon was at work then, whether anything was heard or not
};

enum class Outcome : std::uint8_t {
  stored,     // new: counted
  edited,     // replaces what was kept; keeps its first made_at, seen_at and source; its counts moved
  deleted,    // a tombstone took a kept post away, and its counts; a copy that comes later is a duplicate
  duplicate,  // nothing that is counted changed: a copy, an older version, a copy of a deleted post, a second tombstone
};

struct Committed {
  std::vector<Outcome> outcomes = {};    // one an entry
  std::size_t alerts = 0;                // how many were raised
  std::vector<NewlyMissed> missed = {};  // what the reports' missed periods add to the gaps
};

// A post as it is kept.
struct StoredPost {
  Post post = {};
  Assessment assessment = {};
  std::vector<std::string> watched = {};
  bool text_gone =
      false;  // its time was over (Retention::text): title, text, hashtags and the places of words are empty
  bool author_gone = false;  // likewise (Retention::author): author, ids and links are empty
  std::string place = {};    // id of the service that it is about; empty: not clear
  PostHash hash = {};        // of its id, also of one that has no id any more
};

enum class Resolution : std::uint8_t { minute = 0, hour = 1, day = 2 };

struct SeriesFilter {
  Resolution resolution = Resolution::hour;
  std::optional<std::string> tag = {};
  std::optional<std::string> source = {};
  std::optional<UtcTime> from = {};  // buckets that begin in [from, to)
  std::optional<UtcTime> to = {};
  // Buckets after this one, in their order: by tag, then source, then time.
  struct Place {
    std::string tag = {};
    std::string source = {};
    UtcTime bucket = {};
    auto operator<=>(const Place&) const = default;
  };
  std::optional<Place> after = {};
};

// Counts of one bucket of one tag and source. A post counts under its class of sentiment and its severity once,
// and under each of its concerns at that concern's severity.
struct SeriesPoint {
  std::string tag = {};
  std::string source = {};
  UtcTime bucket = {};                                             // begin
  std::array<std::array<std::int64_t, severities>, 3> posts = {};  // [sentiment][severity]
  struct ConcernCount {
    Theme theme = {};
    int severity = 0;
    std::int64_t posts = 0;
  };
  std::vector<ConcernCount> concerns = {};  // none of them zero; by theme, then severity
};

struct Difference {
  std::string what = {};  // which series or index, and the two figures; no post text, no handle, no id of a post
};

// Issues that meet all of it.
struct IssueFilter {
  std::optional<Theme> theme = {};
  std::optional<std::string> place = {};
  std::optional<std::string> tag = {};
  std::optional<IssueKind> kind = {};
  std::optional<UtcTime> from = {};  // that had a post in [from, to)
  std::optional<UtcTime> to = {};
  int severity = 0;   // at least
  bool open = false;  // only those that are not closed
};
bool matches(const Issue& issue, const IssueFilter& filter);

struct VerifyOrder {
  std::function<void(std::uint64_t posts_read)> progress = {};
  std::optional<UtcTime> from = {};  // only days (UTC) that have a moment in [from, to), and what hangs on their posts
  std::optional<UtcTime> to = {};
};

struct Verified {
  std::uint64_t posts = 0;
  std::uint64_t series = 0;                  // points recounted
  std::vector<Difference> differences = {};  // the first 1,000
  std::uint64_t further = 0;                 // how many more there are
};

struct StoreSize {
  std::uint64_t posts = 0;  // estimate
  std::uint64_t bytes = 0;  // of files
  std::uint64_t compaction_pending_bytes = 0;
};

struct StoreSettings {
  std::filesystem::path path = {};
  bool read_only = false;       // queries beside a running daemon
  bool sync = true;             // fdatasync of the log at each commit
  rocksdb::Env* env = nullptr;  // for tests: another disk; outlives the store
  TrackerSettings tracker = {};
};

// What is kept. Ordinary synchronous code, callable from any thread: writes take turns, reads wait for nobody.
// Every expected failure is a value: ask_operator for a disk that is full or broken, with the path and what to do.
class Store : public IssueOrders {
 public:
  // A missing folder is made, for its owner only. Fails (ask_operator) if another process has the store open, if it is
  // damaged (it is never replaced by an empty one) or if a newer barometer wrote it. Read-only: shows what was committed
  // when it was opened, and needs the store to be there.
  static Result<std::unique_ptr<Store>> open(StoreSettings settings);

  // Everything in one synced write: posts, series, ids, cursors, alerts; one write for any number of batches.
  // After a failure nothing of it is to be seen, and the same batches can be committed again: should the disk have
  // taken the write before it failed, they are duplicates then. The next commit opens a broken store anew, so that
  // a mended disk needs no restart; meanwhile what is kept can be read, if the disk still can.
  virtual Result<std::vector<Committed>> commit(std::span<const Batch> batches) = 0;

  virtual Result<Cursor> cursor(const std::string& source) const = 0;  // empty if there is none
  virtual Result<bool> has(const std::string& post_id) const = 0;
  virtual Result<std::optional<StoredPost>> post(const std::string& post_id) const = 0;  // empty if it is not kept
  // Newest first or oldest first, by made_at, all at one moment; stop by returning false. What a filter asks for is looked up: only
  // sentiment, and whether words follow one another, are seen by reading. Gives where it gave up (PostFilter::reads), if it did.
  virtual Result<std::optional<PostPlace>> posts(const PostFilter& filter, bool newest_first,
                                                 const std::function<bool(const StoredPost&)>& each) const = 0;
  // In order of tag, source, bucket; buckets without posts are left out.
  virtual Result<void> series(const SeriesFilter& filter,
                              const std::function<bool(const SeriesPoint&)>& each) const = 0;

  // Gaps by source, then in the order of time; stop by returning false. For whatever draws, alerts or lists.
  virtual Result<void> gaps(const GapFilter& filter, const std::function<bool(const Gap&)>& each) const = 0;
  // Of one source or of all, by name; stop by returning false.
  virtual Result<void> sources(const std::optional<std::string>& source,
                               const std::function<bool(const std::string&, const SourceRecord&)>& each) const = 0;
  // What came of a source's posts, hour by hour, oldest first; at most the last `tallied_hours` before `now`.
  virtual Result<std::vector<HourTally>> tallies(const std::string& source, UtcTime now) const = 0;
  virtual Result<std::optional<UtcTime>> alive() const = 0;  // the last Batch::alive
  // Kept posts that a source was first with, in no order that means anything, but always in the same.
  virtual Result<KeptPage> kept_posts(const KeptFilter& filter) const = 0;
  virtual Result<std::uint64_t> kept_posts_after(const KeptFilter& filter) const = 0;  // how many; without a limit

  // Emerging issues, in the order they were opened; stop by returning false.
  virtual Result<void> issues(const IssueFilter& filter, const std::function<bool(const Issue&)>& each) const = 0;
  // The posts of an issue that are kept, by when they were made.
  virtual Result<void> posts_of_issue(const std::string& issue,
                                      const std::function<bool(const StoredPost&)>& each) const = 0;
  // How many posts were about each place under any tag, and how many of them read as negative, of each day (UTC) that begins in
  // [from, to). As they were heard: what was taken back since is in it. No day before this store began, or 400 days ago.
  virtual Result<void> moods_of_places(UtcTime from, UtcTime to,
                                       const std::function<void(const ToneDay&)>& each) const = 0;
  // What each change of an issue calls for: raised in the commit that changes it, from now on. Called by whoever commits.
  using TellOfIssue = std::function<std::vector<Alert>(const Issue&, IssueChange, UtcTime now)>;
  virtual void tell_of_issues(TellOfIssue tell) = 0;

  // Alerts that wait to be sent, oldest first.
  virtual Result<std::vector<Alert>> waiting_alerts(std::size_t limit) const = 0;
  virtual Result<void> alerts(const std::function<bool(const Alert&)>& each) const = 0;  // all, oldest first
  // Those of which none of the same id ever was begin to wait; how many these were.
  virtual Result<std::size_t> raise(std::span<const Alert> alerts) = 0;
  // Sent: leaves the outbox. Failed: one attempt more, waits on. Withheld: leaves the outbox unsent, unless it was sent before.
  // Skip if there is no such alert.
  virtual Result<void> mark_sent(const std::string& alert_id, UtcTime when) = 0;
  virtual Result<void> mark_failed(const std::string& alert_id, UtcTime when, const std::string& error) = 0;
  virtual Result<void> withhold(const std::string& alert_id, UtcTime when, const std::string& reason) = 0;
  virtual Result<void> acknowledge(const std::string& alert_id, UtcTime when) = 0;  // the first time counts

  // What people did with issues and posts (review.hpp): the steps of one, in the order they were done; of all, subject by subject;
  // stop by returning false.
  virtual Result<std::vector<ReviewAction>> review_of(const ReviewSubject& subject) const = 0;
  using EachReview = std::function<bool(const ReviewSubject&, const std::vector<ReviewAction>&)>;
  virtual Result<void> reviews(const EachReview& each) const = 0;
  // One step more, on disk when this returns, if `after` steps are there; else (retry) somebody was quicker: read again, and decide
  // again.
  virtual Result<void> add_review(const ReviewSubject& subject, std::size_t after, const ReviewAction& action) = 0;

  // Recounts every series from the posts and checks every index, at one moment, beside commits. Memory grows with the
  // busiest day, not with the store. A damaged file is a failure, not a difference.
  virtual Result<Verified> verify(const VerifyOrder& order) const = 0;
  virtual StoreSize size() const = 0;

  // Erases what every erasure means, takes its counts back, and sees to it that its bytes are in no file of the store
  // when this returns (tables and logs are rewritten; backups are told, see backup()). What is erased never comes back, nor
  // do later posts of an erased author or address. Nothing is erased (ask_operator) if a hold covers any of it.
  // Works in small writes beside commits; what a crash cut short, Store::open finishes. Any thread; takes minutes.
  virtual Result<Deletion> forget(std::span<const Erasure> what, const std::vector<PostFilter>& holds, UtcTime now) = 0;
  // One slice, of about so many rows, of a pass over all that is kept: takes away whose time is over at `now`. The slice that
  // ends the pass rewrites the tables that lost something. One pass at a time; any thread but that which commits.
  virtual Result<Swept> expire(const Retention& retention, UtcTime now, const std::string& after,
                               std::size_t limit) = 0;
  // Proof of what was taken away for good, oldest first: by erasures, by passes of expire().
  virtual Result<void> deletions(const std::function<bool(const Deletion&)>& each) const = 0;

  // A copy of everything at one moment, beside commits, by RocksDB's backup engine: it shares what has not changed with
  // the backups that are there. It is read again and its checksums compared. Never inside the store's own folder.
  virtual Result<BackupMade> backup(const BackupOrder& order) = 0;
};

// Puts a backup where no store is: brings it up to date, forgets again what was forgotten since it was made (as far as the
// backup's folder was told), and verifies it. Whatever goes wrong, nothing is left at `order.to`.
Result<Restored> restore_store(const RestoreOrder& order);

}  // namespace barometer
