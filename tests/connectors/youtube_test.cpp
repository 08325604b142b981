#include "connectors/platforms/youtube.hpp"

#include <algorithm>
#include <fstream>

#include <doctest/doctest.h>

#include "connectors/pacific_day.hpp"
#include "connectors/time.hpp"
#include "connectors/url.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/temp_dir.hpp"

namespace barometer {
namespace {

using namespace std::chrono_literals;
using What = YoutubeQuestion::What;

const UtcTime evening = *parse_iso("2026-11-21T21:00:00Z");

YoutubeConfig config() {
  YoutubeConfig config;
  config.name = "tube";
  config.api = "https://tube.example/v3";
  config.key = "secret";
  return config;
}

HttpResponse answer(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

HttpResponse refused(int status, const std::string& reason) {
  return answer(status,
                R"({"error":{"code":)" + std::to_string(status) + R"(,"errors":[{"reason":")" + reason + R"("}]}})");
}

Page parsed(const std::string& body, std::string kind = {}) {
  auto page = parse_youtube(body, ParseOptions{std::move(kind), {}, "here", evening});
  REQUIRE_MESSAGE(page.has_value(), (page ? "" : page.error().detail));
  return std::move(*page);
}

// A list of `count` items made a minute before each other, the first at `newest`.
std::string videos(int count, UtcTime newest, const std::string& token = {}) {
  std::string body = R"({"nextPageToken":")" + token + R"(","items":[)";
  for (int i = 0; i < count; ++i)
    body += std::string(i ? "," : "") + R"({"kind":"youtube#searchResult","id":{"kind":"youtube#video","videoId":"v)" +
            std::to_string((newest - i * 1min).time_since_epoch() / 1min) +
            R"("},"snippet":{"title":"x","publishedAt":")" + to_iso(newest - i * 1min) + R"("}})";
  return body + "]}";
}

std::string threads(int count, UtcTime newest, const std::string& token = {}, int replies = 0) {
  std::string body = R"({"nextPageToken":")" + token + R"(","items":[)";
  for (int i = 0; i < count; ++i) {
    const auto time = to_iso(newest - i * 1min);
    const auto id = "Ugx" + std::to_string((newest - i * 1min).time_since_epoch() / 1min);
    body += std::string(i ? "," : "") + R"({"kind":"youtube#commentThread","id":")" + id +
            R"(","snippet":{"videoId":"MarlbeckV01","totalReplyCount":)" + std::to_string(replies) +
            R"(,"topLevelComment":{"id":")" + id + R"(","snippet":{"textDisplay":"x","publishedAt":")" + time +
            R"("}}}})";
  }
  return body + "]}";
}
const std::string nothing = R"({"items":[]})";

Page step(const YoutubeConfig& settings, Cursor& cursor, const HttpResponse& response, UtcTime now) {
  auto page = youtube_page(settings, cursor, response, now);
  REQUIRE_MESSAGE(page.has_value(), (page ? "" : page.error().detail));
  cursor = page->next;
  return std::move(*page);
}

std::string asked(const YoutubeConfig& settings, const Cursor& cursor, UtcTime now) {
  const auto question = youtube_question(settings, cursor, now);
  return question ? question->request.url.substr(settings.api.size()) : "nothing";
}

bool begins(const std::string& text, const std::string& beginning) { return text.starts_with(beginning); }
std::string percent(UtcTime time) { return "&publishedBefore=" + percent_encoded(to_iso(time)); }
bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("what a search finds are videos, their words unescaped; channels are passed over") {
  const auto page = parsed(fixture("youtube/search.json"));
  REQUIRE(page.posts.size() == 2);
  CHECK(page.unreadable == 1);
  const auto& video = page.posts[0];
  CHECK(video.platform == "youtube");
  CHECK(video.id == "youtube:MarlbeckV01");
  CHECK(video.native_id == "MarlbeckV01");
  CHECK(video.url == "https://www.youtube.com/watch?v=MarlbeckV01");
  CHECK(video.title == "A&E at Marlbeck: what's new #nhssm");
  CHECK(video.text == "A short walk round ...");
  CHECK(video.tags == std::vector<std::string>{"nhssm"});
  CHECK(video.author == "UCmarlbeck0000000000001");
  CHECK(video.author_name == "Marlbeck Trust");
  CHECK(to_iso(video.made_at) == "2026-11-20T10:00:00.000Z");
  CHECK(page.posts[1].text == "Nine hours <3");
  CHECK(to_iso(page.posts[1].made_at) == "2026-11-19T10:00:00.250Z");
}

TEST_CASE("a video's details have its whole text, tags, counts and who may see it") {
  const auto page = parsed(fixture("youtube/videos.json"));
  REQUIRE(page.posts.size() == 2);
  const auto& video = page.posts[0];
  CHECK(video.title == "A&E at Marlbeck: what's new #nhssm");
  CHECK(video.text == "A short walk round the new department.\nIt opens on Monday.");
  CHECK(video.tags == std::vector<std::string>{"nhs", "a and e", "nhssm"});
  CHECK(video.lang == "en-GB");
  CHECK(video.likes == 12);
  CHECK(video.replies == 3);
  CHECK(video.visibility == Visibility::public_);
  CHECK(page.posts[1].visibility == Visibility::private_);
  CHECK(page.posts[1].text == "For staff");
}

TEST_CASE("a thread is its first comment and the replies that it shows") {
  const auto page = parsed(fixture("youtube/comment_threads.json"));
  REQUIRE(page.posts.size() == 3);
  const auto& first = page.posts[0];
  CHECK(first.id == "youtube:UgxMarlbeckThread000000001");
  CHECK(first.text == "Lovely & bright\nbut cold #nhssm");
  CHECK(first.url == "https://www.youtube.com/watch?v=MarlbeckV01&lc=UgxMarlbeckThread000000001");
  CHECK(first.author == "UCpat00000000000000003");
  CHECK(first.author_name == "@pat_example");
  CHECK(to_iso(*first.edited_at) == "2026-11-20T12:30:00.000Z");
  CHECK(first.tags == std::vector<std::string>{"nhssm"});
  CHECK(first.likes == 4);
  CHECK(first.replies == 3);
  CHECK_FALSE(first.reply_to);
  const auto& reply = page.posts[1];
  CHECK(reply.text == "Bring a coat <3");
  CHECK(reply.reply_to == "UgxMarlbeckThread000000001");
  CHECK_FALSE(reply.edited_at);
  CHECK(page.posts[2].visibility == Visibility::private_);
  CHECK(page.posts[2].author == "@kim_example");
}

TEST_CASE("what was asked for as plain text is not read as HTML") {
  const auto read = read_youtube_answer(fixture("youtube/replies.json"), ParseOptions{}, true);
  REQUIRE(read.has_value());
  REQUIRE(read->posts.size() == 1);
  CHECK(read->posts[0].text == "a < b & c");
  CHECK(read->posts[0].reply_to == "UgxMarlbeckThread000000001");
}

TEST_CASE("a channel's feed is read as a feed") {
  const auto page = parsed(
      R"(<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:yt="http://www.youtube.com/xml/schemas/2015">
      <entry><id>yt:video:MarlbeckV01</id><title>The new department</title><published>2026-11-20T10:00:00Z</published>
      <link rel="alternate" href="https://www.youtube.com/watch?v=MarlbeckV01"/></entry></feed>)");
  REQUIRE(page.posts.size() == 1);
  CHECK(page.posts[0].platform == "youtube");
  CHECK(page.posts[0].url == "https://www.youtube.com/watch?v=MarlbeckV01");
}

TEST_CASE("Google's day is the Pacific coast's, with its summer time") {
  struct Row {
    const char* now;
    const char* day;
    const char* next;
  };
  const Row rows[] = {
      {"2026-11-21T21:00:00Z", "2026-11-21", "2026-11-22T08:00:00.000Z"},
      {"2026-11-21T07:59:59Z", "2026-11-20", "2026-11-21T08:00:00.000Z"},
      {"2026-07-01T06:59:59Z", "2026-06-30", "2026-07-01T07:00:00.000Z"},
      {"2026-07-01T07:00:00Z", "2026-07-01", "2026-07-02T07:00:00.000Z"},
      {"2026-03-08T09:00:00Z", "2026-03-08", "2026-03-09T07:00:00.000Z"},  // clocks go forward: 23 hours
      {"2026-11-01T08:00:00Z", "2026-11-01", "2026-11-02T08:00:00.000Z"},  // and back: 25 hours
  };
  for (const Row& row : rows) {
    CAPTURE(row.now);
    CHECK(pacific_day(*parse_iso(row.now)) == row.day);
    CHECK(to_iso(next_pacific_day(*parse_iso(row.now))) == row.next);
  }
}

TEST_CASE("a reason that YouTube gives is told as what to do about it") {
  struct Row {
    int status;
    const char* reason;
    Remedy remedy;
  };
  const Row rows[] = {
      {400, "keyInvalid", Remedy::ask_operator},
      {400, "badRequest", Remedy::ask_operator},
      {403, "quotaExceeded", Remedy::wait},
      {403, "dailyLimitExceeded", Remedy::wait},
      {429, "quotaExceeded", Remedy::wait},
      {403, "rateLimitExceeded", Remedy::retry},
      {403, "userRateLimitExceeded", Remedy::retry},
      {429, "rateLimitExceeded", Remedy::retry},
      {403, "accessNotConfigured", Remedy::ask_operator},
      {403, "forbidden", Remedy::ask_operator},
      {403, "SERVICE_UNAVAILABLE", Remedy::ask_operator},
      {500, "backendError", Remedy::retry},
      {401, "authError", Remedy::ask_operator},
      {404, "channelNotFound", Remedy::ask_operator},
  };
  auto settings = config();
  settings.channel = "UCmarlbeck";
  for (const Row& row : rows) {
    CAPTURE(row.status);
    CAPTURE(row.reason);
    const auto page = youtube_page(settings, {}, refused(row.status, row.reason), evening);
    REQUIRE_FALSE(page.has_value());
    CHECK(page.error().remedy == row.remedy);
    CHECK(page.error().capped == (row.remedy == Remedy::wait));
    if (row.remedy == Remedy::wait) CHECK(to_iso(*page.error().not_before) == "2026-11-22T08:00:00.000Z");
    const auto by_itself = parse_youtube(refused(row.status, row.reason).body, ParseOptions{{}, {}, "here", evening});
    REQUIRE_FALSE(by_itself.has_value());
    CHECK(by_itself.error().remedy == row.remedy);
  }
}

TEST_CASE("bodies that hold neither videos nor comments are passed over, broken ones asked for again") {
  struct Row {
    const char* body;
    Remedy remedy;
  };
  const Row rows[] = {
      {R"({"kind":"youtube#channelListResponse","items":[{"kind":"youtube#channel","id":"UC1"}]})", Remedy::skip},
      {"{}", Remedy::skip},
      {"[]", Remedy::skip},
      {"", Remedy::retry},
      {R"({"items":[{"kind)", Remedy::retry},
      {"<html><body>no</body></html>", Remedy::ask_operator}};
  for (const Row& row : rows) {
    CAPTURE(row.body);
    const auto page = parse_youtube(row.body, ParseOptions{{}, {}, "here", evening});
    REQUIRE_FALSE(page.has_value());
    CHECK(page.error().remedy == row.remedy);
  }
  CHECK(parsed(R"({"kind":"youtube#subscriptionListResponse","items":[]})").posts.empty());
}

TEST_CASE("a round is a search, the details of what it found, and the comments of each target") {
  auto settings = config();
  settings.query = "#nhssm";
  settings.channel = "UCmarlbeck";
  settings.videos = {"MarlbeckV01"};
  settings.region = "GB";
  Cursor cursor;
  const auto first = youtube_question(settings, cursor, evening);
  REQUIRE(first);
  CHECK(first->units == 100);
  CHECK(first->request.headers.back() == std::pair<std::string, std::string>{"X-Goog-Api-Key", "secret"});
  CHECK(holds(first->request.url, "/search?part=snippet&type=video&order=date&maxResults=50&q=%23nhssm"));
  CHECK(holds(first->request.url, "&publishedAfter=2026-11-07T21%3A00%3A00.000Z"));
  CHECK(holds(first->request.url, "&regionCode=GB"));
  CHECK_FALSE(holds(first->request.url, "secret"));

  auto page = step(settings, cursor, answer(200, fixture("youtube/search.json")), evening);
  CHECK(page.posts.empty());  // they are cut: the details say it in full
  CHECK(page.more);
  CHECK(holds(asked(settings, cursor, evening),
              "/videos?part=snippet,statistics,status&maxResults=50&id=MarlbeckV01,MarlbeckV02"));
  page = step(settings, cursor, answer(200, fixture("youtube/videos.json")), evening);
  CHECK(page.posts.size() == 2);

  // The search had another page: from above its oldest videos, not by its token.
  CHECK(holds(asked(settings, cursor, evening), "&publishedBefore=2026-11-20T10%3A00%3A01.000Z"));
  step(settings, cursor, answer(200, nothing), evening);

  CHECK(
      holds(asked(settings, cursor, evening), "/commentThreads?part=snippet,replies&order=time&textFormat=plainText"));
  CHECK(holds(asked(settings, cursor, evening), "&allThreadsRelatedToChannelId=UCmarlbeck"));
  step(settings, cursor, answer(200, nothing), evening);
  CHECK(holds(asked(settings, cursor, evening), "&videoId=MarlbeckV01"));
  step(settings, cursor, answer(200, nothing), evening);
  CHECK(holds(asked(settings, cursor, evening), "&videoId=MarlbeckV02"));
  CHECK_FALSE(step(settings, cursor, answer(200, nothing), evening).more);

  CHECK(holds(asked(settings, cursor, evening + 10min), "&allThreadsRelatedToChannelId=UCmarlbeck"));
  CHECK(begins(asked(settings, cursor, evening + 30min), "/search"));
  CHECK(holds(asked(settings, cursor, evening + 30min), "&publishedAfter=2026-11-20T08%3A00%3A00.000Z"));
  CHECK(units_of(youtube_place_of(cursor).tally, evening) == 204);
}

TEST_CASE("comments are read down to what is known, and two hours further") {
  auto settings = config();
  settings.channel = "UCmarlbeck";
  settings.first_pages = 2;
  Cursor cursor;
  CHECK(step(settings, cursor, answer(200, threads(2, evening - 1h, "b")), evening).more);
  CHECK(holds(asked(settings, cursor, evening), "&pageToken=b"));
  CHECK_FALSE(step(settings, cursor, answer(200, threads(2, evening - 2h, "c")), evening).more);
  const auto later = evening + 5h;
  CHECK_FALSE(holds(asked(settings, cursor, later), "pageToken"));
  CHECK(step(settings, cursor, answer(200, threads(2, later, "d")), later).more);
  CHECK(step(settings, cursor, answer(200, threads(2, evening - 2h, "e")), later).more);
  CHECK_FALSE(step(settings, cursor, answer(200, threads(2, evening - 3h, "f")), later).more);
}

TEST_CASE("once a day known comments are read again, for edits and replies") {
  auto settings = config();
  settings.channel = "UCmarlbeck";
  Cursor cursor;
  CHECK_FALSE(step(settings, cursor, answer(200, threads(2, evening)), evening).more);
  CHECK_FALSE(step(settings, cursor, answer(200, threads(2, evening - 5h, "b")), evening + 23h).more);
  CHECK(step(settings, cursor, answer(200, threads(2, evening - 5h, "b")), evening + 24h).more);
  CHECK(step(settings, cursor, answer(200, threads(2, evening - 13 * 24h, "c")), evening + 24h).more);
  const auto last = step(settings, cursor, answer(200, threads(2, evening - 15 * 24h, "d")), evening + 24h);
  CHECK_FALSE(last.more);
  CHECK(last.missed.empty());
  CHECK_FALSE(step(settings, cursor, answer(200, threads(2, evening - 5h, "b")), evening + 25h).more);
}

TEST_CASE("replies that a thread does not show are read, page by page, and once") {
  auto settings = config();
  settings.channel = "UCmarlbeck";
  Cursor cursor;
  CHECK(step(settings, cursor, answer(200, threads(1, evening, "", 7)), evening).more);
  CHECK(begins(asked(settings, cursor, evening),
               "/comments?part=snippet&textFormat=plainText&maxResults=100&parentId=Ugx"));
  CHECK(step(settings, cursor, answer(200, R"({"nextPageToken":"r2","items":[]})"), evening).more);
  CHECK(holds(asked(settings, cursor, evening), "&pageToken=r2"));
  const auto page = step(settings, cursor, answer(200, fixture("youtube/replies.json")), evening);
  REQUIRE(page.posts.size() == 1);
  CHECK(page.posts[0].url == "https://www.youtube.com/watch?v=MarlbeckV01&lc=UgxMarlbeckThread000000001.r2");
  CHECK_FALSE(page.more);
  CHECK_FALSE(step(settings, cursor, answer(200, threads(1, evening, "", 7)), evening + 1h).more);
  CHECK(step(settings, cursor, answer(200, threads(1, evening, "", 8)), evening + 2h).more);
  CHECK_FALSE(step(settings, cursor, refused(404, "parentCommentNotFound"), evening + 2h).more);
}

TEST_CASE("a video without comments is passed over for a day, and the next one has its turn") {
  auto settings = config();
  settings.videos = {"one", "two"};
  for (const char* reason : {"commentsDisabled", "videoNotFound"}) {
    CAPTURE(reason);
    Cursor cursor;
    CHECK(step(settings, cursor, refused(403, reason), evening).more);
    CHECK(holds(asked(settings, cursor, evening), "&videoId=two"));
    CHECK_FALSE(step(settings, cursor, answer(200, nothing), evening).more);
    CHECK(holds(asked(settings, cursor, evening + 1h), "&videoId=two"));
    CHECK(holds(asked(settings, cursor, evening + 24h), "&videoId=one"));
  }
  settings.videos = {"one"};
  Cursor cursor;
  CHECK_FALSE(step(settings, cursor, refused(403, "commentsDisabled"), evening).more);
  CHECK(asked(settings, cursor, evening + 1h) == "nothing");
}

TEST_CASE("a page token that has aged begins the walk anew; the page before, once more, is no next page") {
  auto settings = config();
  settings.channel = "UCmarlbeck";
  Cursor cursor;
  step(settings, cursor, answer(200, threads(2, evening, "b")), evening);
  const auto again = youtube_page(settings, cursor, answer(200, threads(2, evening, "b")), evening);
  REQUIRE_FALSE(again.has_value());
  CHECK(again.error().remedy == Remedy::retry);
  CHECK(step(settings, cursor, refused(400, "invalidPageToken"), evening + 24h).more);
  CHECK_FALSE(holds(asked(settings, cursor, evening + 24h), "pageToken"));
}

TEST_CASE("a day's units are counted until midnight on the Pacific coast, and never passed") {
  auto settings = config();
  settings.query = "#nhssm";
  settings.daily_units = 150;
  Cursor cursor;
  step(settings, cursor, answer(200, videos(1, evening - 1h)), evening);
  step(settings, cursor, answer(200, nothing), evening);
  const auto tally = youtube_place_of(cursor).tally;
  CHECK(units_of(tally, evening) == 101);
  CHECK_FALSE(youtube_capped(settings, tally, 49, evening));
  const auto capped = youtube_capped(settings, tally, 100, evening);
  REQUIRE(capped);
  CHECK(capped->capped);
  CHECK(to_iso(*capped->not_before) == "2026-11-22T08:00:00.000Z");
  CHECK_FALSE(youtube_capped(settings, tally, 100, *capped->not_before));
}

TEST_CASE("what is left of a day's units is spread over what is left of the day") {
  auto settings = config();
  settings.channel = "UCmarlbeck";
  settings.daily_units = 12;
  Cursor cursor;
  CHECK(step(settings, cursor, answer(200, nothing), evening).hints.at_least == 1h);  // 11 hours, 11 units
  settings.daily_units = 1;
  CHECK(step(settings, cursor, answer(200, nothing), evening).hints.at_least == 11h);
}

TEST_CASE("search pages overlap by a few videos, and always go on") {
  auto settings = config();
  settings.query = "#nhssm";
  Cursor cursor;
  CHECK(step(settings, cursor, answer(200, videos(50, evening, "b")), evening).more);
  step(settings, cursor, answer(200, nothing), evening);
  CHECK(holds(asked(settings, cursor, evening), percent(evening - 45min + 1s)));
  step(settings, cursor, answer(200, videos(3, evening - 45min, "c")), evening);
  step(settings, cursor, answer(200, nothing), evening);
  CHECK(holds(asked(settings, cursor, evening), percent(evening - 45min)));
}

TEST_CASE("a cursor of YouTube's keeps all it knows, and one that cannot be read is a beginning") {
  YoutubePlace place;
  place.tally = {"2026-11-21", 7};
  place.found = {"a", "b"};
  place.followed = {{"v", evening}};
  place.walks["v"] = Walk{.known = evening, .token = "t"};
  place.at = "v";
  place.deep_at = evening;
  place.deep = true;
  place.replies = {{"Ug", "v", "r", 4}};
  place.replied["Ug2"] = 9;
  place.closed["w"] = evening;
  place.searched_at = evening;
  place.searching_since = evening;
  const auto cursor = cursor_of(place);
  CHECK(cursor_of(youtube_place_of(cursor)) == cursor);
  for (const char* bytes : {"", "[", R"({"found":5,"walks":[],"replies":[3],"closed":{"a":"b"},"followed":[[]]})"}) {
    const auto read = youtube_place_of(Cursor{bytes});
    CHECK(read.walks.empty());
    CHECK(read.replies.empty());
  }
}

TEST_CASE("YouTube's settings say what is missing") {
  TempDir folder;
  const auto key = folder.path() / "key";
  std::ofstream(key) << "secret\n";
  SourceConfig source;
  source.settings = {{"key_file", key.string()}};
  const auto youtube = youtube_connector();
  REQUIRE(youtube.check(source).size() == 1);
  CHECK(youtube.check(source)[0].key == "query");
  source.settings["videos"] = "abc, d-e_f";
  CHECK(youtube.check(source).empty());
  source.settings["videos"] = "https://www.youtube.com/watch?v=abc";
  source.settings["channel"] = "@marlbeck";
  source.settings["daily_units"] = "50";
  source.settings["query"] = "nhs";
  CHECK(youtube.check(source).size() == 3);
}

TEST_CASE("recorded answers of YouTube") {
  const std::filesystem::path recordings = std::filesystem::path(RECORDINGS) / "youtube";
  if (!std::filesystem::exists(recordings)) {
    MESSAGE("skipped: no recordings at " << recordings.string());
    return;
  }
  struct Row {
    const char* file;
    std::size_t posts;
    const char* first_id;
  };
  const Row rows[] = {
      {"channel_feed.atom", 15, "yt:video:5shykyfmb28"},
      {"commentThreads_search.json", 1, "youtube:UgyUBI0HsgL9emxcZpR4AaABAg"},
      {"commentThreads_video_p1.json", 5, "youtube:UgyZ1jqkHKYvi1-ruOZ4AaABAg"},
      {"commentThreads_video_p2.json", 5, "youtube:UgyZ1jqkHKYvi1-ruOZ4AaABAg"},
      {"comments_replies_p1.json", 2, "youtube:Ugw5zYU6n9pmIgAZWvN4AaABAg.91zT3cYb5B291za6voUoRh"},
      {"empty_list.json", 0, ""},
      {"playlistItems_p1.json", 10, "youtube:CvTApw9X8aA"},
      {"search_channel_videos.json", 5, "youtube:LrQWzOkC0XQ"},
      {"search_p1.json", 25, "youtube:gQ_1zX-F_No"},
      {"search_p2.json", 25, "youtube:-2IlD-x8wvY"},
      {"videos.json", 2, "youtube:D-lhorsDlUQ"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.file);
    const auto page = parsed(file_bytes(recordings / row.file));
    CHECK(page.posts.size() == row.posts);
    if (row.posts > 0 && !page.posts.empty()) CHECK(page.posts[0].id == row.first_id);
  }
  for (const char* file : {"channel.json", "error_400_keyInvalid.json", "error_403_permission.json",
                           "synthetic-error_403_commentsDisabled.json", "synthetic-error_403_quotaExceeded.json"}) {
    CAPTURE(file);
    const auto page = parse_youtube(file_bytes(recordings / file), ParseOptions{{}, {}, "here", evening});
    REQUIRE_FALSE(page.has_value());
    CHECK_FALSE(page.error().detail.empty());
  }
}

}  // namespace barometer
