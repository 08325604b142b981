#include <doctest/doctest.h>

#include "analysis/issues/unanswered.hpp"
#include "connectors/time.hpp"

using namespace barometer;

namespace {

const UtcTime made_at{std::chrono::sys_days{std::chrono::year{2026} / 11 / 18}};  // a Wednesday

std::string since(const std::string& text) {
  const auto time = unanswered_since(text, made_at);
  return time ? to_iso(*time).substr(0, 10) : "";
}

}  // namespace

TEST_CASE("a complaint without an answer is found with the time at which it was made") {
  const std::pair<const char*, const char*> rows[] = {
      {"Complained in March, still nothing", "2026-03-01"},
      {"We complained in December and nobody has replied", "2025-12-01"},
      {"Wrote to PALS six weeks ago. Heard nothing.", "2026-10-07"},
      {"no reply to my complaint about Ward 3 after 4 months", "2026-07-21"},
      {"complaints department at the Infirmary never called back", "2026-11-18"},
      {"Complained twice. Not a peep.", "2026-11-18"},
      {"PALS haven't rung us back, it has been over a year", "2025-11-18"},
      {"complained last week and still waiting for an answer", "2026-11-11"},
      {"Emailed the trust on Monday, no response", "2026-11-16"},
      {"I sent a complaint on 3 May 2024 and not had a reply", "2024-05-01"},
      {"My complaint has gone unanswered since last November", "2025-11-01"},
      {"No one from complaints has got back to me in 40 working days", "2026-10-09"},
  };
  for (const auto& [text, day] : rows) {
    CAPTURE(text);
    CHECK(since(text) == day);
  }
}

TEST_CASE("an answer, a complaint alone, and silence about something else are no unanswered complaint") {
  for (const char* text : {"Complained in March and they rang back the same day", "I complained to the matron",
                           "no complaints here", "Still nothing on the board, third hour in A&E",
                           "They never rang about my scan", "", "Our complaint was handled well, thank you PALS"}) {
    CAPTURE(text);
    CHECK(since(text) == "");
  }
}

TEST_CASE("what only looks like a time is none") {
  for (const char* text : {"It may be that my complaint got no reply", "I complained, we march on, still nothing",
                           "complained 99999999999 weeks ago and no reply"}) {
    CAPTURE(text);
    CHECK(since(text) == "2026-11-18");
  }
}
