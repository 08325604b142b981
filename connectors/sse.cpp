#include "connectors/sse.hpp"

#include <algorithm>
#include <utility>

namespace barometer {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

std::vector<SseEvent> SseReader::take(std::string_view bytes) {
  std::vector<SseEvent> events;
  while (!bytes.empty()) {
    if (std::exchange(after_return_, false) && bytes.front() == '\n') {
      bytes.remove_prefix(1);
      continue;
    }
    const auto end = std::min(bytes.find_first_of("\r\n"), bytes.size());
    const auto part = bytes.substr(0, end);
    if (line_.size() + part.size() > most_)
      line_too_long_ = true;
    else if (!line_too_long_)
      line_ += part;
    if (end == bytes.size()) break;
    after_return_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    end_line(events);
  }
  return events;
}

void SseReader::end_line(std::vector<SseEvent>& events) {
  std::string_view line = line_;
  if (std::exchange(first_line_, false) && line.starts_with(byte_order_mark))
    line.remove_prefix(byte_order_mark.size());
  if (std::exchange(line_too_long_, false)) {
    event_too_long_ = true;
  } else if (line.empty()) {
    end_event(events);
  } else if (!line.starts_with(':')) {
    const auto colon = std::min(line.find(':'), line.size());
    auto value = line.substr(std::min(colon + 1, line.size()));
    if (value.starts_with(' ')) value.remove_prefix(1);
    field(line.substr(0, colon), value);
  }
  line_.clear();
}

void SseReader::field(std::string_view name, std::string_view value) {
  if (name == "event") type_ = value;
  if (name == "id" && value.find('\0') == value.npos) id_ = value;
  if (name != "data") return;
  if (data_.size() + value.size() + 1 > most_) {
    event_too_long_ = true;
    return;
  }
  data_ += value;
  data_ += '\n';
}

void SseReader::end_event(std::vector<SseEvent>& events) {
  SseEvent event{std::exchange(type_, {}), std::exchange(data_, {}), id_};
  if (std::exchange(event_too_long_, false)) {
    ++too_long_;
    return;
  }
  if (event.data.empty()) return;
  event.data.pop_back();
  if (event.type.empty()) event.type = "message";
  events.push_back(std::move(event));
}

}  // namespace barometer
