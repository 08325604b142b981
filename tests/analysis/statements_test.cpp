#include "analysis/statements.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace barometer;

namespace {

// Each word of the statements, "|" between two statements, and its stem after a slash where it has one.
std::string read(std::string_view text) {
  const Tokens tokens = tokenise(text);
  Statements statements;
  statements.read(text, tokens);
  std::string out;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    if (i > 0) out += " |";
    for (const Word& word : statements[i]) {
      if (!out.empty()) out += ' ';
      out += word.text;
      if (!word.stem.empty()) out += '/' + std::string{word.stem};
      CHECK(word.hash == word_hash(word.text));
    }
  }
  return out;
}

}  // namespace

TEST_CASE("statements hold a text's words without apostrophes, and what the words are without their endings") {
  struct Row {
    const char* text;
    const char* words;
  };
  const Row rows[] = {
      {"Mum's bell. Nobody came!", "mums/mum bell | nobody came"},
      {"one\ntwo", "one | two"},
      {"can't; won't", "cant | wont"},
      {"I'm they've she'll he'd we're", "im/i theyve/they shell/she hed/he were/we"},
      {"a grandmother's", "a grandmothers/grandmother"},  // longer than eight letters, the apostrophe behind them
      {"patient's patients it's", "patients/patient patients its/it"},
      {"is it's", "is its/it"},  // the apostrophe of the next word is not this one's
      {"sir o'clock", "sir oclock"},
      {"mum’s", "mums/mum"},
      {"#nhs waits", "#nhs/nhs waits"},
      {"£1,200 for 6hrs :-)", "£1,200 for 6hrs"},
      {"", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(read(row.text) == row.words);
  }
}

TEST_CASE("a statement ends after its longest number of words, and none is lost") {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "word ";
  const Tokens tokens = tokenise(text);
  Statements statements;
  statements.read(text, tokens);
  std::size_t words = 0;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    CHECK(statements[i].size() <= 63);
    words += statements[i].size();
  }
  CHECK(words == 200);
}
