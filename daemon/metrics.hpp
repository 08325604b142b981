#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/assessment.hpp"
#include "analysis/taxonomy.hpp"
#include "daemon/channels/send_fault.hpp"
#include "daemon/source_state.hpp"
#include "daemon/watch.hpp"
#include "storage/store.hpp"

namespace barometer {

struct OpenWork;

enum class Stage : std::uint8_t { assess, commit };
enum class QueueOf : std::uint8_t { assess, commit };
enum class Window : std::uint8_t { day, week };

std::string_view name_of(Stage stage);  // "assess": one page on the pool; "commit": one group of pages to disk
std::string_view name_of(QueueOf queue);
std::string_view name_of(Window window);  // "24h", "7d"

// All that Prometheus is told, each name beginning with barometer_ (and process_ for the process itself):
//
//   posts_ingested_total            source, tag, late  late: made more than an hour before it was heard
//   posts_dropped_total             source, reason     reason: DropReason
//   posts_scored_total              source, sentiment
//   concerns_flagged_total          theme, severity    severity: 0 … 4
//   concern_review_total            theme, verdict     what people judged, of posts and of issues: right, wrong, not_care, duplicate,
//                                                      regraded
//   unflagged_sample_review_total   verdict            of the weekly sample: fine, miss
//   issues_open                     theme, severity    as the tracker has them
//   review_oldest_open_timestamp_seconds   severity    since when the oldest open issue waits that nobody has looked at; 0: none
//   sentiment_negative_ratio        tag, window        0 … 1 of the posts made in the window; NaN when there are none
//   source_up                       source             1 when the last answer was understood
//   source_last_success_timestamp_seconds, source_last_post_timestamp_seconds, source_next_ask_timestamp_seconds   source
//   source_failures                 source             failures in a row
//   source_requests_total           source, code       2xx, 304, 3xx, 4xx, 429, 5xx, net (no answer)
//   source_rate_limit_remaining, source_rate_limit_reset_timestamp_seconds   source   once a source has told
//   source_gap_seconds_total        source, reason     reason: GapReason; grows while a source is blind
//   deletions_total                 source             kept posts that were taken away again
//   deletion_recheck_lag_seconds    source             how long overdue the oldest re-check is; once a source is swept
//   pipeline_latency_seconds        stage              histogram
//   queue_depth, queue_limit        queue
//   store_posts, store_bytes, store_compaction_pending_bytes, store_commit_failures_total
//   notifications_total             channel            sent; mail, webhook, slack, teams, alertmanager
//   notifications_failed_total      channel, reason    attempts; reason: SendReason
//   notification_last_success_timestamp_seconds   channel
//   alerts_waiting, alerts_oldest_waiting_timestamp_seconds
//   config_last_reload_successful, config_last_reload_success_timestamp_seconds
//   build_info                      version, revision, compiler
//
// Labels come from the settings and from enums only: a source or tag that was not declared counts under "other".
// Every series is there from the start, counters at 0, so that rate() sees the first event. Timestamps are 0 until known.
// Any thread.
class Metrics {
 public:
  Metrics(const std::vector<std::string>& sources, const std::vector<std::string>& tags);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // For a reload; declaring again changes nothing. A source that is gone takes its series along.
  void declare_source(const std::string& source);
  void declare_tag(const std::string& tag);
  void retire_source(const std::string& source);

  void posts_ingested(std::string_view source, std::string_view tag, bool late);
  void posts_dropped(std::string_view source, DropReason reason);
  void posts_scored(std::string_view source, Sentiment sentiment);
  void concern_flagged(Theme theme, int severity);
  void step_taken(const ReviewAction& step);  // of a review
  void open_work(const OpenWork& work);
  void sentiment_negative_ratio(std::string_view tag, Window window, std::optional<double> ratio);

  void request_finished(std::string_view source, int status);  // 0: no answer
  void source_state(const SourceState& state);
  void source_blind(std::string_view source, GapReason reason, std::chrono::milliseconds longer);
  void post_deleted(std::string_view source);
  void recheck_lag(std::string_view source, std::chrono::milliseconds lag);

  void stage_seconds(Stage stage, double seconds);
  void queue(QueueOf queue, std::size_t depth, std::size_t limit);

  void commit_failed();
  void store_size(const StoreSize& size);

  void message_sent(std::string_view channel, UtcTime when);
  void message_failed(std::string_view channel, SendReason reason);
  void alerts_waiting(std::size_t number, std::optional<UtcTime> oldest);

  void config_reloaded(bool successful, UtcTime when);

  // The exposition format 0.0.4 of Prometheus, with HELP and TYPE.
  std::string text() const;
  static constexpr const char* content_type = "text/plain; version=0.0.4; charset=utf-8";

  // How many series so many sources and tags make; 5,000 is what one daemon should stay below.
  static std::size_t series_of(std::size_t sources, std::size_t tags);
  static constexpr std::size_t series_budget = 5'000;
  static constexpr std::chrono::hours late_after{1};

 private:
  void declare_reviews();
  static std::size_t series_of_reviews();

  struct Families;
  struct Handles;
  std::unique_ptr<Families> families_;
  std::unique_ptr<Handles> handles_;
};

}  // namespace barometer
