#include "daemon/mood.hpp"
#include "daemon/web/trend.hpp"
#include "tests/daemon/web_stage.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

UtcTime utc(int year, unsigned month, unsigned day, std::chrono::minutes time = 0min) {
  return std::chrono::sys_days{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day}} + time;
}

TrendAsked asked(const char* query, UtcTime now) { return read_trend(Fields{query}, {"nhssm"}, now); }

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("days begin and end as the clocks do, in the weeks that they change too") {
  Stage stage;
  const auto now = utc(2026, 3, 31, 11h);
  const auto trend = read_trend(stage.store(), asked("from=2026-03-28&to=2026-03-30", now), now);
  REQUIRE(trend.has_value());
  REQUIRE(trend->columns.size() >= 3);
  const auto days = read_trend(stage.store(), asked("span=30d", now), now);
  REQUIRE(days.has_value());
  for (std::size_t i = 1; i < days->columns.size(); ++i) {
    const auto& column = days->columns[i];
    CHECK(column.begin == days->columns[i - 1].end);
    const auto length = column.end - column.begin;
    const bool changes = column.begin == utc(2026, 3, 29);
    CHECK(length == (changes ? 23h : 24h));
  }
}

TEST_CASE("a column holds what was made in it, and the span before is counted apart") {
  Stage stage;
  stage.keep({Stage::entry("a", stage.now - 1h, 4), Stage::entry("b", stage.now - 25h),
              Stage::entry("c", stage.now - 8 * 24h), Stage::entry("d", stage.now - 10 * 24h, 2),
              Stage::entry("e", stage.now - 40 * 24h)});
  const auto trend = read_trend(stage.store(), asked("span=7d", stage.now), stage.now);
  REQUIRE(trend.has_value());
  CHECK(trend->all.now.all() == 2);
  CHECK(trend->all.before.all() == 2);
  std::int64_t in_columns = 0;
  for (const auto& column : trend->columns) {
    in_columns += column.posts.all();
    if (column.begin <= stage.now - 1h && stage.now - 1h < column.end) CHECK(column.posts.posts[0] == 1);
  }
  CHECK(in_columns == 2);
  REQUIRE(trend->themes.contains(Theme::call_bell));
  CHECK(trend->themes.at(Theme::call_bell).now == 1);
  CHECK(trend->themes.at(Theme::call_bell).before == 1);
  CHECK(trend->themes.at(Theme::call_bell).worst == 4);
  CHECK(trend->sources.at("blog").now.all() == 2);
}

TEST_CASE("services are counted by the days on which something was said of them, under any tag") {
  Stage stage;
  const auto at = [&](const char* id, std::chrono::hours ago, const char* place, Tone tone) {
    auto entry = Stage::entry(id, stage.now - ago);
    entry.place = place;
    entry.tone = tone;
    entry.watched = {"trust"};
    return entry;
  };
  auto first = at("first", 30 * 24h, "ward-7", Tone::negative);  // from the first concern on moods are counted
  first.utterance = Utterance{.place = "ward-7", .concerns = {{Theme::call_bell, 2, "call_bell.1"}}};
  stage.keep({first, at("a", 20 * 24h, "ward-7", Tone::negative), at("b", 10 * 24h, "ward-7", Tone::negative),
              at("c", 9 * 24h, "ward-8", Tone::other), at("d", 48h, "ward-8", Tone::negative),
              at("e", 24h, "ward-8", Tone::other), at("f", 24h, "ward-7", Tone::negative),
              at("g", 24h, "", Tone::other)});
  const auto trend = read_trend(stage.store(), asked("span=7d", stage.now), stage.now);
  REQUIRE(trend.has_value());
  REQUIRE(trend->places.size() == 2);
  CHECK(trend->places[0].first == "ward-8");
  CHECK(trend->places[0].second.now == 2);
  CHECK(trend->places[0].second.negative == 1);
  CHECK(trend->places[0].second.before == 1);
  CHECK(trend->places[1].first == "ward-7");
  CHECK(trend->places[1].second.now == 1);
  CHECK(trend->places[1].second.before == 1);
  CHECK(contains(stage.get("/trends", "span=7d").body, "Which services it was about"));
  CHECK(contains(stage.get("/trends", "span=7d").body, ">ward-8</a>"));
}

TEST_CASE("a mood is of what was made until now, whatever clocks of others say") {
  Stage stage;
  stage.keep({Stage::entry("a", stage.now - 1h, 2), Stage::entry("b", stage.now - 48h),
              Stage::entry("c", stage.now + 30h, 2), Stage::entry("d", stage.now + 24h * 400)});
  const auto moods = read_moods(stage.store(), {"nhssm"}, stage.now);
  REQUIRE(moods.has_value());
  REQUIRE(moods->size() == 1);
  CHECK(moods->front().day.all() == 1);
  CHECK(moods->front().week.all() == 2);
}

TEST_CASE("a year is drawn in weeks, and what cannot be asked is told") {
  const auto now = utc(2026, 3, 4, 20h);
  CHECK(asked("span=365d", now).step == 168h);
  CHECK(asked("span=90d", now).step == 24h);
  CHECK(asked("span=1d", now).step == 1h);
  CHECK(asked("", now).tag == "nhssm");
  CHECK(asked("", now).wrong.empty());
  for (const char* query : {"span=2d", "from=soon", "from=2026-03-04&to=2026-03-01", "from=1990-01-01"}) {
    CAPTURE(query);
    const auto odd = asked(query, now);
    CHECK(odd.wrong.size() == 1);
    CHECK(odd.from < odd.to);
  }
}

TEST_CASE("times in which nobody listened are shaded once, however many sources were blind") {
  Stage stage;
  const auto from = stage.now - 48h;
  stage.keep({Stage::entry("a", stage.now - 1h)},
             {{.source = "blog", .blind = {{from, GapReason::down}}, .heard = Heard{from + 3h, true}}});
  const auto ask = asked("span=7d", stage.now);
  const auto trend = read_trend(stage.store(), ask, stage.now);
  REQUIRE(trend.has_value());
  REQUIRE(trend->gaps.size() == 1);
  auto gaps = trend->gaps;
  gaps.push_back({"other", from + 1h, from + 5h, GapReason::down, true});
  gaps.push_back({"third", from + 10h, {}, GapReason::down, {}});
  const auto blind = blind_spans(gaps, ask, stage.now);
  REQUIRE(blind.size() == 2);
  CHECK(blind[0].begin == from);
  CHECK(blind[0].end == from + 5h);
  CHECK(blind[1].end == stage.now);
  const auto page = stage.get("/trends", "span=7d").body;
  CHECK(contains(page, "What we could not hear: blog (3 h"));
  CHECK(contains(page, "url(#gap)"));
  CHECK(contains(page, "Not everywhere"));
}

TEST_CASE("a chart's grid has round steps") {
  struct Row {
    std::int64_t most;
    std::int64_t step;
  };
  for (const auto& row : {Row{0, 1}, {1, 1}, {4, 1}, {5, 2}, {20, 5}, {21, 10}, {43, 20}, {1'000'000, 500'000}}) {
    CAPTURE(row.most);
    CHECK(grid_step(row.most) == row.step);
  }
}

TEST_CASE("a chart names itself, and what others wrote is text in it") {
  const auto now = utc(2026, 3, 4);
  const auto svg = drawn({{now, now + 24h, "<4 Mar>", {{1, 2, 3}}}}, {{now, now + 1h}}, "\"6\" <posts> & more");
  CHECK(contains(svg, "aria-label=\"&quot;6&quot; &lt;posts> &amp; more\""));
  CHECK_FALSE(contains(svg, "<4 Mar"));
  CHECK_FALSE(contains(svg, "style="));
  CHECK(drawn({}, {}, "").empty());
}

TEST_CASE("two spans are compared, and they have nothing in common") {
  Stage stage;
  stage.keep({Stage::entry("a", stage.now - 1h, 4), Stage::entry("b", stage.now - 8 * 24h),
              Stage::entry("c", utc(2025, 3, 3, 12h), 2), Stage::entry("d", utc(2025, 3, 5, 12h)),
              Stage::entry("e", utc(2025, 3, 20))});
  const auto then = asked("span=7d&against=2025-03-01", stage.now);
  CHECK(then.wrong.empty());
  CHECK(then.chosen);
  const auto trend = read_trend(stage.store(), then, stage.now);
  REQUIRE(trend.has_value());
  CHECK(trend->all.now.all() == 1);
  CHECK(trend->all.before.all() == 2);
  CHECK(trend->themes.at(Theme::call_bell).before == 1);
  const auto page = stage.get("/trends", "span=7d&against=2025-03-01").body;
  CHECK(contains(page, "In the 7 days from Saturday 1 March 2025 it was 2"));
  CHECK(contains(page, "<th scope=\"col\" class=\"number\">From Saturday 1 March 2025</th>"));
  for (const char* bad : {"span=7d&against=2026-03-01", "span=7d&against=soon"}) {
    CAPTURE(bad);
    CHECK(asked(bad, stage.now).wrong.size() == 1);
    CHECK_FALSE(asked(bad, stage.now).chosen);
  }
}
