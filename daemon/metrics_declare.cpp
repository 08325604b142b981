#include <limits>

#include "daemon/metrics_series.hpp"
#include "daemon/version.hpp"

namespace barometer {

using namespace series;

namespace {

// From a page of one post that is judged at once to a disk that hangs.
const prometheus::Histogram::BucketBoundaries latencies{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                        0.25,   0.5,   1,      2.5,   5,    10,    30};

template <class Enum>
std::size_t index(Enum value) {
  return static_cast<std::size_t>(value);
}

std::string text_of(std::string_view view) { return std::string{view}; }

auto ingested_of(Counters& family, const std::string& source, const std::string& tag) {
  return std::pair{&family.Add({{"source", source}, {"tag", tag}, {"late", "false"}}),
                   &family.Add({{"source", source}, {"tag", tag}, {"late", "true"}})};
}

}  // namespace

Metrics::Metrics(const std::vector<std::string>& sources, const std::vector<std::string>& tags)
    : families_{std::make_unique<Families>()}, handles_{std::make_unique<Handles>()} {
  auto& f = *families_;
  auto& h = *handles_;
  for (const auto& theme : themes()) {
    for (int s = 0; s < severities; ++s) {
      h.concerns[theme.theme][static_cast<std::size_t>(s)] =
          &f.concerns.Add({{"theme", text_of(theme.id)}, {"severity", std::to_string(s)}});
    }
  }
  declare_reviews();
  for (const auto stage : stages)
    h.latency[index(stage)] = &f.latency.Add({{"stage", text_of(name_of(stage))}}, latencies);
  for (const auto queue : queues) {
    h.depth[index(queue)] = &f.depth.Add({{"queue", text_of(name_of(queue))}});
    h.limit[index(queue)] = &f.limit.Add({{"queue", text_of(name_of(queue))}});
  }
  for (const auto channel : channels) {
    auto& of = h.channels[channel];
    for (std::size_t i = 0; i < send_reasons; ++i) {
      const auto reason = text_of(name_of(static_cast<SendReason>(i)));
      of.unsent[i] = &f.unsent.Add({{"channel", text_of(channel)}, {"reason", reason}});
    }
    of.sent = &f.sent.Add({{"channel", text_of(channel)}});
    of.last_sent = &f.last_sent.Add({{"channel", text_of(channel)}});
  }
  h.commit_failures = &f.commit_failures.Add({});
  h.posts = &f.posts.Add({});
  h.bytes = &f.bytes.Add({});
  h.compaction = &f.compaction.Add({});
  h.waiting = &f.waiting.Add({});
  h.oldest = &f.oldest.Add({});
  h.reload_good = &f.reload_good.Add({});
  h.reload_time = &f.reload_time.Add({});
  h.cpu = &f.cpu.Add({});
  h.started = &f.started.Add({});
  h.resident = &f.resident.Add({});
  h.virtual_memory = &f.virtual_memory.Add({});
  h.open_fds = &f.open_fds.Add({});
  h.max_fds = &f.max_fds.Add({});
  f.build.Add({{"version", version}, {"revision", revision}, {"compiler", compiler}}).Set(1);
  for (const auto& tag : tags) declare_tag(tag);
  declare_tag(std::string{Watch::other});
  for (const auto& source : sources) declare_source(source);
}

Metrics::~Metrics() = default;

void Metrics::declare_source(const std::string& source) {
  auto& f = *families_;
  const std::unique_lock lock{handles_->guard};
  const auto [place, fresh] = handles_->sources.try_emplace(source);
  if (!fresh) return;
  auto& of = place->second;
  const prometheus::Labels label{{"source", source}};
  for (std::size_t i = 0; i < drop_reasons; ++i) {
    of.dropped[i] = &f.dropped.Add({{"source", source}, {"reason", text_of(name_of(static_cast<DropReason>(i)))}});
  }
  for (const auto s : sentiments) {
    of.scored[index(s)] = &f.scored.Add({{"source", source}, {"sentiment", text_of(name_of(s))}});
  }
  for (std::size_t i = 0; i < codes.size(); ++i) {
    of.requests[i] = &f.requests.Add({{"source", source}, {"code", text_of(codes[i])}});
  }
  for (std::size_t i = 0; i < gap_reasons; ++i) {
    of.gap_seconds[i] = &f.gap_seconds.Add({{"source", source}, {"reason", name_of(static_cast<GapReason>(i))}});
  }
  of.deletions = &f.deletions.Add(label);
  of.up = &f.up.Add(label);
  of.last_success = &f.last_success.Add(label);
  of.last_post = &f.last_post.Add(label);
  of.next_ask = &f.next_ask.Add(label);
  of.failures = &f.failures.Add(label);
  for (const auto& [tag, unused] : handles_->tags) of.ingested[tag] = ingested_of(f.ingested, source, tag);
}

void Metrics::declare_tag(const std::string& tag) {
  auto& f = *families_;
  const std::unique_lock lock{handles_->guard};
  const auto [place, fresh] = handles_->tags.try_emplace(tag);
  if (!fresh) return;
  for (const auto window : windows) {
    auto& gauge = f.negative_ratio.Add({{"tag", tag}, {"window", text_of(name_of(window))}});
    gauge.Set(std::numeric_limits<double>::quiet_NaN());
    place->second[index(window)] = &gauge;
  }
  for (auto& [source, of] : handles_->sources) of.ingested[tag] = ingested_of(f.ingested, source, tag);
}

void Metrics::retire_source(const std::string& source) {
  auto& f = *families_;
  const std::unique_lock lock{handles_->guard};
  const auto found = handles_->sources.find(source);
  if (found == handles_->sources.end()) return;
  auto& of = found->second;
  for (const auto& [tag, ingested] : of.ingested) {
    f.ingested.Remove(ingested.first);
    f.ingested.Remove(ingested.second);
  }
  for (auto* counter : of.dropped) f.dropped.Remove(counter);
  for (auto* counter : of.scored) f.scored.Remove(counter);
  for (auto* counter : of.requests) f.requests.Remove(counter);
  for (auto* counter : of.gap_seconds) f.gap_seconds.Remove(counter);
  f.deletions.Remove(of.deletions);
  f.recheck_lag.Remove(of.recheck_lag);
  f.up.Remove(of.up);
  f.last_success.Remove(of.last_success);
  f.last_post.Remove(of.last_post);
  f.next_ask.Remove(of.next_ask);
  f.failures.Remove(of.failures);
  f.limit_left.Remove(of.limit_left);
  f.limit_reset.Remove(of.limit_reset);
  handles_->sources.erase(found);
}

std::size_t Metrics::series_of(std::size_t sources, std::size_t tags) {
  constexpr std::size_t of_a_source = drop_reasons + sentiments.size() + codes.size() + gap_reasons + 9;
  constexpr std::size_t of_the_rest = 24;  // what bears no label that grows
  constexpr std::size_t of_channels = channels.size() * (send_reasons + 2);
  const std::size_t concerns = themes().size() * severities + series_of_reviews();
  const std::size_t latency = stages.size() * (latencies.size() + 3);
  return sources * (of_a_source + 2 * (tags + 1)) + (tags + 1) * windows.size() + concerns + latency + of_channels +
         of_the_rest;
}

}  // namespace barometer
