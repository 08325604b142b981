#include "storage/codec.hpp"

#include <limits>

#include <doctest/doctest.h>

#include "storage/bytes.hpp"
#include "storage/issue_codec.hpp"
#include "tests/storage/samples.hpp"

namespace barometer {
namespace {

using namespace std::string_literals;
using std::chrono::milliseconds;

// Every field set, none like another.
Entry full() {
  auto entry = heard("https://social.example/1", evening, Sentiment::negative,
                     {{.theme = Theme::pain, .severity = 4, .rule = "pain.1", .begin = 2, .end = 9},
                      {.theme = Theme::praise, .severity = 0, .rule = "praise.2", .begin = 10, .end = 10}});
  auto& post = entry.post;
  post.native_id = "1";
  post.url = "https://social.example/@a/1";
  post.author_name = "A";
  post.edited_at = post.made_at - std::chrono::hours{1};
  post.title = "Title";
  post.lang = "cy";
  post.tags = {"nhssm", "nhs"};
  post.reply_to = "r";
  post.repost_of = "";
  post.quote_of = "q\0"s;
  post.visibility = Visibility::unlisted;
  post.likes = 3;
  post.reposts = -1;
  post.replies = std::numeric_limits<std::int64_t>::max();
  post.opted_out = true;
  post.dated = false;
  auto& assessment = entry.assessment;
  assessment.score = -0.83;
  assessment.confidence = 0.91;
  assessment.voice = Voice::carer;
  assessment.abusive = true;
  assessment.level = 5;
  assessment.lang = "en";
  assessment.identifiers = {"nhs_number", "phone"};
  assessment.themes = 0x80000001;
  assessment.why = {{.begin = 1, .end = 4, .weight = -0.4f}, {.begin = 0, .end = 0xffffffff, .weight = 1}};
  entry.watched = {"nhssm", "trust"};
  return entry;
}

std::string encoded(const Entry& entry) {
  std::string bytes;
  encode_post(bytes, entry.post, entry.assessment, entry.watched, {"a1", "a2"}, "ward-7");
  return bytes;
}

TEST_CASE("a post comes back with every field, and so do its bytes") {
  const auto entry = full();
  const auto record = decode_post(encoded(entry));
  REQUIRE(record.has_value());
  const auto& post = record->kept.post;
  CHECK(post.platform == "mastodon");
  CHECK(post.source == "social.example");
  CHECK(post.id == "https://social.example/1");
  CHECK(post.native_id == "1");
  CHECK(post.url == "https://social.example/@a/1");
  CHECK(post.author == "~author");
  CHECK(post.author_name == "A");
  CHECK(post.made_at == at_minute(evening));
  CHECK(post.seen_at == at_minute(evening + 1));
  CHECK(post.edited_at == at_minute(evening - 60));
  CHECK(post.title == "Title");
  CHECK(post.text == "Nineteen hours on a trolley");
  CHECK(post.lang == "cy");
  CHECK(post.tags == std::vector<std::string>{"nhssm", "nhs"});
  CHECK(post.reply_to == "r");
  CHECK(post.repost_of == "");
  CHECK(post.quote_of == "q\0"s);
  CHECK(post.visibility == Visibility::unlisted);
  CHECK(post.likes == 3);
  CHECK(post.reposts == -1);
  CHECK(post.replies == std::numeric_limits<std::int64_t>::max());
  CHECK_FALSE(post.deleted);
  CHECK(post.opted_out);
  CHECK_FALSE(post.dated);
  const auto& assessment = record->kept.assessment;
  CHECK(assessment.sentiment == Sentiment::negative);
  CHECK(assessment.score == -0.83);
  CHECK(assessment.confidence == 0.91);
  CHECK(assessment.severity == 4);
  CHECK(assessment.voice == Voice::carer);
  CHECK(assessment.abusive);
  CHECK(assessment.level == 5);
  CHECK(assessment.lang == "en");
  REQUIRE(assessment.concerns.size() == 2);
  CHECK(assessment.concerns[0].theme == Theme::pain);
  CHECK(assessment.concerns[0].severity == 4);
  CHECK(assessment.concerns[0].rule == "pain.1");
  CHECK(assessment.concerns[0].begin == 2);
  CHECK(assessment.concerns[0].end == 9);
  CHECK(assessment.identifiers == std::vector<std::string>{"nhs_number", "phone"});
  CHECK(assessment.themes == 0x80000001);
  REQUIRE(assessment.why.size() == 2);
  CHECK(assessment.why[0].weight == -0.4f);
  CHECK(assessment.why[1].end == 0xffffffff);
  CHECK(record->kept.watched == entry.watched);
  CHECK(record->alerts == std::vector<std::string>{"a1", "a2"});
  CHECK(record->kept.place == "ward-7");
  std::string again;
  encode_post(again, post, assessment, record->kept.watched, record->alerts, record->kept.place);
  CHECK(again == encoded(entry));
}

TEST_CASE("the bytes of a post never change") {
  Entry entry;
  entry.post.platform = "p";
  entry.post.source = "s";
  entry.post.id = "i";
  entry.post.text = "text";
  entry.post.made_at = UtcTime{milliseconds{1}};
  entry.post.seen_at = UtcTime{milliseconds{3}};
  entry.post.title = "t";
  entry.post.tags = {"n"};
  entry.assessment.concerns = {{.theme = Theme::call_bell, .severity = 2, .rule = "r", .begin = 1, .end = 3}};
  entry.assessment.severity = 2;
  entry.watched = {"w"};
  std::string bytes;
  entry.assessment.themes = 5;
  encode_post(bytes, entry.post, entry.assessment, entry.watched, {"a"}, "w7");
  const auto rest =
      "\2\0\1p\1s\1i\0\0\0\0\4text\2\4\1t\1\1n\0\0\0"
      "\1\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\3\2\1r\1\2\0\0\5\1\1w\1\1"
      "a"s;
  CHECK(bytes == "\4" + rest + "\2w7");
  const auto before_places = decode_post("\2" + rest);  // as it was written then
  REQUIRE(before_places.has_value());
  CHECK(before_places->kept.place.empty());
  CHECK(before_places->kept.post.text == "text");
}

TEST_CASE("a post that was kept before posts had themes is read, without any") {
  const auto record = decode_post(
      "\1\2\0\1p\1s\1i\0\0\0\0\4text\2\4\1t\1\1n\0\0\0"
      "\1\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\3\2\1r\1\2\0\0\1\1w\1\1"
      "a"s);
  REQUIRE(record.has_value());
  CHECK(record->kept.post.text == "text");
  CHECK(record->kept.assessment.concerns.size() == 1);
  CHECK(record->kept.assessment.themes == 0);
  CHECK(record->kept.watched == std::vector<std::string>{"w"});
}

TEST_CASE("times however far apart come back") {
  auto entry = full();
  entry.post.made_at = UtcTime::min();
  entry.post.seen_at = UtcTime::max();
  const auto record = decode_post(encoded(entry));
  REQUIRE(record.has_value());
  CHECK(record->kept.post.made_at == UtcTime::min());
  CHECK(record->kept.post.seen_at == UtcTime::max());
}

TEST_CASE("a record cut short or with bytes too many is a failure that says what to do") {
  const auto bytes = encoded(full());
  for (std::size_t length = 0; length < bytes.size(); ++length)
    CHECK_FALSE(decode_post(bytes.substr(0, length)).has_value());
  CHECK_FALSE(decode_post(bytes + '\0').has_value());
  const auto newer = decode_post('\6' + bytes.substr(1));
  REQUIRE_FALSE(newer.has_value());
  CHECK(newer.error().remedy == Remedy::ask_operator);
  CHECK(newer.error().detail.find("restore a backup") != std::string::npos);
}

TEST_CASE("hostile records are read within their bytes, and never make a number that is out of range") {
  const auto bytes = encoded(full());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (const char c : {'\0', '\x7f', '\x80', '\xff'}) {
      auto hostile = bytes;
      hostile[i] = c;
      const auto record = decode_post(hostile);
      if (!record) continue;
      CHECK(record->kept.assessment.severity < severities);
      for (const auto& concern : record->kept.assessment.concerns) {
        CHECK(concern.severity < severities);
        CHECK(info(concern.theme).theme == concern.theme);
        CHECK(concern.begin <= concern.end);
      }
    }
  }
  CHECK_FALSE(decode_post("\1\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\1"s).has_value());
}

TEST_CASE("numbers are written in as few bytes as they need") {
  struct Row {
    std::int64_t number;
    std::string bytes;
  };
  const Row rows[] = {
      {0, "\0"s},
      {-1, "\1"},
      {1, "\2"},
      {-64, "\x7f"},
      {64, "\x80\1"},
      {std::numeric_limits<std::int64_t>::min(), "\xff\xff\xff\xff\xff\xff\xff\xff\xff\1"},
      {std::numeric_limits<std::int64_t>::max(), "\xfe\xff\xff\xff\xff\xff\xff\xff\xff\1"},
  };
  for (const auto& row : rows) {
    std::string bytes;
    put_signed(bytes, row.number);
    CHECK(bytes == row.bytes);
    CHECK(ByteReader{bytes}.signed_number() == row.number);
  }
  ByteReader too_long{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\2"};
  too_long.varint();
  CHECK_FALSE(too_long.good());
}

TEST_CASE("a record from which something is gone says what, and all else comes back") {
  const auto entry = full();
  PostRecord record{.kept = {entry.post, entry.assessment, entry.watched}, .alerts = {"a1"}};
  std::string whole;
  encode_post(whole, record);
  CHECK(whole.front() == '\4');
  CHECK_FALSE(decode_post(whole)->kept.text_gone);
  for (const int gone : {1, 2, 3}) {
    record.kept.text_gone = (gone & 1) != 0;
    record.kept.author_gone = (gone & 2) != 0;
    std::string bytes;
    encode_post(bytes, record);
    CHECK(bytes == "\5" + std::string(1, static_cast<char>(gone)) + whole.substr(1));
    const auto read = decode_post(bytes);
    REQUIRE(read.has_value());
    CHECK(read->kept.text_gone == record.kept.text_gone);
    CHECK(read->kept.author_gone == record.kept.author_gone);
    CHECK(read->kept.post.url == entry.post.url);
    CHECK(read->alerts == record.alerts);
  }
  for (const char bad : {'\0', '\4'})
    CHECK_FALSE(decode_post("\5" + std::string(1, bad) + whole.substr(1)).has_value());
}

TEST_CASE("a deletion comes back with every count") {
  const Deletion written{
      .at = at_minute(1), .kind = DeletionKind::source, .finished = true, .taken = {1, 2, 3, 400, 5, 6, 7, 8, 9}};
  const auto bytes = encode_deletion(written);
  CHECK(bytes == "\1\1\1\2\3\x90\3\5\6\7\10\11");
  const auto read = decode_deletion(*parse_deletion_key(deletion_key(written.at, written.kind)), bytes);
  REQUIRE(read.has_value());
  CHECK(read->at == written.at);
  CHECK(read->kind == DeletionKind::source);
  CHECK(read->finished);
  CHECK(read->taken == written.taken);
  CHECK_FALSE(parse_deletion_key(time_key({}) + '\6').has_value());
  CHECK_FALSE(decode_deletion({}, bytes + 'x').has_value());
}

TEST_CASE("an id says when its post was made and what it was, or that it was deleted") {
  CHECK(encode_id({.made_at = UtcTime{milliseconds{256}}, .fingerprint = 0x0102}) ==
        "\1\1\x80\0\0\0\0\0\1\0\2\1\0\0\0\0\0\0"s);
  CHECK(encode_id({.deleted = true}) == "\1\2");
  CHECK(encode_id({.deleted = true, .heard_at = UtcTime{milliseconds{256}}}) == "\1\3\x80\0\0\0\0\0\1\0"s);
  CHECK(encode_id({.deleted = true, .heard_at = UtcTime{}, .erased = true}) == "\1\4");
  const auto kept = decode_id("\1\1\x80\0\0\0\0\0\1\0\2\1\0\0\0\0\0\0"s);
  REQUIRE(kept.has_value());
  CHECK(kept->made_at == UtcTime{milliseconds{256}});
  CHECK(kept->fingerprint == 0x0102);
  CHECK(decode_id("\1\2").value().deleted);
  CHECK(decode_id("\1\3\x80\0\0\0\0\0\1\0"s).value().heard_at == UtcTime{milliseconds{256}});
  CHECK(decode_id("\1\4").value().erased);
  CHECK_FALSE(decode_id("\1\2").value().erased);
  for (const auto& bad : {""s, "\1"s, "\1\3"s, "\1\5"s, "\1\4x"s, "\2\2"s, "\1\2x"s, "\1\1\x80\0"s})
    CHECK_FALSE(decode_id(bad).has_value());
}

namespace {

Issue whole_issue() {
  return {.id = "00ab",
          .kind = IssueKind::slow_burn,
          .state = IssueState::active,
          .theme = Theme::call_bell,
          .place = "ward-7",
          .tag = "nhssm",
          .severity = 3,
          .first_post_at = at_minute(evening),
          .opened_at = at_minute(evening + 1),
          .escalated_at = {at_minute(evening + 2), at_minute(evening + 3)},
          .last_post_at = at_minute(evening + 4),
          .posts = 700,
          .voices = 5,
          .sources = {"feed", "social.example"},
          .rules = {"bell.1", "bell.2"},
          .evidence = {.voices = 5,
                       .expected = 0.5,
                       .window = std::chrono::hours{72},
                       .chance = 0.001,
                       .blind = std::chrono::hours{4}},
          .detector = "slow_burn 1",
          .unanswered_since = at_minute(evening - 5),
          .coordinated = true,
          .merged_into = "00ac"};
}

}  // namespace

TEST_CASE("an alert comes back with every field") {
  auto written = alert("0a1b", full());
  written.kind = AlertKind::recap;
  written.thread = "0a";
  written.issue = whole_issue();
  written.from = at_minute(evening - 60);
  written.to = at_minute(evening);
  written.sent_at = at_minute(evening + 3);
  written.withdrawn_at = at_minute(evening + 4);
  written.withheld = "silenced";
  written.acknowledged_at = at_minute(evening + 5);
  written.attempts = 70'000;
  written.last_error = "refused";
  const auto bytes = encode_alert(written);
  const auto read = decode_alert(bytes);
  REQUIRE(read.has_value());
  CHECK(read->kind == AlertKind::recap);
  CHECK(read->thread == "0a");
  CHECK(read->post == "https://social.example/1");
  CHECK(read->issue.escalated_at == written.issue.escalated_at);
  CHECK(read->issue.evidence.window == std::chrono::hours{72});
  CHECK(read->issue.detector == "slow_burn 1");
  CHECK(read->withheld == "silenced");
  CHECK(read->acknowledged_at == written.acknowledged_at);
  CHECK(read->last_error == "refused");
  CHECK(read->issue.unanswered_since == written.issue.unanswered_since);
  CHECK(encode_alert(*read) == bytes);  // and so has every other field
  for (std::size_t length = 0; length < bytes.size(); ++length)
    CHECK_FALSE(decode_alert(bytes.substr(0, length)).has_value());
}

TEST_CASE("an alert that an earlier version raised about an issue is read without what was not known then") {
  auto written = alert("0a1b", full());
  written.issue = whole_issue();
  written.last_error = "refused";
  auto bytes = encode_alert(written);
  std::string tail;
  put_issue_tail(tail, written.issue);
  bytes = '\2' + bytes.substr(1, bytes.size() - 1 - tail.size());
  const auto read = decode_alert(bytes);
  REQUIRE(read.has_value());
  CHECK(read->last_error == "refused");
  CHECK(read->issue.voices == 5);
  CHECK_FALSE(read->issue.unanswered_since.has_value());
}

TEST_CASE("an alert about no issue comes back") {
  const Alert written{.id = "d1", .kind = AlertKind::digest, .recipient = "lead", .to = at_minute(evening)};
  const auto read = decode_alert(encode_alert(written));
  REQUIRE(read.has_value());
  CHECK(read->issue.theme == Theme{});
  CHECK(read->to == at_minute(evening));
}

TEST_CASE("an alert that an earlier version raised about one post is told as an issue of one voice") {
  // id, recipient, post, source, url; severity; themes; rules; made_at, raised_at; sent, withdrawn; attempts, error
  const auto bytes = "\1\2a1\4lead\1p\4feed\1u\4\1\4pain\1\6pain.1\2\4\0\0\1\4busy"s;
  const auto read = decode_alert(bytes);
  REQUIRE(read.has_value());
  CHECK(read->id == "a1");
  CHECK(read->recipient == "lead");
  CHECK(read->post == "p");
  CHECK(read->issue.id == "");
  CHECK(read->issue.kind == IssueKind::red_flag);
  CHECK(read->issue.theme == Theme::pain);
  CHECK(read->issue.severity == 4);
  CHECK(read->issue.sources == std::vector<std::string>{"feed"});
  CHECK(read->issue.rules == std::vector<std::string>{"pain.1"});
  CHECK(read->issue.last_post_at == UtcTime{milliseconds{1}});
  CHECK(read->raised_at == UtcTime{milliseconds{2}});
  CHECK(read->waits());
  CHECK(read->attempts == 1);
  CHECK(read->last_error == "busy");
}

TEST_CASE("cursors come back as they were, whatever bytes they hold") {
  for (const auto& bytes : {""s, "\0\xff"s, "min_id=1"s})
    CHECK(decode_cursor(encode_cursor({bytes})).value().bytes == bytes);
  CHECK(encode_cursor({"c"}) == "\1c");
  CHECK_FALSE(decode_cursor("").has_value());
}

TEST_CASE("what makes an edit is in the fingerprint, and nothing else") {
  const auto post = full().post;
  struct Row {
    const char* fact;
    bool edit;
    std::function<void(Post&)> change;
  };
  const Row rows[] = {
      {"text", true, [](Post& p) { p.text += '.'; }},
      {"title", true, [](Post& p) { p.title = "Other"; }},
      {"no title", true, [](Post& p) { p.title.reset(); }},
      {"words moved from title to text", true, [](Post& p) { p.title = "Titl", p.text = 'e' + p.text; }},
      {"language", true, [](Post& p) { p.lang = "en"; }},
      {"tags", true, [](Post& p) { p.tags.pop_back(); }},
      {"visibility", true, [](Post& p) { p.visibility = Visibility::public_; }},
      {"likes", false, [](Post& p) { p.likes = 99; }},
      {"link", false, [](Post& p) { p.url = "https://other.example/"; }},
      {"source", false, [](Post& p) { p.source = "other.example"; }},
      {"time of edit", false, [](Post& p) { p.edited_at.reset(); }},
      {"time of making", false, [](Post& p) { p.made_at += milliseconds{1}; }},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    auto other = post;
    row.change(other);
    CHECK((fingerprint_of(other) != fingerprint_of(post)) == row.edit);
  }
  Post fixed;
  fixed.text = "text";
  CHECK(fingerprint_of(fixed) == 13126702532191860345u);  // on disk
}

}  // namespace
}  // namespace barometer
