// Posts that were once misread, in other words: what is to be found in each, and how severe it may be.

#include <algorithm>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "analysis/judge.hpp"

using namespace barometer;

namespace {

Judged judged(std::string_view text) { return Judge::built_in()->judge(text); }

bool raises(const Judged& one, Theme theme) {
  return std::ranges::find(one.assessment.concerns, theme, &Concern::theme) != one.assessment.concerns.end();
}

}  // namespace

TEST_CASE("a short complaint is heard whatever stands before and after it") {
  struct Row {
    const char* fact;
    Theme theme;
  };
  const Row rows[] = {
      {"the rain comes through the roof of Ward 12, ceiling leaking", Theme::environment},
      {"roasting in the waiting room, no fan, windows sealed", Theme::environment},
      {"the clinical waste bins on Ward 12 are overflowing", Theme::infection},
      {"used bandages lying under my sister's bed at the infirmary", Theme::infection},
      {"an empty jug beside gran's bed on Ward 12 all afternoon", Theme::food_water},
      {"the porridge at the hospital is uneatable", Theme::food_water},
      {"my son was turfed out of the ward with no tablets", Theme::discharge},
      {"the hospital's complaints office still hasn't replied", Theme::complaint_ignored},
      {"kind nurses but nowhere near enough of them in A&E", Theme::staffing},
      {"nobody picks up the phone at the surgery", Theme::access},
      {"the drip pump kept bleeping for forty minutes on Ward 12 and nobody came", Theme::call_bell},
      {"they failed to see that my uncle's wrist was broken in A&E", Theme::diagnosis},
  };
  for (const Row& row : rows)
    for (const char* before : {"", "Worried about this: ", "Concerned that ", "@ExampleTrust "})
      for (const char* after : {"", ". We told them so. She is still cross."}) {
        const std::string text = std::string{before} + row.fact + after;
        CHECK_MESSAGE(raises(judged(text), row.theme), text);
      }
}

TEST_CASE("what people add to a complaint is none by itself") {
  for (const char* text :
       {"It was just like this the week before. #nhs", "Nobody seemed to care. #nhs", "We feel so sad about it.",
        "He deserved more than this, poor man. #nhs", "Not a word of apology. #nhs", "I have photos. #nhs"})
    CHECK_MESSAGE(judged(text).assessment.severity < 2, text);
}

TEST_CASE("a red flag is not for what is merely bad") {
  for (const char* text :
       {"Nobody said that my wife was to be sent back home today, says the clinic. It was no better last time.",
        "My operation was called off again, the second time. We are very upset. Not a word of apology.",
        "The scanner at the hospital is broken, so they sent us away. She is furious. I have photos.",
        "Each doctor on the ward told us something else. We are worried sick.",
        "They mislaid my brother's notes at the clinic. It was no better last time. Nobody seemed to care.",
        "Gran was sent home from A&E long after midnight. It was no better last time."})
    CHECK_MESSAGE(judged(text).assessment.severity < 4, text);
}

TEST_CASE("a pressure sore is high, and a red flag where it is deep, infected or hidden") {
  for (const char* text : {"Grandad came out of that ward with a bed sore on his back.",
                           "Mum has pressure sores, the nurses on the ward did not turn her.",
                           "Bed sores all over my dad's back at the hospital, he was not moved."})
    CHECK_MESSAGE(judged(text).assessment.severity == 3, text);
  for (const char* text : {"Grandad came out of that ward with a bed sore down to the bone.",
                           "Mum's pressure sore is infected and the nurses on the ward did not turn her.",
                           "A grade four pressure ulcer on my dad's back at the hospital.",
                           "Nan has pressure sores and nobody on the ward had told us.",
                           "Dad's bed sore on the ward was the size of a fist."})
    CHECK_MESSAGE(judged(text).assessment.severity == 4, text);
}

TEST_CASE("a red flag is known by what happened, not by its style") {
  struct Row {
    const char* text;
    Theme theme;
  };
  const Row rows[] = {
      {"The theatre team took out her good kidney and left the bad one.", Theme::never_event},
      {"A carer's fingers are printed on my brother's throat in bruises.", Theme::abuse},
      {"We still do not know how our son died on that ward, nobody will say.", Theme::death_concern},
      {"I followed that receptionist home. Next time she won't get home.", Theme::abuse_of_staff},
      {"Her heels are black and the sore on her back is down to the bone, the home has not turned her.",
       Theme::basic_care},
      {"She dropped dead at the bus stop, top of the urgent heart list at the hospital.", Theme::waiting},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const Judged one = judged(row.text);
    CHECK(one.assessment.severity == 4);
    CHECK(raises(one, row.theme));
  }
}

TEST_CASE("what is denied raises no severity") {
  CHECK(judged("No reply to my complaint since March, and she is not dead yet").assessment.severity <
        judged("No reply to my complaint since March, and she is dead").assessment.severity);
}

TEST_CASE("a fear of what is to come is no report, a worry about what happened is one") {
  CHECK(judged("Worried that they will lose my notes when I go in to hospital next week").assessment.severity < 2);
  CHECK(judged("Worried that they lost my notes at the hospital").assessment.severity >= 2);
}

TEST_CASE("two days ago is no wait of two days") {
  CHECK_FALSE(raises(judged("Saw the consultant at the hospital two days ago."), Theme::waiting));
}

TEST_CASE("jabs and clinics for the flu are no outbreak") {
  for (const char* text :
       {"Flu vaccine for all our patients at the surgery on Friday.", "Free covid booster at the hospital today!"})
    CHECK_MESSAGE(judged(text).assessment.severity < 2, text);
}
