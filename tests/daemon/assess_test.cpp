#include "daemon/assess.hpp"

#include <doctest/doctest.h>

using namespace barometer;

namespace {

const UtcTime now{std::chrono::milliseconds{1'700'000'000'000}};

Rulebook rulebook() {
  return {.watch = Watch(Config{}),
          .recipients = {{.name = "lead", .address = "lead@trust.example", .min_severity = 4},
                         {.name = "comms", .address = "comms@trust.example", .min_severity = 2}},
          .judge = Judge::built_in(),
          .key = {.bytes = std::string(32, 'k')}};
}

Post saying(std::string text) {
  Post post;
  post.platform = "mastodon";
  post.source = "one";
  post.id = "https://social.example/1";
  post.author = "ann@social.example";
  post.author_name = "Ann";
  post.text = std::move(text);
  return post;
}

}  // namespace

TEST_CASE("a page is assessed in its order, and what is not kept says why") {
  Post hidden = saying("x");
  hidden.visibility = Visibility::direct;
  const Assessed assessed =
      assess({saying("first"), hidden, saying("second")}, {.source = {.name = "one"}}, rulebook(), now);
  REQUIRE(assessed.batch.entries.size() == 2);
  CHECK(assessed.batch.source == "one");
  CHECK(assessed.batch.entries[0].post.text == "first");
  CHECK(assessed.batch.entries[1].post.text == "second");
  REQUIRE(assessed.dropped.size() == 1);
  CHECK(assessed.dropped[0] == DropReason::not_public);
}

TEST_CASE("no handle and no identifier gets past assessment") {
  Post post = saying("My number is 07700 900123, ring me");
  post.title = "From 07700 900456";
  const Assessed assessed = assess({post}, {}, rulebook(), now);
  const Post& kept = assessed.batch.entries.at(0).post;
  CHECK(kept.author == pseudonym({std::string(32, 'k')}, "mastodon", "ann@social.example"));
  CHECK(kept.author_name.empty());
  CHECK(kept.text.find("900123") == std::string::npos);
  CHECK(kept.title->find("900456") == std::string::npos);
  CHECK(kept.text.find("ring me") != std::string::npos);
}

TEST_CASE("each recipient has one alert for a post, whatever else changes") {
  Assessment assessment;
  assessment.severity = 4;
  assessment.concerns = {{.theme = Theme::never_event, .severity = 4, .rule = "never-1"}};
  const RecipientConfig lead{.name = "lead"};
  const Post post = saying("x");
  Post edited = post;
  edited.text = "y";
  const Alert alert = alert_for(post, assessment, lead, now);
  CHECK(alert.id.size() == 32);
  CHECK(alert.id == alert_for(edited, assessment, lead, now + std::chrono::hours(1)).id);
  CHECK(alert.id != alert_for(post, assessment, {.name = "comms"}, now).id);
  CHECK(alert.issue.theme == Theme::never_event);
  CHECK(alert.issue.rules == std::vector<std::string>{"never-1"});
}

TEST_CASE("a red flag alerts everyone whose threshold it reaches, and a thank-you nobody") {
  const Assessed grave = assess({saying("They operated on the wrong knee at the hospital and left a swab inside me.")},
                                {}, rulebook(), now);
  CHECK(grave.batch.entries.at(0).assessment.severity == 4);
  CHECK(grave.batch.entries.at(0).alerts.size() == 2);
  const Assessed kind =
      assess({saying("Thank you to the nurses on the ward, you were wonderful.")}, {}, rulebook(), now);
  CHECK(kind.batch.entries.at(0).alerts.empty());
}

TEST_CASE("a tombstone passes through without being judged") {
  Post gone = saying("");
  gone.deleted = true;
  const Assessed assessed = assess({gone}, {}, rulebook(), now);
  REQUIRE(assessed.batch.entries.size() == 1);
  CHECK(assessed.batch.entries[0].post.deleted);
  CHECK(assessed.dropped.empty());
}

TEST_CASE("the title is read with the text, on a line of its own") {
  Post post = saying("body");
  post.title = "a\ntitle";
  CHECK(text_of(post) == "a title\nbody");
  post.title.reset();
  CHECK(text_of(post) == "body");
}
