#include "analysis/framework.hpp"

#include <set>

#include <doctest/doctest.h>

#include "analysis/framework_evaluate.hpp"
#include "analysis/framework_model.hpp"
#include "analysis/framework_train.hpp"
#include "analysis/judge.hpp"
#include "analysis/text.hpp"

using namespace barometer;

namespace {

FrameworkSet bit(std::string_view id) { return FrameworkSet{1} << *framework_number(id); }

// Little comments of our own: three labels, each with its words.
std::vector<FrameworkText> lessons() {
  const char* food[] = {"the food was cold",      "meals were lovely and hot", "no choice of food",
                        "the soup was cold food", "breakfast and meals",       "hot food would be good",
                        "food food food",         "meals were small"};
  const char* wait[] = {
      "waited four hours",           "the wait was too long", "seen after a long wait", "hours of waiting",
      "a long wait in the corridor", "waited and waited",     "no wait at all",         "six hours wait"};
  std::vector<FrameworkText> texts;
  for (int copy = 0; copy < 3; ++copy) {
    for (const char* text : food) texts.push_back({bit("food"), text});
    for (const char* text : wait) texts.push_back({bit("timeliness"), text});
    for (std::size_t i = 0; i < std::size(food); ++i)
      texts.push_back({bit("food") | bit("timeliness"), std::string(food[i]) + " and " + wait[i]});
    for (int i = 0; i < 6; ++i) texts.push_back({bit("unlabellable"), "did not answer"});
  }
  return texts;
}

FrameworkSet said(const FrameworkModel& model, std::string_view text, bool feedback) {
  Tokens tokens;
  Features ngrams;
  tokenise(text, tokens);
  ngrams.fill(tokens);
  return model.labels(model.score(ngrams, tokens.size()), feedback);
}

}  // namespace

TEST_CASE("the framework has 32 labels, each with its own id") {
  std::set<std::string_view> ids;
  for (std::size_t number = 0; number < framework_size; ++number) {
    ids.insert(framework()[number].id);
    CHECK(framework_number(framework()[number].id) == number);
  }
  CHECK(ids.size() == framework_size);
  CHECK_FALSE(framework_number("weather").has_value());
}

TEST_CASE("what is learnt from comments is found again, one label or two") {
  const FrameworkModel model = train_framework(lessons(), {});
  CHECK(said(model, "the meals were cold food", true) == bit("food"));
  CHECK(said(model, "waited six hours, a long wait", true) == bit("timeliness"));
  CHECK(said(model, "the food was cold and waited four hours", true) == (bit("food") | bit("timeliness")));
  CHECK(said(model, "did not answer", true) == bit("unlabellable"));
}

TEST_CASE("a comment carries at least one label, a post may carry none") {
  const FrameworkModel model = train_framework(lessons(), {});
  CHECK(said(model, "zebra", true) != 0);
  CHECK(said(model, "did not answer", false) == 0);
}

TEST_CASE("the same comments give the same bytes, and the bytes the same model") {
  const std::string bytes = write_framework_model(train_framework(lessons(), {}));
  CHECK(bytes == write_framework_model(train_framework(lessons(), {})));
  const auto read = read_framework_model(bytes, "x.bin");
  REQUIRE(read.has_value());
  CHECK(write_framework_model(*read) == bytes);
}

TEST_CASE("a model that is cut short, altered or of another kind is refused by name") {
  const std::string bytes = write_framework_model(train_framework(lessons(), {}));
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
    const auto read = read_framework_model(row.bytes, "x.bin");
    REQUIRE_FALSE(read.has_value());
    CHECK_MESSAGE(read.error().detail.find(row.says) != std::string::npos, read.error().detail);
    CHECK(read.error().detail.starts_with("x.bin: "));
  }
}

TEST_CASE("labelled comments are read by line, and a wrong label is named") {
  const auto texts = parse_framework_tsv("food,timeliness\t3\tq\tcold and late\r\n\nparking\tno space", "x.tsv");
  REQUIRE(texts.has_value());
  REQUIRE(texts->size() == 2);
  CHECK((*texts)[0].labels == (bit("food") | bit("timeliness")));
  CHECK((*texts)[0].text == "cold and late");
  CHECK((*texts)[1].text == "no space");
  for (const char* wrong : {"food\ta\nweather\tb", "food\ta\nno tab", "food\ta\nfood,\tb"}) {
    const auto refused = parse_framework_tsv(wrong, "x.tsv");
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().detail.starts_with("x.tsv:2: "));
  }
}

TEST_CASE("F1 counts labels, over all and one by one") {
  const FrameworkVerdict verdicts[] = {
      {bit("food"), bit("food")}, {bit("food") | bit("pain"), bit("food")}, {bit("pain"), bit("parking")}};
  const auto evaluation = evaluate_framework(verdicts);
  CHECK(evaluation.texts == 3);
  CHECK(evaluation.micro_f1 == doctest::Approx(4.0 / 7));
  CHECK(evaluation.macro_f1 == doctest::Approx(0.5));  // food 1, pain 0; parking was never meant
  CHECK(evaluation.micro_f1_low <= evaluation.micro_f1);
  CHECK(to_text(evaluation).find("micro F1  0.5714") != std::string::npos);
  CHECK(evaluate_framework({}).texts == 0);
}

TEST_CASE("the built-in model knows what patients' comments are about") {
  const auto judge = Judge::built_in();
  struct Row {
    const char* comment;
    const char* label;
  };
  const Row rows[] = {{"The nurses were kind, polite and professional.", "staff_manner"},
                      {"The waiting times are far too long, I waited months for an appointment.", "timeliness"},
                      {"The food was awful and always cold.", "food"},
                      {"The transport home from hospital was late.", "transport"}};
  for (const Row& row : rows)
    CHECK_MESSAGE((judge->judge(row.comment).assessment.themes & bit(row.label)) != 0, row.comment);
}

TEST_CASE(
    "posts that are neither about care nor told like feedback have no labels of the framework, whatever is asked for") {
  const auto judge = Judge::built_in();
  const Tasks only_themes{.sentiment = false, .concerns = false, .identifiers = false};
  for (const char* text :
       {"On hold with my broadband for 52 minutes now, c'mon.", "Parking at the stadium was a nightmare"}) {
    CAPTURE(text);
    CHECK(judge->judge(text).assessment.themes == 0);
    CHECK(judge->judge(text, {}, only_themes).assessment.themes == 0);
  }
  for (const char* text : {"Waited nine hours in A&E with my mum, nobody told us anything.", "The food was cold"}) {
    CAPTURE(text);
    CHECK(judge->judge(text).assessment.themes != 0);
    CHECK(judge->judge(text, {}, only_themes).assessment.themes == judge->judge(text).assessment.themes);
  }
}
