#include "analysis/issues/organisations.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace barometer;

namespace {

std::string place_in(const Services& services, const std::string& text) {
  const auto found = services.find(text);
  return found ? services.all()[found->index].id : "";
}

std::string complaint_of(const std::string& list) {
  const auto read = read_organisations(list, "own.tsv");
  return read ? "" : read.error().detail;
}

}  // namespace

TEST_CASE("the built-in list is read, and knows all four nations") {
  const auto read = read_organisations(built_in_list(), "built in");
  REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().detail));
  CHECK(read->size() > 500);
  CHECK(read->size() == built_in_organisations().size());
  const Services services{*read};
  const std::pair<const char*, const char*> rows[] = {
      {"Nine hours in A&E at Addenbrooke's", "nhs:RGT01"},
      {"nine hours at ADDENBROOKES", "nhs:RGT01"},
      {"Addenbrooke\u2019s again", "nhs:RGT01"},
      {"Barts Health lost my letter", "nhs:R1H"},
      {"Guy's and St Thomas' cancelled twice", "nhs:RJ1"},
      {"mum is in Ninewells", "nhs:ninewells-hospital"},
      {"Betsi Cadwaladr in special measures", "nhs:7A1"},
      {"NHS Greater Glasgow and Clyde replied at last", "nhs:S08000031"},
      {"Antrim Area Hospital, corridor care", "nhs:antrim-area-hospital"},
      {"Queen Elizabeth Hospital was filthy", ""},  // which of them?
      {"Queen Elizabeth Hospital Gateshead was filthy", "nhs:RR7EN"},
      {"Queen Elizabeth Hospital. Shame on Gateshead Health", "nhs:RR7EN"},
      {"I do not like Southampton in general", ""},
  };
  for (const auto& [text, place] : rows) {
    CAPTURE(text);
    CHECK(place_in(services, text) == place);
  }
}

TEST_CASE("each organisation of the built-in list is found by each of its names that no other has") {
  const Services services{built_in_organisations()};
  std::map<std::string, int> bearers;
  for (const Service& one : services.all()) {
    ++bearers[one.name];
    for (const auto& alias : one.aliases) ++bearers[alias];
  }
  int shared = 0;
  for (const Service& one : services.all()) {
    auto names = one.aliases;
    names.push_back(one.name);
    for (const auto& name : names) {
      CAPTURE(name);
      shared += bearers[name] > 1 ? 1 : 0;
      if (bearers[name] == 1) CHECK(place_in(services, "She was left to wait at " + name + ", again.") == one.id);
    }
  }
  CHECK(shared < 20);
}

TEST_CASE("a list that is wrong is refused with file, line and remedy") {
  CHECK(complaint_of("# of our own\n\nX1\t\tNorthvale Trust\nX2\tX1\tNorthvale Infirmary\tthe Infirmary|NVI\r\n") ==
        "");
  CHECK(complaint_of("X1 Northvale Trust\n") ==
        "own.tsv:1: write code, what it is part of, name and other names, with a tabulator between each two");
  CHECK(complaint_of("#\nX1\t\t\n") == "own.tsv:2: give it a code and a name");
  CHECK(complaint_of("X1\t\tA\nX1\t\tB\n") == "own.tsv:2: \"X1\" is the code of another line: give each its own");
  CHECK(complaint_of("X1\tX2\tA\n") ==
        "own.tsv:1: there is no other line with the code \"X2\": add one, or leave it out");
}

TEST_CASE("services of the settings stand before those of the list that mean the same") {
  const auto listed = *read_organisations(
      "X1\t\tNorthvale NHS Trust\tNorthvale Hospitals\nX2\tX1\tNorthvale Infirmary\nX3\tX1\tSea View Hospital\n"
      "Y1\t\tSouthvale NHS Trust\tthe Infirmary\n",
      "list");
  const Services services{
      with_organisations({{.id = "trust", .name = "Our Trust", .ods = "X1"},
                          {.id = "inf", .name = "Northvale Infirmary", .aliases = {"the Infirmary"}},
                          {.id = "w7", .name = "Ward 7", .parent = "inf"}},
                         listed)};
  CHECK(place_in(services, "Northvale Infirmary, never again") == "inf");
  CHECK(place_in(services, "the Infirmary, never again") == "inf");
  CHECK(place_in(services, "Ward 7 at Northvale Infirmary") == "w7");
  CHECK(place_in(services, "Ward 7 was a disgrace") == "w7");
  CHECK(place_in(services, "Ward 7 at Southvale NHS Trust was a disgrace") == "nhs:Y1");
  CHECK(place_in(services, "Ward 7, Southvale NHS Trust: a disgrace") == "nhs:Y1");
  CHECK(place_in(services, "Ward 7 of the Southvale NHS Trust") == "nhs:Y1");
  CHECK(place_in(services, "Ward 7 took us from Southvale NHS Trust") == "w7");
  CHECK(place_in(services, "Sea View Hospital, never again") == "nhs:X3");
  CHECK(services.related("trust", "nhs:X3"));
  CHECK(place_in(services, "Southvale NHS Trust, never again") == "nhs:Y1");
  const Services by_name{with_organisations({{.id = "trust", .name = "Northvale NHS Trust"}}, listed)};
  CHECK(by_name.related("trust", "nhs:X3"));
  CHECK(services.by_id("nhs:X1") == nullptr);
  CHECK(services.by_id("nhs:X2") == nullptr);
}
