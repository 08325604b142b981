// Hostile headers: whatever they say, waits lie ahead and within a year or so, and links come from the header.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "connectors/refusal.hpp"
#include "connectors/time.hpp"

using namespace barometer;

namespace {

// First line: the status' last digits; then "name:value" lines.
HttpResponse response_of(std::string_view text) {
  HttpResponse response;
  for (bool first = true; !text.empty(); first = false) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (first) {
      for (const char c : line.substr(0, 3)) response.status = response.status * 10 + (c - '0') % 10;
      continue;
    }
    const auto colon = std::min(line.find(':'), line.size());
    response.headers.emplace_back(line.substr(0, colon), line.substr(std::min(colon + 1, line.size())));
  }
  return response;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const UtcTime now = *parse_iso("2026-11-21T20:00:00Z");
  const auto ahead = [](std::optional<UtcTime> time) {
    return !time || (*time >= now && *time <= now + std::chrono::days{366});
  };
  const HttpResponse response = response_of({reinterpret_cast<const char*>(data), size});
  const Failure failure = refusal(response, now);
  if (failure.not_before.has_value() != (failure.remedy == Remedy::wait) || !ahead(failure.not_before)) std::abort();
  const Hints hints = hints_from(response, now);
  if (!ahead(hints.not_before) || !ahead(hints.limit_resets_at) || hints.at_least.count() < 0) std::abort();
  if (link_header(response, "next").size() > size) std::abort();
  if (is_json(response) + is_xml(response) + is_html(response) > 1) std::abort();
  return 0;
}
