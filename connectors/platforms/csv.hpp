#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "connectors/platforms/csv_rows.hpp"
#include "connectors/registry.hpp"
#include "connectors/source.hpp"

namespace barometer {

// A CSV file that is imported row by row, and again when it changes: an export of the Friends and Family Test, a register of
// complaints. Rows that are known count once; one that has an id and has changed is an edit.
struct CsvConfig {
  std::string name = {};
  std::filesystem::path path = {};
  CsvForm form = {};
};

// How much is read at once, so that a large file holds up nobody.
inline constexpr std::size_t csv_piece = 1024 * 1024;

// The rows of one piece: bytes that follow `line` - 1 lines of the file. `taken` says how many of them were whole records.
struct CsvPiece {
  Page page = {};         // without a cursor
  std::size_t taken = 0;  // bytes
  std::size_t lines = 0;  // line ends among them
};
CsvPiece csv_piece_of(std::string_view bytes, std::size_t line, bool whole, const CsvHeading& heading,
                      const CsvConfig& config, UtcTime now);

// For `barometer parse`: a whole file with a heading of usual names. One kind: rows.
Result<Page> parse_csv(std::string body, const ParseOptions& options);

class CsvSource : public Source {
 public:
  explicit CsvSource(CsvConfig config);

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;

  // What fetch() gives, without waiting for anything but the disk: a piece of the file, an unchanged page, or a failure.
  Result<Page> read(const Cursor& cursor, UtcTime now) const;

 private:
  CsvConfig config_;
  std::string host_;
};

// The registry's row.
Connector csv_connector();

}  // namespace barometer
