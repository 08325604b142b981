#include "connectors/html_text.hpp"

#include <doctest/doctest.h>

namespace barometer {

TEST_CASE("HTML becomes the text that a reader would see") {
  struct Row {
    const char* fact;
    const char* html;
    const char* text;
  };
  const Row rows[] = {
      {"plain text stays", "Nine hours on a trolley", "Nine hours on a trolley"},
      {"white space folds", "  a \n\t b  ", "a b"},
      {"entities are decoded, with and without semicolon",
       "A&amp;E &hellip; caf&eacute; &#128578; &lt;b&gt; &copy 2026", "A&E … café 🙂 <b> © 2026"},
      {"paragraphs and breaks are lines", "<p>one</p><p>two<br>three<br/><br/>four</p>", "one\ntwo\nthree\nfour"},
      {"list items are lines, cells are words",
       "<ul><li>a</li><li>b</li></ul><table><tr><td>c</td><td>d</td></tr></table>", "a\nb\nc d"},
      {"scripts and styles are no text", "a<script>alert('x')</script><style>p{}</style>b", "ab"},
      {"what an unclosed script hides stays hidden", "a<script>alert('x')", "a"},
      {"alt texts are kept", "fine <img src=x alt=\"🙄\" onerror=\"x()\">!", "fine 🙄!"},
      {"comments go", "a<!-- <p>no</p> -->b", "ab"},
      {"a lone < is no tag", "2 < 3 & 4 > 3", "2 < 3 & 4 > 3"},
      {"line feeds in <pre> are lines", "<pre>one\n  two</pre>", "one\ntwo"},
      {"hashtags are whole", "<a class=\"mention hashtag\">#<span>nhssm</span></a>!", "#nhssm!"},
      {"mentions are whole", "<span class=\"h-card\"><a>@<span>user</span></a></span> hi", "@user hi"},
      {"an address that Mastodon half hides is whole",
       "<a href=\"https://a.example/long/path\"><span class=\"invisible\">https://</span><span "
       "class=\"ellipsis\">a.example/lo</span>"
       "<span class=\"invisible\">ng/path</span></a>",
       "https://a.example/long/path"},
      {"the address of a quoted post goes", "<p class=\"quote-inline\">RE: <a>https://a.example/1</a></p><p>agreed</p>",
       "agreed"},
      {"also where it stands among other classes", "ok<span class=\"x quote-inline\"><br>RE: y</span>", "ok"},
      {"a class that only looks alike stays", "<p class=\"quote-inline-not\">kept</p>", "kept"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    CHECK(html_to_text(row.html) == row.text);
  }
}

TEST_CASE("hostile mark-up costs no more than its size") {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<div>";
  CHECK(html_to_text("x" + deep + "y") == "x");
  std::string flat = "<ul>";
  for (int i = 0; i < 2'000; ++i) flat += "<li>a<br><P class=x>b<img src=y>";
  CHECK(html_to_text(flat).size() == 2'000 * 4 - 1);
  std::string crossed;  // each <p> would open all of the <b> again
  for (int i = 0; i < 4'000; ++i) crossed += "<b class=" + std::to_string(i) + ">";
  for (int i = 0; i < 4'000; ++i) crossed += "<p>x";
  CHECK(html_to_text(crossed).size() < crossed.size());
}

TEST_CASE("very long HTML is read as far as its limit, and no character is halved") {
  std::string long_text = "<p>";
  while (long_text.size() < 2 * longest_html) long_text += "é";
  const auto text = html_to_text(long_text);
  CHECK(text.size() <= longest_html);
  CHECK(text.size() > longest_html - 8);
  CHECK(text.find("\xEF\xBF\xBD") == std::string::npos);
}

TEST_CASE("any bytes become valid UTF-8 without control characters") {
  CHECK(valid_utf8("caf\xC3\xA9") == "café");
  CHECK(valid_utf8("a\xFF"
                   "b\xC3") ==
        "a\xEF\xBF\xBD"
        "b\xEF\xBF\xBD");
  CHECK(valid_utf8("\xED\xA0\x80").find('\xED') == std::string::npos);
  CHECK(valid_utf8(std::string("a\0b\x1F\x7F\tc\nd", 9)) == "a b  \tc\nd");
  CHECK(html_to_text("a&#1;b&#0;c") ==
        "a b\xEF\xBF\xBD"
        "c");
  CHECK(cut_utf8("aé", 2) == "a");
  CHECK(cut_utf8("aé", 3) == "aé");
}

}  // namespace barometer
