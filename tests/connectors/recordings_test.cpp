#include <algorithm>
#include <filesystem>
#include <set>

#include <doctest/doctest.h>

#include "connectors/html_text.hpp"
#include "connectors/platforms/feed.hpp"
#include "connectors/platforms/mastodon.hpp"
#include "connectors/time.hpp"
#include "tests/support/fixture.hpp"

// Answers of real servers, kept beside the checkout because their terms forbid copies in it. Where they are absent, the bodies of
// our own making in tests/fixtures are what is tested.

namespace barometer {
namespace {

namespace fs = std::filesystem;

const fs::path recordings = RECORDINGS;
const UtcTime now = *parse_iso("2026-11-21T23:00:00Z");

bool absent() {
  if (fs::exists(recordings)) return false;
  MESSAGE("skipped: no recordings at " << recordings.string());
  return true;
}

ParseOptions options() { return ParseOptions{{}, {}, "here", now}; }

struct Row {
  const char* file;
  std::size_t posts;
  const char* first_id;    // of the first post
  const char* first_text;  // how it begins
};

void check(const Row& row, Result<Page> (*parse)(std::string, const ParseOptions&)) {
  CAPTURE(row.file);
  const auto page = parse(file_bytes(recordings / row.file), options());
  REQUIRE(page.has_value());
  CHECK(page->posts.size() == row.posts);
  if (row.posts == 0 || page->posts.empty()) return;
  CHECK(page->posts[0].id == row.first_id);
  CHECK_MESSAGE(page->posts[0].text.starts_with(row.first_text), page->posts[0].text.substr(0, 60));
}

void check_post(const Post& post) {
  CHECK_FALSE(post.id.empty());
  CHECK(valid_utf8(post.text) == post.text);
  CHECK(post.text.find("<p>") == std::string::npos);
  CHECK(post.seen_at == now);
}

}  // namespace

TEST_CASE("recorded Mastodon answers") {
  if (absent()) return;
  const Row rows[] = {
      {"mastodon/tag_page1.json", 10, "http://localhost:3000/ap/users/117020566092212359/statuses/117020581413876942",
       "Toot number 29! #"},
      {"mastodon/tag_page2.json", 10, "http://localhost:3000/ap/users/117020566092212359/statuses/117020581331681768",
       "Toot number 19! #"},
      {"mastodon/tag_page3_last.json", 10,
       "http://localhost:3000/ap/users/117020566092212359/statuses/117020581251523457", "Toot number 9! #"},
      {"mastodon/tag_page4_empty.json", 0, "", ""},
      {"mastodon/tag_single.json", 1, "http://localhost:3000/ap/users/117020566092212359/statuses/117020593741189701",
       "#hoot (hashtag toot)"},
      {"mastodon/tag_timeline_bigbone.json", 20, "tag:mastodon.social,2017-04-21:objectId=3610569:objectType=Status",
       "@alexl @deadsuperhero Yes, but not only #Mastodon"},
      {"mastodon/public_auth.json", 8, "http://localhost:3000/ap/users/117020566092212359/statuses/117020593378945190",
       "Toot, finally!"},
      {"mastodon/status_edited.json", 1,
       "http://localhost:3000/ap/users/117020566092212359/statuses/117020586180926938", "the best editor?"},
      {"mastodon/status_reblog.json", 1,
       "http://localhost:3000/ap/users/117020565966271181/statuses/117020585762235614", "bwooh! secret"},
      {"mastodon/status_quote_created.json", 1,
       "http://localhost:3000/ap/users/117020565966271181/statuses/117020582925004921", "yoooooooo"},
      {"mastodon/compat_akkoma_quote.json", 1, "https://miraiverse.xyz/objects/37125e6c-e5ac-4151-98a4-257d04791e43",
       "from @technicat\n"},
      {"mastodon/thread_context_social.json", 2, "https://mastodon.social/users/halcy/statuses/110446983178245440",
       "first status"},
      {"mastodon/search_v2_social.json", 2, "https://icosahedron.website/users/greg/statuses/116388148912635764",
       "@cancel @halcy"},
      {"mastodon/status_history.json", 2, "http://localhost:3000/ap/users/117020566092212359", "the best editor?"},
      {"mastodon/stream_user.sse", 1, "http://localhost:3000/ap/users/117020617404561855/statuses/117024248092393661",
       "it's cool guy"},
      {"mastodon/synthetic-stream_hashtag.sse", 3, "https://a.example/users/x/statuses/1", "Diolch #nhssm"},
      {"mastodon/ws_update.json", 1, "https://example.com/users/testperson/statuses/108913983628474640", "Lorem ipsum"},
  };
  for (const auto& row : rows) check(row, parse_mastodon);
}

TEST_CASE("recorded feeds") {
  if (absent()) return;
  const Row rows[] = {
      {"feeds/atom_aws_blog.xml", 10, "tag:typepad.com,2003:post-61484736", ""},
      {"feeds/atom_duplicate_content.xml", 10, "http://www.tablix.org/~avian/blog/archives/2014/07/down_time/", ""},
      {"feeds/atom_intertwingly.xml", 20, "tag:intertwingly.net,2004:3299", "The interface is a bit low level"},
      {"feeds/enc_koi8r.xml", 2, "http://example.com/post1", "Это тестовое описание"},
      {"feeds/json_feed.json", 20, "http://inessential.com/2017/06/02/james_dempsey_and_the_breakpoints_benefi", ""},
      {"feeds/node_complex_namespace.xml", 1, "urn:uuid:d5ffaea2-0a9a-4f38-98fc-5c364177b6b4", "Hello World"},
      {"feeds/node_illegally_nested.xml", 20,
       "http://www.pcmag.com/article2/0,2817,2525649,00.asp?kc=PCRSS03079TX1K0000584", "No one needs to go"},
      {"feeds/rdf_utf8.xml", 60,
       "https://www.heise.de/newsticker/meldung/"
       "OLED-TVs-Vorsichtsmassnahmen-gegen-Einbrennen-4205274.html?wt_mc=rss.ho.beitrag.rdf",
       ""},
      {"feeds/rss_2.0_invalid_1.xml", 0, "", ""},
      {"feeds/rss_techcrunch_wordpress.xml", 20, "http://techcrunch.com/?p=446154", ""},
      {"feeds/rss_urdu_utf8.xml", 26, "http://www.bbc.com/urdu/pakistan-42575603", ""},
      {"feeds/rss_windows1251.xml", 50, "http://ibash.org.ru/quote.php?id=17703", ""},
      {"wordpress/feed_rss2_p1.xml", 5, "http://127.0.0.1:8081/2026/11/thank-you-to-our-volunteers/", ""},
      {"wordpress/feed_atom.xml", 5, "http://127.0.0.1:8081/2026/11/thank-you-to-our-volunteers/", ""},
      {"wordpress/feed_rdf.xml", 5, "http://127.0.0.1:8081/2026/11/thank-you-to-our-volunteers/", ""},
      {"wordpress/feed_rss092.xml", 5, "http://127.0.0.1:8081/2026/11/thank-you-to-our-volunteers/", ""},
      {"wordpress/post_comments_feed.xml", 4, "http://127.0.0.1:8081/2026/10/flu-jabs-book-now-nhssm/#comment-15",
       "a < b && c > d “quoted” ‘single’"},
      {"wordpress/tag_unknown.xml", 0, "", ""},
      {"wordpress/feed_rss2_p9_404.xml", 0, "", ""},
  };
  for (const auto& row : rows) check(row, parse_feed);
}

TEST_CASE("all of WordPress's feeds of one site tell of the same posts by the same ids") {
  if (absent()) return;
  const auto ids = [](const char* file) {
    const auto page = parse_feed(file_bytes(recordings / file), options());
    REQUIRE(page.has_value());
    std::vector<std::string> out;
    for (const auto& post : page->posts) out.push_back(post.id);
    return out;
  };
  CHECK(ids("wordpress/feed_rss2_p1.xml") == ids("wordpress/feed_rdf.xml"));
  CHECK(ids("wordpress/feed_rss2_p1.xml") == ids("wordpress/feed_rss092.xml"));
  CHECK(ids("wordpress/feed_rss2_p1.xml") == ids("wordpress/feed_atom.xml"));
}

TEST_CASE("an edit on a recorded WordPress keeps the id and changes the words") {
  if (absent()) return;
  const auto before = parse_feed(file_bytes(recordings / "wordpress/comments_feed.xml"), options());
  const auto after = parse_feed(file_bytes(recordings / "wordpress/after_edit_comments_feed.xml"), options());
  REQUIRE(before.has_value());
  REQUIRE(after.has_value());
  std::size_t edited = 0;
  for (const auto& old : before->posts) {
    edited += static_cast<std::size_t>(std::count_if(after->posts.begin(), after->posts.end(), [&](const Post& post) {
      return post.id == old.id && post.text != old.text;
    }));
  }
  CHECK(edited == 1);
}

TEST_CASE("no recorded answer of any platform upsets either parser") {
  if (absent()) return;
  for (const auto& entry : fs::recursive_directory_iterator(recordings)) {
    if (!entry.is_regular_file()) continue;
    CAPTURE(entry.path().string());
    const auto body = file_bytes(entry.path());
    for (const auto parse :
         {parse_mastodon, static_cast<Result<Page> (*)(std::string, const ParseOptions&)>(parse_feed)}) {
      const auto page = parse(body, options());
      if (!page.has_value()) {
        CHECK_FALSE(page.error().detail.empty());
        continue;
      }
      for (const auto& post : page->posts) check_post(post);
      const auto half = parse(body.substr(0, body.size() / 2), options());
      if (half.has_value()) CHECK(half->posts.size() <= page->posts.size());
    }
  }
}

}  // namespace barometer
