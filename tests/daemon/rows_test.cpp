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
