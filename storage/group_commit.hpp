#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <rocksdb/write_batch.h>

#include "storage/codec.hpp"
#include "storage/erasures.hpp"
#include "storage/gap_ledger.hpp"
#include "storage/issue_book.hpp"
#include "storage/keys.hpp"
#include "storage/open_db.hpp"
#include "storage/series.hpp"
#include "storage/words.hpp"

namespace barometer {

// Turns batches into the one write that keeps them: look_up() all, add() each in turn, then write(). Decides what is new,
// an edit, a copy or a deletion, against the store and against what came before in the same group.
class GroupCommit {
 public:
  // `erased` is what may not come back; all outlive the commit.
  GroupCommit(const OpenDb& db, std::string path, const ErasureSet& erased, IssueBook& issues,
              const Store::TellOfIssue& tell)
      : db_(db), path_(std::move(path)), erased_(erased), issues_(issues), tell_(tell) {}

  Result<void> look_up(std::span<const Batch> batches);
  Result<Committed> add(const Batch& batch);
  // Empty if nothing changes.
  Result<rocksdb::WriteBatch> write();

 private:
  // A post id that the group touches: as it was, and as it will be.
  struct Touched {
    IdHash hash = {};
    bool known = false;       // its id is remembered
    IdRecord id = {};         // if known
    std::string record = {};  // what this group will keep of it; empty: unchanged
    bool changed = false;
    std::optional<UtcTime> was_kept_at = {};  // made_at under which the store has it now
    std::string native = {};                  // key among the natives, as it will be
    std::string was_native = {};              // as the store has it now; empty: not looked at
  };
  struct Waiting {
    Alert alert = {};
    bool in_outbox = false;  // as the store has it now
  };
  struct HashOfHash {
    std::size_t operator()(const IdHash& hash) const;
  };

  Result<void> read_ids();
  Result<Outcome> decide(Touched& post, const Entry& entry);
  Result<PostRecord> current(Touched& post) const;
  Result<Outcome> accept(Touched& post, const Entry& entry);
  // A copy of a deleted post: remembered for longer now.
  Outcome hear_again(Touched& post, UtcTime now);
  Result<bool> erased(const std::optional<std::string>& post_id) const;
  Result<Outcome> edit(Touched& post, const Entry& entry);
  Result<Outcome> remove(Touched& post, const Entry& tombstone);
  // Raises what the entry brings and, as the tracker hears of it, what its issues call for; gives the ids of those that go with
  // the post.
  Result<std::vector<std::string>> raise_for(const IdHash& hash, const Post& content, const Entry& entry);
  // How a new post counts for a change of direction.
  Result<void> hear_tone(const Entry& entry);
  // What changes of issues call for; `post` is that which opened them.
  std::vector<Alert> told(const std::vector<IssueTracker::Change>& changes, const std::string& post, UtcTime now) const;
  // Which of the alerts were never raised; they are raised now.
  Result<std::vector<std::string>> raise(const std::vector<Alert>& alerts);
  Result<bool> known_alert(const std::string& id);
  Result<void> withdraw(const std::vector<std::string>& alerts, UtcTime when);
  Result<void> move_cursor(const Batch& batch);
  // The post that a tombstone without an id means; empty if none is known.
  Result<std::optional<IdHash>> find_native(const Post& tombstone, const std::map<std::string, IdHash>& in_group) const;
  Result<void> note(const SourceReport& report, Committed& committed);
  Result<GapLedger*> ledger_of(const std::string& source);
  // Moves the counts and the words of a post; `number` is +1 or -1.
  void count(const Post& post, const Assessment& assessment, const std::vector<std::string>& watched,
             std::string_view place, std::int64_t number);
  void keep(Touched& post, const Post& content, const Entry& entry, const std::vector<std::string>& alerts);
  void write_posts(rocksdb::WriteBatch& out) const;
  void write_alerts(rocksdb::WriteBatch& out) const;
  void write_reports(rocksdb::WriteBatch& out) const;

  const OpenDb& db_;
  std::string path_;
  const ErasureSet& erased_;
  IssueBook& issues_;
  const Store::TellOfIssue& tell_;
  std::vector<Touched> touched_;                // each id once, in the order of first appearance
  std::vector<std::size_t> order_;              // for each entry, its place in touched_, or `nowhere`
  std::size_t next_ = 0;                        // in order_
  std::size_t raised_ = 0;                      // alerts of the batch at hand
  std::map<std::string, Waiting> alerts_;       // touched, by id
  std::map<std::string, std::string> cursors_;  // to write, by source
  std::map<std::string, GapLedger> ledgers_;    // touched, by source
  std::map<std::string, UtcTime> missed_from_;  // the earliest Missed of the group, by source
  std::map<std::string, std::string> sources_;  // to write, by key
  std::optional<UtcTime> alive_;
  Tally tally_;
  WordTally words_;
  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
};

}  // namespace barometer
