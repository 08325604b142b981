#include "connectors/platforms/feed.hpp"

#include <doctest/doctest.h>

#include "connectors/platforms/feed_encoding.hpp"
#include "connectors/platforms/feed_mend.hpp"
#include "connectors/time.hpp"
#include "tests/support/fixture.hpp"

namespace barometer {
namespace {

const UtcTime now = *parse_iso("2026-11-21T23:00:00Z");

Page read(std::string body, std::string base = {}) {
  auto page = parse_feed(std::move(body), ParseOptions{{}, std::move(base), "here", now});
  REQUIRE(page.has_value());
  return std::move(*page);
}

Post only(const std::string& item) {
  auto page = read("<rss version=\"2.0\"><channel>" + item + "</channel></rss>");
  REQUIRE(page.posts.size() == 1);
  return page.posts[0];
}

using Tags = std::vector<std::string>;

}  // namespace

TEST_CASE("an RSS 2.0 item with all that WordPress and FeedBurner add") {
  const auto page = read(fixture("feed/rss2.xml"), "https://trust.example/feed/");
  REQUIRE(page.posts.size() == 3);
  const auto& post = page.posts[0];
  CHECK(post.platform == "feed");
  CHECK(post.id == "https://trust.example/?p=7");
  CHECK(post.native_id == "https://trust.example/?p=7");
  CHECK(post.url == "https://trust.example/flu");
  CHECK(post.title == "Flu jabs & more");
  CHECK(post.text == "Book now 🙂\none\ntwo #NHSsm");
  CHECK(post.author == "Comms team");
  CHECK(to_iso(post.made_at) == "2026-11-21T09:00:00.000Z");
  CHECK(post.tags == Tags{"vaccination", "nhs staff", "nhssm"});
  CHECK(post.lang == "en-GB");
  CHECK(post.replies == 4);
  CHECK(page.hints.at_least == std::chrono::hours(6));
}

TEST_CASE("an item of only a headline has it as text, and its guid as link") {
  const auto page = read(fixture("feed/rss2.xml"));
  const auto& post = page.posts.at(1);
  CHECK(post.title == "Only a headline");
  CHECK(post.text == "Only a headline");
  CHECK(post.url == "https://trust.example/headline");
  CHECK(post.author == "press@trust.example (Press office)");
  CHECK(post.author_name == "Press office");
  CHECK(to_iso(post.made_at) == "2026-11-20T08:00:00.000Z");
}

TEST_CASE("an item without date, guid and title is still a post") {
  const auto page = read(fixture("feed/rss2.xml"), "https://trust.example/feed/");
  const auto& post = page.posts.at(2);
  CHECK(post.text == "No date, no guid, no title, but words");
  CHECK_FALSE(post.title.has_value());
  CHECK(post.url == "https://trust.example/relative/path");
  CHECK(post.id == post.url);
  CHECK_FALSE(post.dated);
  CHECK(post.made_at == now);
}

TEST_CASE("Atom by namespace whatever its prefix, with its types, bases and languages") {
  const auto page = read(fixture("feed/atom.xml"));
  REQUIRE(page.posts.size() == 2);
  const auto& first = page.posts[0];
  CHECK(first.id == "tag:blog.example,2026:1");
  CHECK(first.title == "A <b> tag");
  CHECK(first.text == "Two kind words\nand a paragraph\nafter");
  CHECK(first.url == "https://blog.example/posts/1");
  CHECK(first.author == "The board");
  CHECK(to_iso(first.made_at) == "2026-11-20T09:00:00.000Z");
  REQUIRE(first.edited_at.has_value());
  CHECK(to_iso(*first.edited_at) == "2026-11-21T10:00:00.000Z");
  CHECK(first.lang == "cy");
  CHECK(first.replies == 3);
  CHECK(first.tags == Tags{"nursing"});

  const auto& second = page.posts[1];
  CHECK(second.title == "2 < 3");
  CHECK(second.text == "plain <b> text");
  CHECK(second.url == "https://blog.example/feed/deep/x");
  CHECK(second.author == "Jo (jo@blog.example)");
  CHECK(second.author_name == "Jo");
  CHECK(second.lang == "en");
  CHECK(second.reply_to == "tag:blog.example,2026:1");
  CHECK_FALSE(second.edited_at.has_value());
}

TEST_CASE("RSS 1.0 has its items beside the channel") {
  const auto page = read(fixture("feed/rdf.xml"));
  REQUIRE(page.posts.size() == 2);
  CHECK(page.posts[0].id == "https://old.example/1");
  CHECK(page.posts[0].author == "A. Writer");
  CHECK(page.posts[0].text == "First");
  CHECK(page.posts[0].tags == Tags{"care"});
  CHECK(to_iso(page.posts[0].made_at) == "2026-11-01T12:00:00.000Z");
  CHECK(page.posts[1].url == "https://old.example/2");
  CHECK(page.posts[1].lang == "en");
}

TEST_CASE("Atom 0.3 has modes") {
  const auto page = read(
      "<feed version=\"0.3\" "
      "xmlns=\"http://purl.org/atom/ns#\"><entry><title>Old</title><issued>2004-01-01T00:00:00Z</issued>"
      "<modified>2004-01-02T00:00:00Z</modified><content type=\"text/html\" "
      "mode=\"base64\">PHA+SGVsbG8gPGI+d29ybGQ8L2I+PC9wPg==</content>"
      "</entry><entry><content type=\"text/html\" mode=\"escaped\">&lt;p&gt;Hi&lt;/p&gt;</content></entry></feed>");
  REQUIRE(page.posts.size() == 2);
  CHECK(page.posts[0].text == "Hello world");
  CHECK(to_iso(page.posts[0].made_at) == "2004-01-01T00:00:00.000Z");
  CHECK(page.posts[0].edited_at.has_value());
  CHECK(page.posts[1].text == "Hi");
}

TEST_CASE("JSON Feed in both versions") {
  const auto page = read(fixture("feed/json_feed.json"), "https://ward.example/feed.json");
  REQUIRE(page.posts.size() == 2);
  CHECK(page.posts[0].native_id == "42");
  CHECK(page.posts[0].id == "https://ward.example/feed.json#42");
  CHECK(page.posts[0].url == "https://ward.example/42");
  CHECK(page.posts[0].title == "A & B");
  CHECK(page.posts[0].text == "Kind staff\nCold food");
  CHECK(page.posts[0].author == "Ward 7");
  CHECK(page.posts[0].tags == Tags{"food", "care"});
  CHECK(page.posts[0].edited_at.has_value());
  CHECK(page.posts[1].id == "https://ward.example/43");
  CHECK(page.posts[1].author == "Kim");
  CHECK(page.posts[1].text == "No id, two\nlines");
  CHECK(page.posts[1].lang == "cy");
}

TEST_CASE("an ill-formed feed gives what is in it; a source waits for the whole of what breaks off") {
  CHECK(read(fixture("feed/ill_formed.xml")).posts.size() == 3);
  const ParseOptions options{{}, {}, "here", now};
  const auto answer = parse_feed(fixture("feed/ill_formed.xml"), "", "", options);
  REQUIRE(answer.has_value());
  const auto& page = *answer;
  REQUIRE(page.posts.size() == 2);
  CHECK(page.unreadable == 1);
  CHECK(page.posts[0].title == "AT&T at Anytown General … 5 < 6 &bomb; ’quoted’");
  CHECK(page.posts[0].url == "https://x.example/?a=1&b=2");
  CHECK(page.posts[0].text == "Unclosed bold\nnext line");
  CHECK(page.posts[1].native_id == "two");
  CHECK(page.posts[1].text == "fine");
}

TEST_CASE("an item is found by its guid, its link, or its words") {
  CHECK(only("<item><guid>7</guid><link>https://a.example/7</link></item>").native_id == "7");
  CHECK(only("<item><link>https://a.example/7</link></item>").native_id == "https://a.example/7");
  const auto words = only("<item><title>A</title><pubDate>Sat, 21 Nov 2026 09:00:00 GMT</pubDate></item>");
  CHECK(words.native_id.starts_with("urn:sha256:"));
  CHECK(words.native_id ==
        only("<item><title>A</title><pubDate>21 Nov 2026 09:00 GMT</pubDate><description>edited</description></item>")
            .native_id);
  CHECK(words.native_id !=
        only("<item><title>B</title><pubDate>Sat, 21 Nov 2026 09:00:00 GMT</pubDate></item>").native_id);
}

TEST_CASE("authors are names where there is a name") {
  struct Row {
    const char* written;
    const char* author;
  };
  const Row rows[] = {
      {"jo@a.example (Jo Bloggs)", "Jo Bloggs"}, {"Jo Bloggs &lt;jo@a.example&gt;", "Jo Bloggs"},
      {"Jo Bloggs (jo@a.example)", "Jo Bloggs"}, {"jo@a.example", "jo@a.example"},
      {"Jo &amp;amp; Sam", "Jo & Sam"},          {"Jo (Ward 7)", "Jo (Ward 7)"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.written);
    CHECK(only("<item><title>t</title><author>" + std::string(row.written) + "</author></item>").author_name ==
          row.author);
  }
}

TEST_CASE("encodings are found in their order") {
  const auto title = [](const std::string& body, const std::string& type) {
    const auto page = parse_feed(body, type, {}, ParseOptions{{}, {}, "here", now});
    REQUIRE(page.has_value());
    REQUIRE(page->posts.size() == 1);
    return page->posts[0].text;
  };
  CHECK(title(fixture("feed/windows_1252.xml"), "") == "café “ward”");
  CHECK(title(fixture("feed/utf_16_without_mark.xml"), "") == "ysbyty – gofal");
  const auto rss = [](const std::string& declared, const std::string& words) {
    return "<?xml version=\"1.0\"" + declared + "?><rss><channel><item><title>" + words +
           "</title></item></channel></rss>";
  };
  CHECK(title("\xEF\xBB\xBF" + rss(" encoding=\"koi8-r\"", "é"), "application/xml; charset=koi8-r") == "é");
  CHECK(title(rss(" encoding='utf-8'", "\xC0"), "application/rss+xml; charset=\"KOI8-R\"") == "ю");
  CHECK(title(rss(" encoding='koi8-r'", "\xC0"), "text/xml") == "ю");
  CHECK(title(rss("", "é"), "text/xml") == "é");
  CHECK(title(rss("", "caf\xE9"), "text/xml") == "café");
  CHECK(title(rss(" encoding='utf-8'", "caf\xE9"), "") == "café");
  CHECK(title(rss(" encoding='utf-8'", "éééé \xE9"), "") == "éééé \xEF\xBF\xBD");
  CHECK(title(rss(" encoding='utf-16'", "é"), "") == "é");
  CHECK(title(rss(" encoding='no-such-thing'", "é"), "") == "é");
  CHECK(title(rss("", "a\x01z"), "") == "a z");
  CHECK(charset_of("text/xml; Charset=\"UTF-8\"; x=y") == "utf-8");
}

TEST_CASE("a document that refers to itself or to files stays small and fetches nothing") {
  const auto page = read(
      "<!DOCTYPE rss [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">"
      "<!ENTITY file SYSTEM \"file:///etc/passwd\"><!ENTITY % p SYSTEM \"http://x.example/\"> %p;]>"
      "<rss><channel><item><title>&a; &c; &file;</title></item></channel></rss>");
  REQUIRE(page.posts.size() == 1);
  CHECK(page.posts[0].text == "aaaaaaaaaa &c; &file;");
}

TEST_CASE("mending leaves well-formed XML what it was") {
  CHECK(mend_xml("<a b=\"1\">x<c/>&amp;</a>").xml == "<mended><a b=\"1\">x<c/>&amp;</a></mended>");
  CHECK(mend_xml("<a b=1 b=2 c='\"'>x").xml == "<mended><a b=\"1\" c=\"&quot;\">x</a></mended>");
  CHECK(mend_xml("<p>a<br>b</i></P>").xml == "<mended><p>a<br/>b</p></mended>");
  CHECK(mend_xml("<![CDATA[<b>&]]>").xml == "<mended>&lt;b&gt;&amp;</mended>");
  CHECK(mend_xml("<a><![CDATA[b]]</a><c/>").xml == "<mended><a>b</a><c/></mended>");
  CHECK(mend_xml("<item><title>t<guid>g</guid></item>").xml ==
        "<mended><item><title>t</title><guid>g</guid></item></mended>");
}

TEST_CASE("mending declares the prefixes that everybody knows, and takes away the others'") {
  CHECK(mend_xml("<dc:title>a</dc:title>").xml ==
        "<mended xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>a</dc:title></mended>");
  CHECK(mend_xml("<x:b y:c='1'>a</x:b>").xml == "<mended><x_b y_c=\"1\">a</x_b></mended>");
  CHECK(mend_xml("<x:b xmlns:x='u'>a</x:b>").xml == "<mended><x:b xmlns:x=\"u\">a</x:b></mended>");
  CHECK(mend_xml("<dc:a:b/>").xml == "<mended xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:a_b/></mended>");
}

TEST_CASE("a document type's own characters are put in, a megabyte of them at most") {
  const auto title = [](const std::string& type) {
    return read(type + "<rss><channel><item><title>a &me; b</title></item></channel></rss>").posts.at(0).text;
  };
  CHECK(title("<!DOCTYPE rss [\n<!ENTITY me \"Jo &#233;\">\n]>") == "a Jo é b");
  CHECK(title("<!DOCTYPE rss [<!ENTITY me '&#38;'>]>") == "a & b");
  CHECK(title("<!DOCTYPE rss [<!ENTITY me \"Jo\"") == "a &me; b");
  std::string many = "<!DOCTYPE x [<!ENTITY a \"" + std::string(200, 'x') + "\">]>";
  for (int i = 0; i < 100'000; ++i) many += "&a;";
  CHECK(mend_xml(many).xml.size() < 2'000'000);
}

TEST_CASE("what is encoded twice, or as windows-1252 controls, is what its writer saw") {
  CHECK(only("<item><title>cafÃ© au lait</title></item>").text == "café au lait");
  CHECK(only("<item><title>caf\u00E9 Ã©</title></item>").text == "café Ã©");
  CHECK(only("<item><title>it\u0092s</title></item>").text == "it’s");
  CHECK(only("<item><title>t</title><author>JÃ¶</author></item>").author_name == "Jö");
}

TEST_CASE("what a person cannot follow is in the document's posts and not in a source's") {
  const FeedConfig config{.name = "n", .url = "https://a.example/feed"};
  HttpResponse response;
  response.status = 200;
  response.body =
      "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>urn:x</id><title>t</title>"
      "<published>2026-11-20T10:00:00Z</published><updated>2026-11-19T10:00:00Z</updated></entry></feed>";
  const auto shown = read(response.body);
  CHECK(shown.posts.at(0).url == "urn:x");
  CHECK(to_iso(shown.posts.at(0).edited_at.value_or(now)) == "2026-11-19T10:00:00.000Z");
  const auto heard = feed_page(config, Cursor{}, response, now);
  REQUIRE(heard.has_value());
  REQUIRE(heard->posts.size() == 1);
  CHECK(heard->posts[0].id == "urn:x");
  CHECK(heard->posts[0].url.empty());
  CHECK_FALSE(heard->posts[0].edited_at.has_value());
}

TEST_CASE("mending tells where a document broke off") {
  CHECK_FALSE(mend_xml("<rss><item><title>a</title></item>").cut);
  CHECK_FALSE(mend_xml("<rss><item>a</rss>").cut);
  const auto between = mend_xml("<rss><item><title>a</title>");
  CHECK(between.cut);
  CHECK_FALSE(between.cut_in_item);
  CHECK(mend_xml("<rss><item><title>a").cut_in_item);
  CHECK(mend_xml("<rss><item><title>a</title><li").cut_in_item);
}

TEST_CASE("numbers of windows-1252 are its characters, in well-formed feeds too") {
  CHECK(only("<item><title>&#147;ward&#x94; &#8217;</title></item>").text == "“ward” ’");
}

TEST_CASE("a tag of very many attributes takes its time in proportion") {
  std::string item = "<rss><channel><item";
  for (int i = 0; i < 200'000; ++i) item += " a" + std::to_string(i) + "='x'";
  CHECK(read(item + "><title>t</title></item></channel></rss>").posts.size() == 1);
}

TEST_CASE("an item that another begins in is over") {
  const auto page = read("<rss><channel><item><title>a</title><item><title>b</title></item></channel></rss>");
  REQUIRE(page.posts.size() == 2);
  CHECK(page.posts[0].text == "a");
  CHECK(read("<rss><channel><item><title>a</title><item/><guid>g</guid></item></channel></rss>").posts.at(0).id == "g");
}

TEST_CASE("what is no feed says what it is") {
  struct Row {
    const char* fact;
    std::string body;
    Remedy remedy;
    const char* says;
  };
  const Row rows[] = {
      {"a page that names a feed", fixture("feed/page.html"), Remedy::ask_operator,
       "set url to https://a.example/feed/"},
      {"a page that names none", "<html><body>hi</body></html>", Remedy::ask_operator, "a web page"},
      {"nothing", "", Remedy::retry, "empty"},
      {"words", "gateway time-out", Remedy::skip, "no RSS"},
      {"other XML", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>", Remedy::skip, "no RSS"},
      {"other JSON", "{\"error\":\"x\"}", Remedy::skip, "no JSON Feed"},
      {"half of a JSON Feed", "{\"items\":[{", Remedy::retry, "breaks off"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto page = parse_feed(row.body, ParseOptions{{}, "https://a.example/blog", "here", now});
    REQUIRE_FALSE(page.has_value());
    CHECK(name_of(page.error().remedy) == name_of(row.remedy));
    CHECK_MESSAGE(page.error().detail.find(row.says) != std::string::npos, page.error().detail);
  }
}

}  // namespace barometer
