#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace barometer {

// One event of a stream of server-sent events.
struct SseEvent {
  std::string type = {};  // "message" where the stream names none
  std::string data = {};  // its lines, with '\n' between them
  std::string id = {};    // the last id that the stream gave, by this event or one before
};

// Reads text/event-stream as its bytes come, cut anywhere. Pure: no clock, no network; any bytes.
// The rules are those of the HTML standard, section "Interpreting an event stream", with two of our own: bytes that are not UTF-8
// are handed on as they are, and an event longer than `most` (all its lines together, or one line) is left out and counted.
// What has begun and not ended with an empty line has not happened.
class SseReader {
 public:
  explicit SseReader(std::size_t most = 4 * 1024 * 1024) : most_(most) {}

  // The events that these bytes complete, in their order.
  std::vector<SseEvent> take(std::string_view bytes);
  std::uint64_t too_long() const { return too_long_; }  // events left out so far

 private:
  void end_line(std::vector<SseEvent>& events);
  void field(std::string_view name, std::string_view value);
  void end_event(std::vector<SseEvent>& events);

  std::size_t most_;
  std::string line_;
  std::string type_;
  std::string data_;  // each line with its '\n'
  std::string id_;
  bool first_line_ = true;
  bool after_return_ = false;  // a line feed now belongs to the line end before
  bool line_too_long_ = false;
  bool event_too_long_ = false;
  std::uint64_t too_long_ = 0;
};

}  // namespace barometer
