#include "analysis/sentiment.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace barometer;

namespace {

struct Said {
  Feeling feeling = {};
  std::string why = {};  // the strongest words, "|" between
};

Said say(std::string_view text) {
  const auto model = SentimentModel::built_in();
  const auto tokens = tokenise(text);
  Reading reading;
  Said said{model->feeling(tokens, reading), {}};
  for (const auto& cue : model->why(tokens, reading))
    said.why.append(text.substr(cue.begin, cue.end - cue.begin)).append("|");
  return said;
}

}  // namespace

TEST_CASE("plain statements read as a person would read them") {
  struct Row {
    const char* text;
    Sentiment sentiment;
  };
  const Row rows[] = {
      {"The nurses on ward 7 were wonderful, so kind and caring. Thank you!", Sentiment::positive},
      {"Absolutely disgusting, left in pain and ignored all night", Sentiment::negative},
      {"The council meets on Tuesday at the town hall", Sentiment::neutral},
      {"I love this hospital ❤️", Sentiment::positive},
      {"worst service ever :(", Sentiment::negative},
      {"Staff were rude and unhelpful",
       Sentiment::negative},                         // read as positive once, as most that is said of staff is
      {"The doctor was rude", Sentiment::negative},  // read as neutral once
      {"The surgeon was rude and arrogant", Sentiment::negative},
      {"The nurses were wonderful", Sentiment::positive},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(name_of(say(row.text).feeling.sentiment) == name_of(row.sentiment));
  }
}

TEST_CASE("the score has a sign and bounds, the confidence is a probability of at least a third") {
  for (const auto* text : {"", " ", "wonderful", "awful awful awful", "\xFF\xFE", "a b c d e f g"}) {
    CAPTURE(text);
    const auto feeling = say(text).feeling;
    CHECK(feeling.score >= -1);
    CHECK(feeling.score <= 1);
    CHECK(feeling.confidence >= 0.333);
    CHECK(feeling.confidence <= 1);
  }
  CHECK(say("wonderful, thank you").feeling.score > 0.3);
  CHECK(say("awful, disgusting").feeling.score < -0.3);
}

TEST_CASE("why points at the words of the original text, the strongest first") {
  const auto why = say("A WONDERFUL team in the Café").why;
  CHECK(why.substr(0, why.find('|')).find("WONDERFUL") != std::string::npos);
  CHECK(say("Café staff: 😡 disgusting!").why.find("disgusting") != std::string::npos);
}

TEST_CASE("why is empty when nothing spoke") {
  CHECK(say("").why.empty());
  CHECK(say("@someone https://example.org/").why.empty());
}
