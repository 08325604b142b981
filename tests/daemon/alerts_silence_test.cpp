#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "daemon/alerts/silence.hpp"
#include "daemon/alerts/silence_warning.hpp"

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

TEST_CASE("who a silence belongs to is told before it ends, but not in the first half of its time") {
  struct Row {
    const char* fact;
    std::chrono::hours lasts;
    std::optional<std::chrono::hours> told;  // after it was made
  };
  const Row rows[] = {{"a month", 24h * 30, 24h * 29}, {"a day", 24h, 12h}, {"an hour", 2h, 1h}};
  for (const auto& row : rows) {
    const Silence silence{"comms", "works", noon + row.lasts, {}, noon};
    CHECK_MESSAGE(warning_due(silence, 24h) == noon + *row.told, row.fact);
  }
  CHECK(warning_due({"comms", "by hand", noon + 24h * 30, {}}, 24h) == noon + 24h * 29);
  CHECK(warning_due({"comms", "by hand", noon + 24h * 30, {}}, 0ms) == std::nullopt);
}

TEST_CASE("a warning is about one silence as it stands in the file, and about none once that is over or changed") {
  std::vector<Silence> silences{{"comms", "works", noon + 24h, {.themes = {"falls"}}, noon}};
  const auto warning = silence_warning(silences[0], "comms", noon);
  CHECK(warned_of(warning, silences, noon + 23h) == &silences[0]);
  CHECK(warned_of(warning, silences, noon + 24h) == nullptr);
  CHECK(warning.id != silence_warning(silences[0], "deputy", noon).id);
  CHECK(warning.id == silence_warning(silences[0], "comms", noon + 5h).id);
  silences[0].until += 24h;  // it was prolonged
  CHECK(warned_of(warning, silences, noon + 1h) == nullptr);
  CHECK(warned_of(warning, {}, noon + 1h) == nullptr);
}

TEST_CASE("the warning says what ends and what to do, whatever the reason is") {
  const Silence silence{
      "comms", "<b>works</b>\r\nBcc: all", noon, {.themes = {"falls"}, .places = {"ward-7"}}, noon - 24h};
  const auto mail = silence_mail(silence_warning(silence, "comms", noon - 12h), silence);
  const auto text = plain_text(mail);
  for (const auto* part : {"A silence ends", "Wednesday 4 March 2026, 12:00pm", "Owner: comms",
                           "Made: Tuesday 3 March 2026", "Themes of concerns: falls", "ward-7", "barometer silence"})
    CHECK_MESSAGE(text.find(part) != std::string::npos, part);
  CHECK(text.find("\nBcc") == std::string::npos);
  CHECK(html(mail).find("<b>") == std::string::npos);
}

TEST_CASE("a silence that a command made is read back with when it was made") {
  const Silence made{"comms", "works", noon + 24h, {.themes = {"falls"}}, noon};
  const auto read = parse_silences(silence_yaml(made, true), "s.yaml");
  REQUIRE(read.silences.size() == 1);
  CHECK(read.silences[0].since == noon);
  CHECK(parse_silences("silences:\n  - {owner: a, reason: b, until: 2026-03-09, since: then, themes: [falls]}\n",
                       "s.yaml")
            .complaints.size() == 1);
}
