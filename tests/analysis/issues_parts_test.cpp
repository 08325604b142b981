#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "analysis/issues/day_totals.hpp"
#include "analysis/issues/direction.hpp"
#include "analysis/issues/new_phrases.hpp"
#include "analysis/issues/services.hpp"
#include "analysis/issues/sketch.hpp"
#include "analysis/issues/spoken.hpp"
#include "analysis/issues/surprise.hpp"

using namespace barometer;

namespace {

Services marlbeck() {
  return Services(
      {{.id = "infirmary", .name = "Marlbeck Infirmary", .aliases = {"the Infirmary at Marlbeck"}},
       {.id = "ae", .name = "Marlbeck Infirmary A&E", .parent = "infirmary", .aliases = {"A&E at Marlbeck Infirmary"}},
       {.id = "oak", .name = "Oak Ward", .parent = "infirmary"},
       {.id = "hill", .name = "Hillside Hospital", .aliases = {"Hillside"}},
       {.id = "hill-3", .name = "Ward 3", .parent = "hill"},
       {.id = "inf-3", .name = "Ward 3", .parent = "infirmary"}});
}

std::string place_in(const std::string& text) {
  const Services services = marlbeck();
  const auto found = services.find(text);
  return found ? services.all()[found->index].id : "";
}

// The Bayes factor by brute force: both likelihoods, integrated over the rate.
double integrated(int people, const Rate& rate, double days, double times) {
  double begun = 0;
  double usual = 0;
  for (double r = 1e-6; r < 4; r += 1e-4) {
    const double density = std::exp((rate.seen - 1) * std::log(r) - rate.days * r);
    usual += density * std::exp(people * std::log(r * days) - r * days);
    begun += density * std::exp(people * std::log(times * r * days) - times * r * days);
  }
  return std::log(begun / usual);
}

}  // namespace

TEST_CASE("days are added up whatever order they come in, and those that are forgotten stay so") {
  DayTotals people;
  people.add(20'010, 3);
  people.add(20'000, 1);
  people.add(20'020, 5);
  people.add(20'010, -1);
  CHECK(people.until(20'000) == 0);
  CHECK(people.until(20'011) == 3);
  CHECK(people.between(20'000, 20'010) == 1);
  CHECK(people.between(20'010, 20'011) == 2);
  CHECK(people.between(20'020, 20'020) == 0);
  CHECK(people.between(19'000, 30'000) == 8);
  people.forget_before(20'005);
  people.add(20'000, 7);
  people.add(20'006, 1);
  CHECK(people.between(20'000, 20'005) == 0);
  CHECK(people.between(19'000, 30'000) == 8);
  CHECK(people.until(20'007) == 2);  // the forgotten one among them
  people.forget_before(21'000);
  CHECK(people.between(19'000, 30'000) == 0);
  people.add(21'001, 2);
  CHECK(people.between(21'001, 21'002) == 2);
  CHECK(people.until(21'002) == 11);
}

TEST_CASE("who spoke is known in the order of time, whatever order it came in; the latest with their wording") {
  std::mt19937_64 random(11);
  SpokenRows rows;
  std::vector<Said> all;
  UtcTime worded = UtcTime::min();
  for (int turn = 0; turn < 4000; ++turn) {
    const UtcTime now{std::chrono::hours{turn}};
    Said one{.made_at = now - std::chrono::hours{random() % 900},
             .heard_at = now,
             .voice = random() % 40,
             .severity = static_cast<int>(random() % 5),
             .origin = static_cast<std::uint32_t>(random() % 9),
             .copied = random() % 2 == 0};
    std::memcpy(one.post.data(), &turn, sizeof turn);
    one.sketch[turn % 16] = 7;
    rows.insert(one);
    const bool has_wording = one.made_at >= worded;
    if (!has_wording) one.sketch = {}, one.copied = false;
    const auto earlier = [](UtcTime time, const Said& said) { return time < said.made_at; };
    all.insert(std::upper_bound(all.begin(), all.end(), one.made_at, earlier), one);
    if (random() % 8 == 0) {
      const std::size_t at = random() % all.size();
      rows.erase(at);
      all.erase(all.begin() + static_cast<std::ptrdiff_t>(at));
    }
    if (random() % 4 == 0) {
      worded = std::max(worded, now - std::chrono::hours{300});
      rows.forget(now - std::chrono::hours{600}, worded);
      std::erase_if(all, [now](const Said& said) { return said.made_at < now - std::chrono::hours{600}; });
      for (Said& said : all)
        if (said.made_at < worded) said.sketch = {}, said.copied = false;
    }
    REQUIRE(rows.size() == all.size());
    REQUIRE(rows.voices() <= 40);
    if (turn % 16 != 0) continue;
    for (std::size_t at = 0; at < all.size(); ++at) REQUIRE(rows.row(at) == all[at]);
    const UtcTime some = now - std::chrono::hours{random() % 700};
    const auto before = [some](const Said& said) { return said.made_at < some; };
    const auto until = [some](const Said& said) { return said.made_at <= some; };
    CHECK(rows.before(some) == static_cast<std::size_t>(std::count_if(all.begin(), all.end(), before)));
    CHECK(rows.until(some) == static_cast<std::size_t>(std::count_if(all.begin(), all.end(), until)));
  }
}

TEST_CASE("a service is found by its names, whatever their case and punctuation") {
  const std::pair<const char*, const char*> rows[] = {
      {"Waited nine hours at Marlbeck Infirmary", "infirmary"},
      {"MARLBECK INFIRMARY, never again", "infirmary"},
      {"nine hours in A&E at Marlbeck Infirmary", "ae"},
      {"marlbeck infirmary a & e was chaos", "ae"},
      {"left on Oak Ward for hours", "oak"},
      {"Ward 3 at Hillside", "hill-3"},
      {"Ward 3, Marlbeck Infirmary", "inf-3"},
      {"Ward 3 was filthy", ""},  // there are two of them
      {"Hillsider of the year", ""},
      {"nothing of the kind", ""},
      {"", ""},
  };
  for (const auto& [text, place] : rows) {
    CAPTURE(text);
    CHECK(place_in(text) == place);
  }
}

TEST_CASE("a part and its whole are related, two parts are not") {
  const Services services = marlbeck();
  CHECK(services.related("oak", "infirmary"));
  CHECK(services.related("infirmary", "oak"));
  CHECK_FALSE(services.related("oak", "ae"));
  CHECK_FALSE(services.related("oak", "nowhere"));
}

TEST_CASE("copies of a text are alike, other texts are not") {
  const auto one = sketch_of("She rang the bell for an hour and nobody came, not once, all night long");
  CHECK(likeness(one, one) == 1);
  CHECK(
      likeness(one, sketch_of("she rang the bell for an hour and nobody came, not once, all night long!! #nhssm @trust "
                              "https://news.example/1")) == 1);
  CHECK(likeness(one, sketch_of("They cancelled his operation twice and nobody told us why or for how long")) < 0.2);
  CHECK(likeness(sketch_of("too short"), sketch_of("too short")) == 0);
}

TEST_CASE("surprise is the Bayes factor, exactly, when severities say nothing") {
  const Severities same = {0, 0.25, 0.25, 0.25, 0.25};
  for (const int people : {0, 1, 3, 8}) {
    CAPTURE(people);
    Signs signs(same, same);
    for (int i = 0; i < people; ++i) signs.add(2);
    const Rate rate = learnt(0.05, 1.5, 4, 60, 20);
    double mean = 0;
    for (const double times : Signs::times) mean += std::exp(integrated(people, rate, 7, times)) / Signs::times.size();
    CHECK(signs.surprise(rate, 7) == doctest::Approx(std::log(mean)).epsilon(0.01));
  }
}

TEST_CASE("more people, graver words and a rarer concern surprise more; silence does not") {
  const Severities usual = {0, 0.4, 0.4, 0.18, 0.02};
  const Severities begun = {0, 0.1, 0.4, 0.4, 0.1};
  const Rate rare = learnt(0.01, 1.5, 0, 60, 20);
  const Rate common = learnt(0.5, 1.5, 30, 60, 20);
  const auto of = [&](int people, int severity, const Rate& rate) {
    Signs signs(usual, begun);
    for (int i = 0; i < people; ++i) signs.add(severity);
    return signs.surprise(rate, 7);
  };
  CHECK(of(4, 2, rare) > of(3, 2, rare));
  CHECK(of(3, 3, rare) > of(3, 1, rare));
  CHECK(of(3, 2, rare) > of(3, 2, common));
  CHECK(of(0, 2, common) < 0);
}

TEST_CASE("the chance of so many people is that of a negative binomial") {
  const Rate rate{2, 10};  // for 5 days: size 2, probability to stay 2/3
  CHECK(chance_of(0, rate, 5) == 1);
  CHECK(chance_of(1, rate, 5) == doctest::Approx(1 - 4.0 / 9));
  CHECK(chance_of(2, rate, 5) == doctest::Approx(1 - 4.0 / 9 - 8.0 / 27));
  CHECK(chance_of(40, rate, 5) > 0);
  CHECK(chance_of(40, rate, 5) < 1e-15);
}

TEST_CASE("what surprises in a share is exact, when little was heard, and one-sided") {
  // Of two posts, both negative, where half of two were before: the past is Beta(1.5, 1.5), whose mean is one half.
  const double usual = 2.5 * 1.5 / (4 * 3);           // beta-binomial of 2 of 2
  const double turned = (1 - 0.125) / 3 / (1 - 0.5);  // uniform above one half: the integral of p^2
  CHECK(surprise_of_share(2, 2, 1, 2) == doctest::Approx(std::log(turned / usual)));
  CHECK(chance_of_share(2, 2, 1, 2) == doctest::Approx(usual));
  CHECK(chance_of_share(0, 9, 1, 2) == doctest::Approx(1));
  CHECK(surprise_of_share(20, 40, 50, 500) > surprise_of_share(10, 40, 50, 500));
  CHECK(surprise_of_share(4, 40, 50, 500) < 0);
  CHECK(surprise_of_share(0, 40, 50, 500) < 0);
}

TEST_CASE(
    "what nobody said in the weeks before is new, once three people say it; names, links and what was masked never") {
  const std::vector<std::string> issue = {"The chest drain was left in for nine days @anna #nhssm [name] zelda",
                                          "Nobody checked his chest drain on the ward @anna #nhssm [name] zelda",
                                          "Chest drain again! They forgot it. https://news.example/zelda",
                                          "I waited on the ward for a bed"};
  const std::vector<std::string> before(40, "I waited on the ward for hours and nobody came to see her");
  const auto phrases = new_phrases(issue, before, 3);
  REQUIRE(phrases.size() == 1);
  CHECK(phrases[0].words == "chest drain");
  CHECK(phrases[0].texts == 3);
  CHECK(phrases[0].before == 0);
  CHECK(new_phrases(issue, issue, 3).empty());
  CHECK(new_phrases({}, before, 3).empty());
  CHECK(new_phrases(issue, {}, 3).empty());
}
