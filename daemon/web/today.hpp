#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "daemon/mood.hpp"
#include "daemon/review/review_state.hpp"
#include "daemon/web/frame.hpp"
#include "daemon/web/shown_post.hpp"
#include "daemon/web/visit.hpp"

namespace barometer {

// The first page: is anything serious, is anything new, are we listening properly?

struct TodayView {
  UtcTime now = {};
  std::int64_t posts_day = 0;                      // made in the last 24 hours
  std::int64_t concerns_day = 0;                   // of them, how many raise a concern about care
  std::array<std::int64_t, severities> week = {};  // posts made in the last 7 days, by severity
  // The walk over the posts ended here, because there were so many: figures are at least so large. Empty: they are exact.
  std::optional<UtcTime> seen_back_to = {};
  std::vector<ShownPost> flagged =
      {};  // of medium severity or above in the last 30 days; red flags of the last week first
  struct Open {
    Issue issue = {};
    IssueReview review = {};
  };
  std::vector<Open> issues = {};            // the gravest first
  std::span<const Service> services = {};   // of the settings, which outlive this
  std::vector<ShownPost> latest = {};       // whatever they say
  std::vector<TagMood> tags = {};           // as configured; then "other", if it has posts
  std::vector<SourceState> sources = {};    // those in trouble first
  std::string content = {};                 // all of it as HTML, once it is shown: see today_content()
  std::optional<std::string> trouble = {};  // why the store could not be read; the rest is then incomplete
};

constexpr std::size_t issues_on_top = 5;
constexpr std::size_t flagged_shown = 8;
constexpr std::size_t latest_shown = 8;
constexpr std::size_t posts_walked = 20'000;  // at most, for one view

// Reads the store only; any thread. `with_text`: whoever looks may read what was said.
TodayView today_view(const Desk& desk, bool with_text, UtcTime now);

HttpReply answer_today(const Desk& desk, const Visit& visit);

// Pure. HTML without script or inline style; everything that others wrote is escaped. What stands within the frame is the same for all
// who may see the same.
std::string today_content(const TodayView& view);
HttpReply today_page(const std::string& content, Frame frame);

}  // namespace barometer
