#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "daemon/alerts/issue_mail.hpp"
#include "daemon/alerts/issue_words.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

UtcTime at(const char* iso) { return parse_iso(iso).value(); }

Alert burst() {
  Alert alert{.id = "a1", .recipient = "lead", .thread = "a1", .raised_at = at("2026-03-04T20:20:00Z")};
  alert.issue = {.id = "00ff",
                 .kind = IssueKind::burst,
                 .theme = Theme::call_bell,
                 .place = "ward-7",
                 .tag = "nhssm",
                 .severity = 3,
                 .first_post_at = at("2026-03-02T09:00:00Z"),
                 .opened_at = at("2026-03-04T20:15:00Z"),
                 .last_post_at = at("2026-03-04T20:15:00Z"),
                 .posts = 7,
                 .voices = 5,
                 .sources = {"mastodon.social", "bluesky"},
                 .rules = {"bell.3", "bell.1"},
                 .evidence = {.voices = 5, .expected = 0.1, .window = 72h, .chance = 0.0001, .blind = 4h},
                 .detector = "burst 1"};
  return alert;
}

const RecipientConfig lead{.name = "lead", .address = "lead@trust.example", .routes = {"pals", "patient_experience"}};

IssueMailFacts some_facts() {
  IssueMailFacts facts;
  facts.places = {{"ward-7", "Ward 7, Anytown General"}};
  facts.sources = 9;
  facts.page = "https://barometer.trust.example/";
  return facts;
}

std::string mail(const Alert& alert, const IssueMailFacts& facts = some_facts()) {
  const auto body = issue_mail(alert, lead, {}, facts);
  return "Subject: " + body.subject + "\n" + plain_text(body);
}

bool holds(const std::string& text, std::string_view what) { return text.find(what) != text.npos; }

}  // namespace

TEST_CASE("a mail about an issue says nine things in their order") {
  auto facts = some_facts();
  facts.gaps = {{"bluesky", at("2026-03-03T01:00:00Z"), at("2026-03-03T05:00:00Z"), GapReason::limited, false}};
  facts.precision = Precision{7, 10};
  facts.actions = {{"Acknowledge", "https://barometer.trust.example/act/x"}};
  const auto text = mail(burst(), facts);
  const char* const parts[] = {
      "Subject: High: calls for help unanswered – Ward 7, Anytown General – 5 people in 3 days (usually 1 a month)\n",
      "5 people reported calls for help unanswered at Ward 7, Anytown General in public posts within 3 days, the first "
      "on "
      "Monday 2 March 2026, 9:00am; usually it is 1 a month.\n",
      "Why you are getting this\n",
      "issues of severity medium or more; what is answered for by: PALS, the patient experience lead.",
      "Rules that fired: bell.3, bell.1\n",
      "How sure this is\n",
      "Independent people: 5\n",
      "Posts: 7, of which 2 repeat another or are by the same people\n",
      "Sources: mastodon.social, bluesky\n",
      "By chance alone: about 1 in 10000\n",
      "Detector: burst 1\n",
      "7 of the last 10 alerts of this kind were judged right\n",
      "What we could not see\n",
      "bluesky was not heard for 4 hours from Tuesday 3 March 2026, 1:00am: it told us to wait; what was said is "
      "lost.\n",
      "What is said, without quoting\n",
      "Theme: Calls for help unanswered\n",
      "Suggested owner and next step\n",
      "The patient experience lead: ",
      "Please do not\n",
      "Open: https://barometer.trust.example/\n",
      "Acknowledge: https://barometer.trust.example/act/x\n",
      "You hear of it here again when it grows far beyond this, becomes graver, or ends, and every 3 days",
      "Reference: 00ff.",
  };
  std::size_t from = 0;
  for (const auto* part : parts) {
    const auto found = text.find(part, from);
    CHECK_MESSAGE(found != text.npos, part);
    if (found != text.npos) from = found;
  }
  INFO(text);
  CHECK(html(issue_mail(burst(), lead, {}, facts)).size() < 20'000);
}

TEST_CASE("numbers are told as people picture them") {
  struct Row {
    double expected;
    std::chrono::hours window;
    const char* text;
  };
  const Row rows[] = {{0, 72h, "none"},
                      {0.1, 72h, "1 a month"},
                      {12, 72h, "4 a day"},
                      {0.5, 168h, "2.2 a month"},
                      {0.003, 72h, "less than 1 a year"},
                      {1, 168h, "1 a week"},
                      {100, 24h, "100 a day"},
                      {0.02, 72h, "2.4 a year"}};
  for (const auto& row : rows) CHECK(usual(row.expected, row.window) == row.text);
  CHECK(time_span(1h) == "1 hour");
  CHECK(time_span(36h) == "36 hours");
  CHECK(time_span(72h) == "3 days");
  CHECK(time_span(7 * 24h) == "7 days");
  CHECK(time_span(28 * 24h) == "4 weeks");
  CHECK(people(1) == "1 person");
}

TEST_CASE("a red flag says that one post is enough, and that it is one person's word") {
  auto alert = burst();
  alert.issue.kind = IssueKind::red_flag;
  alert.issue.severity = 4;
  alert.issue.posts = alert.issue.voices = 1;
  alert.issue.evidence = {};
  alert.issue.place.clear();
  const auto text = mail(alert);
  CHECK(holds(text, "Subject: Red flag: calls for help unanswered – place not clear, tag nhssm – 1 person\n"));
  CHECK(
      holds(text,
            "A concern of the gravest kind, calls for help unanswered, was reported at a place that is not clear in a "
            "public post made on Monday 2 March 2026, 9:00am.\n"));
  CHECK(holds(text, "This is one person's word."));
  CHECK(holds(text, "All 9 sources were heard all the time.\n"));
  CHECK(holds(text, "too few alerts of this kind have been judged yet"));
}

TEST_CASE("what follows says what is new since this recipient was told last") {
  auto alert = burst();
  alert.kind = AlertKind::escalated;
  auto facts = some_facts();
  facts.before = alert.issue;
  facts.before->voices = 2;
  facts.before->severity = 2;
  const auto text = mail(alert, facts);
  CHECK(holds(text, "Subject: Update – High: "));
  CHECK(holds(text,
              "Since you were told last: 5 people instead of 2, severity high instead of medium. 5 people reported"));

  alert.kind = AlertKind::closed;
  const auto closed = mail(alert, facts);
  CHECK(holds(closed, "Subject: Closed – High: "));
  CHECK(holds(closed, "This is closed: nothing more was reported after Wednesday 4 March 2026, 8:15pm."));
  CHECK(holds(closed, "This ends the thread."));

  alert.kind = AlertKind::unanswered;
  facts.first_told = "duty manager";
  CHECK(holds(mail(alert, facts), "You stand in for duty manager, who has not acknowledged this."));
}

TEST_CASE("every kind of issue has its sentence") {
  for (const auto kind :
       {IssueKind::burst, IssueKind::slow_burn, IssueKind::red_flag, IssueKind::direction, IssueKind::unanswered}) {
    auto issue = burst().issue;
    issue.kind = kind;
    const bool of_theme = kind != IssueKind::unanswered;  // whose theme is that nobody answered
    CHECK(holds(sentence_of(issue, "Ward 7"), of_theme ? "calls for help unanswered" : "without an answer"));
    CHECK(holds(sentence_of(issue, "Ward 7"), "report"));
    CHECK(reason_of(kind) != "");
  }
}

TEST_CASE("issues that share a message are told one by one") {
  auto other = burst();
  other.id = "a2";
  other.issue.id = "00ee";
  other.issue.theme = Theme::falls;
  other.issue.severity = 2;
  const auto body = group_mail({burst(), other}, lead, {}, some_facts());
  CHECK(body.subject.starts_with("High: 2 issues – Medium: falls"));
  const auto text = plain_text(body);
  for (const auto* part : {"High: calls for help unanswered", "Medium: falls", "Reference: 00ff", "Reference: 00ee",
                           "The patient safety lead", "The patient experience lead", "Please do not"})
    CHECK_MESSAGE(holds(text, part), part);
}

TEST_CASE("an alert that an earlier version raised about one post is told") {
  Alert alert{
      .id = "b1", .recipient = "lead", .issue = {.kind = IssueKind::red_flag, .severity = 4, .posts = 1, .voices = 1}};
  CHECK(holds(mail(alert), "Subject: Red flag: a grave concern – place not clear – 1 person\n"));
  CHECK(holds(mail(alert), "Reference: b1."));
}

TEST_CASE("an issue that began in the time of an event of ours says so, and is told all the same") {
  auto facts = some_facts();
  CHECK_FALSE(holds(mail(burst(), facts), "May be due to"));
  facts.calendar = {{"open day", "2026-03-03", "2026-03-03"}, {"<b>march</b>\r\nBcc: x", "2026-03-01", "2026-03-08"}};
  const auto text = mail(burst(), facts);
  CHECK(holds(text, "May be due to: open day, <b>march</b> Bcc: x\n"));
  CHECK(holds(plain_text(group_mail({burst(), burst()}, lead, {}, facts)), "May be due to: open day"));
  CHECK_FALSE(holds(html(issue_mail(burst(), lead, {}, facts)), "<b>"));
}
