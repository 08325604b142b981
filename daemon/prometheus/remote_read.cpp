#include "daemon/prometheus/remote_read.hpp"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <re2/re2.h>

#include "connectors/run_on.hpp"
#include "daemon/http_reply.hpp"

namespace barometer {

namespace {

using namespace std::chrono_literals;

// Matchers of all four kinds. A label that a counter does not have is empty, and regular expressions match whole values,
// as in PromQL; RE2 is what Prometheus's own follow, and linear in the value.
class Matchers {
 public:
  static Result<Matchers> of(const std::vector<LabelMatcher>& asked) {
    Matchers out;
    for (const LabelMatcher& one : asked) {
      Matcher matcher{one.name, one.value, nullptr,
                      one.type == MatchType::not_equal || one.type == MatchType::not_regex};
      if (one.type == MatchType::regex || one.type == MatchType::not_regex) {
        RE2::Options quiet;
        quiet.set_log_errors(false);
        quiet.set_dot_nl(true);
        matcher.regex = std::make_shared<const RE2>(one.value, quiet);
        if (!matcher.regex->ok())
          return Failure{Remedy::skip, "a regular expression is wrong: " + matcher.regex->error(), {}};
      }
      out.matchers_.push_back(std::move(matcher));
    }
    return out;
  }

  bool operator()(const Labels& labels) const {
    for (const Matcher& matcher : matchers_) {
      const std::string_view value = value_of(labels, matcher.name);
      const bool same = matcher.regex ? RE2::FullMatch(re2::StringPiece(value.data(), value.size()), *matcher.regex)
                                      : value == matcher.value;
      if (same == matcher.negated) return false;
    }
    return true;
  }

  // The one value that a label must have, where a matcher says so.
  std::optional<std::string> only(std::string_view name) const {
    for (const Matcher& matcher : matchers_)
      if (matcher.name == name && !matcher.regex && !matcher.negated && !matcher.value.empty()) return matcher.value;
    return std::nullopt;
  }

 private:
  struct Matcher {
    std::string name = {};
    std::string value = {};
    std::shared_ptr<const RE2> regex = {};
    bool negated = false;
  };

  static std::string_view value_of(const Labels& labels, std::string_view name) {
    for (const auto& [key, value] : labels)
      if (key == name) return value;
    return {};
  }

  std::vector<Matcher> matchers_ = {};
};

// Stops a read that nobody waits for any more.
class Patience {
 public:
  Patience(std::chrono::seconds most, std::stop_token gone)
      : until_(std::chrono::steady_clock::now() + most), gone_(std::move(gone)) {}
  bool over() {
    if (!over_) over_ = gone_.stop_requested() || (++asked_ % 1024 == 0 && std::chrono::steady_clock::now() > until_);
    return over_;
  }

 private:
  std::chrono::steady_clock::time_point until_;
  std::stop_token gone_;
  std::uint64_t asked_ = 0;
  bool over_ = false;
};

struct Found {
  SampleGrid grid = {};
  std::vector<EventCounter> counters = {};
};

Failure too_much(std::uint64_t most) {
  return {Remedy::skip,
          "this asks for more than " + std::to_string(most) +
              " samples: ask for a shorter time, for fewer tags and sources, or with a longer range, as [1d]",
          {}};
}

Failure too_slow() { return {Remedy::wait, "this took too long; ask for a shorter time or for fewer series", {}}; }

// Whole days before the day of the first sample, and finer buckets from there on.
Result<Found> find(const Store& store, const ReadQuery& query, UtcTime now, std::uint64_t most, Patience& patience) {
  auto matchers = Matchers::of(query.matchers);
  if (!matchers) return matchers.error();
  const auto step = step_for(query);
  Found found{.grid = SampleGrid::within(query.from, std::min(query.to, now), step)};
  if (found.grid.size() == 0) return found;
  if (found.grid.size() > most) return too_much(most);

  EventCounters counters(found.grid, [&](const Labels& labels) { return (*matchers)(labels); });
  bool full = false;
  const auto read = [&](SeriesFilter part) {
    part.tag = matchers->only("tag");
    part.source = matchers->only("source");
    const auto length = length_of(part.resolution);
    return store.series(part, [&](const SeriesPoint& point) {
      counters.add(point, length);
      full = counters.size() * found.grid.size() > most;
      return !full && !patience.over();
    });
  };
  const UtcTime day = std::chrono::floor<std::chrono::days>(found.grid.first);
  const auto fine = step >= 24h ? Resolution::day : step >= 1h ? Resolution::hour : Resolution::minute;
  auto done = read({.resolution = Resolution::day, .to = day});
  if (done && !full && !patience.over()) done = read({.resolution = fine, .from = day, .to = found.grid.last});
  if (!done) return done.error();
  if (full) return too_much(most);
  if (patience.over()) return too_slow();
  found.counters = counters.take();
  return found;
}

// One of the requests under way, whatever becomes of it.
class Place {
 public:
  explicit Place(std::size_t& taken) : taken_(taken) { ++taken_; }
  ~Place() { --taken_; }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  std::size_t& taken_;
};

HttpReply refusal(const Failure& failure) {
  const int status = failure.remedy == Remedy::skip ? 400 : failure.remedy == Remedy::wait ? 429 : 503;
  return plain_reply(status, failure.detail + "\n");
}

}  // namespace

std::chrono::seconds step_for(const ReadQuery& query) {
  if (query.range > 0ms) {
    for (const std::chrono::seconds step : {86400s, 3600s, 300s})
      if (step * 12 <= query.range) return step;
    return 60s;
  }
  const auto span = query.to - query.from;
  if (span <= 6h) return 60s;
  return query.hinted || span <= 24h * 8 ? 300s : 3600s;
}

Result<HttpReply> read_history(const Store& store, std::string_view body, UtcTime now, const ReadLimits& limits,
                               std::stop_token gone) {
  const auto request = parse_read_request(body);
  if (!request) return request.error();
  Patience patience(limits.patience, std::move(gone));
  SampledAnswer sampled;
  ChunkedAnswer chunked;
  std::uint64_t samples = 0;
  for (std::size_t i = 0; i < request->queries.size(); ++i) {
    const auto found = find(store, request->queries[i], now, limits.samples - samples, patience);
    if (!found) return found.error();
    sampled.begin_query();
    for (const EventCounter& counter : found->counters) {
      if (patience.over()) return too_slow();
      if (request->streamed)
        chunked.add(i, counter, found->grid);
      else
        sampled.add(counter, found->grid);
      samples += found->grid.size();
    }
    sampled.end_query();
  }
  HttpReply reply;
  if (request->streamed) {
    reply.content_type = "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse";
    reply.body = chunked.take();
  } else {
    reply.content_type = "application/x-protobuf";
    reply.headers.emplace_back("Content-Encoding", "snappy");
    reply.body = sampled.take();
  }
  return reply;
}

RemoteRead::RemoteRead(const Store& store, asio::thread_pool& readers, ReadLimits limits)
    : store_{store}, readers_{readers}, limits_{limits} {}

asio::awaitable<HttpReply> RemoteRead::answer(WebRequest post, UtcTime now) {
  if (post.path != path) co_return plain_reply(404, "There is nothing here.\n");
  if (under_way_ >= limits_.at_once) co_return plain_reply(429, "Others are being answered; ask again in a moment.\n");
  const Place place(under_way_);
  auto work = [this, post = std::move(post), now] {
    auto reply = read_history(store_, post.body, now, limits_, post.gone);
    return reply ? std::move(*reply) : refusal(reply.error());
  };
  co_return co_await run_on(readers_, std::move(work));
}

}  // namespace barometer
