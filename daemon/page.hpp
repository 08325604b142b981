#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/assessment.hpp"
#include "connectors/result.hpp"
#include "daemon/config.hpp"
#include "daemon/mood.hpp"
#include "daemon/source_state.hpp"
#include "storage/store.hpp"

namespace barometer {

// The first page: is anything serious, is anything new, are we listening properly?

// A post as the page shows it; its text is masked.
struct ShownPost {
  int severity = 0;
  std::vector<std::string> themes = {};  // titles, the worst first
  Sentiment sentiment = Sentiment::neutral;
  UtcTime made_at = {};
  std::string source = {};
  std::string url = {};  // as the platform gave it; only http(s) becomes a link
  std::string lang = {};
  std::string text = {};
  std::size_t phrase_begin = 0;  // bytes [begin, end) of the text: the words that carried the worst concern;
  std::size_t phrase_end = 0;    // equal when there are none
};

struct PageView {
  UtcTime now = {};
  std::int64_t posts_day = 0;                      // made in the last 24 hours
  std::int64_t concerns_day = 0;                   // of them, how many raise a concern about care
  std::array<std::int64_t, severities> week = {};  // posts made in the last 7 days, by severity
  std::vector<ShownPost> flagged = {};             // of medium severity or above in the last 30 days, the newest first
  std::vector<ShownPost> latest = {};              // whatever they say
  std::vector<TagMood> tags = {};                  // as configured; then "other", if it has posts
  std::vector<SourceState> sources = {};           // those in trouble first
  std::optional<std::string> trouble = {};         // why the store could not be read; the rest is then incomplete
};

constexpr std::size_t flagged_shown = 12;
constexpr std::size_t latest_shown = 8;

// Reads the store only; any thread.
PageView page_view(const Store& store, const std::vector<SourceState>& sources, const Config& config, UtcTime now);

// Pure. HTML without script or inline style; everything that others wrote is escaped.
std::string render_page(const PageView& view);
std::string render_not_found();
std::string_view stylesheet();

}  // namespace barometer
