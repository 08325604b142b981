#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/posix/stream_descriptor.hpp>

#include "connectors/file_bytes.hpp"
#include "connectors/registry.hpp"
#include "connectors/source.hpp"

namespace barometer {

// A file of posts, one JSON object a line, that somebody goes on writing; or standard input.
struct NdjsonConfig {
  std::string name = {};
  std::filesystem::path path = {};             // "-": standard input
  std::chrono::milliseconds patience{60'000};  // how long one fetch waits for something new
  std::chrono::milliseconds look_every{500};   // at a file that has nothing new
};

inline constexpr std::size_t ndjson_piece = 512 * 1024;  // bytes a fetch

// Where reading goes on. The file is known by its device and inode, and by the bytes before the offset: a file that was cut and
// written anew, or another that got its inode, has others there.
struct NdjsonPlace {
  OpenFile::Identity file = {};
  std::uint64_t offset = 0;
  std::uint64_t line = 1;     // that begins at offset
  std::string before = {};    // hash of the up to 64 bytes before it
  bool passing_over = false;  // a line too long to be a post, up to its end
};
NdjsonPlace ndjson_place_of(const Cursor& cursor);
Cursor cursor_of(const NdjsonPlace& place);

// The posts of whole lines in `bytes`; half a line at the end waits, unless `whole` says that nothing follows. Lines that are
// no post are counted, and complained about. Moves the place on by what was taken (not its hash).
Page ndjson_lines(std::string_view bytes, bool whole, const NdjsonConfig& config, NdjsonPlace& place, UtcTime now);

// For `barometer parse`. One kind: lines.
Result<Page> parse_ndjson(std::string body, const ParseOptions& options);

// Follows the file through rotation: when another has its name, the old one is read to its end first, found again by its inode
// where we were not running meanwhile.
class NdjsonSource : public Source {
 public:
  explicit NdjsonSource(NdjsonConfig config);
  ~NdjsonSource() override;

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;

  // The next piece of the file, without waiting for more than the disk; unchanged when there is nothing new.
  Result<Page> read(const Cursor& cursor, UtcTime now);

 private:
  struct Input;

  std::optional<Failure> open_for(NdjsonPlace& place);
  std::optional<Failure> open_input(const asio::any_io_executor& executor);
  asio::awaitable<Result<Page>> fetch_input(Cursor cursor, UtcTime now);

  NdjsonConfig config_;
  std::string host_;
  std::optional<OpenFile> file_;  // the one that is being read
  std::unique_ptr<Input> input_;  // standard input
};

// The registry's row.
Connector ndjson_connector();

}  // namespace barometer
