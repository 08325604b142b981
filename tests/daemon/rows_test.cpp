#include "daemon/commands/rows.hpp"

#include <sstream>

#include <doctest/doctest.h>

using namespace barometer;

TEST_CASE("CSV quotes what must be quoted, and no cell is run as a formula") {
  std::ostringstream out;
  Rows rows(out, Format::csv, {"a", "b"});
  rows.add("", {"say \"hi\", twice", "=HYPERLINK(1)"});
  rows.finish();
  CHECK(out.str() == "a,b\r\n\"say \"\"hi\"\", twice\",'=HYPERLINK(1)\r\n");
}

TEST_CASE("which cells a spreadsheet would run") {
  struct Row {
    const char* cell;
    const char* written;
  };
  const Row rows[] = {{"=1+1", "'=1+1"},        {"@SUM(A1)", "'@SUM(A1)"},
                      {"-2+3", "'-2+3"},        {"+44 1632", "'+44 1632"},
                      {"-0.83", "-0.83"},       {"-5", "-5"},
                      {" =1", "' =1"},          {"\t=1", "'\t=1"},
                      {"\r=1", "\"'\r=1\""},    {"a=1", "a=1"},
                      {"1 - 2", "1 - 2"},       {"", ""},
                      {"- a dash", "'- a dash"}};
  for (const auto& row : rows) {
    CAPTURE(row.cell);
    std::ostringstream out;
    Rows csv(out, Format::csv, {"a"});
    csv.add("", {row.cell});
    CHECK(out.str() == "a\r\n" + std::string(row.written) + "\r\n");
  }
}

TEST_CASE("a table lines its columns up and keeps each row on one line") {
  std::ostringstream out;
  Rows rows(out, Format::table, {"name", "n"});
  rows.add("", {"é", "1"});
  rows.add("", {"two\nlines", "2"});
  rows.finish();
  CHECK(out.str() == "name       n\né          1\ntwo lines  2\n");
}

TEST_CASE("JSON is one object a line") {
  std::ostringstream out;
  Rows rows(out, Format::json, {"ignored"});
  rows.add("{\"a\":1}", {});
  rows.add("{\"a\":2}", {});
  rows.finish();
  CHECK(out.str() == "{\"a\":1}\n{\"a\":2}\n");
}
