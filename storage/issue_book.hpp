#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <rocksdb/write_batch.h>

#include "analysis/issues/tracker.hpp"
#include "storage/keys.hpp"
#include "storage/open_db.hpp"
#include "storage/source_record.hpp"
#include "storage/store.hpp"

namespace barometer {

// The tracker of issues and its rows: feeds it with what a commit keeps, and writes what it says in that same commit. Whoever uses
// it holds the store's turn to write. What it holds is ahead of the disk until the write is done: after a failed one it is thrown
// away and read again.
class IssueBook {
 public:
  // From what is kept.
  static Result<std::unique_ptr<IssueBook>> read(const OpenDb& db, const std::string& path, TrackerSettings settings);

  // A post that is stored now, or stored anew after an edit. Gives what became of issues.
  std::vector<IssueTracker::Change> hear(Utterance utterance, const std::optional<std::string>& repeats);
  // Any post that is stored now.
  std::vector<IssueTracker::Change> hear_tone(Tone tone, const std::string& place, const std::string& tag,
                                              UtcTime made_at, UtcTime heard_at);
  // A kept post goes, or is about to be stored anew.
  Result<std::vector<IssueTracker::Change>> take_back(const PostKey& key, UtcTime heard_at);
  // The gaps of a source that begin at `since` or later are these.
  void blind(const std::string& source, UtcTime since, const std::vector<Gap>& gaps);
  // What a person orders; gives the issue that stays, or is new.
  Result<Issue> arrange(const IssueOrder& order);
  // Time went by.
  std::vector<IssueTracker::Change> advance(UtcTime now);

  // Adds the rows that changed since the last time.
  void write(rocksdb::WriteBatch& out);

 private:
  IssueBook(const OpenDb& db, std::string path, TrackerSettings settings)
      : db_(db), path_(std::move(path)), tracker_(settings) {}
  Result<void> restore();
  Result<void> restore_gaps();
  Result<void> restore_tones();
  std::vector<IssueTracker::Change> keep(IssueTracker::Step step);
  Result<std::vector<IssueTracker::PostOfIssue>> members_of(const std::string& issue) const;
  Result<Issue> merge(const IssueOrder& order);
  Result<Issue> split(const IssueOrder& order);
  void leave(const std::string& issue, const std::vector<IssueTracker::PostOfIssue>& posts);

  const OpenDb& db_;
  std::string path_;
  IssueTracker tracker_;
  bool began_is_kept_ = false;
  // To write, by key unless it says otherwise.
  std::map<std::string, std::string> utterances_ = {};              // an empty value: to delete
  std::map<std::string, std::optional<Issue>> issues_ = {};         // by id; empty: as the tracker has it then
  std::map<std::string, std::optional<std::string>> members_ = {};  // empty: to delete
  std::map<std::string, std::string> orders_ = {};
  std::map<std::string, std::string> tones_ = {};  // an empty value: to delete
};

// Takes the rows of a post away, whatever the tracker makes of it: whoever does that has the book read again.
// True if there were any.
Result<bool> drop_utterance(const OpenDb& db, const std::string& path, const PostKey& key, UtcTime heard_at,
                            rocksdb::WriteBatch& out);

}  // namespace barometer
