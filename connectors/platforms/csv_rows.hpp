#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/csv_reader.hpp"
#include "connectors/post.hpp"
#include "connectors/result.hpp"

namespace barometer {

// Which column holds what, by its heading; case and blanks around do not matter. Where a name is empty, the usual headings
// of registers and of Friends and Family Test exports are tried.
struct CsvColumns {
  std::string text = {};
  std::string made_at = {};
  std::string id = {};
  std::string author = {};
  std::string title = {};
  std::string url = {};
  std::string lang = {};
};

// How cells are written.
struct CsvForm {
  CsvColumns columns = {};
  char delimiter = ',';
  bool windows = false;          // windows-1252 even where the bytes could be UTF-8
  std::string date_format = {};  // strptime's; empty: the usual ones
  std::string time_zone = "Europe/London";
};

// A heading, once its columns are found: places of fields, or none.
struct CsvHeading {
  std::size_t text = 0;
  std::optional<std::size_t> made_at = {};
  std::optional<std::size_t> id = {};
  std::optional<std::size_t> author = {};
  std::optional<std::size_t> title = {};
  std::optional<std::size_t> url = {};
  std::optional<std::size_t> lang = {};
};

// From the file's first record. A failure names the column that is missing, and those that there are.
Result<CsvHeading> csv_heading(const CsvRecord& first, const CsvForm& form);

// What one record is: a post, nothing (an empty row or no text: said by nobody), or a complaint that says what to write.
struct CsvRow {
  std::optional<Post> post = {};
  std::string complaint = {};
};
CsvRow csv_row(const CsvRecord& record, const CsvHeading& heading, const CsvForm& form, std::string_view source,
               UtcTime now);

}  // namespace barometer
