#include <fmt/format.h>

#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "daemon/alerts/calendar.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

UtcTime at(const char* iso) { return parse_iso(iso).value(); }

std::string told(const Issue& issue, const std::vector<EventConfig>& calendar) {
  return fmt::format("{}", fmt::join(may_be_due_to(issue, calendar), ", "));
}

}  // namespace

TEST_CASE("a day alone is a whole day on the clock in the United Kingdom, also when the clocks change") {
  struct Row {
    const char* fact;
    EventConfig event;
    const char* from;
    const char* to;
  };
  const Row rows[] = {
      {"a day in winter", {"x", "2026-03-04", "2026-03-04"}, "2026-03-04T00:00:00Z", "2026-03-05T00:00:00Z"},
      {"a week in summer", {"x", "2026-07-06", "2026-07-12"}, "2026-07-05T23:00:00Z", "2026-07-12T23:00:00Z"},
      {"the day of 23 hours", {"x", "2026-03-29", "2026-03-29"}, "2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z"},
      {"the day of 25 hours", {"x", "2026-10-25", "2026-10-25"}, "2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z"},
      {"29 February", {"x", "2028-02-29", "2028-02-29"}, "2028-02-29T00:00:00Z", "2028-03-01T00:00:00Z"},
      {"moments",
       {"x", "2026-03-04T09:00:00Z", "2026-03-04T17:30:00Z"},
       "2026-03-04T09:00:00Z",
       "2026-03-04T17:30:00Z"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    const auto times = times_of(row.event);
    REQUIRE(times.has_value());
    CHECK(to_iso(times->from) == to_iso(at(row.from)));
    CHECK(to_iso(times->to) == to_iso(at(row.to)));
  }
  CHECK_FALSE(times_of({"x", "2026-03-04", "2026-03-03"}).has_value());
  CHECK_FALSE(times_of({"x", "soon", "2026-03-03"}).has_value());
}

TEST_CASE("an issue that began while something of ours was on may be due to it, and one before or after not") {
  const std::vector<EventConfig> calendar{{"open day", "2026-03-04", "2026-03-06"}};
  const auto issue = [](const char* first, const char* opened) {
    return Issue{.place = "ward-7", .tag = "nhssm", .first_post_at = at(first), .opened_at = at(opened)};
  };
  CHECK(told(issue("2026-03-05T10:00:00Z", "2026-03-05T12:00:00Z"), calendar) == "open day");
  CHECK(told(issue("2026-03-01T10:00:00Z", "2026-03-04T12:00:00Z"), calendar) == "open day");  // the rise came then
  CHECK(told(issue("2026-03-06T10:00:00Z", "2026-03-08T12:00:00Z"), calendar) == "open day");
  CHECK(told(issue("2026-03-01T10:00:00Z", "2026-03-03T23:59:59Z"), calendar) == "");
  CHECK(told(issue("2026-03-07T00:00:00Z", "2026-03-08T12:00:00Z"), calendar) == "");
}

TEST_CASE("an event is one of its tags and places, where it has some") {
  const Issue issue{.place = "ward-7",
                    .tag = "nhssm",
                    .first_post_at = at("2026-03-05T10:00:00Z"),
                    .opened_at = at("2026-03-05T12:00:00Z")};
  auto elsewhere = issue;
  elsewhere.place = "";
  const EventConfig anywhere{"strike", "2026-03-04", "2026-03-06"};
  const EventConfig here{"move of the ward", "2026-03-04", "2026-03-06", {}, {"ward-7"}};
  const EventConfig tag{"campaign", "2026-03-04", "2026-03-06", {"flu"}};
  CHECK(told(issue, {anywhere, here, tag}) == "strike, move of the ward");
  CHECK(told(elsewhere, {anywhere, here, tag}) == "strike");
}
