#include "daemon/source_book.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace barometer {

namespace {

UtcTime hour_of(UtcTime time) { return std::chrono::floor<std::chrono::hours>(time); }

void add(std::vector<std::pair<std::string, std::uint64_t>>& dropped, std::string_view reason, std::uint64_t posts) {
  if (posts == 0) return;
  for (auto& [known, number] : dropped) {
    if (known != reason) continue;
    number += posts;
    return;
  }
  dropped.emplace_back(std::string(reason), posts);
}

}  // namespace

GapReason gap_reason(const Failure& failure) {
  switch (failure.remedy) {
    case Remedy::wait: return failure.capped ? GapReason::capped : GapReason::limited;
    case Remedy::ask_operator: return GapReason::misconfigured;
    case Remedy::retry:
    case Remedy::skip: break;
  }
  return GapReason::down;
}

Result<SourceBook::Memory> SourceBook::recall(const Store& store, UtcTime now) {
  Memory memory;
  const auto alive = store.alive();
  if (!alive) return alive.error();
  memory.alive = *alive;
  const auto read = store.sources({}, [&](const std::string& name, const SourceRecord& record) {
    memory.records.emplace(name, record);
    return true;
  });
  if (!read) return read.error();
  for (const auto& [name, record] : memory.records) {
    const auto tallies = store.tallies(name, now);
    if (!tallies) return tallies.error();
    if (!tallies->empty() && tallies->back().hour == hour_of(now)) memory.tallies.emplace(name, tallies->back());
  }
  return memory;
}

SourceBook::SourceBook(asio::any_io_executor loop, Committer& committer, SourceStates& states, Memory memory, Clock now,
                       Events events)
    : loop_(std::move(loop)),
      committer_(committer),
      states_(states),
      memory_(std::move(memory)),
      now_(std::move(now)),
      events_(std::move(events)) {}

void SourceBook::listen_to(const std::vector<std::string>& names) {
  const UtcTime now = now_();
  const std::set<std::string> wanted(names.begin(), names.end());
  for (auto source = sources_.begin(); source != sources_.end();) {
    if (wanted.contains(source->first)) {
      ++source;
      continue;
    }
    retire(source->first, now, record_of(source->first, source->second, now));
    source = sources_.erase(source);
  }
  for (const std::string& name : wanted) {
    const auto [source, fresh] = sources_.try_emplace(name);
    source->second.state_changed = true;
    source->second.in_hand = false;  // what a page carried when the settings changed may have been dropped
    const auto remembered = memory_.records.find(name);
    if (!fresh || remembered == memory_.records.end()) continue;
    auto& of = source->second;
    of.remembered = remembered->second;
    of.sweep = of.remembered.sweep;
    if (const auto tally = memory_.tallies.find(name); tally != memory_.tallies.end()) of.tally = tally->second;
    const UtcTime written = of.remembered.written_at;
    blind(name, GapReason::restarted,
          of.remembered.retired ? written : std::max(written, memory_.alive.value_or(written)));
    memory_.records.erase(remembered);
  }
  // Nobody listens to these any more, since the last process ended.
  for (auto& [name, record] : memory_.records)
    if (!record.retired) retire(name, std::max(record.written_at, memory_.alive.value_or(record.written_at)), record);
  memory_ = {};
}

void SourceBook::retire(const std::string& source, UtcTime when, SourceRecord record) {
  SourceReport report;
  report.source = source;
  if (const auto found = sources_.find(source); found != sources_.end()) {
    report.blind = std::move(found->second.unwritten);
    if (found->second.tally_changed) report.tally = found->second.tally;
  }
  report.heard = Heard{when, false};
  record.retired = true;
  record.written_at = when;
  report.record = std::move(record);
  owed_.push_back(std::move(report));
}

void SourceBook::begins(const std::string& source, UtcTime now) {
  auto& of = sources_[source];
  if (of.remembered.began) return;
  of.remembered.began = now;
  of.began_unwritten = true;
}

std::optional<UtcTime> SourceBook::began(const std::string& source) const {
  const auto found = sources_.find(source);
  return found == sources_.end() ? std::nullopt : found->second.remembered.began;
}

void SourceBook::blind(const std::string& source, GapReason reason, UtcTime since) {
  auto& of = sources_[source];
  if (of.open && of.open->gap.reason == reason) return;
  if (of.open) count_blind_time(source, *of.open, since);
  of.open = Blindness{.gap = {since, reason}, .counted_until = since};
  of.unwritten.push_back({since, reason});
  of.state_changed = true;
}

void SourceBook::can_hear(const std::string& source) {
  auto& of = sources_[source];
  if (!of.open) return;
  const UtcTime now = now_();
  count_blind_time(source, *of.open, now);
  SourceReport report;
  report.source = source;
  report.blind = std::exchange(of.unwritten, {});
  report.heard = Heard{now, false};
  owed_.push_back(std::move(report));
  of.open.reset();
}

std::optional<OpenGap> SourceBook::gap_of(const std::string& source) const {
  const auto found = sources_.find(source);
  if (found == sources_.end() || !found->second.open) return std::nullopt;
  return found->second.open->gap;
}

void SourceBook::count_blind_time(const std::string& source, Blindness& open, UtcTime until) {
  if (until <= open.counted_until) return;
  if (events_.blind) events_.blind(source, open.gap.reason, until - open.counted_until);
  open.counted_until = until;
}

SourceReport SourceBook::answered(const std::string& source, const Page& page, UtcTime now) {
  auto& of = sources_[source];
  SourceReport report;
  report.source = source;
  report.blind = of.unwritten;
  if (of.began_unwritten) report.record = record_of(source, of, now);
  of.in_hand = true;
  // Without a place to resume from, nothing of the gap can be asked for.
  if (of.open || !page.missed.empty()) report.heard = Heard{now, !page.next.bytes.empty()};
  for (Missed missed : page.missed) {
    missed.to = std::min(missed.to, now);
    report.missed.push_back(missed);
  }
  return report;
}

void SourceBook::kept(const SourceReport& report, std::size_t heard, const Ingested& ingested, UtcTime now) {
  auto& of = sources_[report.source];
  of.in_hand = false;
  if (report.record) of.began_unwritten = false;
  of.unwritten.erase(of.unwritten.begin(), of.unwritten.begin() + static_cast<std::ptrdiff_t>(report.blind.size()));
  if (of.open && report.heard) {
    count_blind_time(report.source, *of.open, report.heard->at);
    of.open.reset();
  }
  if (events_.blind)
    for (const auto& missed : ingested.missed) events_.blind(missed.source, missed.reason, missed.length);
  count(report.source, heard, ingested, now);
}

// The gap goes on: what the page would have ended is not ended.
void SourceBook::not_kept(const std::string& source) { sources_[source].in_hand = false; }

void SourceBook::count(const std::string& source, std::size_t heard, const Ingested& ingested, UtcTime now) {
  if (heard == 0) return;
  auto& of = sources_[source];
  if (of.tally.hour != hour_of(now)) {
    if (of.tally_changed) owed_.push_back({.source = source, .tally = of.tally});
    of.tally = HourTally{.hour = hour_of(now)};
  }
  of.tally.heard += heard;
  of.tally.stored += ingested.stored;
  of.tally.edited += ingested.edited;
  of.tally.deleted += ingested.deleted;
  add(of.tally.dropped, name_of(DropReason::duplicate), ingested.duplicates);
  for (const DropReason reason : ingested.reasons) add(of.tally.dropped, name_of(reason), 1);
  of.tally_changed = true;
}

std::optional<SweepPlace> SourceBook::sweep_of(const std::string& source) const {
  const auto found = sources_.find(source);
  return found == sources_.end() ? std::nullopt : found->second.sweep;
}

void SourceBook::swept(const std::string& source, SweepPlace place, std::chrono::milliseconds every) {
  auto& of = sources_[source];
  of.sweep = std::move(place);
  of.sweep_every = every;
  of.state_changed = true;
}

void SourceBook::changed(const std::string& source) { sources_[source].state_changed = true; }

void SourceBook::tick(UtcTime now) {
  for (auto& [source, of] : sources_) {
    if (of.open) count_blind_time(source, *of.open, now);
    if (of.sweep && of.sweep_every.count() > 0 && events_.recheck_lag)
      events_.recheck_lag(source, std::max(now - of.sweep->began - of.sweep_every, std::chrono::milliseconds{0}));
  }
}

SourceRecord SourceBook::record_of(const std::string& source, const OfSource& of, UtcTime now) const {
  SourceRecord record = of.remembered;
  record.retired = false;
  record.written_at = now;
  record.sweep = of.sweep;
  const auto state = states_.of(source);
  if (!state) return record;
  record.platform = state->platform;
  record.host = state->host;
  record.last_success = std::max(state->last_success, record.last_success);
  record.last_post = std::max(state->last_post, record.last_post);
  record.next_ask = state->next_ask;
  record.interval = state->interval;
  record.failures_in_a_row = static_cast<std::uint32_t>(state->failures_in_a_row);
  record.failure = state->failure;
  record.failing_since = state->failing_since;
  record.limit_left = state->limit_left;
  record.limit_resets_at = state->limit_resets_at;
  return record;
}

Batch SourceBook::take(bool everything, bool last, UtcTime now) {
  Batch batch;
  batch.reports = std::exchange(owed_, {});
  for (auto& [source, of] : sources_) {
    SourceReport report;
    report.source = source;
    if (!of.in_hand || last) report.blind = std::exchange(of.unwritten, {});
    const bool state = (everything || !report.blind.empty()) && std::exchange(of.state_changed, false);
    const bool tally = everything && std::exchange(of.tally_changed, false);
    if (state) report.record = record_of(source, of, now);
    if (tally) report.tally = of.tally;
    if (state || tally || !report.blind.empty()) batch.reports.push_back(std::move(report));
  }
  if (everything || !batch.reports.empty()) batch.alive = now;
  return batch;
}

// The store refused. States and tallies are written anew next time; a gap that has ended meanwhile is owed with its end.
void SourceBook::put_back(Batch batch) {
  for (SourceReport& report : batch.reports) {
    const auto found = sources_.find(report.source);
    if (report.heard || found == sources_.end()) {
      owed_.push_back(std::move(report));
      continue;
    }
    auto& of = found->second;
    of.state_changed = of.state_changed || report.record;
    if (report.tally && report.tally->hour == of.tally.hour) of.tally_changed = true;
    if (report.tally && report.tally->hour != of.tally.hour)
      owed_.push_back({.source = report.source, .tally = report.tally});
    if (report.blind.empty()) continue;
    if (of.open) {
      of.unwritten.insert(of.unwritten.begin(), report.blind.begin(), report.blind.end());
      continue;
    }
    report.heard = Heard{states_.of(report.source).value_or(SourceState{}).last_success.value_or(now_()), true};
    owed_.push_back(std::move(report));
  }
}

asio::awaitable<void> SourceBook::commit(bool everything, bool last) {
  Batch batch = take(everything, last, now_());
  if (!batch.alive) co_return;
  Batch again = batch;
  const auto committed = co_await committer_.commit(std::move(batch));
  if (!committed) put_back(std::move(again));
}

asio::awaitable<void> SourceBook::run() {
  asio::steady_timer timer(loop_);
  auto next_sign = std::chrono::steady_clock::now() + gaps_every;
  for (;;) {
    tick(now_());
    const auto now = std::chrono::steady_clock::now();
    const bool everything = now >= next_sign;
    if (everything) next_sign = now + signs_every;
    co_await commit(everything, false);
    timer.expires_after(gaps_every);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> SourceBook::write_down() {
  tick(now_());
  co_await commit(true, true);
}

}  // namespace barometer
