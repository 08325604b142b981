#include <doctest/doctest.h>

#include "connectors/platforms/feed.hpp"
#include "connectors/platforms/feed_encoding.hpp"
#include "connectors/time.hpp"

// Every version of RSS and Atom, and in each what an entry says, in every spelling that is about.

namespace barometer {
namespace {

const UtcTime now = *parse_iso("2026-11-21T23:00:00Z");

constexpr const char* namespaces =
    " xmlns:d='http://purl.org/dc/elements/1.1/' xmlns:t='http://purl.org/dc/terms/'"
    " xmlns:c='http://purl.org/rss/1.0/modules/content/' xmlns:i='http://www.itunes.com/DTDs/PodCast-1.0.dtd'"
    " xmlns:m='http://search.yahoo.com/mrss/' xmlns:x='http://www.w3.org/1999/xhtml'"
    " xmlns:a='http://www.w3.org/2005/Atom' xmlns:o='http://purl.org/atom/ns#'"
    " xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:g='http://www.georss.org/georss'";

std::string rss(const std::string& item) {
  return "<rss version='2.0'" + std::string(namespaces) + "><channel><item>" + item + "</item></channel></rss>";
}
std::string rdf(const std::string& item) {
  return "<r:RDF xmlns='http://purl.org/rss/1.0/'" + std::string(namespaces) + "><channel/><item>" + item +
         "</item></r:RDF>";
}
std::string atom(const std::string& entry) {
  return "<feed xmlns='http://www.w3.org/2005/Atom'" + std::string(namespaces) + "><entry>" + entry + "</entry></feed>";
}
std::string old_atom(const std::string& entry) {
  return "<feed version='0.3' xmlns='http://purl.org/atom/ns#'" + std::string(namespaces) + "><entry>" + entry +
         "</entry></feed>";
}
std::string upper(const std::string& item) { return "<RSS><CHANNEL><ITEM>" + item + "</ITEM></CHANNEL></RSS>"; }
std::string bare(const std::string& item) { return "<rss><channel><item>" + item + "</item></channel></rss>"; }

using Frame = std::string (*)(const std::string&);

Post only(const std::string& body, const std::string& base = {}) {
  const auto page = parse_feed(body, ParseOptions{{}, base, "here", now});
  REQUIRE(page.has_value());
  REQUIRE(page->posts.size() == 1);
  return page->posts[0];
}

struct Row {
  Frame frame;
  const char* item;
  const char* expected;
};

std::string shown(const Row& row) { return row.frame(row.item); }

}  // namespace

TEST_CASE("a title is found under every name, and the feed's own before a borrowed one") {
  const Row rows[] = {
      {rss, "<title>Ward 7</title>", "Ward 7"},
      {rdf, "<title>Ward 7</title>", "Ward 7"},
      {upper, "<TITLE>Ward 7</TITLE>", "Ward 7"},
      {rss, "<d:title>Ward 7</d:title>", "Ward 7"},
      {rss, "<m:title>Ward 7</m:title>", "Ward 7"},
      {rss, "<m:group><m:title>Ward 7</m:title></m:group>", "Ward 7"},
      {rss, "<i:title>Ward 7</i:title>", "Ward 7"},
      {rss, "<a:title>Ward 7</a:title>", "Ward 7"},
      {bare, "<dc:title>Ward 7</dc:title>", "Ward 7"},
      {rss, "<title>Ward 7</title><d:title>Other</d:title>", "Ward 7"},
      {rss, "<d:title>Ward 7</d:title><title>Other</title>", "Ward 7"},
      {rss, "<m:title>Other</m:title><title>Ward 7</title>", "Ward 7"},
      {rss, "<i:title>Other</i:title><m:title>Ward 7</m:title>", "Ward 7"},
      {rss, "<image><title>Logo</title></image><title>Ward 7</title>", "Ward 7"},
      {rss, "<g:point>1 2</g:point><title>Ward 7</title>", "Ward 7"},
      {rss, "<title>\n  Ward\n  7 </title>", "Ward 7"},
      {rss, "<title>&lt;b>Ward&lt;/b> 7</title>", "Ward 7"},
      {rss, "<title><![CDATA[Ward <i>7</i>]]></title>", "Ward 7"},
      {rss, "<title>Ward <b>7</b></title>", "Ward 7"},
      {rss, "<title>Ward &amp;#55;</title>", "Ward 7"},
      {rss, "<title>2 &lt; 3 &amp; 4</title>", "2 < 3 & 4"},
      {atom, "<title>2 &lt; 3</title>", "2 < 3"},
      {atom, "<title type='html'>2 &amp;lt; 3</title>", "2 < 3"},
      {atom, "<title type='text'>&lt;b>2&lt;/b></title>", "<b>2</b>"},
      {atom, "<title type='xhtml'><x:div>2 &lt; <x:b>3</x:b></x:div></title>", "2 < 3"},
      {atom, "<title type='xhtml'>&lt;b>2&lt;/b></title>", "<b>2</b>"},
      {old_atom, "<title type='text/html' mode='escaped'>&lt;b>2&lt;/b></title>", "2"},
      {old_atom, "<title type='application/xhtml+xml' mode='xml'><x:b>2</x:b></title>", "2"},
      {old_atom, "<title type='text/plain' mode='base64'>V2FyZCA3</title>", "Ward 7"},
      {bare, "<title>AT&T &nbsp; caf&eacute; &#150; &unknown;</title>", "AT&T \u00A0 café – &unknown;"},
  };
  for (const auto& row : rows) {
    CAPTURE(shown(row));
    CHECK(only(shown(row)).title == row.expected);
  }
}

TEST_CASE("a text is found under every name, the whole before a summary") {
  const Row rows[] = {
      {rss, "<description>Kind</description>", "Kind"},
      {rdf, "<description>Kind</description>", "Kind"},
      {upper, "<DESCRIPTION>Kind</DESCRIPTION>", "Kind"},
      {rss, "<c:encoded>Kind</c:encoded>", "Kind"},
      {bare, "<content:encoded>Kind</content:encoded>", "Kind"},
      {rss, "<x:body><x:p>Ki<x:b>nd</x:b></x:p></x:body>", "Kind"},
      {rss, "<body>Kind</body>", "Kind"},
      {rss, "<fullitem>Kind</fullitem>", "Kind"},
      {rss, "<d:description>Kind</d:description>", "Kind"},
      {rss, "<t:abstract>Kind</t:abstract>", "Kind"},
      {rss, "<i:summary>Kind</i:summary>", "Kind"},
      {rss, "<i:subtitle>Kind</i:subtitle>", "Kind"},
      {rss, "<m:description>Kind</m:description>", "Kind"},
      {rss, "<a:summary>Kind</a:summary>", "Kind"},
      {rss, "<a:content type='html'>Kind</a:content>", "Kind"},
      {rss, "<description>S</description><c:encoded>Kind</c:encoded>", "Kind"},
      {rss, "<c:encoded>Kind</c:encoded><description>S</description>", "Kind"},
      {atom, "<summary>Kind</summary>", "Kind"},
      {atom, "<content>Kind</content><summary>S</summary>", "Kind"},
      {atom, "<summary>S</summary><content>Kind</content>", "Kind"},
      {atom, "<content type='html'>&lt;p>Kind&lt;/p>&lt;p>staff&lt;/p></content>", "Kind\nstaff"},
      {atom, "<content type='xhtml'><x:div>Kind<x:br/>staff</x:div></content>", "Kind\nstaff"},
      {atom, "<content type='application/xml'><x:div>Kind</x:div></content>", "Kind"},
      {atom, "<content type='application/octet-stream'>S2luZA==</content>", "Kind"},
      {atom, "<content type='image/png'>iVBORw0KGgo=</content><summary>Kind</summary>", "Kind"},
      {atom, "<content src='/elsewhere'/><summary>Kind</summary>", "Kind"},
      {old_atom, "<content type='text/html' mode='base64'>PHA+S2luZDwvcD4=</content>", "Kind"},
      {old_atom, "<content type='application/octet-stream' mode='base64'>PHA+S2luZDwvcD4=</content>", "Kind"},
      {rss, "<description>&lt;script>bad()&lt;/script>Ki&lt;!-- no -->nd</description>", "Kind"},
      {rss, "<description>&lt;style>p{}&lt;/style>Kind&lt;img alt='.'></description>", "Kind."},
      {bare, "<description><p>Kind<br>staff</description>", "Kind\nstaff"},
      {rss, "<description>Ki&lt;iframe src='x'>nd&lt;frameset>&lt;frame>.</description>", "Kind."},
      {rss, "<description>Kind&lt;applet>no&lt;/applet></description>", "Kind"},
      {rss, "<x:body>&lt;b>Kind</x:body>", "<b>Kind"},
      {rss, "<description>Short</description><i:summary>And kind</i:summary>", "And kind"},
      {old_atom, "<content type='application/octet-stream' mode='escaped'>Kind</content>", "Kind"},
      {bare, "<description><![CDATA[Kind</description>", "Kind"},
  };
  for (const auto& row : rows) {
    CAPTURE(shown(row));
    CHECK(only(shown(row)).text == row.expected);
  }
}

TEST_CASE("an author is a name where there is one, never a contributor") {
  const Row rows[] = {
      {rss, "<title>t</title><author>jo@a.example (Jo Bloggs)</author>", "Jo Bloggs"},
      {rss, "<title>t</title><author>Jo Bloggs &lt;jo@a.example></author>", "Jo Bloggs"},
      {rss, "<title>t</title><author>Jo Bloggs (jo@a.example)</author>", "Jo Bloggs"},
      {rss, "<title>t</title><author>jo@a.example</author>", "jo@a.example"},
      {rss, "<title>t</title><author>(jo@a.example)</author>", "jo@a.example"},
      {rss, "<title>t</title><author>jo@a.example ()</author>", "jo@a.example"},
      {rss, "<title>t</title><author>Jo Bloggs jo@a.example</author>", "Jo Bloggs"},
      {rss, "<title>t</title><d:creator>Jo Bloggs</d:creator>", "Jo Bloggs"},
      {rss, "<title>t</title><d:author>Jo Bloggs</d:author>", "Jo Bloggs"},
      {rss, "<title>t</title><i:author>Jo Bloggs</i:author>", "Jo Bloggs"},
      {rss, "<title>t</title><managingEditor>e@a.example (Jo Bloggs)</managingEditor>", "Jo Bloggs"},
      {rss, "<title>t</title><author>x@a.example</author><d:creator>Jo Bloggs</d:creator>", "Jo Bloggs"},
      {rss, "<title>t</title><author>Sam</author><author>Jo Bloggs</author><author></author>", "Jo Bloggs"},
      {rss, "<title>t</title><author>jo@a.example, Jo Bloggs</author>", "Jo Bloggs"},
      {rss, "<title>t</title><author>Jo Bloggs [jo@a.example]</author>", "Jo Bloggs"},
      {rss, "<title>t</title><d:contributor>Sam</d:contributor><d:publisher>P</d:publisher>", ""},
      {rdf, "<title>t</title><d:creator>Jo Bloggs</d:creator>", "Jo Bloggs"},
      {atom, "<title>t</title><author><name>Jo Bloggs</name><email>j@a.example</email></author>", "Jo Bloggs"},
      {atom, "<title>t</title><author><email>j@a.example</email></author>", "j@a.example"},
      {atom, "<title>t</title><author><uri>https://a.example/</uri></author>", "https://a.example/"},
      {old_atom, "<title>t</title><author><url>https://a.example/</url><name>Jo</name></author>", "Jo"},
      {atom, "<title>t</title><contributor><name>Sam</name></contributor>", ""},
      {atom, "<title>t</title><source><author><name>Jo Bloggs</name></author></source>", "Jo Bloggs"},
      {rss, "<title>t</title><a:author><a:name>Jo Bloggs</a:name></a:author>", "Jo Bloggs"},
  };
  for (const auto& row : rows) {
    CAPTURE(shown(row));
    CHECK(only(shown(row)).author_name == row.expected);
  }
}

TEST_CASE("an author is kept as the feed wrote it, beside the name") {
  const Row rows[] = {
      {rss, "<title>t</title><author>jo@a.example (Jo Bloggs)</author>", "jo@a.example (Jo Bloggs)"},
      {rss, "<title>t</title><author>Jo\n Bloggs &lt;jo@a.example></author>", "Jo Bloggs <jo@a.example>"},
      {rss, "<title>t</title><d:creator>Jo Bloggs</d:creator>", "Jo Bloggs"},
      {atom, "<title>t</title><author><email>j@a.example</email><name>Jo</name></author>", "Jo (j@a.example)"},
      {atom, "<title>t</title><author><email>j@a.example</email></author>", "j@a.example"},
  };
  for (const auto& row : rows) {
    CAPTURE(shown(row));
    CHECK(only(shown(row)).author == row.expected);
  }
}

TEST_CASE("a link is where a person can read the post") {
  const Row rows[] = {
      {rss, "<title>t</title><link>https://a.example/1</link>", "https://a.example/1"},
      {upper, "<TITLE>t</TITLE><LINK>https://a.example/1</LINK>", "https://a.example/1"},
      {rss, "<title>t</title><link>\n https://a.example/1\n</link>", "https://a.example/1"},
      {rss, "<title>t</title><link>1?a=b&amp;c=d</link>", "https://b.example/x/1?a=b&c=d"},
      {bare, "<title>t</title><link>https://a.example/?a=b&c=d</link>", "https://a.example/?a=b&c=d"},
      {rss, "<title>t</title><guid>https://a.example/1</guid>", "https://a.example/1"},
      {rss, "<title>t</title><guid isPermaLink='true'>https://a.example/1</guid>", "https://a.example/1"},
      {rss, "<title>t</title><guid isPermaLink='false'>https://a.example/1</guid>", ""},
      {rss, "<title>t</title><guid>https://a.example/g</guid><link>https://a.example/1</link>", "https://a.example/1"},
      {rss, "<title>t</title><a:link href='https://a.example/1'/>", "https://a.example/1"},
      {atom, "<title>t</title><link href='https://a.example/1'/>", "https://a.example/1"},
      {atom, "<title>t</title><link rel='alternate' href='/1'/>", "https://b.example/1"},
      {atom, "<title>t</title><link rel='self' href='/s'/><link href='https://a.example/1'/>", "https://a.example/1"},
      {atom, "<title>t</title><link rel='enclosure' href='/s'/><link rel='via' href='/v'/>", ""},
      {atom, "<title>t</title><link type='application/atom+xml' href='/s'/><link type='text/html' href='/1'/>",
       "https://b.example/1"},
      {atom, "<title>t</title><id>https://a.example/1</id>", "https://a.example/1"},
      {atom, "<title>t</title><content src='/1'/>", "https://b.example/1"},
      {atom, "<title>t</title><link xml:base='https://c.example/d/' href='../1'/>", "https://c.example/1"},
      {atom, "<title>t</title><link href='ä'/>", "https://b.example/x/ä"},
      {atom, "<title>t</title><link href='%C3%A4'/>", "https://b.example/x/%C3%A4"},
      {rss, "<title>t</title><link>https://a.example/?a=1&amp;amp;b=2</link>", "https://a.example/?a=1&b=2"},
      {rss, "<title>t</title><guid>42</guid>", ""},
      {rss, "<title>t</title><guid isPermaLink='true'>42</guid>", "https://b.example/x/42"},
      {atom, "<title>t</title><id>42</id>", ""},
      {atom, "<title>t</title><link rel='ALTERNATE' href='/1'/>", "https://b.example/1"},
      {atom, "<title>t</title><id>https://a.example/1</id><link type='text/plain' href='/2'/>", "https://a.example/1"},
      {atom, "<title>t</title><link type='text/plain' href='/2'/>", "https://b.example/2"},
      {atom, "<title>t</title><x:div xml:base='tag:x'><link href='/2'/></x:div><link xml:base='tag:x' href='/2'/>",
       "https://b.example/2"},
      {bare, "<title>t</title><guid isPermaLink='false\">https://a.example/g</guid><link>/1</link>",
       "https://b.example/1"},
  };
  for (const auto& row : rows) {
    CAPTURE(shown(row));
    CHECK(only(shown(row), "https://b.example/x/feed").url == row.expected);
  }
}

TEST_CASE("an id is as it was written, unless xml:base asks to resolve it") {
  CHECK(only(rss("<title>t</title><guid>/7</guid>"), "https://b.example/").native_id == "/7");
  CHECK(only(atom("<title>t</title><id xml:base='https://c.example/'>7</id>")).native_id == "https://c.example/7");
  CHECK(only(rss("<title>t</title><guid xml:base='https://c.example/'>7</guid>")).native_id == "https://c.example/7");
  CHECK(only(rss("<title>t</title><guid xml:base='https://c.example/' isPermaLink='false'>7</guid>")).native_id == "7");
  CHECK(only(rss("<title>t</title><d:identifier>7</d:identifier>")).native_id == "7");
}

TEST_CASE("a date is found under every name") {
  const Row rows[] = {
      {rss, "<pubDate>Wed, 31 Dec 2003 10:14:55 GMT</pubDate>", ""},
      {upper, "<PUBDATE>Wed, 31 Dec 2003 10:14:55 GMT</PUBDATE>", ""},
      {rss, "<d:date>2003-12-31T10:14:55Z</d:date>", ""},
      {rdf, "<d:date>2003-12-31T10:14:55Z</d:date>", ""},
      {rss, "<t:issued>2003-12-31T10:14:55Z</t:issued>", ""},
      {rss, "<t:created>2003-12-31T10:14:55Z</t:created>", ""},
      {rss, "<t:modified>2003-12-31T10:14:55Z</t:modified>", ""},
      {rss, "<a:published>2003-12-31T10:14:55Z</a:published>", ""},
      {rss, "<a:updated>2003-12-31T10:14:55Z</a:updated>", ""},
      {rss, "<o:modified>2003-12-31T10:14:55Z</o:modified>", ""},
      {rss, "<lastBuildDate>2003-12-31T10:14:55Z</lastBuildDate>", ""},
      {atom, "<published>2003-12-31T10:14:55Z</published>", ""},
      {atom, "<updated>2003-12-31T10:14:55Z</updated>", ""},
      {old_atom, "<issued>2003-12-31T10:14:55Z</issued>", ""},
      {old_atom, "<created>2003-12-31T10:14:55Z</created>", ""},
      {old_atom, "<modified>2003-12-31T10:14:55Z</modified>", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(shown(row));
    const auto post =
        only(row.frame(std::string(row.frame == upper ? "<TITLE>t</TITLE>" : "<title>t</title>") + row.item));
    CHECK(post.dated);
    CHECK(to_iso(post.made_at) == "2003-12-31T10:14:55.000Z");
  }
}

TEST_CASE("encodings that ICU, or only the C library, knows are read; a declaration that is wrong is seen through") {
  struct Encoded {
    const char* fact;
    std::string bytes;
    const char* text;
  };
  const auto body = [](const std::string& label, const std::string& words) {
    return "<?xml version='1.0' encoding='" + label + "'?><rss><channel><item><title>" + words +
           "</title></item></channel></rss>";
  };
  const Encoded rows[] = {
      {"windows-1251", body("windows-1251", "\xCF\xF0\xE8"), "При"},
      {"koi8-u", body("KOI8-U", "\xF0\xD2\xC9"), "При"},
      {"gb2312", body("gb2312", "\xD6\xD0\xCE\xC4"), "中文"},
      {"big5", body("big5", "\xA4\xA4\xA4\xE5"), "中文"},
      {"shift_jis", body("Shift_JIS", "\x93\xFA\x96\x7B"), "日本"},
      {"euc-jp", body("euc-jp", "\xC6\xFC\xCB\xDC"), "日本"},
      {"iso-2022-jp", body("iso-2022-jp", "\x1B$BF|K\\\x1B(B"), "日本"},
      {"euc-kr", body("euc-kr", "\xC7\xD1\xB1\xB9"), "한국"},
      {"johab", body("johab", "\xD0\x65\x8A\x82"), "한국"},
      {"iso-8859-16", body("iso-8859-16", "\xE3"), "ă"},
      {"iso-8859-7", body("iso-8859-7", "\xC5\xEB"), "Ελ"},
      {"latin1 that is windows-1252", body("iso-8859-1", "\x93q\x94"), "“q”"},
      {"blanks before the declaration", "\n  " + body("windows-1251", "\xCF\xF0\xE8"), "При"},
      {"an encoding nobody knows", body("x-none", "é"), "é"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    CHECK(only(row.bytes).text == row.text);
  }
}

TEST_CASE("wide encodings are read with and without a mark, whatever is declared") {
  const std::string plain =
      "<?xml version='1.0' encoding='utf-8'?><rss><channel><item><title>gofal</title></item></channel></rss>";
  for (const std::size_t width : {2, 4}) {
    for (const bool big : {false, true}) {
      for (const bool mark : {false, true}) {
        CAPTURE(width);
        CAPTURE(big);
        CAPTURE(mark);
        std::string bytes;
        const auto put = [&](const std::string& low_first) {
          bytes += big ? std::string(low_first.rbegin(), low_first.rend()) : low_first;
        };
        const std::string zeros(width - 2, '\0');
        if (mark) put("\xFF\xFE" + zeros);
        for (const char c : plain) put(std::string(1, c) + '\0' + zeros);
        CHECK(only(bytes).text == "gofal");
      }
    }
  }
}

}  // namespace barometer
