#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "connectors/source.hpp"
#include "daemon/committer.hpp"
#include "daemon/pipeline.hpp"
#include "daemon/source_state.hpp"
#include "storage/store.hpp"

namespace barometer {

// The gap that a failure is a part of.
GapReason gap_reason(const Failure& failure);

// What must outlive the process about every source beyond its posts: when it was blind, how it is doing, what it brought,
// and how far its kept posts were looked after. An end of a gap is committed with the page that ends it; everything else of
// all sources together, so that thousands of idle ones cost one write every few seconds. On the loop's thread.
class SourceBook {
 public:
  using Clock = std::function<UtcTime()>;

  // What the last process left.
  struct Memory {
    std::optional<UtcTime> alive = {};
    std::map<std::string, SourceRecord> records = {};
    std::map<std::string, HourTally> tallies = {};  // of the hour at hand
  };
  static Result<Memory> recall(const Store& store, UtcTime now);  // any thread

  struct Events {
    // So much longer was a source blind.
    std::function<void(const std::string& source, GapReason, std::chrono::milliseconds)> blind = {};
    // How long overdue is the kept post of a source that waits longest to be asked about.
    std::function<void(const std::string& source, std::chrono::milliseconds)> recheck_lag = {};
  };

  SourceBook(asio::any_io_executor loop, Committer& committer, SourceStates& states, Memory memory, Clock now,
             Events events);

  // From now on it is these sources that are listened to. Whatever the last process listened to was blind since its last
  // sign of life. A source that is gone is written off: its open gap ends.
  void listen_to(const std::vector<std::string>& names);

  // A source without a place to resume from is listened to for the first time; without effect when it was before.
  void begins(const std::string& source, UtcTime now);
  std::optional<UtcTime> began(const std::string& source) const;

  // A request that began at `since` brought nothing.
  void blind(const std::string& source, GapReason reason, UtcTime since);
  // A source whose posts are pushed can take them from now on. What it was not there to take cannot be asked for.
  void can_hear(const std::string& source);
  std::optional<OpenGap> gap_of(const std::string& source) const;

  // A page came: what goes into its commit. Afterwards one of the two.
  SourceReport answered(const std::string& source, const Page& page, UtcTime now);
  void kept(const SourceReport& report, std::size_t heard, const Ingested& ingested, UtcTime now);
  void not_kept(const std::string& source);

  // Where the sweep over a source's kept posts stands; written down now and then.
  std::optional<SweepPlace> sweep_of(const std::string& source) const;
  void swept(const std::string& source, SweepPlace place, std::chrono::milliseconds every);
  void count(const std::string& source, std::size_t heard, const Ingested& ingested, UtcTime now);

  // Its SourceState is another.
  void changed(const std::string& source);

  // Commits what there is, again and again, until cancelled.
  asio::awaitable<void> run();
  // Everything, at once: for the end.
  asio::awaitable<void> write_down();

  static constexpr std::chrono::seconds gaps_every{1};   // at most so long is an open gap known to us alone
  static constexpr std::chrono::seconds signs_every{5};  // of life, and the states of the sources

 private:
  struct Blindness {
    OpenGap gap = {};
    UtcTime counted_until = {};
  };
  struct OfSource {
    std::optional<Blindness> open = {};
    std::vector<Blind> unwritten = {};  // gaps that began and are not in the store yet, as far as we know
    bool in_hand = false;               // a page that is being committed carries them
    SourceRecord remembered = {};       // from the last process
    bool began_unwritten = false;       // its first page takes it along
    std::optional<SweepPlace> sweep = {};
    std::chrono::milliseconds sweep_every{0};
    HourTally tally = {};
    bool state_changed = false;
    bool tally_changed = false;
  };

  void count_blind_time(const std::string& source, Blindness& open, UtcTime until);
  void tick(UtcTime now);
  void retire(const std::string& source, UtcTime when, SourceRecord record);
  SourceRecord record_of(const std::string& source, const OfSource& of, UtcTime now) const;
  Batch take(bool everything, bool last, UtcTime now);
  void put_back(Batch batch);
  asio::awaitable<void> commit(bool everything, bool last);

  asio::any_io_executor loop_;
  Committer& committer_;
  SourceStates& states_;
  Memory memory_;
  Clock now_;
  Events events_;
  std::map<std::string, OfSource> sources_;
  std::vector<SourceReport> owed_;  // reports that are whole
};

}  // namespace barometer
