#pragma once

#include <array>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <utility>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "daemon/metrics.hpp"

namespace barometer {

// The inside of Metrics: its families and the series that are kept at hand.
namespace series {

using Counters = prometheus::Family<prometheus::Counter>;
using Gauges = prometheus::Family<prometheus::Gauge>;
using Histograms = prometheus::Family<prometheus::Histogram>;

inline constexpr std::array sentiments{Sentiment::negative, Sentiment::neutral, Sentiment::positive};
inline constexpr std::array stages{Stage::assess, Stage::commit};
inline constexpr std::array queues{QueueOf::assess, QueueOf::commit};
inline constexpr std::array windows{Window::day, Window::week};
inline constexpr std::array<std::string_view, 7> codes{"2xx", "304", "3xx", "4xx", "429", "5xx", "net"};
// Those of channels/channel.hpp, and where alerts about the service itself go.
inline constexpr std::array<std::string_view, 5> channels{"mail", "webhook", "slack", "teams", "alertmanager"};
inline constexpr std::size_t drop_reasons = 7;
inline constexpr std::size_t gap_reasons = 5;
inline constexpr std::size_t send_reasons = 8;

}  // namespace series

// Each family by the name that Prometheus knows it by, and its sentence.
struct Metrics::Families {
  prometheus::Registry registry;

  series::Counters& counters(const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
  }
  series::Gauges& gauges(const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
  }

  series::Counters& ingested =
      counters("barometer_posts_ingested_total", "Posts taken in, by the time that they were processed.");
  series::Counters& dropped = counters("barometer_posts_dropped_total", "Posts that were not kept, and why.");
  series::Counters& scored = counters("barometer_posts_scored_total", "Posts judged, by the sentiment found.");
  series::Counters& concerns =
      counters("barometer_concerns_flagged_total", "Concerns found in posts; a post can raise several.");
  series::Counters& reviewed = counters("barometer_concern_review_total", "Concerns that people judged, and how.");
  series::Counters& sampled = counters("barometer_unflagged_sample_review_total",
                                       "Posts of the weekly sample of unflagged ones, as people judged them.");
  series::Gauges& open_issues = gauges("barometer_issues_open", "Emerging issues that go on.");
  series::Gauges& oldest_open =
      gauges("barometer_review_oldest_open_timestamp_seconds",
             "Since when the oldest open issue waits that nobody has looked at; 0 when none waits.");
  series::Gauges& negative_ratio =
      gauges("barometer_sentiment_negative_ratio",
             "Share of negative posts among those made in the window before now; NaN without posts.");
  series::Gauges& up = gauges("barometer_source_up", "Whether the source's last answer was understood.");
  series::Gauges& last_success =
      gauges("barometer_source_last_success_timestamp_seconds", "When the source last answered well.");
  series::Gauges& last_post =
      gauges("barometer_source_last_post_timestamp_seconds", "When the source's newest post was made.");
  series::Gauges& next_ask =
      gauges("barometer_source_next_ask_timestamp_seconds", "When the source will be asked again.");
  series::Gauges& failures = gauges("barometer_source_failures", "Failures of the source in a row.");
  series::Counters& requests =
      counters("barometer_source_requests_total", "Requests to the source, by kind of answer.");
  series::Gauges& limit_left =
      gauges("barometer_source_rate_limit_remaining", "Requests left in the platform's window.");
  series::Gauges& limit_reset =
      gauges("barometer_source_rate_limit_reset_timestamp_seconds", "When the platform's window begins anew.");
  series::Counters& gap_seconds =
      counters("barometer_source_gap_seconds_total", "Time in which the source heard nothing, and why.");
  series::Counters& deletions = counters("barometer_deletions_total", "Kept posts that were taken away again.");
  series::Gauges& recheck_lag =
      gauges("barometer_deletion_recheck_lag_seconds", "How long overdue the source's oldest check for a deletion is.");
  series::Histograms& latency = prometheus::BuildHistogram()
                                    .Name("barometer_pipeline_latency_seconds")
                                    .Help("How long a page of posts took in a stage of the pipeline.")
                                    .Register(registry);
  series::Gauges& depth = gauges("barometer_queue_depth", "Pages of posts that wait in a queue.");
  series::Gauges& limit = gauges("barometer_queue_limit", "Pages of posts that a queue holds before its feeders wait.");
  series::Counters& commit_failures =
      counters("barometer_store_commit_failures_total", "Commits that the store refused.");
  series::Gauges& posts = gauges("barometer_store_posts", "Posts in the store (an estimate).");
  series::Gauges& bytes = gauges("barometer_store_bytes", "Bytes of the store's files.");
  series::Gauges& compaction =
      gauges("barometer_store_compaction_pending_bytes", "Bytes that the store has yet to tidy.");
  series::Counters& sent = counters("barometer_notifications_total", "Messages that their channel accepted.");
  series::Counters& unsent =
      counters("barometer_notifications_failed_total", "Attempts to send a message that failed, and why.");
  series::Gauges& last_sent =
      gauges("barometer_notification_last_success_timestamp_seconds", "When the channel last accepted a message.");
  series::Gauges& waiting = gauges("barometer_alerts_waiting", "Alerts that should have been sent and wait.");
  series::Gauges& oldest = gauges("barometer_alerts_oldest_waiting_timestamp_seconds",
                                  "When the alert that waits longest was raised; 0 when none waits.");
  series::Gauges& reload_good =
      gauges("barometer_config_last_reload_successful", "Whether the last reading of the settings went well.");
  series::Gauges& reload_time =
      gauges("barometer_config_last_reload_success_timestamp_seconds", "When settings were last read and put to use.");
  series::Gauges& build = gauges("barometer_build_info", "Always 1; what is running.");
  series::Counters& cpu = counters("process_cpu_seconds_total", "User and system CPU time spent, in seconds.");
  series::Gauges& started = gauges("process_start_time_seconds", "When the process started.");
  series::Gauges& resident = gauges("process_resident_memory_bytes", "Memory in RAM.");
  series::Gauges& virtual_memory = gauges("process_virtual_memory_bytes", "Address space in use.");
  series::Gauges& open_fds = gauges("process_open_fds", "Open file descriptors.");
  series::Gauges& max_fds = gauges("process_max_fds", "File descriptors that may be open.");
};

// Pointers kept, since finding a series by its labels costs a hundred times as much as counting.
struct Metrics::Handles {
  using Ingested = std::pair<prometheus::Counter*, prometheus::Counter*>;  // in time, late
  struct OfSource {
    std::map<std::string, Ingested, std::less<>> ingested = {};
    std::array<prometheus::Counter*, series::drop_reasons> dropped = {};
    std::array<prometheus::Counter*, series::sentiments.size()> scored = {};
    std::array<prometheus::Counter*, series::codes.size()> requests = {};
    prometheus::Gauge* up = nullptr;
    prometheus::Gauge* last_success = nullptr;
    prometheus::Gauge* last_post = nullptr;
    prometheus::Gauge* next_ask = nullptr;
    prometheus::Gauge* failures = nullptr;
    prometheus::Gauge* limit_left = nullptr;  // null until the source told
    prometheus::Gauge* limit_reset = nullptr;
    std::array<prometheus::Counter*, series::gap_reasons> gap_seconds = {};
    prometheus::Counter* deletions = nullptr;
    prometheus::Gauge* recheck_lag = nullptr;  // null until the source was swept
  };

  std::shared_mutex guard = {};  // of the maps; the series guard themselves
  std::map<std::string, OfSource, std::less<>> sources = {};
  std::map<std::string, std::array<prometheus::Gauge*, series::windows.size()>, std::less<>> tags = {};
  std::map<Theme, std::array<prometheus::Counter*, severities>> concerns = {};
  struct OfTheme {
    std::array<prometheus::Counter*, 5> judged = {};  // right, wrong, not_care, duplicate, regraded
    std::array<prometheus::Gauge*, severities> open = {};
  };
  std::map<Theme, OfTheme> reviews = {};  // written when made, then only read
  prometheus::Counter* sample_fine = nullptr;
  prometheus::Counter* sample_missed = nullptr;
  std::array<prometheus::Gauge*, severities> oldest_open = {};
  std::array<prometheus::Histogram*, series::stages.size()> latency = {};
  std::array<prometheus::Gauge*, series::queues.size()> depth = {};
  std::array<prometheus::Gauge*, series::queues.size()> limit = {};
  struct OfChannel {
    std::array<prometheus::Counter*, series::send_reasons> unsent = {};
    prometheus::Counter* sent = nullptr;
    prometheus::Gauge* last_sent = nullptr;
  };
  std::map<std::string_view, OfChannel> channels = {};  // written when made, then only read
  prometheus::Counter* commit_failures = nullptr;
  prometheus::Gauge* posts = nullptr;
  prometheus::Gauge* bytes = nullptr;
  prometheus::Gauge* compaction = nullptr;
  prometheus::Gauge* waiting = nullptr;
  prometheus::Gauge* oldest = nullptr;
  prometheus::Gauge* reload_good = nullptr;
  prometheus::Gauge* reload_time = nullptr;
  prometheus::Counter* cpu = nullptr;
  prometheus::Gauge* started = nullptr;
  prometheus::Gauge* resident = nullptr;
  prometheus::Gauge* virtual_memory = nullptr;
  prometheus::Gauge* open_fds = nullptr;
  prometheus::Gauge* max_fds = nullptr;
  std::mutex scraping = {};  // of what is brought up to date by a scrape
};

}  // namespace barometer
