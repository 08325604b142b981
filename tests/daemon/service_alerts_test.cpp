#include "daemon/alerts/service_alerts.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include "connectors/time.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

const UtcTime noon = parse_iso("2026-03-04T12:00:00Z").value();

std::string names(const std::vector<ServiceAlert>& alerts) {
  std::string out;
  for (const auto& alert : alerts) out += (out.empty() ? "" : ", ") + alert.name + (alert.over_since ? " is over" : "");
  return out;
}

ServiceFacts blind(UtcTime since) { return {.blind = {{.source = "feed", .from = since, .reason = GapReason::down}}}; }

}  // namespace

TEST_CASE("what is wrong is told once it has lasted as long as the settings say") {
  struct Row {
    const char* fact;
    ServiceFacts facts;
    const char* told;
  };
  const Row rows[] = {
      {"all is well", {.store_free = 50}, ""},
      {"nobody knows how full the disk is", {}, ""},
      {"blind for a moment", blind(noon - 29min), ""},
      {"blind for long", blind(noon - 30min), "SourceBlind"},
      {"a clock that was put back", blind(noon + 1h), ""},
      {"a message is late", {.unsent_since = noon - 10min}, ""},
      {"a message is very late", {.unsent_since = noon - 30min}, "AlertUndelivered"},
      {"just enough room", {.store_free = 10}, ""},
      {"the disk is nearly full", {.store_free = 9}, "StoreNearFull"},
  };
  for (const auto& row : rows) CHECK_MESSAGE(names(service_alerts(row.facts, {}, noon)) == row.told, row.fact);
}

TEST_CASE("what lasts is told with when it began, and what is over for a quarter of an hour") {
  ServiceBoard board;
  const auto wrong = service_alerts(blind(noon - 1h), {}, noon);
  CHECK(board.update(wrong, noon).front().since == noon - 1h);
  CHECK(names(board.update(wrong, noon + 1min)) == "SourceBlind");
  CHECK(names(board.update({}, noon + 2min)) == "SourceBlind is over");
  CHECK(board.update({}, noon + 3min).front().over_since == noon + 2min);
  CHECK(names(board.update({}, noon + 17min)) == "SourceBlind is over");
  CHECK(names(board.update({}, noon + 18min)) == "");
}

TEST_CASE("what comes back is a new alert, and a disk is told with when it was first seen full") {
  ServiceBoard board;
  const auto full = [&](int free, UtcTime now) { return service_alerts({.store_free = free}, {}, now); };
  CHECK(board.update(full(9, noon), noon).front().since == noon);
  const auto later = board.update(full(8, noon + 1h), noon + 1h);
  REQUIRE(later.size() == 1);
  CHECK(later[0].since == noon);
  CHECK(later[0].summary.starts_with("8 percent"));
  board.update({}, noon + 2h);
  const auto again = board.update(full(7, noon + 2h + 1min), noon + 2h + 1min);
  REQUIRE(again.size() == 1);
  CHECK_FALSE(again[0].over_since.has_value());
  CHECK(again[0].since == noon + 2h + 1min);
}

TEST_CASE("Alertmanager is told in its own words, and what lasts ends by itself if we fall silent") {
  Config config;
  config.web.public_url = "https://barometer.trust.example/";
  auto alerts = service_alerts(blind(noon - 1h), config, noon);
  alerts.push_back(alerts[0]);
  alerts[1].over_since = noon - 1min;
  const auto rows = boost::json::parse(alertmanager_json(alerts, config, noon)).as_array();
  REQUIRE(rows.size() == 2);
  const auto& labels = rows[0].at("labels").as_object();
  CHECK(labels.at("alertname").as_string() == "SourceBlind");
  CHECK(labels.at("severity").as_string() == "warning");
  CHECK(labels.at("source").as_string() == "feed");
  CHECK(labels.at("reason").as_string() == "down");
  CHECK(labels.at("instance").as_string() == "https://barometer.trust.example/");
  CHECK(labels.size() == 6);
  CHECK(rows[0].at("startsAt").as_string() == "2026-03-04T11:00:00.000Z");
  CHECK(rows[0].at("endsAt").as_string() == "2026-03-04T12:04:00.000Z");
  CHECK(rows[1].at("endsAt").as_string() == "2026-03-04T11:59:00.000Z");
  CHECK(rows[0].at("annotations").as_object().size() == 2);
}
