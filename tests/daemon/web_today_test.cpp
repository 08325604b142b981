#include <chrono>
#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "daemon/web/today.hpp"
#include "tests/support/temp_dir.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

const UtcTime now = std::chrono::sys_days{std::chrono::year{2026} / 3 / 4} + 20h + 15min;

std::string page_of(const TodayView& view) { return today_page(today_content(view), Frame{}).body; }

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

ShownPost grave_post() {
  ShownPost post;
  post.severity = 4;
  post.themes = {"Calls for help unanswered"};
  post.sentiment = Sentiment::negative;
  post.made_at = now - 2h;
  post.source = "town square";
  post.url = "https://social.example/@a/1";
  post.text = "Mum pressed the bell and nobody came.";
  post.phrase = "nobody came";
  post.phrase_begin = 25;
  post.phrase_end = 36;
  return post;
}

Entry entry(std::string id, UtcTime made_at, Sentiment sentiment, int severity) {
  Entry out;
  out.post.platform = "feed";
  out.post.source = "blog";
  out.post.id = std::move(id);
  out.post.made_at = made_at;
  out.post.title = "A title";
  out.post.text = "and nobody came";
  out.assessment.sentiment = sentiment;
  out.assessment.severity = severity;
  if (severity > 0) out.assessment.concerns = {{Theme::call_bell, severity, "call_bell.1", 12, 23}};
  out.watched = {"nhssm"};
  return out;
}

}  // namespace

TEST_CASE("a page about nothing says so, and what to do") {
  TodayView view;
  view.now = now;
  const auto page = page_of(view);
  CHECK(contains(page, "Wednesday 4 March 2026, 8:15pm"));
  CHECK(contains(page, "No source is configured"));
  CHECK(contains(page, "No tag is watched yet"));
  CHECK(contains(page, "No post has been heard yet"));
  CHECK(contains(page, "No red flag"));
}

TEST_CASE("a flagged post shows severity in words, theme, time, source and phrase; its text is folded away") {
  TodayView view;
  view.now = now;
  view.week[4] = 1;
  view.flagged = {grave_post()};
  const auto page = page_of(view);
  CHECK(contains(page, "Red flag"));
  CHECK(contains(page, "Calls for help unanswered"));
  CHECK(contains(page, "Wednesday 4 March 2026, 6:15pm"));
  CHECK(contains(page, "town square"));
  CHECK(contains(page, "<q>nobody came</q>"));
  CHECK(contains(page, "Mum pressed the bell and <mark>nobody came</mark>."));
  CHECK(contains(page, R"(<a href="https://social.example/@a/1")"));
  CHECK(contains(page, R"(rel="noopener noreferrer nofollow")"));
  CHECK(contains(page, "<details class"));
  CHECK_FALSE(contains(page, "nhsuk-details\" open"));
  CHECK(contains(page, "1 red flag and 0 posts of high severity"));
}

TEST_CASE("what others wrote is text, whatever it says") {
  TodayView view;
  view.now = now;
  auto post = grave_post();
  post.text = "</blockquote><script>alert(1)</script>{{now}}{{{now}}} \"quoted\" 'and' & <img src=x onerror=alert(2)>";
  post.phrase_begin = 0;
  post.phrase_end = 13;
  post.source = "<b onmouseover='x'>";
  post.url = "javascript:alert(3)";
  post.lang = "en\" onload=\"alert(4)";
  post.themes = {"<i>"};
  view.flagged = {post};
  view.latest = {post};
  view.tags = {{.name = "<script>tag"}};
  SourceState source;
  source.name = "<script>source";
  source.failure = Failure{Remedy::retry, "<script>detail", {}};
  view.sources = {source};
  view.trouble = "<script>trouble";
  const auto page = page_of(view);
  for (const auto* bad : {"<script>", "<script src=\"http", "<script src=\"//", "<img", "<b ", "<i>",
                          "javascript:", "onload=\"", "style="}) {
    CAPTURE(bad);
    CHECK_FALSE(contains(page, bad));
  }
  CHECK(contains(page, "{{now}}{{{now}}}"));
}

TEST_CASE("phrases that lie outside the text or inside a character do no harm") {
  TodayView view;
  view.now = now;
  auto post = grave_post();
  post.text = "é";
  post.phrase_begin = 1;
  post.phrase_end = 500;
  view.flagged = {post};
  CHECK(contains(page_of(view), "<mark>é</mark>"));
  view.flagged[0].text = "";
  CHECK_FALSE(contains(page_of(view), "<mark>"));
  view.flagged[0].text = std::string(100'000, 'x');
  CHECK(page_of(view).size() < 60'000);
}

TEST_CASE("sentiment is said in a sentence, and small numbers are called small") {
  TodayView view;
  view.now = now;
  view.tags = {{.name = "nhssm", .day = {{30, 50, 20}}, .week = {{100, 600, 300}}},
               {.name = "quiet", .day = {{1, 1, 1}}, .week = {{2, 2, 2}}}};
  const auto page = page_of(view);
  CHECK(contains(page,
                 "30 of the last 24 hours’ 100 posts read as negative (30%), more than over the last 7 days (10%)."));
  CHECK(contains(page, "Only 3 posts in the last 24 hours"));
}

TEST_CASE("the page reads the store: posts, flags and moods") {
  const TempDir folder;
  StoreSettings settings;
  settings.path = folder.path() / "store";
  auto store = Store::open(std::move(settings));
  REQUIRE(store.has_value());
  Batch batch;
  batch.source = "blog";
  batch.entries = {entry("a", now - 1h, Sentiment::negative, 4), entry("b", now - 48h, Sentiment::positive, 0),
                   entry("c", now - 240h, Sentiment::negative, 2), entry("d", now - 2000h, Sentiment::negative, 4)};
  REQUIRE((*store)->commit(std::span{&batch, 1}).has_value());
  Config config;
  config.tags = {{.name = "nhssm", .match = "#nhssm"}};
  SharedAnswer<TodayView> kept{2s};
  Access access;
  AuditLog audit{folder.path() / "audit.log"};
  const std::function<void(const ReviewAction&)> reviewed;
  const Desk desk{**store, std::make_shared<const Config>(config), {}, kept, access, audit, reviewed};
  const auto view = today_view(desk, true, now);
  CHECK_FALSE(view.trouble);
  CHECK(view.posts_day == 1);
  CHECK(view.concerns_day == 1);
  CHECK(view.week[4] == 1);
  CHECK(view.week[0] == 1);
  REQUIRE(view.flagged.size() == 2);
  CHECK(view.flagged[0].severity == 4);
  CHECK(view.flagged[0].text.substr(view.flagged[0].phrase_begin, 11) == "nobody came");
  REQUIRE(view.latest.size() == 3);
  REQUIRE(view.tags.size() == 1);
  CHECK(view.tags[0].day.posts[0] == 1);
  CHECK(view.tags[0].week.all() == 2);
}

TEST_CASE("red flags of this week stand before what is newer") {
  const TempDir folder;
  StoreSettings settings;
  settings.path = folder.path() / "store";
  auto store = Store::open(std::move(settings));
  REQUIRE(store.has_value());
  Batch batch;
  batch.source = "blog";
  batch.entries = {entry("a", now - 100h, Sentiment::negative, 4), entry("b", now - 1h, Sentiment::negative, 3),
                   entry("c", now - 200h, Sentiment::negative, 4)};
  REQUIRE((*store)->commit(std::span{&batch, 1}).has_value());
  SharedAnswer<TodayView> kept{2s};
  Access access;
  AuditLog audit{folder.path() / "audit.log"};
  const std::function<void(const ReviewAction&)> reviewed;
  const Desk desk{**store, std::make_shared<const Config>(), {}, kept, access, audit, reviewed};
  const auto view = today_view(desk, false, now);
  REQUIRE(view.flagged.size() == 3);
  CHECK(view.flagged[0].made_at == now - 100h);
  CHECK(view.flagged[1].made_at == now - 1h);
  CHECK(view.flagged[0].text.empty());
  CHECK(view.flagged[0].phrase == "nobody came");
}

TEST_CASE("a page that is not there leads back to the one that is") {
  const auto page = not_found_page(Frame{});
  CHECK(page.status == 404);
  CHECK(contains(page.body, "<a href=\"/\">"));
}
