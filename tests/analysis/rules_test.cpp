#include "analysis/rules.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

#include "analysis/compiled_rules.hpp"
#include "analysis/concerns.hpp"
#include "analysis/text.hpp"

using namespace barometer;

namespace {

const ConcernFinder& built_in_finder() {
  static const ConcernFinder finder = [] {
    auto rules = read_rules(built_in_rules(), "concerns.yaml");
    REQUIRE_MESSAGE(rules.has_value(), (rules ? "" : rules.error().detail));
    return ConcernFinder{std::make_shared<const Rules>(std::move(*rules))};
  }();
  return finder;
}

Findings found_in(const ConcernFinder& finder, std::string_view text) {
  const Tokens tokens = tokenise(text);
  Statements statements;
  statements.read(text, tokens);
  return finder.find(statements);
}

bool raises(const Findings& found, Theme theme) {
  return std::any_of(found.concerns.begin(), found.concerns.end(), [&](const Concern& c) { return c.theme == theme; });
}

int worst(const Findings& found) { return found.concerns.empty() ? 0 : found.concerns.front().severity; }

constexpr const char* head = "version: '1'\nauthor: a\ndate: 2026-11-21\nwords:\n  care: ward\n  negator: not\n";

}  // namespace

TEST_CASE("every rule flags its own examples and leaves its near misses alone") {
  const ConcernFinder& finder = built_in_finder();
  for (const Rule& rule : finder.rules().rules) {
    CAPTURE(rule.about.id);
    CHECK(rule.about.yes.size() >= 1);
    CHECK(rule.about.no.size() >= 1);
    for (const std::string& text : rule.about.yes) CHECK_MESSAGE(raises(found_in(finder, text), rule.theme), text);
    for (const std::string& text : rule.about.no) CHECK_MESSAGE(!raises(found_in(finder, text), rule.theme), text);
  }
}

TEST_CASE("every rule says why it is there and who answers for it, and a red flag's rule shows it on ten texts") {
  const auto complete = [](const Provenance& about) {
    return !about.why.empty() && !about.owner.empty() && !about.author.empty() && !about.date.empty() &&
           about.version > 0;
  };
  const Rules& rules = built_in_finder().rules();
  constexpr std::size_t enough = 5;
  for (const Rule& rule : rules.rules) {
    CAPTURE(rule.about.id);
    CHECK(complete(rule.about));
    if (rule.severity < severities - 1) continue;
    CHECK(rule.about.yes.size() >= enough);
    CHECK(rule.about.no.size() >= enough);
  }
  for (const Guard& guard : rules.guards) CHECK_MESSAGE(complete(guard.about), guard.about.id);
}

TEST_CASE("the rules that the build read are those of the file") {
  const std::string bytes = compile_rules(built_in_finder().rules());
  CHECK(compile_rules(built_in_compiled_rules()) == bytes);
  CHECK_THROWS_AS(read_compiled_rules(std::string_view(bytes).substr(0, bytes.size() - 1)), std::runtime_error);
  CHECK_THROWS_AS(read_compiled_rules(std::string_view(bytes).substr(0, 9)), std::runtime_error);
}

TEST_CASE("a file of someone's own adds words, guards and rules, and keeps what is there") {
  constexpr std::string_view own =
      "version: t1\nauthor: a\nowner: matron\ndate: 2026-11-22\nwords: {pods: red pods}\n"
      "guards:\n  - {guard: t.paint, kind: not_care, reach: post, why: w, match: [painting]}\n"
      "rules:\n  - {rule: t.pods, theme: environment, severity: 3, why: w, match: [<pods> & <nurse>]}\n";
  const std::array<RulesText, 2> files{{{built_in_rules(), "concerns.yaml"}, {own, "own.yaml"}}};
  auto both = read_rules(files);
  REQUIRE(both.has_value());
  CHECK(both->version == built_in_finder().rules().version + "+t1");
  CHECK(both->taught == built_in_finder().rules().words.size());
  CHECK(both->rules.back().about.owner == "matron");
  CHECK(both->guards.back().added);
  CHECK_FALSE(both->guards.front().added);
  const ConcernFinder finder{std::make_shared<const Rules>(std::move(*both))};
  const Findings found = found_in(finder, "The nurse left him in the red pods");
  CHECK(raises(found, Theme::environment));
  CHECK(found.classes == found_in(built_in_finder(), "The nurse left him in the red pods").classes);
  CHECK(found_in(finder, "The nurse was painting red pods").silent_for_good);
  CHECK_FALSE(found_in(finder, "The nurse left my dog at the vet").silent_for_good);
}

TEST_CASE("a file of someone's own that takes what is taken says where and what to do") {
  const std::string head_of_own = "version: t\nauthor: a\ndate: 2026-11-22\n";
  const auto complaint = [&](const std::string& rest) {
    const std::string own = head_of_own + rest;
    const std::array<RulesText, 2> files{{{built_in_rules(), "concerns.yaml"}, {own, "own.yaml"}}};
    const auto read = read_rules(files);
    return read ? std::string("read") : read.error().detail;
  };
  CHECK(complaint("rules:\n  - {rule: death.avoidable, theme: pain, severity: 2, why: w, match: [x]}\n") ==
        "own.yaml:5: the id 'death.avoidable' is there twice: give this one another");
  CHECK(complaint("words: {nurse: tutor}\nrules: []\n") ==
        "own.yaml:4: the word class 'nurse' is there twice, or is a slot's name");
  CHECK(complaint("themes: {pain: {grounds: x}}\nrules: []\n") ==
        "own.yaml:4: unknown field 'themes': remove or correct it");
  CHECK(complaint("words: {x: y}\n") == "own.yaml:1: 'rules' is missing at the top of the file");
}

TEST_CASE("a guard keeps its examples below what is flagged") {
  const ConcernFinder& finder = built_in_finder();
  for (const Guard& guard : finder.rules().guards)
    for (const std::string& text : guard.about.yes) CHECK_MESSAGE(worst(found_in(finder, text)) < 2, text);
}

TEST_CASE("voices and abuse are known by their examples") {
  const ConcernFinder& finder = built_in_finder();
  for (const VoiceRule& rule : finder.rules().voices) {
    for (const std::string& text : rule.about.yes) CHECK_MESSAGE(found_in(finder, text).voice == rule.voice, text);
    for (const std::string& text : rule.about.no) CHECK_MESSAGE(found_in(finder, text).voice != rule.voice, text);
  }
  for (const AbuseRule& rule : finder.rules().abuse) {
    for (const std::string& text : rule.about.yes) CHECK_MESSAGE(found_in(finder, text).abusive, text);
    for (const std::string& text : rule.about.no) CHECK_MESSAGE(!found_in(finder, text).abusive, text);
  }
}

TEST_CASE("every theme but distress, whose lane is off, has a rule") {
  for (const ThemeInfo& theme : themes()) {
    if (theme.theme == Theme::distress) continue;
    const auto& rules = built_in_finder().rules().rules;
    CHECK_MESSAGE(std::any_of(rules.begin(), rules.end(), [&](const Rule& rule) { return rule.theme == theme.theme; }),
                  theme.id);
  }
}

TEST_CASE("a wrong rules file says where and what to do") {
  struct Row {
    const char* fact;
    std::string bytes;
    const char* says;
  };
  const std::string start = head;
  const Row rows[] = {
      {"no YAML", "a: [", "r.yaml:"},
      {"nothing", "", "expected a map"},
      {"no rules", start, "'rules' is missing"},
      {"an unknown field", start + "rules:\n - rule: a\n   colour: red\n", "r.yaml:9: unknown field 'colour'"},
      {"an unknown theme", start + "rules:\n - rule: a\n   why: w\n   theme: tea\n   severity: 1\n   match: x\n",
       "unknown theme 'tea'"},
      {"a severity beyond the scale",
       start + "rules:\n - rule: a\n   why: w\n   theme: pain\n   severity: 5\n   match: x\n", "no number from 0 to 4"},
      {"an unknown class", start + "rules:\n - rule: a\n   why: w\n   theme: pain\n   severity: 1\n   match: <tea>\n",
       "r.yaml:12: unknown word class <tea>"},
      {"a gap at an end", start + "rules:\n - rule: a\n   why: w\n   theme: pain\n   severity: 1\n   match: pain ...\n",
       "ends with a gap"},
      {"no pattern", start + "rules:\n - rule: a\n   why: w\n   theme: pain\n   severity: 1\n", "'match' is missing"},
      {"no rationale", start + "rules:\n - rule: a\n   theme: pain\n   severity: 1\n   match: x\n", "'why' is missing"},
      {"an id twice",
       start + "rules:\n - {rule: a, why: w, theme: pain, severity: 1, match: x}\n - {rule: a, why: w, theme: pain, "
               "severity: 1, match: x}\n",
       "is there twice"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.fact);
    const auto read = read_rules(row.bytes, "r.yaml");
    REQUIRE_FALSE(read.has_value());
    CHECK_MESSAGE(read.error().detail.find(row.says) != std::string::npos, read.error().detail);
    CHECK(read.error().remedy == Remedy::ask_operator);
  }
}

TEST_CASE("a pattern reads words, classes, gaps and conditions") {
  struct Row {
    const char* pattern;
    const char* text;
    bool holds;
  };
  const Row rows[] = {
      {"left ... wet", "she was left all night wet", true},
      {"left ... wet", "left a b c d e wet", false},
      {"left [9] wet", "left a b c d e wet", true},
      {"left ... wet", "left but not wet", false},
      {"wash+", "washing", true},
      {"no_one|nobody came", "no one came", true},
      {"bell & cold", "Cold. The bell rang.", false},
      {"bell && cold", "Cold. The bell rang.", true},
      {"bell & !school", "the school bell", false},
      {"bell && !school", "The bell. School.", false},
      {"very? cold", "cold", true},
      {"can't reach", "she can’t reach it", true},
      {"<hours> late", "three hours late", true},
      {"<very_long_wait>", "12hrs", true},
      {"<very_long_wait>", "eleven hours", false},
      {"<old>", "he's 82", true},
      {"<young>", "my 8 year old", true},
      {"a&e", "A&E", true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.pattern);
    CAPTURE(row.text);
    const std::string file =
        std::string{head} +
        "rules:\n - rule: a\n   why: w\n   theme: pain\n   severity: 2\n   anchored: yes\n   match:\n     - \"" +
        row.pattern + "\"\n";
    auto rules = read_rules(file, "r.yaml");
    REQUIRE(rules.has_value());
    const ConcernFinder finder{std::make_shared<const Rules>(std::move(*rules))};
    CHECK(raises(found_in(finder, row.text), Theme::pain) == row.holds);
  }
}
