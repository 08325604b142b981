#include "daemon/assess.hpp"

#include <doctest/doctest.h>

using namespace barometer;

namespace {

Rulebook rulebook(const Config& config = {}) {
  return {config, Judge::built_in(), PseudonymKey{.bytes = std::string(32, 'k')}};
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
      assess({saying("first"), hidden, saying("second")}, {.source = {.name = "one"}}, rulebook());
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
  const Assessed assessed = assess({post}, {}, rulebook());
  const Post& kept = assessed.batch.entries.at(0).post;
  CHECK(kept.author == pseudonym({std::string(32, 'k')}, "mastodon", "ann@social.example"));
  CHECK(kept.author_name.empty());
  CHECK(kept.text.find("900123") == std::string::npos);
  CHECK(kept.title->find("900456") == std::string::npos);
  CHECK(kept.text.find("ring me") != std::string::npos);
}

TEST_CASE("the tracker hears of a concern, with its place and without a word of it") {
  Config config;
  config.services = {{.id = "infirmary", .name = "Marlbeck Infirmary"},
                     {.id = "oak", .name = "Oak Ward", .parent = "infirmary"}};
  const Assessed grave =
      assess({saying("They operated on the wrong knee on Oak Ward at Marlbeck Infirmary.")}, {}, rulebook(config));
  const Entry& entry = grave.batch.entries.at(0);
  CHECK(entry.place == "oak");
  REQUIRE(entry.utterance.has_value());
  CHECK(entry.utterance->concerns.front().severity == 4);
  CHECK(entry.utterance->tag == "other");
  CHECK(entry.utterance->voice == voice_number("mastodon", entry.post.author));
}

TEST_CASE("the tracker hears nothing of thanks, nor of what we say ourselves") {
  const Assessed kind = assess({saying("Thank you to the nurses on the ward, you were wonderful.")}, {}, rulebook());
  CHECK_FALSE(kind.batch.entries.at(0).utterance.has_value());
  Entry ours = assess({saying("They operated on the wrong knee at the hospital.")}, {}, rulebook()).batch.entries.at(0);
  CHECK(ours.utterance.has_value());
  ours.watched.push_back(std::string(Watch::us));
  CHECK_FALSE(utterance_of(ours, rulebook()).has_value());
}

TEST_CASE("a warm tone takes no complaint back, thanks beside it do, and where it is only a grumble") {
  Entry entry{.post = saying("A complaint, warmly put.")};
  entry.assessment.sentiment = Sentiment::positive;
  const auto heard = [&](std::vector<Concern> concerns) {
    entry.assessment.severity = concerns.front().severity;
    entry.assessment.concerns = std::move(concerns);
    return utterance_of(entry, rulebook()).has_value();
  };
  const Concern thanks{.theme = Theme::praise};
  CHECK(heard({{.theme = Theme::food_water, .severity = 2}}));
  CHECK_FALSE(heard({{.theme = Theme::food_water, .severity = 1}}));
  CHECK_FALSE(heard({{.theme = Theme::food_water, .severity = 3}, thanks}));
  CHECK(heard({{.theme = Theme::never_event, .severity = 4}, thanks}));
}

TEST_CASE("what is said in the hour of a chat is expected, unless it names a place") {
  using namespace std::chrono;
  const Rulebook rules = rulebook();
  Entry entry = assess({saying("They operated on the wrong knee at the hospital.")}, {}, rules).batch.entries.at(0);
  entry.watched = {"nhssm"};
  entry.post.made_at = sys_days{2026y / July / 1} + 19h + 30min;  // a Wednesday, 20:30 on clocks that show summer time
  CHECK_FALSE(utterance_of(entry, rules).has_value());
  entry.place = "oak";
  CHECK(utterance_of(entry, rules).has_value());
  entry.place.clear();
  entry.post.made_at += 24h;
  CHECK(utterance_of(entry, rules).has_value());
}

TEST_CASE("a tombstone passes through without being judged") {
  Post gone = saying("");
  gone.deleted = true;
  const Assessed assessed = assess({gone}, {}, rulebook());
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
