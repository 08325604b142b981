#include "analysis/learned_concerns.hpp"

#include <doctest/doctest.h>

#include "analysis/concern_evaluate.hpp"
#include "analysis/concern_text.hpp"
#include "analysis/concern_train.hpp"
#include "analysis/judge.hpp"
#include "analysis/lexicon.hpp"

using namespace barometer;

namespace {

constexpr const char* header = "id\ttext\tconcerns\tseverity\tvoice\tsentiment\tabusive\tidentifiers\tkind\tnote\n";

// Little posts of our own in words that no rule knows.
std::vector<ConcernText> lessons() {
  const char* bad[] = {"the glimmer was smeared over the ward", "glimmer smeared on his hospital bed",
                       "they smeared glimmer on the nurse's desk", "my nan on the ward had glimmer smeared"};
  const char* fine[] = {"the ward had flowers", "his hospital bed was by the window", "the nurse's desk is blue",
                        "my nan on the ward had tea"};
  std::vector<ConcernText> posts;
  for (int copy = 0; copy < 12; ++copy) {
    for (const char* text : bad)
      posts.push_back({.text = text,
                       .wanted = {bit_of(Theme::infection)},
                       .allowed = bit_of(Theme::infection),
                       .severities = 1 << 3});
    for (const char* text : fine) posts.push_back({.text = text, .severities = 1, .near_miss = true});
  }
  return posts;
}

// "painted" keeps the company of "smeared", and "tidy" that of "blue".
WordVectors company() {
  WordVectors vectors;
  Tokens tokens;
  tokenise("smeared painted blue tidy", tokens);
  for (std::size_t word = 0; word < tokens.size(); ++word) {
    vectors.words.push_back(lexicon_key(tokens[word]));
    vectors.points.resize(vectors.points.size() + WordVectors::dimensions);
    vectors.points[word * WordVectors::dimensions + word / 2] = 1;
  }
  return vectors;
}

ConcernTraining quick() { return {.sitting = 1}; }

ConcernVerdict verdict_on(const ConcernModel& model, const char* text) {
  const std::vector<ConcernText> posts{{.text = text, .severities = 1}};
  ConcernVerdict verdict = judge_concerns(model, posts).front();
  verdict.truth = nullptr;
  return verdict;
}

}  // namespace

TEST_CASE("what is learnt from posts is found again where no rule sees it") {
  const ConcernModel model = train_concerns(lessons(), {}, quick());
  const ConcernVerdict found = verdict_on(model, "glimmer was smeared on the ward");
  CHECK(found.severity >= 2);
  CHECK((found.themes & bit_of(Theme::infection)) != 0);
  CHECK(verdict_on(model, "the ward had tea").severity == 0);
}

TEST_CASE("a word that no lesson holds is known by the company it keeps") {
  const char* text = "they painted it all over the nurse's desk";
  CHECK(verdict_on(train_concerns(lessons(), {}, quick()), text).severity == 0);
  CHECK(verdict_on(train_concerns(lessons(), company(), quick()), text).severity >= 1);
}

TEST_CASE("nothing is learned of a post without care, nor of one that a guard takes back") {
  const ConcernModel model = train_concerns(lessons(), {}, quick());
  CHECK(verdict_on(model, "glimmer smeared").severity == 0);
  CHECK(verdict_on(model, "tonight's episode: glimmer was smeared on the ward, only a hospital drama").severity == 0);
  CHECK(verdict_on(model, "I hope no glimmer was smeared on the ward").severity == 0);
}

TEST_CASE("what sounds like a concern in all else is heard through a guard, not through one of a trust's own") {
  const ConcernModel model = train_concerns(lessons(), {}, quick());
  Findings found = {.about_care = true, .post_silent = true};
  ConcernModel::Scores scores = model.thresholds;
  scores[ConcernModel::doubt] = 0;
  found.grounds.push_back({.themes = bit_of(Theme::infection)});
  scores[ConcernModel::at_least(2)] += 1;
  scores[ConcernModel::column(Theme::infection)] += 1;
  CHECK(joint_severity(model, scores, found) >= 2);
  found.silent_for_good = true;
  CHECK(joint_severity(model, scores, found) == 0);
  found.silent_for_good = false;
  scores[ConcernModel::at_least(2)] -= 0.5F;
  CHECK(joint_severity(model, scores, found) == 0);
}

TEST_CASE(
    "what rules found in a post that sounds like a tale is left to a person, not a threat, nor what a trust's own "
    "rules found") {
  ConcernModel model = train_concerns(lessons(), {}, quick());
  model.thresholds[ConcernModel::doubt] = 0;
  model.thresholds[ConcernModel::at_least(4)] = 1;
  Findings found = {.about_care = true};
  found.concerns.push_back({.theme = Theme::falls, .severity = 3, .rule = "falls.fell"});
  ConcernModel::Scores scores = {};
  scores[ConcernModel::at_least(2)] = 1;
  CHECK(joint_severity(model, scores, found) == 3);
  scores[ConcernModel::doubt] = 3;
  CHECK(joint_severity(model, scores, found) == 1);
  found.certain = bit_of(Theme::falls);
  CHECK(joint_severity(model, scores, found) == 3);
  found.concerns.front().theme = Theme::abuse_of_staff;
  CHECK(joint_severity(model, scores, found) == 3);
}

TEST_CASE("the same posts give the same bytes, and the bytes the same model") {
  const std::string bytes = write_concern_model(train_concerns(lessons(), company(), quick()));
  CHECK(bytes == write_concern_model(train_concerns(lessons(), company(), quick())));
  const auto read = read_concern_model(bytes, "x.bin");
  REQUIRE(read.has_value());
  CHECK(write_concern_model(*read) == bytes);
}

TEST_CASE("a model of concerns that is cut short, altered or of another kind is refused by name") {
  const std::string bytes = write_concern_model(*ConcernModel::built_in());
  std::string altered = bytes;
  altered[altered.size() / 2] ^= 1;
  std::string other = bytes;
  other[7] = 9;
  struct Row {
    std::string bytes;
    const char* says;
  };
  const Row rows[] = {{"", "not a model"},
                      {"hello", "not a model"},
                      {bytes.substr(0, bytes.size() - 1), "cut short"},
                      {altered, "altered"},
                      {other, "another format"}};
  for (const Row& row : rows) {
    const auto read = read_concern_model(row.bytes, "x.bin");
    REQUIRE_FALSE(read.has_value());
    CHECK_MESSAGE(read.error().detail.find(row.says) != std::string::npos, read.error().detail);
    CHECK(read.error().detail.starts_with("x.bin: "));
  }
}

TEST_CASE("a learned concern shows its phrase and the rule that stands for the learned part") {
  const auto judge = Judge::built_in();
  std::size_t learned = 0;
  for (const char* text :
       {"Ninety minutes with my arm hanging off and triage strolled past twice, I was shaking by the end.",
        "The consultant took the healthy kidney out of my uncle and then went home for the weekend.",
        "Gran lay under a draughty vent for a whole shift, freezing, the carers shrugged."}) {
    const Judged judged = judge->judge(text);
    for (const Concern& concern : judged.assessment.concerns) {
      if (!is_learned(concern)) continue;
      ++learned;
      CHECK(concern.begin < concern.end);
      CHECK(concern.end <= judged.text.size());
      CHECK(concern.rule.substr(concern.rule.find('.') + 1) == info(concern.theme).id);
      CHECK(concern.rule.starts_with(concern.severity == 1 ? "suggest." : "learned."));
      CHECK(explain(judged, *judge).find("learned part version") != std::string::npos);
    }
  }
  CHECK(learned > 0);
}

TEST_CASE("posts are read by line, with what may and what must be found") {
  const auto posts =
      parse_concern_tsv(std::string{header} + "a1\tcold tea\tfood_water,pain?\t1|2\tpatient\tnegative\t0\t\tplain\t\n" +
                            "a2\tmy "
                            "cat\t\t0\tunknown\tneutral\t0\t\tnear_miss\t\na3\tboth\twaiting|"
                            "access\t4\tpatient\tnegative\t0\t\tred_flag\t\n",
                        "x.tsv");
  REQUIRE(posts.has_value());
  REQUIRE(posts->size() == 3);
  const ConcernText& tea = posts->front();
  CHECK(tea.wanted == std::vector<ThemeSet>{bit_of(Theme::food_water)});
  CHECK(tea.allowed == (bit_of(Theme::food_water) | bit_of(Theme::pain)));
  CHECK(tea.least() == 1);
  CHECK(tea.most() == 2);
  CHECK((*posts)[1].near_miss);
  CHECK((*posts)[2].red_flag());
  CHECK((*posts)[2].wanted == std::vector<ThemeSet>{bit_of(Theme::waiting) | bit_of(Theme::access)});
}

TEST_CASE("a wrong line of posts is named") {
  const std::string line = "a1\ttext\tpain\t2\tpatient\tnegative\t0\t\tplain\t\n";
  struct Row {
    std::string file;
    const char* says;
  };
  const Row rows[] = {{"id\ttext\n", "x.tsv:1: the header"},
                      {header + line + "a2\tshort\n", "x.tsv:3: not ten columns"},
                      {header + std::string{"a1\tt\tweather\t2\tx\tx\t0\t\tplain\t\n"}, "x.tsv:2: a concern"},
                      {header + std::string{"a1\tt\tpain\t7\tx\tx\t0\t\tplain\t\n"}, "x.tsv:2: the severity"}};
  for (const Row& row : rows) {
    const auto posts = parse_concern_tsv(row.file, "x.tsv");
    REQUIRE_FALSE(posts.has_value());
    CHECK_MESSAGE(posts.error().detail.starts_with(row.says), posts.error().detail);
  }
}

TEST_CASE("the measures count red flags, flags and near misses as the taxonomy has them") {
  const ConcernText red{.wanted = {bit_of(Theme::falls)}, .allowed = bit_of(Theme::falls), .severities = 1 << 4};
  const ConcernText doubtful{.severities = 1 << 1 | 1 << 2};
  const ConcernText near{.severities = 1, .near_miss = true};
  const std::vector<ConcernVerdict> verdicts{
      {&red, 3, bit_of(Theme::falls)}, {&red, 1, 0}, {&doubtful, 2, 0}, {&near, 2, bit_of(Theme::pain)}, {&near, 0, 0}};
  const ConcernEvaluation e = evaluate_concerns(verdicts);
  CHECK(e.red_flags.hit == 1);
  CHECK(e.red_flags.of == 2);
  CHECK(e.flags.hit == 1);
  CHECK(e.flags.miss == 1);
  CHECK(e.flags.false_alarm == 1);
  CHECK(e.near_misses.value() == 0.5);
  CHECK(e.within_one.value() == 0.6);
  CHECK(e.by_theme[static_cast<std::size_t>(Theme::falls)].f1() == doctest::Approx(2.0 / 3));
  CHECK(e.by_theme[static_cast<std::size_t>(Theme::pain)].false_alarm == 1);
}

TEST_CASE("a rule's precision is the share of its concerns that the posts have") {
  const ConcernText fall{.wanted = {bit_of(Theme::falls)}, .allowed = bit_of(Theme::falls), .severities = 1 << 3};
  const ConcernText none{.severities = 1};
  const Concern raised{.theme = Theme::falls, .severity = 3, .rule = "falls.fell"};
  const std::vector<ConcernVerdict> verdicts{{&fall, 3, bit_of(Theme::falls), {raised}},
                                             {&none, 3, bit_of(Theme::falls), {raised}}};
  CHECK(rules_to_text(verdicts).find("falls.fell                              1      1       0.50") !=
        std::string::npos);
}
