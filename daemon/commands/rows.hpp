#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "daemon/commands/commands.hpp"

namespace barometer {

// Prints the rows of a query as the reader asked: JSON a line, CSV (RFC 4180; a cell that a spreadsheet would run as a
// formula is quoted with an apostrophe), or a table with aligned columns.
class Rows {
 public:
  Rows(std::ostream& out, Format format, std::vector<std::string> columns);

  // `json` is a whole object; the cells are for CSV and table.
  void add(const std::string& json, std::vector<std::string> cells);
  void finish();

  Format format() const { return format_; }

 private:
  std::ostream& out_;
  Format format_;
  std::vector<std::vector<std::string>> table_;
};

}  // namespace barometer
