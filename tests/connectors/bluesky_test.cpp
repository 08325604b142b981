#include "connectors/platforms/bluesky.hpp"

#include <filesystem>

#include <doctest/doctest.h>

#include "connectors/platforms/bluesky_answer.hpp"
#include "connectors/platforms/bluesky_filter.hpp"
#include "connectors/platforms/bluesky_record.hpp"
#include "connectors/time.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/temp_dir.hpp"

namespace barometer {
namespace {

namespace fs = std::filesystem;

const UtcTime evening = *parse_iso("2026-11-21T23:00:00Z");

Result<Page> parse(std::string body, std::string kind = {}) {
  return parse_bluesky(std::move(body), ParseOptions{std::move(kind), {}, "here", evening});
}

Page parsed(std::string body, std::string kind = {}) {
  auto page = parse(std::move(body), std::move(kind));
  REQUIRE_MESSAGE(page.has_value(), (page ? "" : page.error().detail));
  return std::move(*page);
}

std::vector<std::string> names_in(const Page& page) {
  std::vector<std::string> names;
  for (const Post& post : page.posts) names.push_back(post.native_id + (post.deleted ? " deleted" : ""));
  return names;
}

using Names = std::vector<std::string>;

SourceConfig settings(std::map<std::string, std::string> values) { return {"bluesky", "bluesky", std::move(values)}; }

bool wants(const BlueskyFilter& filter, const std::string& record) {
  JsonDocument document;
  REQUIRE_FALSE(JsonDocument::read(document, record));
  return filter.wants(document.root());
}

}  // namespace

TEST_CASE("a Bluesky search gives its posts, with what their authors and the network say of them") {
  const auto page = parsed(fixture("bluesky/search.json"));
  CHECK(names_in(page) == Names{"3mfuture", "3mquote", "3mreply", "3mhidden", "3mback", "3mpicture", "3mlist"});
  CHECK(page.unreadable == 1);
  const auto& posts = page.posts;
  CHECK(to_iso(posts[0].made_at) == "2026-11-21T20:30:00.000Z");  // no later than the network saw it

  const Post& quote = posts[1];
  CHECK(quote.id == "at://did:plc:wardsister/app.bsky.feed.post/3mquote");
  CHECK(quote.url == "https://bsky.app/profile/ward.example.org/post/3mquote");
  CHECK(quote.platform == "bluesky");
  CHECK(quote.source == "here");
  CHECK(quote.author == "ward.example.org");
  CHECK(quote.author_name == "Ward");
  CHECK(to_iso(quote.made_at) == "2026-11-21T20:20:00.123Z");
  CHECK(quote.tags == Names{"nhssm", "marlbeck"});
  CHECK(quote.lang == "en");
  CHECK(quote.quote_of == "at://did:plc:daughter/app.bsky.feed.post/3mfirst");
  CHECK(quote.replies == 1);
  CHECK(quote.reposts == 2);
  CHECK(quote.likes == 3);

  const Post& reply = posts[2];
  CHECK(reply.author == "did:plc:daughter");  // its handle could not be proven
  CHECK(reply.reply_to == "at://did:plc:wardsister/app.bsky.feed.post/3mparent");
  CHECK(to_iso(reply.made_at) == "2026-11-21T20:15:00.000Z");
  CHECK_FALSE(reply.lang.has_value());

  CHECK(posts[3].opted_out);
  CHECK_FALSE(posts[4].opted_out);  // a label that was taken back
  CHECK(posts[5].text == "A queue at the door\nThe same at noon");
  CHECK(posts[5].quote_of == "at://did:plc:wardsister/app.bsky.feed.post/3mother");
  CHECK_FALSE(posts[6].quote_of.has_value());  // a list is no post
}

TEST_CASE("all shapes of Bluesky's answers tell themselves") {
  const struct {
    const char* file;
    const char* kind;
    Names names;
  } rows[] = {
      {"search.json", "search", {"3mfuture", "3mquote", "3mreply", "3mhidden", "3mback", "3mpicture", "3mlist"}},
      {"thread.json", "thread", {"3mreply", "3mparent", "3mleaf"}},
      {"feed.json", "feed", {"3mreply", "3mparent"}},
      {"quotes.json", "quotes", {"3mleaf"}},
      {"record.json", "record", {"3mreply"}},
      {"session.json", "session", {}},
      {"jetstream_v1.jsonl", "jetstream", {"3ma", "3ma", "3mb", "3ma deleted"}},
      {"jetstream_v2.jsonl", "jetstream", {"3mc", "3mc deleted"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.file);
    const auto body = fixture(std::string("bluesky/") + row.file);
    CHECK(names_in(parsed(body)) == row.names);
    CHECK(names_in(parsed(body, row.kind)) == row.names);
  }
}

TEST_CASE("an event of Jetstream is dated by the earlier of two clocks, and an update is an edit") {
  const auto page = parsed(fixture("bluesky/jetstream_v1.jsonl"));
  CHECK_FALSE(page.posts[0].edited_at.has_value());
  CHECK(page.posts[1].edited_at.has_value());
  CHECK(page.posts[1].text == "Ward closed #nhssm");
  CHECK(page.posts[2].made_at < parse_iso("2027-01-01"));
  CHECK(page.posts[2].author == "did:plc:daughter");
}

TEST_CASE("Bluesky's errors say what to do about them") {
  const struct {
    const char* body;
    Remedy remedy;
    const char* says;
  } rows[] = {
      {R"({"error":"ExpiredToken","message":"Token has expired"})", Remedy::ask_operator, "too old"},
      {R"({"error":"InvalidToken","message":"x"})", Remedy::ask_operator, "InvalidToken"},
      {R"({"error":"AuthMissing","message":"x"})", Remedy::ask_operator, "identifier and password_file"},
      {R"({"error":"AuthenticationRequired","message":"x"})", Remedy::ask_operator, "app password"},
      {R"({"error":"AuthFactorTokenRequired","message":"x"})", Remedy::ask_operator, "app password"},
      {R"({"error":"AccountTakedown","message":"x"})", Remedy::ask_operator, "taken down"},
      {R"({"error":"InvalidRequest","message":"Params must have q"})", Remedy::ask_operator, "settings"},
      {R"({"error":"BadQueryString"})", Remedy::ask_operator, "hashtags and phrases"},
      {R"({"error":"RateLimitExceeded","message":"x"})", Remedy::retry, "slower"},
      {R"({"error":"MethodNotImplemented","message":"x"})", Remedy::ask_operator, "address"},
      {R"({"error":"UpstreamFailure"})", Remedy::retry, "trouble"},
      {R"({"error":"NotFound","message":"x"})", Remedy::skip, "no such post"},
      {R"({"error":"Never heard of, by @sister","message":"x"})", Remedy::ask_operator, "without a name"},
      {R"({"$type":"error","error":"ConsumerTooSlow","message":"x"})", Remedy::retry, "too slowly"},
      {"<html><body>403 Forbidden</body></html>", Remedy::ask_operator, "web page"},
      {R"({"posts":[{"uri":"at://)", Remedy::retry, "breaks off"},
      {"", Remedy::retry, "empty"},
      {"at://did:plc:a/b/c\n", Remedy::skip, "no JSON"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.body);
    const auto page = parse(row.body);
    REQUIRE_FALSE(page.has_value());
    CHECK(name_of(page.error().remedy) == std::string(name_of(row.remedy)));
    CHECK_MESSAGE(page.error().detail.find(row.says) != std::string::npos, page.error().detail);
    CHECK(page.error().detail.find("sister") == std::string::npos);
  }
}

TEST_CASE("a body of another kind than was said is passed over") {
  const auto page = parse(fixture("bluesky/thread.json"), "search");
  REQUIRE_FALSE(page.has_value());
  CHECK(page.error().remedy == Remedy::skip);
  CHECK(parsed(R"({"did":"did:plc:a"})").posts.empty());
}

TEST_CASE("at:// addresses in their parts") {
  const auto uri = at_uri("at://did:plc:a/app.bsky.feed.post/3m");
  REQUIRE(uri.has_value());
  CHECK(uri->did == "did:plc:a");
  CHECK(uri->collection == bluesky_post_collection);
  CHECK(uri->rkey == "3m");
  for (const auto* const other : {"https://a/b/c", "at://", "at://a/b", "at://a//c", ""}) CHECK_FALSE(at_uri(other));
}

TEST_CASE("which posts of the network concern us") {
  const BlueskyFilter filter({"nhssm", "café"}, {"marlbeck hospital", "a&e"});
  const struct {
    const char* fact;
    const char* record;
    bool wanted;
  } rows[] = {
      {"marked", R"({"text":"x","facets":[{"features":[{"tag":"NHSSM"}]}]})", true},
      {"marked with its sign", R"({"text":"x","facets":[{"features":[{"tag":"#nhssm"}]}]})", true},
      {"in the record's tags", R"({"text":"x","tags":["other","Nhssm"]})", true},
      {"not wholly", R"({"text":"#nhssmart","facets":[{"features":[{"tag":"nhssmart"}]}]})", false},
      {"written and not marked", R"({"text":"Hello #NHSSM!"})", true},
      {"inside a word", R"({"text":"tag#nhssm"})", false},
      {"without a sign", R"({"text":"nhssm"})", false},
      {"full width letters", R"({"text":"x","tags":["ｎｈｓｓｍ"]})", true},
      {"an accent in another form", R"({"text":"x","tags":["CAFE\u0301"]})", true},
      {"a phrase", R"({"text":"At Marlbeck Hospital today"})", true},
      {"part of longer words", R"({"text":"At Marlbeck Hospitality"})", false},
      {"a phrase with a sign", R"({"text":"Waited in A&E."})", true},
      {"nothing", R"({"text":""})", false},
      {"no post", R"({"subject":"x"})", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    CHECK(wants(filter, row.record) == row.wanted);
  }
}

TEST_CASE("Bluesky's settings are checked") {
  const Connector bluesky = bluesky_connector();
  const TempDir folder;
  const auto secret = folder.path() / "secret";
  std::ofstream(secret) << "x\n";
  const struct {
    const char* fact;
    std::map<std::string, std::string> values;
    const char* key;  // complained about; empty: none
  } rows[] = {
      {"a hashtag is enough", {{"hashtags", "#nhssm, #nhs"}}, ""},
      {"so is a phrase", {{"phrases", "Marlbeck hospital"}}, ""},
      {"nothing to listen to", {}, "hashtags"},
      {"no hashtag", {{"hashtags", "#two words"}}, "hashtags"},
      {"no mode", {{"hashtags", "a"}, {"mode", "poll"}}, "mode"},
      {"no stream", {{"hashtags", "a"}, {"jetstream", "https://a.example"}}, "jetstream"},
      {"two streams", {{"hashtags", "a"}, {"jetstream", "wss://a.example/subscribe,wss://b.example"}}, ""},
      {"half an account", {{"hashtags", "a"}, {"identifier", "a.example"}}, "password_file"},
      {"the other half", {{"hashtags", "a"}, {"password_file", secret.string()}}, "identifier"},
      {"an account", {{"hashtags", "a"}, {"identifier", "a.example"}, {"password_file", secret.string()}}, ""},
      {"too many", {{"hashtags", "a"}, {"limit", "101"}}, "limit"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto complaints = bluesky.check(settings(row.values));
    CHECK(complaints.empty() == std::string(row.key).empty());
    if (!complaints.empty()) CHECK(complaints.front().key == row.key);
  }
}

TEST_CASE("recorded Bluesky answers") {
  const fs::path recordings = RECORDINGS;
  if (!fs::exists(recordings)) {
    MESSAGE("skipped: no recordings at " << recordings.string());
    return;
  }
  const struct {
    const char* file;
    std::size_t posts;
    const char* first;  // its rkey
  } rows[] = {
      {"bluesky/searchPosts_hashtag_rstats_p1.json", 100, "3lt4t5vltz22t"},
      {"bluesky/searchPosts_keyword.json", 25, "3lpk2u6qo222m"},
      {"bluesky/getListFeed.json", 10, "3lpr6d3tk622b"},
      {"bluesky/getPostThread.json", 1, "3k7qmjev5lr2s"},
      {"bluesky/getPostThread_img.json", 4, "3kbi55xm6u62v"},
      {"bluesky/getPosts.json", 1, "3k7qmjev5lr2s"},
      {"bluesky/getQuotes.json", 2, "3lc6isqcp6u2y"},
      {"bluesky/getRecord_post.json", 1, "3k7qmjev5lr2s"},
      {"bluesky/jetstream_v1_golden.jsonl", 1, "3mmoojp4cd223"},
      {"bluesky/synthetic-jetstream_v2.jsonl", 2, "3m4aaaaaaaa22"},
      {"bluesky/resolveHandle.json", 0, ""},
      {"bluesky-devenv/authorFeed_with_repost.json", 10, "3n2tzmlip222y"},
      {"bluesky-devenv/createSession.json", 0, ""},
      {"bluesky-devenv/refreshSession.json", 0, ""},
      {"bluesky-devenv/getPosts_after_deactivate.json", 0, ""},
      {"bluesky-devenv/getPosts_after_delete.json", 5, "3n2tzmku7rc2y"},
      {"bluesky-devenv/search_empty.json", 0, ""},
      {"bluesky-devenv/search_p1.json", 5, "3n2tzmlip222y"},
      {"bluesky-devenv/search_after_deactivate_p1.json", 11, "3n2tzmlip222y"},
      {"bluesky-devenv/thread.json", 2, "3n2tzmku7rc2y"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.file);
    const auto page = parsed(file_bytes(recordings / row.file));
    CHECK(page.posts.size() == row.posts);
    CHECK(page.unreadable == 0);
    if (!page.posts.empty()) CHECK(page.posts.front().native_id == row.first);
  }
}

TEST_CASE("no recorded Bluesky body does more than fail") {
  for (const auto* const folder : {"bluesky", "bluesky-devenv"}) {
    const auto place = fs::path(RECORDINGS) / folder;
    if (!fs::exists(place)) {
      MESSAGE("skipped: no recordings at " << place.string());
      continue;
    }
    for (const auto& entry : fs::directory_iterator(place)) {
      CAPTURE(entry.path().filename().string());
      const auto body = file_bytes(entry.path());
      const bool error = body.starts_with("{\"error\"") || body.starts_with("{\n \"error\"");
      const auto page = parse(body);
      if (error) CHECK_FALSE(page.has_value());
      for (std::size_t half : {body.size() / 2, body.size() / 3}) parse(body.substr(0, half));
      for (const auto kind : bluesky_kinds()) parse(body, std::string(kind));
    }
  }
}

}  // namespace barometer
