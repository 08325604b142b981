#include <algorithm>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "analysis/judge.hpp"
#include "connectors/platforms/demo.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

// Of the demo stream, the post that begins so.
Judged judged(std::string_view begin) {
  static const auto judge = Judge::built_in();
  static const auto story = demo_story(2026y / std::chrono::November / 21);
  const auto post = std::ranges::find_if(story, [&](const Post& one) { return one.text.starts_with(begin); });
  REQUIRE(post != story.end());
  return judge->judge(post->text, post->lang.value_or(""));
}

bool raises(const Assessment& assessment, Theme theme) {
  return std::ranges::any_of(assessment.concerns, [&](const Concern& concern) { return concern.theme == theme; });
}

}  // namespace

TEST_CASE("the grave posts of the demo stream are red flags, for what they tell") {
  struct Row {
    std::string begin;
    Theme theme;
  };
  const Row rows[] = {
      {"I need people to know this. Six weeks after", Theme::never_event},
      {"My gran has dementia. On Beech Ward", Theme::abuse},
      {"Dad died in the Royal", Theme::death_concern},
      {"I work nights at the Royal", Theme::staff_concern},
      {"Uncle Ted was found on the floor", Theme::falls},
  };
  for (const auto& row : rows) {
    CAPTURE(row.begin);
    const auto assessment = judged(row.begin).assessment;
    CHECK(assessment.severity == 4);
    CHECK(raises(assessment, row.theme));
  }
}

TEST_CASE("the slow burn on one ward is heard each time") {
  for (const std::string begin : {"Was on Ward 7 last week", "My neighbour is on Ward 7", "Ward 7: my mother-in-law",
                                  "On Ward 7 again tonight", "Mum on Ward 7, pressing"}) {
    CAPTURE(begin);
    const auto assessment = judged(begin).assessment;
    CHECK(raises(assessment, Theme::call_bell));
    CHECK(assessment.severity >= 2);
  }
}

TEST_CASE("what only sounds grave is not: drama, games, idiom, another kind of care, a charity night") {
  for (const std::string begin :
       {"Crying my eyes out at tonight's #Casualty", "That surgeon on telly", "Can't believe they let the doctor",
        "Absolutely dying for a brew", "Raid boss killed me", "Vet kept us waiting", "Finished a lovely novel",
        "They operated on the wrong knee in the panto", "Podcast tip", "I'd die of embarrassment", "Ref was blind",
        "Hospital coffee shop charged me", "Marlbeck trust board to ", "Couldn't fault the food"}) {
    CAPTURE(begin);
    CHECK(judged(begin).assessment.severity < 2);
  }
}

TEST_CASE("what people should not have posted is masked") {
  const auto number = judged("My NHS number is");
  CHECK(number.text.find("999 004 8118") == std::string::npos);
  const auto birthday = judged("If anyone from the Royal reads this my date of birth");
  CHECK(birthday.text.find("04/07/1951") == std::string::npos);
  CHECK(birthday.text.find("07700 900461") == std::string::npos);
  CHECK(birthday.assessment.identifiers.size() == 2);
}

TEST_CASE("Welsh is known, and threats at staff are marked") {
  CHECK(judged("Diolch o galon").assessment.lang == "cy");
  CHECK(judged("That useless cow on outpatients reception").assessment.abusive);
}
