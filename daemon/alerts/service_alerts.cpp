#include "daemon/alerts/service_alerts.hpp"

#include <algorithm>
#include <fmt/format.h>

#include <boost/json.hpp>

#include "connectors/time.hpp"
#include "daemon/uk_time.hpp"

namespace barometer {
namespace {

namespace json = boost::json;

constexpr int rounds_without_word = 4;  // as Prometheus: an alert outlives three rounds that get lost

ServiceAlert of_source(const Gap& gap) {
  return {"SourceBlind",
          "warning",
          {{"source", gap.source}, {"reason", name_of(gap.reason)}},
          fmt::format("{} has heard nothing since {}", gap.source, uk_time(gap.from)),
          "What is said there is not seen. See why, and what to do: barometer explain-source, or the page of sources.",
          gap.from,
          {}};
}

ServiceAlert of_outbox(UtcTime since) {
  return {
      "AlertUndelivered",
      "critical",
      {},
      fmt::format("A message that should have left waits since {}", uk_time(since)),
      "Somebody is to be told of an issue and does not know yet. See why: barometer alerts, or the log (mail_failed).",
      since,
      {}};
}

ServiceAlert of_store(int free, UtcTime now) {
  return {"StoreNearFull",
          "critical",
          {},
          fmt::format("{} percent of the store's file system are free", free),
          "When it is full nothing more is kept: make room, or shorten the times in retention.",
          now,
          {}};
}

}  // namespace

std::vector<ServiceAlert> service_alerts(const ServiceFacts& facts, const Config& config, UtcTime now) {
  const auto& settings = config.alertmanager;
  std::vector<ServiceAlert> out;
  for (const auto& gap : facts.blind)
    if (now - gap.from >= settings.blind_after) out.push_back(of_source(gap));
  if (facts.unsent_since && now - *facts.unsent_since >= settings.unsent_after)
    out.push_back(of_outbox(*facts.unsent_since));
  if (facts.store_free && *facts.store_free < settings.store_free) out.push_back(of_store(*facts.store_free, now));
  return out;
}

const std::vector<ServiceAlert>& ServiceBoard::update(const std::vector<ServiceAlert>& wrong, UtcTime now) {
  const auto lasts = [&](const ServiceAlert& told) {
    return std::ranges::any_of(wrong, [&](const ServiceAlert& alert) { return alert.same_as(told); });
  };
  // What was over and comes back is told anew.
  std::erase_if(told_, [&](const ServiceAlert& told) {
    return told.over_since && (lasts(told) || now - *told.over_since > told_after);
  });
  for (auto& told : told_)
    if (!told.over_since && !lasts(told)) told.over_since = now;
  for (const auto& alert : wrong) {
    const auto known = [&](const ServiceAlert& told) { return told.same_as(alert); };
    if (const auto row = std::ranges::find_if(told_, known); row != told_.end())
      row->summary = alert.summary;
    else
      told_.push_back(alert);
  }
  return told_;
}

std::string alertmanager_json(const std::vector<ServiceAlert>& alerts, const Config& config, UtcTime now) {
  const auto& page = config.web.public_url;
  json::array out;
  for (const auto& alert : alerts) {
    json::object labels{{"alertname", alert.name},
                        {"severity", alert.severity},
                        {"job", "barometer"},
                        {"instance", page.empty() ? config.web.listen : page}};
    for (const auto& [name, value] : alert.labels) labels[name] = value;
    json::object row{
        {"labels", std::move(labels)},
        {"annotations", json::object{{"summary", alert.summary}, {"description", alert.description}}},
        {"startsAt", to_iso(alert.since)},
        {"endsAt", to_iso(alert.over_since.value_or(now + rounds_without_word * config.alertmanager.every))}};
    if (!page.empty()) row["generatorURL"] = page;
    out.push_back(std::move(row));
  }
  return json::serialize(out);
}

}  // namespace barometer
