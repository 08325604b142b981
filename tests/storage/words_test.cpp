#include "storage/words.hpp"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "connectors/digest.hpp"
#include "storage/keys.hpp"
#include "storage/phrases.hpp"
#include "tests/storage/samples.hpp"

namespace barometer {
namespace {

using namespace std::string_literals;
using Strings = std::vector<std::string>;

const UtcTime day = at_minute(evening) - std::chrono::minutes{evening % 1440};

// Terms of the words alone: the sample's labels are left out.
std::multiset<Term> words_of(const std::string& text) {
  Terms terms;
  Post post;
  const auto labels = terms.of(post, {}, {}, "");
  post.text = text;
  const auto all = terms.of(post, {}, {}, "");
  std::multiset<Term> words(all.begin(), all.end());
  for (const auto label : labels) words.erase(words.find(label));
  return words;
}

WordTally tally_of(const Entry& entry, int times) {
  WordTally tally;
  for (int left = std::abs(times); left > 0; --left)
    tally.count(entry.post, entry.assessment, entry.watched, entry.place, times < 0 ? -1 : 1);
  return tally;
}

TEST_CASE("what somebody types is read as words and phrases, without handles") {
  struct Row {
    const char* typed;
    Strings phrases;
  };
  const Row rows[] = {
      {"cancelled", {"cancelled"}},
      {"  cancelled \"call bell\" #nhssm", {"cancelled", "call bell", "#nhssm"}},
      {"\"call bell", {"call bell"}},
      {"A&E 111", {"A&E", "111"}},
      {"@someone \"\" - \"@someone\" \t", {}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.typed);
    CHECK(phrases_of(row.typed) == row.phrases);
  }
}

TEST_CASE("which texts say a phrase") {
  struct Row {
    const char* text;
    const char* phrase;
    bool said;
  };
  const Row rows[] = {
      {"Nobody answered the Call Bell", "call bell", true},
      {"Nobody answered the call. Bell", "call bell", false},
      {"the bell call", "call bell", false},
      {"trolleys everywhere", "trolley", false},
      {"ＴＲＯＬＬＥＹ", "trolley", true},
      {"thanks #NHSSM", "nhssm", true},
      {"thanks #NHSSM", "#nhssm", true},
      {"thanks nhssm", "#nhssm", false},
      {"ring 111 now", "111", true},
      {"ring 112 now", "111", false},
      {"at A&E again", "a&e", true},
      {"ask @someone", "@someone", false},
      {"ask @someone", "@other", false},
      {"sooooo slow", "sooo", true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CAPTURE(row.phrase);
    Post post;
    post.text = row.text;
    CHECK(says_all(post, {row.phrase}) == row.said);
    post.title = std::exchange(post.text, "");
    CHECK(says_all(post, {row.phrase}) == row.said);
  }
}

TEST_CASE("the terms of a text: folded words, hashtags without their sign, numbers as written; no handle, no link") {
  CHECK(words_of("Call BELL") == words_of("bell call"));
  CHECK(words_of("#NHSSM") == words_of("nhssm"));
  CHECK(words_of("111") != words_of("112"));
  CHECK(words_of("word").size() == 1);
  CHECK(words_of("word word").size() == 2);
  CHECK(words_of("@someone https://example.org/page, ...").empty());
}

// A change here is a change of what is on disk: raise word_scheme, so that every store builds its index anew.
TEST_CASE("the bytes of the index never change within a scheme") {
  CHECK(word_scheme == 1);
  auto entry = heard("id", evening);
  entry.post.text = "trolley";
  entry.watched.clear();
  const auto rows = tally_of(entry, 2).rows();
  REQUIRE(rows.size() == 2);  // the word, and the source
  std::string shown;
  for (const auto& row : rows) shown += to_hex(row.key) + ' ' + to_hex(row.postings) + '\n';
  CHECK(shown == "13800001a2008d7400 0195cd90c00604f1c40104\n26800001a2008d7400 019f88fbb50804f1c40104\n");
  CHECK(words_key(5, day) == "\5"s + time_key(day));
  CHECK(parse_words_key(words_key(63, day))->part == 63);
  CHECK_FALSE(parse_words_key(words_key(64, day)));
  CHECK_FALSE(parse_words_key(words_key(1, day + std::chrono::seconds{1})));
}

TEST_CASE("what is taken away leaves nothing, in one group or in several") {
  const auto entry = heard("id", evening);
  auto both = tally_of(entry, 1);
  both.count(entry.post, entry.assessment, entry.watched, entry.place, -1);
  CHECK(both.rows().empty());
  const auto there = tally_of(entry, 1).rows();
  const auto gone = tally_of(entry, -1).rows();
  REQUIRE(there.size() == gone.size());
  for (std::size_t i = 0; i < there.size(); ++i) {
    Postings sum;
    CHECK(sum.read(0, gone[i].postings));
    CHECK(sum.read(0, there[i].postings));
    CHECK(sum.added_up().empty());
    CHECK(sum.encoded() == "\1");
  }
}

TEST_CASE("rows add up the same in whatever order and groups") {
  std::vector<std::string> rows;
  for (int i = 0; i < 9; ++i) {
    auto entry = heard("id", evening + i % 4);
    entry.post.text = i % 2 ? "one two three" : "two three four";
    entry.watched.clear();
    entry.post.source = "";
    for (const auto& row : tally_of(entry, i == 5 ? -1 : 1).rows()) rows.push_back(row.postings);
  }
  Postings all;
  for (const auto& row : rows) CHECK(all.read(0, row));
  const auto expected = all.encoded();
  for (std::size_t split = 1; split < rows.size(); ++split) {
    Postings first, last, both;
    for (std::size_t i = 0; i < rows.size(); ++i) (i < split ? last : first).read(0, rows[i]);
    CHECK(both.read(0, first.encoded()));
    CHECK(both.read(0, last.encoded()));
    CHECK(both.encoded() == expected);
  }
}

TEST_CASE("a list is found in its row, and bytes that are no row are told") {
  auto entry = heard("id", evening);
  entry.post.text = "alpha beta gamma delta epsilon zeta eta theta iota kappa";
  const auto words = wanted_terms({.phrases = {"gamma"}});
  for (const auto& row : tally_of(entry, 1).rows()) {
    const auto list = list_in(row.postings, words[0][0]);
    REQUIRE(list);
    std::vector<std::uint32_t> seconds;
    CHECK(read_seconds(*list, seconds));
    const bool its_part = parse_words_key(row.key)->part == part_of(words[0][0]);
    CHECK(seconds == (its_part ? std::vector<std::uint32_t>{evening % 1440 * 60} : std::vector<std::uint32_t>{}));
  }
  CHECK_FALSE(list_in("\2", 1));
  CHECK_FALSE(list_in("\1\1\5\1", 1));
  std::vector<std::uint32_t> seconds;
  CHECK_FALSE(read_seconds("\xff", seconds));
  CHECK_FALSE(read_seconds("\xfe\xff\xff\xff\x0f", seconds));  // no day is so long
}

TEST_CASE("a row out of order is no row: a term twice, a second twice") {
  const auto makes_sense = [](std::initializer_list<unsigned char> bytes) {
    return Postings().read(0, std::string(bytes.begin(), bytes.end()));
  };
  CHECK(makes_sense({1, 4, 1, 0x24, 1, 1, 0}));
  CHECK_FALSE(makes_sense({1, 4, 1, 0x24, 0, 1, 0}));
  CHECK(makes_sense({1, 4, 2, 0x24, 2}));
  CHECK_FALSE(makes_sense({1, 4, 2, 0x24, 0}));
}

}  // namespace
}  // namespace barometer
