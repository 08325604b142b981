#include "daemon/prometheus/remote_read.hpp"

#include <chrono>
#include <memory>
#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>
#include <snappy.h>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/temp_dir.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

const UtcTime midnight = std::chrono::sys_days{std::chrono::year{2026} / 3 / 4};
const UtcTime now = midnight + 12h + 34min;

struct Ask {
  UtcTime from = midnight - 24h;
  UtcTime to = now;
  std::vector<LabelMatcher> matchers = {{MatchType::equal, "__name__", "barometer_posts_made_total"}};
  std::chrono::milliseconds range = 24h;
  bool streamed = false;
};

std::string request(const Ask& ask) {
  std::string message;
  {
    protozero::pbf_writer out{message};
    protozero::pbf_writer query{out, 1};
    query.add_int64(1, ask.from.time_since_epoch().count());
    query.add_int64(2, ask.to.time_since_epoch().count());
    for (const LabelMatcher& matcher : ask.matchers) {
      protozero::pbf_writer one{query, 3};
      one.add_enum(1, static_cast<int>(matcher.type));
      one.add_string(2, matcher.name);
      one.add_string(3, matcher.value);
    }
    protozero::pbf_writer hints{query, 4};
    hints.add_int64(7, ask.range.count());
  }
  if (ask.streamed) {
    protozero::pbf_writer out{message};
    const int accepted[] = {1, 0};
    out.add_packed_enum(2, std::begin(accepted), std::end(accepted));
  }
  std::string packed;
  snappy::Compress(message.data(), message.size(), &packed);
  return packed;
}

struct Read {
  Labels labels = {};
  std::vector<std::pair<std::int64_t, double>> samples = {};
};

// What a reader of the sampled answer sees.
std::vector<Read> read(const HttpReply& reply) {
  std::string message;
  REQUIRE(snappy::Uncompress(reply.body.data(), reply.body.size(), &message));
  std::vector<Read> out;
  protozero::pbf_reader answer{message};
  while (answer.next(1)) {
    auto result = answer.get_message();
    while (result.next(1)) {
      Read one;
      auto series = result.get_message();
      while (series.next()) {
        const bool is_label = series.tag() == 1;
        auto part = series.get_message();
        if (is_label) {
          std::string name, value;
          while (part.next()) {
            std::string& half = part.tag() == 1 ? name : value;
            half = part.get_string();
          }
          one.labels.emplace_back(name, value);
        } else {
          std::pair<std::int64_t, double> sample;
          while (part.next())
            if (part.tag() == 1)
              sample.second = part.get_double();
            else
              sample.first = part.get_int64();
          one.samples.push_back(sample);
        }
      }
      out.push_back(std::move(one));
    }
  }
  return out;
}

Entry entry(int id, UtcTime made_at, Sentiment sentiment, std::string tag) {
  Entry out;
  out.post.platform = "feed";
  out.post.source = "blog";
  out.post.id = "p" + std::to_string(id);
  out.post.made_at = made_at;
  out.post.text = "nobody came";
  out.assessment.sentiment = sentiment;
  if (sentiment == Sentiment::negative) {
    out.assessment.severity = 2;
    out.assessment.concerns = {{Theme::call_bell, 2, "call_bell.1", 0, 6}};
  }
  out.watched = {std::move(tag)};
  return out;
}

// Thirty posts over the thirty hours before `now`, two thirds of them negative.
struct Kept {
  Kept() {
    Batch batch{.source = "blog"};
    for (int i = 0; i < 30; ++i)
      batch.entries.push_back(entry(i, now - std::chrono::hours{i}, i % 3 ? Sentiment::negative : Sentiment::positive,
                                    i % 2 ? "nhssm" : "ward 7"));
    REQUIRE(store->commit({&batch, 1}).has_value());
  }
  std::vector<Read> ask(const Ask& what) {
    const auto reply = read_history(*store, request(what), now, {}, {});
    REQUIRE_MESSAGE(reply.has_value(), reply.error().detail);
    return read(*reply);
  }

  TempDir dir;
  std::unique_ptr<Store> store = std::move(*Store::open({.path = dir.path() / "store"}));
};

}  // namespace

TEST_CASE("remote read counts every post that was made before the sample, once a tag") {
  Kept kept;
  const auto found = kept.ask({});
  REQUIRE(found.size() == 4);
  double sum = 0;
  for (const Read& one : found) {
    CHECK(one.labels.front() == std::pair<std::string, std::string>{"__name__", "barometer_posts_made_total"});
    CHECK(one.samples.front().first == (midnight - 24h).time_since_epoch().count());
    CHECK(one.samples.back().first == (midnight + 12h).time_since_epoch().count());
    CHECK(one.samples.size() == 37);
    sum += one.samples.back().second;
  }
  CHECK(sum == 29);  // all but the one of the hour that is not over
}

TEST_CASE("matchers of all four kinds mean what they mean in PromQL") {
  Kept kept;
  struct Row {
    const char* fact;
    std::vector<LabelMatcher> matchers;
    std::size_t found;
  };
  const Row rows[] = {
      {"equal", {{MatchType::equal, "tag", "nhssm"}}, 3},
      {"equal to nothing: the label is absent", {{MatchType::equal, "theme", ""}}, 4},
      {"not equal", {{MatchType::not_equal, "tag", "nhssm"}}, 3},
      {"not equal to nothing: the label is there", {{MatchType::not_equal, "theme", ""}}, 2},
      {"a regular expression is anchored", {{MatchType::regex, "tag", "nhs"}}, 0},
      {"a regular expression", {{MatchType::regex, "tag", "nhs.+|ward [0-9]"}}, 6},
      {"not a regular expression", {{MatchType::not_regex, "sentiment", "pos.*"}}, 4},
      {"several", {{MatchType::equal, "tag", "nhssm"}, {MatchType::regex, "sentiment", "neg.*"}}, 1},
      {"a name that nobody has", {{MatchType::equal, "__name__", "up"}}, 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.fact);
    CHECK(kept.ask({.matchers = row.matchers}).size() == row.found);
  }
}

TEST_CASE("the streamed answer says the same in chunks, frame by frame") {
  Kept kept;
  const auto reply = read_history(*kept.store, request({.streamed = true}), now, {}, {});
  REQUIRE(reply.has_value());
  CHECK(reply->content_type == "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse");
  const std::string& body = reply->body;
  std::size_t frames = 0;
  const char* at = body.data();
  const char* const end = at + body.size();
  while (at < end) {
    const auto size = protozero::decode_varint(&at, end);
    at += 4;  // the checksum: a real reader of it is in the end-to-end tests
    REQUIRE(at + size <= end);
    protozero::pbf_reader message{at, static_cast<std::size_t>(size)};
    at += size;
    REQUIRE(message.next(1));
    auto series = message.get_message();
    std::size_t labels = 0, chunks = 0;
    while (series.next()) {
      (series.tag() == 1 ? labels : chunks) += 1;
      series.skip();
    }
    CHECK(labels == 4);
    CHECK(chunks == 1);
    ++frames;
  }
  CHECK(frames == 4);
}

TEST_CASE("a grid fits what the reader is going to do") {
  struct Row {
    std::chrono::milliseconds range;
    std::chrono::milliseconds span;
    bool hinted;
    std::chrono::seconds step;
  };
  const Row rows[] = {
      {24h, 90 * 24h, true, 1h}, {30 * 24h, 365 * 24h, true, 24h}, {1h, 24h, true, 5min},   {5min, 24h, true, 1min},
      {0ms, 1h, true, 1min},     {0ms, 365 * 24h, true, 5min},     {0ms, 24h, false, 5min}, {0ms, 90 * 24h, false, 1h},
  };
  for (const Row& row : rows) {
    CAPTURE(row.step.count());
    CHECK(step_for({.from = midnight, .to = midnight + row.span, .range = row.range, .hinted = row.hinted}) ==
          row.step);
  }
}

TEST_CASE("what is wrong or too much is refused with a reason, and never half answered") {
  Kept kept;
  const auto refused = [&](std::string_view body, ReadLimits limits = {}, std::stop_token gone = {}) {
    const auto reply = read_history(*kept.store, body, now, limits, gone);
    REQUIRE(!reply.has_value());
    return reply.error();
  };
  CHECK(refused("hello").detail.find("snappy") != std::string::npos);
  CHECK(refused("").remedy == Remedy::skip);
  std::string packed;
  snappy::Compress("\x0a\x7f", 2, &packed);  // a query that is longer than the message
  CHECK(refused(packed).remedy == Remedy::skip);
  snappy::Compress("\x0a\x02\x1a\x00", 4, &packed);  // a matcher of nothing matches whatever has no such label
  CHECK(read_history(*kept.store, packed, now, {}, {}).has_value());
  snappy::Compress("\x08\x01\x10\x01", 4, &packed);  // fields of other types than they should be are not ours
  CHECK(read_history(*kept.store, packed, now, {}, {}).has_value());
  const auto regex = refused(request({.matchers = {{MatchType::regex, "tag", "("}}}));
  CHECK(regex.detail.find("regular expression") != std::string::npos);
  CHECK(refused(request({}), {.samples = 100}).detail.find("more than 100 samples") != std::string::npos);
  CHECK(refused(request({}), {.samples = 10}).remedy == Remedy::skip);
  std::stop_source gone;
  gone.request_stop();
  CHECK(refused(request({}), {}, gone.get_token()).remedy == Remedy::wait);
}

TEST_CASE("a question about a time that is not yet, or about nothing, is answered with nothing") {
  Kept kept;
  CHECK(kept.ask({.from = now + 24h, .to = now + 48h}).empty());
  const auto empty = read_history(*kept.store, std::string(1, '\0'), now, {}, {});
  REQUIRE(empty.has_value());
  CHECK(read(*empty).empty());
}
