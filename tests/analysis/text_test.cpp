#include "analysis/text.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace barometer;

namespace {

// The normalised tokens, a blank between.
std::string words_of(std::string_view text) {
  std::string joined;
  for (const auto& token : tokenise(text)) joined.append(joined.empty() ? "" : " ").append(token.text);
  return joined;
}

std::string negated_in(std::string_view text) {
  std::string joined;
  for (const auto& token : tokenise(text)) {
    if (token.negated) joined.append(joined.empty() ? "" : " ").append(token.text);
  }
  return joined;
}

}  // namespace

TEST_CASE("a text becomes normalised tokens") {
  struct Row {
    const char* fact;
    const char* text;
    const char* tokens;
  };
  const Row rows[] = {
      {"words are folded", "Waited in A&E", "waited in a & e"},
      {"apostrophes are straight and inside words", "I can’t, don't", "i can't , don't"},
      {"long letters are squeezed to two", "Sooooo goooood", "soo good"},
      {"accents stay, full-width and bold letters do not", "Café ＮＨＳ 𝐍𝐇𝐒", "café nhs nhs"},
      {"German sharp s folds", "Straße", "strasse"},
      {"soft hyphens are seen by nobody", "hos\u00ADpital", "hospital"},
      {"an apostrophe at the end is not the word's", "nurses' rock''n’ roll’", "nurses ' rock ' n ' roll '"},
      {"one letter beyond ASCII changes nothing of the others", "DOON’Té Don'té", "doon'té don'té"},
      {"letters blanked out stay in their word", "f**k this sh*t ***", "f**k this sh*t *"},
      {"emphasis is not part of the word", "*so* sad", "* so * sad"},
      {"hashtags stay whole", "#NHSsm #nhs_10 # alone", "#nhssm #nhs_10 # alone"},
      {"mentions are one token, hosts included", "@a @b@host.example, .@c.host.example.", "@user @user , . @user ."},
      {"a lone at sign is not a mention", "a @ b", "a @ b"},
      {"links are one token", "see https://example.org/a?b=c. or WWW.example.org!", "see <url> . or <url> !"},
      {"numbers are one token", "19:30 on 21/11/2026, £3.50, 2nd, 9am, -5",
       "<num> on <num> , <num> , <num> , <num> , <num>"},
      {"per cent is told apart", "95% of 4", "<pct> of <num>"},
      {"a word may begin with a digit", "2nite 1,2nite", "2nite <num> , 2nite"},
      {"exclamations are told by kind", "a! b!! c?? d?!?", "a ! b !! c ?? d ?!"},
      {"dots become one", "well.... so… end.", "well ... so ... end ."},
      {"runs of a sign are one", "---- ((( a", "- ( a"},
      {"emoticons lose nose and repetition", "good :-))) bad :'( <33 xD", "good :) bad :( <3 xD"},
      {"every fixed face is known", "</3 >_< ^_^ -_- D: :* ^^ xD XD xP XP", "</3 >_< ^_^ -_- D: :* ^^ xD XD xP XP"},
      {"a bracket before a colon is no face", "(see this): there", "( see this ) : there"},
      {"emoji lose their skin tone", "👍🏽👍", "👍 👍"},
      {"joined emoji are one", "👩‍⚕️ ok", "👩⚕ ok"},
      {"flags are one", "🇬🇧🇬🇧", "🇬🇧 🇬🇧"},
      {"nothing is nothing", " \t\n\u00A0", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    CHECK(words_of(row.text) == row.tokens);
  }
}

TEST_CASE("each token says where it stands in the original bytes") {
  const std::string text = "Ｗe can’t wait 👍🏽!! @someone #ＮＨＳ";
  std::string originals;
  for (const auto& token : tokenise(text)) originals += text.substr(token.begin, token.end - token.begin) + "|";
  CHECK(originals == "Ｗe|can’t|wait|👍🏽|!!|@someone|#ＮＨＳ|");
}

TEST_CASE("a negator reaches five tokens, or to the end of its clause") {
  struct Row {
    const char* fact;
    const char* text;
    const char* negated;
  };
  const Row rows[] = {
      {"five tokens", "never a b c d e f g", "a b c d e"},
      {"up to a comma, which is still marked", "not good , fine", "good ,"},
      {"up to but", "didn’t help but fine", "help but"},
      {"a second negator begins anew", "no no a b c d e f", "no a b c d e"},
      {"a word that only looks like one does not", "nota note knot a", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    CHECK(negated_in(row.text) == row.negated);
  }
}

TEST_CASE("words in capitals are marked, short ones are not") {
  const auto tokens = tokenise("NHS IS Bad WORSE");
  CHECK(tokens[0].shouted);
  CHECK_FALSE(tokens[1].shouted);
  CHECK_FALSE(tokens[2].shouted);
  CHECK(tokens[3].shouted);
}

TEST_CASE("any bytes are split, and ranges stay in order and inside") {
  std::uint64_t state = 1;
  Tokens tokens;
  for (int round = 0; round < 2000; ++round) {
    std::string bytes;
    for (int i = 0; i < 60; ++i) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      // Half the bytes from a set that starts tokens and cuts sequences short.
      constexpr std::string_view sharp = "@#:;=()<>.,-$%*'_aX9 \xE2\x80\x99\xF0\x9F\x91\x8D\xEF\xB8\x8F";
      bytes += (state >> 40) % 2 ? static_cast<char>(state >> 56) : sharp[(state >> 48) % sharp.size()];
    }
    tokenise(bytes, tokens);
    std::uint32_t last = 0;
    for (const auto& token : tokens) {
      REQUIRE(token.begin >= last);
      REQUIRE(token.end > token.begin);
      REQUIRE_FALSE(token.text.empty());
      last = token.end;
    }
    REQUIRE(last <= bytes.size());
  }
}

TEST_CASE("a plain word is cut where one with an accent is") {
  for (const std::size_t letters : {255U, 256U, 257U, 300U}) {
    std::string plain;
    while (plain.size() < letters) plain += "ab";
    plain.resize(letters);
    const auto tokens = tokenise(plain + " " + plain + "'s " + plain + "é");
    REQUIRE(tokens.size() == 3);
    CAPTURE(letters);
    CHECK(tokens[0].text == plain.substr(0, 256));
    CHECK(tokens[1].text == (plain + "'s").substr(0, 256));
    CHECK(tokens[2].text.substr(0, 255) == plain.substr(0, 255));
  }
}

TEST_CASE("each token brings the hash of its text") {
  for (const auto& token : tokenise("Waited 3 hrs in A&E @a 😡 #nhs")) CHECK(token.hash == word_hash(token.text));
}

TEST_CASE("one endless word is one token with a short normalised form") {
  std::string endless;
  for (int i = 0; i < 100'000; ++i) endless += "äb";
  const auto tokens = tokenise(endless);
  REQUIRE(tokens.size() == 1);
  CHECK(tokens[0].end == endless.size());
  CHECK(tokens[0].text.size() <= 512);
}

TEST_CASE("an apostrophe after the longest plain word goes the long way round, to the same tokens") {
  for (const std::size_t letters : {254u, 255u, 256u, 257u}) {
    std::string word;
    for (std::size_t i = 0; i < letters; ++i) word += "abc"[i % 3];
    CAPTURE(letters);
    const std::string text = word + "'s";
    const Tokens tokens = tokenise(text);
    REQUIRE(tokens.size() > 0);
    CHECK(tokens[0].begin == 0);
    CHECK(tokens[tokens.size() - 1].end == text.size());
  }
}
