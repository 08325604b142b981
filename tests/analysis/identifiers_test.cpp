#include "analysis/identifiers.hpp"

#include <string>

#include <doctest/doctest.h>

#include "analysis/identifier_shapes.hpp"

using namespace barometer;

TEST_CASE("identifiers are masked however they are written, and nothing else is") {
  struct Row {
    const char* text;
    const char* masked;
  };
  const Row rows[] = {
      {"my NHS number is 999 000 0018.", "my NHS number is [NHS number]."},
      {"9990000018", "[NHS number]"},
      {"999-000-0018 on ward 4", "[NHS number] on ward 4"},
      {"999.000\n0018!", "[NHS number]\n!"},
      {"👉９９９ ０００ ００１８👈", "👉[NHS number]👈"},
      {"order 9990000019 is late", "order 9990000019 is late"},
      {"call me on 07700 900123", "call me on [phone]"},
      {"+44 (0)7700 900 123 after six", "[phone] after six"},
      {"0 7 7 0 0 9 0 0 1 2 3", "[phone]"},
      {"07700–900–123", "[phone]"},
      {"ring 111, or 999, or 116 123", "ring 111, or 999, or 116 123"},
      {"helpline 0800 1111 and 0808 157 0000", "helpline 0800 1111 and 0808 157 0000"},
      {"the switchboard is 020 7946 0100", "the switchboard is 020 7946 0100"},
      {"my mum's is 020 7946 0100", "my mum's is [phone]"},
      {"write to ann.lee@example.org, please", "write to [email], please"},
      {"ann (at) example (dot) org", "[email]"},
      {"hello @ann@social.example", "hello @ann@social.example"},
      {"I live at ST22 6BN", "I live at [postcode]"},
      {"sw1a1aa", "[postcode]"},
      {"the m6 4th exit, a1 2nd left", "the m6 4th exit, a1 2nd left"},
      {"B12 3mg daily", "B12 3mg daily"},
      {"DOB: 27/06/1940", "DOB: [date of birth]"},
      {"D\nO B 27/06/1940", "D\nO B [date of birth]"},
      {"👶 Born 27/06/1940", "👶 Born [date of birth]"},
      {"born on 3rd of May 1951 in Leeds", "born on [date of birth] in Leeds"},
      {"clinic on 27/06/2026", "clinic on 27/06/2026"},
      {"hospital number RX123456", "hospital number [hospital number]"},
      {"for Mrs Ann Vane-Lee, bed 4", "for Mrs [name], bed 4"},
      {"named Zoë Élan Lee", "named [name]"},
      {"mr. Lee Ann", "mr. [name]"},
      {"thank you Nurse Ann", "thank you Nurse Ann"},
      {"https://example.org/9990000018", "https://example.org/9990000018"},
      {"", ""},
      {"\xff\xfe 9990000018", "\xff\xfe [NHS number]"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(mask_identifiers(row.text).text == row.masked);
  }
}

TEST_CASE("every cue is heard in any case, at the beginning of a text and within it") {
  struct Row {
    const char* cue;
    const char* rest;
    const char* mask;
  };
  const Row rows[] = {
      {"mr", " Ann Lee", "[name]"},
      {"mrs", " Ann Lee", "[name]"},
      {"ms", " Ann Lee", "[name]"},
      {"miss", " Ann Lee", "[name]"},
      {"mx", " Ann Lee", "[name]"},
      {"name is", " Ann Lee", "[name]"},
      {"named", " Ann Lee", "[name]"},
      {"called", " Ann Lee", "[name]"},
      {"patient is", " Ann Lee", "[name]"},
      {"hospital number", " A123456", "[hospital number]"},
      {"hosp no", " 123456", "[hospital number]"},
      {"mrn", " 123456", "[hospital number]"},
      {"patient id", " 123456", "[hospital number]"},
      {"unit number", " 123456", "[hospital number]"},
      {"dob", " 27/06/1940", "[date of birth]"},
      {"d.o.b", " 27/06/1940", "[date of birth]"},
      {"d o b", " 27/06/1940", "[date of birth]"},
      {"date of birth", " 27/06/1940", "[date of birth]"},
      {"birthday", " 27/06/1940", "[date of birth]"},
      {"born", " 27/06/1940", "[date of birth]"},
  };
  for (const Row& row : rows) {
    std::string shouted = row.cue;
    for (char& c : shouted) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    for (const std::string& cue : {std::string{row.cue}, shouted})
      for (const char* before : {"", "seen on ward: "}) {
        CAPTURE(cue);
        const std::string masked = mask_identifiers(before + cue + row.rest).text;
        CHECK(masked == before + cue + ' ' + row.mask);
      }
  }
}

TEST_CASE("each kind that was masked is named once") {
  const Masked masked = mask_identifiers("9990000018, 07700 900123 and 07700 900124");
  CHECK(masked.kinds == std::vector<std::string>{"nhs_number", "phone"});
}

TEST_CASE("the check digit of an NHS number is that of the data dictionary") {
  CHECK(is_nhs_number("9990000018"));
  CHECK_FALSE(is_nhs_number("9990000010"));
}
