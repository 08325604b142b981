#include "connectors/markdown.hpp"

#include <chrono>

#include <doctest/doctest.h>

#include "connectors/html_text.hpp"

using namespace barometer;

TEST_CASE("Markdown reads as a person sees it") {
  struct Row {
    const char* fact;
    const char* markdown;
    const char* text;
  };
  const Row rows[] = {
      {"nothing", "", ""},
      {"plain words", "Six hours in a corridor", "Six hours in a corridor"},
      {"emphasis", "**Six** hours, _really_ *six*", "Six hours, really six"},
      {"underscores inside a word stay", "my_chart_app is down", "my_chart_app is down"},
      {"a hashtag is no heading", "#nhssm tonight", "#nhssm tonight"},
      {"a heading", "# Marlbeck\nnew wing", "Marlbeck\nnew wing"},
      {"paragraphs", "One\n\n\nTwo", "One\nTwo"},
      {"a line that was only broken", "One\ntwo", "One two"},
      {"a hard break", "One  \ntwo", "One\ntwo"},
      {"a list", "- tea\n- toast\n  and jam", "tea\ntoast and jam"},
      {"a numbered list", "1. ring\n2. wait", "ring\nwait"},
      {"a quotation", "> You said this\n\nNo", "You said this\nNo"},
      {"a link", "See [the leaflet](https://www.example.org/a) now", "See the leaflet now"},
      {"a bare address", "See https://www.example.org/a_b_c", "See https://www.example.org/a_b_c"},
      {"an address in angles", "<https://www.example.org/a>", "https://www.example.org/a"},
      {"a picture", "![The queue at noon](https://www.example.org/a.png)", "The queue at noon"},
      {"code", "Run `a*b*c`:\n\n    two_lines\n    here", "Run a*b*c:\ntwo_lines\nhere"},
      {"entities", "A&amp;E &lt; 4 hours &#128512;", "A&E < 4 hours \xF0\x9F\x98\x80"},
      {"a comparison is no mark-up", "pain < 4 and > 2", "pain < 4 and > 2"},
      {"escaped marks", "\\*not emphasis\\*", "*not emphasis*"},
      {"HTML", "a <b>bold</b> word<br/>and\n\n<div>a <i>block</i></div>", "a bold word\nand\na block"},
      {"a script", "<script>alert(1)</script>\n\nwords", "words"},
      {"a rule", "above\n\n---\n\nbelow", "above\nbelow"},
      {"a control character by its number", "a&#7;b", "a b"},
      {"bytes that are no UTF-8", "caf\xE9", "caf\xEF\xBF\xBD"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    CHECK(markdown_to_text(row.markdown) == row.text);
  }
}

TEST_CASE("hostile Markdown costs little time and stays text") {
  const char* const bricks[] = {"[",    "![",  "*",         "*a_ ",       "`a``",     "> ",    "- ", "[a](", "<a",
                                "<!--", "<?",  "<![CDATA[", "&",          "[a]: b\n", "**a *", "\\", "_a__", "[a][",
                                "\n",   "1. ", "# ",        "<a href=\"", "a\n=\n",   "[](",   "\t", "||",   "```\n"};
  for (const char* brick : bricks) {
    CAPTURE(brick);
    std::string wall;
    while (wall.size() < 2 * longest_markdown) wall += brick;
    const auto begin = std::chrono::steady_clock::now();
    const auto text = markdown_to_text(wall);
    const auto took = std::chrono::steady_clock::now() - begin;
    CHECK(valid_utf8(text) == text);
    CHECK(text.size() <= 2 * longest_markdown);
    CHECK(took < std::chrono::seconds(3));
  }
}
