#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "daemon/alerts/silence.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

const UtcTime noon = parse_iso("2026-03-04T12:00:00Z").value();

std::string told(const SilencesRead& read) {
  std::string out;
  for (const auto& c : read.complaints) out += c.file + ":" + std::to_string(c.line) + ": " + c.message + "\n";
  return out;
}

}  // namespace

TEST_CASE("a silence has an owner, a reason and an end, and says what it is about") {
  const auto read = parse_silences(R"(silences:
  - owner: comms lead
    reason: the car park is dug up
    until: 2026-03-09T09:00:00Z
    themes: [transport_parking]
)",
                                   "s.yaml");
  CHECK(told(read) == "");
  REQUIRE(read.silences.size() == 1);
  CHECK(read.silences[0].owner == "comms lead");
  CHECK(read.silences[0].until == parse_iso("2026-03-09T09:00:00Z"));
  CHECK(read.silences[0].match.themes == std::vector<std::string>{"transport_parking"});
}

TEST_CASE("what is wrong with a silence is told with its line, and the others hold") {
  const auto read = parse_silences(R"(silences:
  - owner: comms
    until: tomorrow
    themes: [car_parks]
  - {owner: comms, reason: all of it, until: 2026-03-09}
  - {owner: comms, reason: works, until: 2026-03-09, places: [ward-7]}
)",
                                   "s.yaml");
  CHECK(
      told(read) ==
      "s.yaml:2: silences[0] has no reason: add one (Why, for whoever asks.)\n"
      "s.yaml:3: silences[0].until: \"tomorrow\" is no time: write 2026-11-21 or 2026-11-21T20:15:00Z\n"
      "s.yaml:4: silences[0].themes[0]: there is no theme \"car_parks\": use one of basic_care, food_water, call_bell, "
      "pain, medication, diagnosis, falls, infection, never_event, restraint_mh, abuse, death_concern, not_listened, "
      "family_excluded, poor_info, attitude, dignity_privacy, discrimination, access, waiting, discharge, "
      "lost_in_system, staffing, environment, transport_parking, property, confidentiality, complaint_ignored, "
      "staff_concern, money_over_care, misinformation, abuse_of_staff, distress and praise\n"
      "s.yaml:5: silences[1] would silence everything: name themes, places, tags or kinds\n");
  REQUIRE(read.silences.size() == 1);
  CHECK(read.silences[0].reason == "works");
}

TEST_CASE("a file that is not there silences nothing, and nor does one that is no YAML") {
  CHECK(read_silences("/nowhere/silences.yaml").complaints.empty());
  const auto read = parse_silences("silences: [", "s.yaml");
  CHECK(read.silences.empty());
  CHECK(read.complaints.size() == 1);
}

TEST_CASE("what a command adds to the file is read as it was meant, whatever the words are") {
  const Silence odd{"the \"lead\"\n- owner: x", "#1: 100%", noon, {.themes = {"falls"}, .places = {"ward 7, east"}}};
  const auto read = parse_silences(silence_yaml(odd, true) + silence_yaml(odd, false), "s.yaml");
  // A line break in a role is refused where it is read, so nothing is smuggled in.
  CHECK(read.silences.empty());
  CHECK(read.complaints.size() == 2);
  const Silence plain{"the \"lead\"", "#1: 100%", noon, {.themes = {"falls"}, .places = {"ward 7, east"}}};
  const auto again = parse_silences(silence_yaml(plain, true) + silence_yaml(plain, false), "s.yaml");
  CHECK(told(again) == "");
  REQUIRE(again.silences.size() == 2);
  CHECK(again.silences[1].owner == plain.owner);
  CHECK(again.silences[1].reason == plain.reason);
  CHECK(again.silences[1].match.places == plain.match.places);
}

TEST_CASE("of the silences in force the longest counts, and a red flag knows none") {
  const std::vector<Silence> silences{
      {"a", "over", noon, {}}, {"b", "short", noon + 1h, {}}, {"c", "long", noon + 2h, {}}};
  Issue issue{.severity = 3};
  const auto* silence = silence_of(issue, silences, noon);
  REQUIRE(silence != nullptr);
  CHECK(silence->owner == "c");
  CHECK(silence_of(issue, silences, noon + 2h) == nullptr);
  issue.severity = 4;
  CHECK(silence_of(issue, silences, noon) == nullptr);
}
