#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace barometer {

// One record of a CSV file (RFC 4180, and what spreadsheets make of it): fields between delimiters, quoted ones with delimiters,
// line ends and doubled quotes in them. Lines end with CR LF, LF or CR. No library of Debian's tells where a record begins and
// ends in the file, which a file that is read in pieces, and named by line in complaints, needs.
struct CsvRecord {
  std::vector<std::string> fields = {};
  std::size_t begin = 0;  // bytes [begin, end) of what was read
  std::size_t end = 0;
  std::size_t lines = 0;    // how many line ends it takes
  bool open_quote = false;  // a quote is never closed: only the first line was taken, and its fields mean nothing
};

inline constexpr std::size_t longest_record = 256 * 1024;  // bytes; beyond it a quote counts as never closed

// The record that begins at `at`. False when it is not known yet where it ends: read more. `whole` says that nothing follows
// `bytes`, so that the last record needs no line end; at their very end there is none.
bool read_csv_record(std::string_view bytes, std::size_t at, char delimiter, bool whole, CsvRecord& record);

// windows-1252 as UTF-8, without control characters.
std::string windows_to_utf8(std::string_view bytes);
// Any bytes as UTF-8: as they are where they are UTF-8, otherwise as windows-1252, which is what Windows saves.
std::string utf8_or_windows(std::string_view bytes);

}  // namespace barometer
