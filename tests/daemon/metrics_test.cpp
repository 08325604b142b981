#include "daemon/metrics.hpp"

#include <set>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "daemon/channels/channel.hpp"
#include "daemon/process_metrics.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

// The lines that hold samples.
std::set<std::string> samples_of(const Metrics& metrics) {
  std::set<std::string> out;
  std::istringstream in{metrics.text()};
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with('#')) out.insert(line);
  }
  return out;
}

bool has(const Metrics& metrics, const std::string& line) { return samples_of(metrics).contains(line); }

std::size_t series_in(const Metrics& metrics) { return samples_of(metrics).size(); }

}  // namespace

TEST_CASE("every counter is there at 0 before anything happened") {
  const Metrics metrics{{"blog"}, {"nhssm"}};
  for (const auto* line :
       {R"(barometer_posts_ingested_total{late="false",source="blog",tag="nhssm"} 0)",
        R"(barometer_posts_ingested_total{late="true",source="blog",tag="other"} 0)",
        R"(barometer_posts_dropped_total{reason="duplicate",source="blog"} 0)",
        R"(barometer_posts_scored_total{sentiment="negative",source="blog"} 0)",
        R"(barometer_concerns_flagged_total{severity="4",theme="call_bell"} 0)",
        R"(barometer_source_gap_seconds_total{reason="restarted",source="blog"} 0)",
        R"(barometer_source_gap_seconds_total{reason="capped",source="blog"} 0)",
        R"(barometer_deletions_total{source="blog"} 0)", R"(barometer_source_up{source="blog"} 0)",
        R"(barometer_source_requests_total{code="net",source="blog"} 0)",
        R"(barometer_pipeline_latency_seconds_count{stage="commit"} 0)", R"(barometer_queue_depth{queue="commit"} 0)",
        R"(barometer_notifications_total{channel="mail"} 0)",
        R"(barometer_notifications_failed_total{channel="mail",reason="tls"} 0)",
        "barometer_store_commit_failures_total 0", "barometer_alerts_waiting 0",
        "barometer_config_last_reload_successful 0"}) {
    CAPTURE(line);
    CHECK(has(metrics, line));
  }
}

TEST_CASE("what happened is counted under its labels") {
  Metrics metrics{{"blog"}, {"nhssm"}};
  metrics.posts_ingested("blog", "nhssm", true);
  metrics.posts_dropped("blog", DropReason::too_large);
  metrics.posts_scored("blog", Sentiment::positive);
  metrics.concern_flagged(Theme::falls, 3);
  metrics.source_blind("blog", GapReason::limited, 1500ms);
  metrics.source_blind("blog", GapReason::limited, 2s);
  metrics.post_deleted("blog");
  metrics.recheck_lag("blog", 90s);
  metrics.commit_failed();
  metrics.message_sent("mail", UtcTime{5s});
  metrics.message_failed("mail", SendReason::login);
  metrics.alerts_waiting(2, UtcTime{7s});
  metrics.config_reloaded(false, UtcTime{9s});
  metrics.sentiment_negative_ratio("nhssm", Window::day, 0.25);
  for (const auto* line :
       {R"(barometer_posts_ingested_total{late="true",source="blog",tag="nhssm"} 1)",
        R"(barometer_posts_dropped_total{reason="too_large",source="blog"} 1)",
        R"(barometer_posts_scored_total{sentiment="positive",source="blog"} 1)",
        R"(barometer_source_gap_seconds_total{reason="limited",source="blog"} 3.5)",
        R"(barometer_deletions_total{source="blog"} 1)", R"(barometer_deletion_recheck_lag_seconds{source="blog"} 90)",
        R"(barometer_concerns_flagged_total{severity="3",theme="falls"} 1)", "barometer_store_commit_failures_total 1",
        R"(barometer_notification_last_success_timestamp_seconds{channel="mail"} 5)",
        R"(barometer_notifications_failed_total{channel="mail",reason="login"} 1)",
        "barometer_alerts_oldest_waiting_timestamp_seconds 7",
        "barometer_config_last_reload_success_timestamp_seconds 0",
        R"(barometer_sentiment_negative_ratio{tag="nhssm",window="24h"} 0.25)"}) {
    CAPTURE(line);
    CHECK(has(metrics, line));
  }
}

TEST_CASE("every channel counts for itself, and Alertmanager too") {
  Metrics metrics{{}, {}};
  std::vector<std::string> names{"alertmanager"};
  for (const auto& channel : channels()) names.emplace_back(channel.name);
  for (const auto& name : names) {
    metrics.message_sent(name, UtcTime{5s});
    metrics.message_failed(name, SendReason::busy);
    CHECK(has(metrics, "barometer_notifications_total{channel=\"" + name + "\"} 1"));
    CHECK(has(metrics, "barometer_notifications_failed_total{channel=\"" + name + "\",reason=\"busy\"} 1"));
  }
}

TEST_CASE("an answer counts under its kind") {
  struct Row {
    int status;
    const char* code;
  };
  for (const auto& [status, code] : {Row{200, "2xx"}, Row{304, "304"}, Row{301, "3xx"}, Row{404, "4xx"},
                                     Row{429, "429"}, Row{503, "5xx"}, Row{0, "net"}}) {
    Metrics metrics{{"blog"}, {}};
    metrics.request_finished("blog", status);
    CAPTURE(status);
    CHECK(has(metrics, std::string{R"(barometer_source_requests_total{code=")"} + code + R"(",source="blog"} 1)"));
  }
}

TEST_CASE("names that nobody declared never become labels") {
  Metrics metrics{{"blog"}, {"nhssm"}};
  const auto before = series_in(metrics);
  for (int i = 0; i < 1000; ++i) {
    const auto hostile = "tag\"}\n" + std::to_string(i);
    metrics.posts_ingested("blog", hostile, false);
    metrics.posts_ingested(hostile, hostile, false);
    metrics.posts_dropped(hostile, DropReason::empty);
    metrics.posts_scored(hostile, Sentiment::neutral);
    metrics.request_finished(hostile, i);
    metrics.sentiment_negative_ratio(hostile, Window::week, 0.5);
    metrics.concern_flagged(static_cast<Theme>(200), i);
    metrics.source_state({.name = hostile});
    metrics.source_blind(hostile, GapReason::down, 1s);
    metrics.post_deleted(hostile);
    metrics.recheck_lag(hostile, 1s);
  }
  CHECK(series_in(metrics) == before);
  CHECK(has(metrics, R"(barometer_posts_ingested_total{late="false",source="blog",tag="other"} 1000)"));
}

TEST_CASE("a source is up after a good answer and down after a failure; its limits show once it told them") {
  Metrics metrics{{"blog"}, {}};
  SourceState state{.name = "blog", .last_success = UtcTime{100s}, .last_post = UtcTime{90s}};
  metrics.source_state(state);
  CHECK(has(metrics, R"(barometer_source_up{source="blog"} 1)"));
  CHECK(has(metrics, R"(barometer_source_last_post_timestamp_seconds{source="blog"} 90)"));
  CHECK(metrics.text().find("barometer_source_rate_limit_remaining{") == std::string::npos);
  state.failure = Failure{};
  state.failures_in_a_row = 3;
  state.limit_left = 299;
  metrics.source_state(state);
  CHECK(has(metrics, R"(barometer_source_up{source="blog"} 0)"));
  CHECK(has(metrics, R"(barometer_source_failures{source="blog"} 3)"));
  CHECK(has(metrics, R"(barometer_source_rate_limit_remaining{source="blog"} 299)"));
}

TEST_CASE("declaring again changes nothing, and a source that is gone takes its series along") {
  Metrics metrics{{"blog"}, {"nhssm"}};
  metrics.posts_scored("blog", Sentiment::neutral);
  const auto before = metrics.text();
  metrics.declare_source("blog");
  metrics.declare_tag("nhssm");
  CHECK(has(metrics, R"(barometer_posts_scored_total{sentiment="neutral",source="blog"} 1)"));
  const auto series = series_in(metrics);
  metrics.declare_source("board");
  CHECK(series_in(metrics) > series);
  metrics.retire_source("board");
  CHECK(series_in(metrics) == series);
  metrics.retire_source("blog");
  CHECK(metrics.text().find("source=\"blog\"") == std::string::npos);
}

TEST_CASE("a default trust stays within the budget of series, and the estimate is no guess") {
  std::vector<std::string> sources;
  std::vector<std::string> tags;
  for (int i = 0; i < 20; ++i) sources.push_back("source " + std::to_string(i));
  for (int i = 0; i < 10; ++i) tags.push_back("tag " + std::to_string(i));
  const Metrics metrics{sources, tags};
  const auto real = series_in(metrics);
  CHECK(real <= Metrics::series_budget);
  CHECK(Metrics::series_of(20, 10) >= real);
  CHECK(Metrics::series_of(20, 10) <= real + 100);
}

TEST_CASE("the kernel's line about a process is read after its name, whatever the name") {
  const auto figures = parse_stat(
      "42 (a) b (c) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 5 0 12345 1048576 256 18446744073709551615 1 1 "
      "0\n",
      {.ticks_per_second = 100, .page_bytes = 4096, .boot_time_seconds = 1000});
  CHECK(figures.cpu_seconds == doctest::Approx(3));
  CHECK(figures.start_time_seconds == doctest::Approx(1123.45));
  CHECK(figures.virtual_bytes == 1048576);
  CHECK(figures.resident_bytes == 256 * 4096);
  CHECK(parse_stat("", {}).cpu_seconds == 0);
  CHECK(process_figures().resident_bytes > 0);
  CHECK(process_figures().open_fds >= 3);
}
