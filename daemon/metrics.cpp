#include "daemon/metrics.hpp"

#include <algorithm>
#include <limits>

#include <prometheus/text_serializer.h>

#include "daemon/metrics_series.hpp"
#include "daemon/process_metrics.hpp"

namespace barometer {

using namespace series;

namespace {

double seconds_of(UtcTime time) { return static_cast<double>(time.time_since_epoch().count()) / 1000; }
double seconds_of(const std::optional<UtcTime>& time) { return time ? seconds_of(*time) : 0; }

std::size_t code_of(int status) {
  const std::string_view code = status == 304   ? "304"
                                : status == 429 ? "429"
                                : status < 100  ? "net"
                                : status < 300  ? "2xx"
                                : status < 400  ? "3xx"
                                : status < 500  ? "4xx"
                                                : "5xx";
  return static_cast<std::size_t>(std::find(codes.begin(), codes.end(), code) - codes.begin());
}

template <class Enum>
std::size_t index(Enum value) {
  return static_cast<std::size_t>(value);
}

// The entry of a name, or that of "other"; null when neither was declared.
template <class Map>
auto* of_or_other(Map& map, std::string_view name) {
  auto found = map.find(name);
  if (found == map.end()) found = map.find(Watch::other);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

std::string_view name_of(Stage stage) { return stage == Stage::assess ? "assess" : "commit"; }
std::string_view name_of(QueueOf queue) { return queue == QueueOf::assess ? "assess" : "commit"; }
std::string_view name_of(Window window) { return window == Window::day ? "24h" : "7d"; }

void Metrics::posts_ingested(std::string_view source, std::string_view tag, bool late) {
  const std::shared_lock lock{handles_->guard};
  auto* of = of_or_other(handles_->sources, source);
  if (of == nullptr) return;
  const auto* counters = of_or_other(of->ingested, tag);
  if (counters != nullptr) (late ? counters->second : counters->first)->Increment();
}

void Metrics::posts_dropped(std::string_view source, DropReason reason) {
  const std::shared_lock lock{handles_->guard};
  if (auto* of = of_or_other(handles_->sources, source)) of->dropped.at(index(reason))->Increment();
}

void Metrics::posts_scored(std::string_view source, Sentiment sentiment) {
  const std::shared_lock lock{handles_->guard};
  if (auto* of = of_or_other(handles_->sources, source)) of->scored.at(index(sentiment))->Increment();
}

void Metrics::concern_flagged(Theme theme, int severity) {
  const auto found = handles_->concerns.find(theme);  // fixed since the start: no lock
  if (found == handles_->concerns.end()) return;
  found->second[static_cast<std::size_t>(std::clamp(severity, 0, severities - 1))]->Increment();
}

void Metrics::sentiment_negative_ratio(std::string_view tag, Window window, std::optional<double> ratio) {
  const std::shared_lock lock{handles_->guard};
  const auto found = handles_->tags.find(tag);
  if (found == handles_->tags.end()) return;
  found->second[index(window)]->Set(ratio.value_or(std::numeric_limits<double>::quiet_NaN()));
}

void Metrics::request_finished(std::string_view source, int status) {
  const std::shared_lock lock{handles_->guard};
  if (auto* of = of_or_other(handles_->sources, source)) of->requests[code_of(status)]->Increment();
}

void Metrics::source_state(const SourceState& state) {
  const std::unique_lock lock{handles_->guard};  // may make the series of the rate limit
  const auto found = handles_->sources.find(state.name);
  if (found == handles_->sources.end()) return;
  auto& of = found->second;
  of.up->Set(state.up() ? 1 : 0);
  of.last_success->Set(seconds_of(state.last_success));
  of.last_post->Set(seconds_of(state.last_post));
  of.next_ask->Set(seconds_of(state.next_ask));
  of.failures->Set(state.failures_in_a_row);
  if (!state.limit_left && !state.limit_resets_at) return;
  if (of.limit_left == nullptr) {
    of.limit_left = &families_->limit_left.Add({{"source", state.name}});
    of.limit_reset = &families_->limit_reset.Add({{"source", state.name}});
  }
  if (state.limit_left) of.limit_left->Set(static_cast<double>(*state.limit_left));
  of.limit_reset->Set(seconds_of(state.limit_resets_at));
}

void Metrics::source_blind(std::string_view source, GapReason reason, std::chrono::milliseconds longer) {
  const std::shared_lock lock{handles_->guard};
  if (auto* of = of_or_other(handles_->sources, source))
    of->gap_seconds.at(index(reason))->Increment(static_cast<double>(longer.count()) / 1000);
}

void Metrics::post_deleted(std::string_view source) {
  const std::shared_lock lock{handles_->guard};
  if (auto* of = of_or_other(handles_->sources, source)) of->deletions->Increment();
}

void Metrics::recheck_lag(std::string_view source, std::chrono::milliseconds lag) {
  const std::unique_lock lock{handles_->guard};  // may make the series
  const auto found = handles_->sources.find(source);
  if (found == handles_->sources.end()) return;
  auto& gauge = found->second.recheck_lag;
  if (gauge == nullptr) gauge = &families_->recheck_lag.Add({{"source", std::string{source}}});
  gauge->Set(static_cast<double>(lag.count()) / 1000);
}

void Metrics::stage_seconds(Stage stage, double seconds) { handles_->latency[index(stage)]->Observe(seconds); }

void Metrics::queue(QueueOf queue, std::size_t depth, std::size_t limit) {
  handles_->depth[index(queue)]->Set(static_cast<double>(depth));
  handles_->limit[index(queue)]->Set(static_cast<double>(limit));
}

void Metrics::commit_failed() { handles_->commit_failures->Increment(); }

void Metrics::store_size(const StoreSize& size) {
  handles_->posts->Set(static_cast<double>(size.posts));
  handles_->bytes->Set(static_cast<double>(size.bytes));
  handles_->compaction->Set(static_cast<double>(size.compaction_pending_bytes));
}

void Metrics::message_sent(std::string_view channel, UtcTime when) {
  const auto& of = handles_->channels.at(channel);
  of.sent->Increment();
  of.last_sent->Set(seconds_of(when));
}

void Metrics::message_failed(std::string_view channel, SendReason reason) {
  handles_->channels.at(channel).unsent.at(index(reason))->Increment();
}

void Metrics::alerts_waiting(std::size_t number, std::optional<UtcTime> oldest) {
  handles_->waiting->Set(static_cast<double>(number));
  handles_->oldest->Set(seconds_of(oldest));
}

void Metrics::config_reloaded(bool successful, UtcTime when) {
  handles_->reload_good->Set(successful ? 1 : 0);
  if (successful) handles_->reload_time->Set(seconds_of(when));
}

std::string Metrics::text() const {
  const auto process = process_figures();
  const std::lock_guard lock{handles_->scraping};
  auto& h = *handles_;
  h.cpu->Increment(std::max(0.0, process.cpu_seconds - h.cpu->Value()));
  h.started->Set(process.start_time_seconds);
  h.resident->Set(process.resident_bytes);
  h.virtual_memory->Set(process.virtual_bytes);
  h.open_fds->Set(process.open_fds);
  h.max_fds->Set(process.max_fds);
  return prometheus::TextSerializer{}.Serialize(families_->registry.Collect());
}

}  // namespace barometer
