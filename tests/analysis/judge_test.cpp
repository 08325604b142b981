#include "analysis/judge.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace barometer;

namespace {

Assessment judged(std::string_view text, std::string_view lang = {}) {
  return Judge::built_in()->judge(text, lang).assessment;
}

std::string json_of(std::string_view text) {
  const auto judge = Judge::built_in();
  const Judged one = judge->judge(text);
  return to_json(one.assessment, one.text, judge->model_version());
}

const char* const concerns[] = {
    "They operated on the wrong knee at that hospital.",
    "Nan came out of hospital with a bedsore the size of a fist.",
    "Third cancellation of my hip operation at the clinic.",
    "Her wedding ring went missing on that ward.",
    "He'd be here if they had listened on that ward.",
    "Mum hasn't been washed since Sunday on that ward.",
};

}  // namespace

TEST_CASE("adding praise to a concern leaves its flag, and all that a rule found") {
  for (const std::string text : concerns)
    for (const std::string praise :
         {" The nurses were wonderful.", " Thank you to the night staff, angels every one.", " ❤️"}) {
      CAPTURE(text);
      CHECK(judged(text).severity >= 1);
      const Assessment alone = judged(text);
      const Assessment praised = judged(text + praise);
      CHECK(praised.severity >= std::min(alone.severity, 2));
      for (const Concern& concern : alone.concerns) {
        const bool by_rule = !concern.rule.starts_with("learned.") && !concern.rule.starts_with("suggest.");
        if (by_rule) CHECK(praised.severity >= concern.severity);
      }
    }
}

TEST_CASE("severity is that of the worst statement, and never raised by shouting") {
  CHECK(judged("They operated on the wrong knee at that hospital.").severity == 4);
  CHECK(judged("Parking at the hospital is a rip off.").severity == 1);
  CHECK(judged("PARKING AT THE HOSPITAL IS A RIP OFF!!! 😡😡").severity == 1);
  CHECK(judged("Parking at the hospital is a rip off. They operated on the wrong knee there.").severity == 4);
}

TEST_CASE("a statement is no report where a guard holds") {
  struct Row {
    const char* fact;
    const char* text;
  };
  const Row rows[] = {
      {"wish", "I hope nobody leaves my nan in a wet bed on that ward."},
      {"hypothetical", "What if they operate on the wrong knee at the hospital?"},
      {"fiction", "They left a swab inside him, only in a hospital drama, what an episode."},
      {"another country", "Fourteen hours in a Florida hospital corridor and nobody came when I pressed the buzzer."},
      {"a vet", "The vet gave our spaniel the wrong tablets."},
      {"a notice", "We're recruiting a pressure ulcer nurse, apply now."},
      {"an idiom", "Dying for a brew on this ward, feet are killing me."},
  };
  for (const Row& row : rows) {
    CAPTURE(row.fact);
    CHECK(judged(row.text).severity < 2);
  }
}

TEST_CASE("press and politicians go to the comms lane: never above two") {
  CHECK(judged("Cllr Brown here: they operated on the wrong knee at our hospital.").severity == 2);
}

TEST_CASE("a real concern in an abusive post still surfaces") {
  const Assessment a = judged("You lazy cows left my nan in her own mess all night on that ward.");
  CHECK(a.abusive);
  CHECK(a.severity >= 3);
}

TEST_CASE("the language is named, and English rules are not asked of another") {
  struct Row {
    const char* text;
    const char* claim;
    const char* lang;
  };
  const Row rows[] = {
      {"Mae'r nyrs wedi bod yn wych heddiw", "", "cy"},
      {"Gracias a la enfermera por todo lo que ha hecho hoy", "en", "es"},
      {"The nurse was lovely and the ward was clean", "cy", "en"},
      {"медсестра була дуже добра", "", "uk"},
      {"Good care", "", "en"},
      {"Rude doctor, dirty ward", "", "en"},
      {"I am very satisfied.", "", "en"},
      {"Lovely ward", "", "en"},
      {"N/A", "", "en"},
      {"Ward da iawn", "", "cy"},
      {"Muy buen hospital", "", "es"},
      {"Dziękuję bardzo", "", "pl"},
      {"ok", "fr", "fr"},
      {"ok", "", "en"},
      {"", "", "en"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(judged(row.text, row.claim).lang == row.lang);
  }
  CHECK(judged("Mae dad wedi bod ar y ward ers y bore", "cy").concerns.empty());
}

TEST_CASE("identifiers are gone before anything is said of the text") {
  const Judged one = Judge::built_in()->judge("Mum, 999 000 0018, was left in her own mess on the ward.");
  CHECK(one.text.find("999") == std::string::npos);
  CHECK(one.assessment.identifiers == std::vector<std::string>{"nhs_number"});
  REQUIRE(!one.assessment.concerns.empty());
  const Concern& first = one.assessment.concerns.front();
  CHECK(one.text.substr(first.begin, first.end - first.begin).find("mess") != std::string::npos);
}

TEST_CASE("any bytes become one line of JSON with the promised fields") {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  for (const std::string& text :
       {std::string{}, all, std::string(70000, 'a'), std::string("left in \"mess\"\n\\ ward \xff")}) {
    const std::string line = json_of(text);
    CHECK(line.find('\n') == std::string::npos);
    const auto object = boost::json::parse(line).as_object();
    for (const char* key : {"sentiment", "score", "confidence", "level", "concerns", "severity", "themes", "voice",
                            "identifiers", "abusive", "lang", "why", "model", "taxonomy"})
      CHECK_MESSAGE(object.contains(key), key);
  }
}

TEST_CASE("a text is judged alike whatever was judged before it") {
  std::vector<std::string> forward, backward;
  for (const char* text : concerns) forward.push_back(json_of(text));
  for (auto text = std::rbegin(concerns); text != std::rend(concerns); ++text)
    backward.insert(backward.begin(), json_of(*text));
  CHECK(forward == backward);
}

TEST_CASE("an explanation names the rule, its version and why it is there") {
  const auto judge = Judge::built_in();
  const std::string said = explain(judge->judge("They operated on the wrong knee at that hospital."), *judge);
  CHECK(said.find("never_event.wrong_site version ") != std::string::npos);
  CHECK(said.find("Wrong site, side, implant") != std::string::npos);
}

TEST_CASE("an assessment as TSV has seven fields") {
  const std::string line = to_tsv(judged("They operated on the wrong knee at that hospital."));
  CHECK(std::count(line.begin(), line.end(), '\t') == 6);
  CHECK(line.find("never_event:4") != std::string::npos);
}

TEST_CASE("the practice posts are flagged about as well as when this was measured") {
  std::ifstream file{RECORDINGS "/../data/concerns/posts.tsv"};
  if (!file) {
    MESSAGE("skipped: no practice posts beside the checkout");
    return;
  }
  std::string line;
  std::getline(file, line);
  int grave = 0, grave_found = 0, found = 0, missed = 0, false_alarms = 0;
  while (std::getline(file, line)) {
    std::vector<std::string> cells;
    std::stringstream row{line};
    for (std::string cell; std::getline(row, cell, '\t');) cells.push_back(cell);
    REQUIRE(cells.size() >= 9);
    const std::string& expected = cells[3];
    const int low = expected.front() - '0';
    const int high = expected.back() - '0';
    const int severity = judged(cells[1]).severity;
    grave += expected == "4";
    grave_found += expected == "4" && severity >= 3;
    found += low >= 2 && severity >= 2;
    missed += low >= 2 && severity < 2;
    false_alarms += high < 2 && severity >= 2;
  }
  const double recall = static_cast<double>(grave_found) / grave;
  const double f1 = 2.0 * found / (2.0 * found + missed + false_alarms);
  CAPTURE(recall);
  CAPTURE(f1);
  CHECK(recall >= 0.74);
  CHECK(f1 >= 0.80);
}
