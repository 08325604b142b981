#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "connectors/time.hpp"
#include "daemon/json_object.hpp"
#include "daemon/source_view.hpp"
#include "daemon/uk_time.hpp"

namespace barometer {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr std::size_t gaps_shown = 10;

struct StateWords {
  std::string_view state;
  std::string_view words;
};
constexpr std::array state_words{StateWords{"listening", "listening"},
                                 StateWords{"starting", "not asked yet since Barometer started"},
                                 StateWords{"stopped", "silent, because Barometer is not at work"},
                                 StateWords{"never_asked", "silent, because it was never asked"},
                                 StateWords{"retired", "silent, because it left the settings"},
                                 StateWords{"down", "silent, because it does not answer as it should"},
                                 StateWords{"limited", "silent, because the platform told us to wait"},
                                 StateWords{"misconfigured", "silent, and only a person can mend it"},
                                 StateWords{"capped", "silent, because our own budget is used up"}};

std::string words_of(std::string_view state) {
  for (const auto& row : state_words)
    if (row.state == state) return std::string(row.words);
  return std::string(state);
}

std::string time_or(const std::optional<UtcTime>& time, UtcTime now, const char* otherwise) {
  return time ? uk_time_short(*time, now) : otherwise;
}

std::string line(std::string_view what, const std::string& text) { return fmt::format("  {:<14}{}\n", what, text); }

std::string tally_text(const HourTally& tally) {
  std::string text = fmt::format("{} heard, {} stored", tally.heard, tally.stored);
  if (tally.edited > 0) text += fmt::format(", {} edited", tally.edited);
  if (tally.deleted > 0) text += fmt::format(", {} deleted", tally.deleted);
  for (const auto& [reason, posts] : tally.dropped) text += fmt::format(", {} dropped ({})", posts, reason);
  return text;
}

std::string gap_text(const Gap& gap, UtcTime now) {
  const auto length = length_text(gap.to.value_or(now) - gap.from);
  if (!gap.to) return fmt::format("{}: {} until now, and it lasts", name_of(gap.reason), length);
  const auto* fate = !gap.caught_up ? "not caught up yet" : *gap.caught_up ? "caught up" : "lost";
  return fmt::format("{}: {} from {}, {}", name_of(gap.reason), length, uk_time_short(gap.from, now), fate);
}

std::string record_text(const SourceRecord& record, UtcTime now) {
  std::string text = line("platform", record.platform + ", host " + record.host) +
                     line("last answer", time_or(record.last_success, now, "none that was understood")) +
                     line("last post", time_or(record.last_post, now, "none")) +
                     line("next request", record.next_ask && *record.next_ask > now
                                              ? uk_time_short(*record.next_ask, now)
                                              : std::string("now, or as soon as its host may be asked"));
  if (record.interval.count() > 0) text += line("interval", length_text(record.interval));
  if (record.limit_left)
    text += line("limit", fmt::format("{} requests left, anew {}", *record.limit_left,
                                      time_or(record.limit_resets_at, now, "at a time it did not tell")));
  if (!record.failure) return text;
  text += line("failing", fmt::format("{} in a row since {}", record.failures_in_a_row,
                                      time_or(record.failing_since, now, "just now")));
  return text + line("failure", record.failure->detail + " (" + name_of(record.failure->remedy) + ")");
}

std::string seconds_text(milliseconds length) {
  return fmt::format("{:.3f}", static_cast<double>(length.count()) / 1000);
}

std::string tally_json(const HourTally& tally) {
  JsonObject dropped;
  for (const auto& [reason, posts] : tally.dropped) dropped.raw(reason, std::to_string(posts));
  JsonObject json;
  json.raw("heard", std::to_string(tally.heard));
  json.raw("stored", std::to_string(tally.stored));
  json.raw("edited", std::to_string(tally.edited));
  json.raw("deleted", std::to_string(tally.deleted));
  json.raw("dropped", dropped.done());
  return json.done();
}

std::string failure_json(const Failure& failure) {
  JsonObject json;
  json.text("remedy", name_of(failure.remedy));
  json.text("detail", failure.detail);
  json.time("not_before", failure.not_before);
  return json.done();
}

}  // namespace

std::string length_text(milliseconds length) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(length).count();
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min", seconds / 60);
  if (seconds < 86'400) return fmt::format("{} h {} min", seconds / 3600, seconds % 3600 / 60);
  return fmt::format("{} d {} h", seconds / 86'400, seconds % 86'400 / 3600);
}

std::string explained(const SourceView& view, UtcTime now) {
  std::string text = view.name + " is " + words_of(view.state) + ".\n";
  if (view.record) text += record_text(*view.record, now);
  if (view.state == "stopped") text += line("at work until", time_or(view.alive, now, "never"));
  text += line("last day", tally_text(view.day)) + line("last week", tally_text(view.week));
  text += line("blind", fmt::format("{} of the last day, {} of the last week", length_text(view.blind.day),
                                    length_text(view.blind.week)));
  const auto shown = std::min(view.gaps.size(), gaps_shown);
  for (std::size_t i = 0; i < shown; ++i) text += line(i == 0 ? "gaps" : "", gap_text(view.gaps[i], now));
  if (view.gaps.size() > shown) text += line("", fmt::format("and {} more: barometer gaps", view.gaps.size() - shown));
  return text + line("what to do", view.advice);
}

std::string in_short(const SourceView& view, UtcTime now) {
  std::string text = view.name + " is " + words_of(view.state);
  if (view.record) text += "; newest post " + time_or(view.record->last_post, now, "none");
  if (view.record && view.record->failure) text += "; " + view.record->failure->detail;
  return text + ".";
}

std::string source_json(const SourceView& view, UtcTime now) {
  const SourceRecord record = view.record.value_or(SourceRecord{});
  JsonObject json;
  json.text("source", view.name);
  json.text("state", view.state);
  json.text("platform", record.platform);
  json.text("host", record.host);
  json.time("as_of", view.record ? std::optional(record.written_at) : std::nullopt);
  json.time("alive", view.alive);
  json.time("last_success", record.last_success);
  json.time("last_post", record.last_post);
  json.time("next_request", record.next_ask);
  json.raw("interval_seconds", seconds_text(record.interval));
  json.raw("failures_in_a_row", std::to_string(record.failures_in_a_row));
  json.time("failing_since", record.failing_since);
  json.raw("failure", record.failure ? failure_json(*record.failure) : "null");
  json.raw("limit_left", record.limit_left ? std::to_string(*record.limit_left) : "null");
  json.time("limit_resets_at", record.limit_resets_at);
  json.raw("blind_seconds_day", seconds_text(view.blind.day));
  json.raw("blind_seconds_week", seconds_text(view.blind.week));
  std::string gaps;
  for (const Gap& gap : view.gaps) gaps += (gaps.empty() ? "" : ",") + gap_json(gap, now);
  json.raw("gaps", "[" + gaps + "]");
  json.raw("last_day", tally_json(view.day));
  json.raw("last_week", tally_json(view.week));
  json.text("advice", view.advice);
  return json.done();
}

std::string gap_json(const Gap& gap, UtcTime now) {
  JsonObject json;
  json.text("source", gap.source);
  json.text("reason", name_of(gap.reason));
  json.time("from", gap.from);
  json.time("to", gap.to);
  json.raw("seconds", seconds_text(gap.to.value_or(now) - gap.from));
  json.raw("caught_up", !gap.caught_up ? "null" : *gap.caught_up ? "true" : "false");
  return json.done();
}

}  // namespace barometer
