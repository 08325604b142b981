#include <doctest/doctest.h>

#include "tests/storage/samples.hpp"

namespace barometer {
namespace {

using Ids = std::vector<std::string>;

Entry grave(std::string id, std::string alert_id, std::int64_t minute = evening) {
  auto entry = heard(std::move(id), minute, Sentiment::negative, {{.theme = Theme::never_event, .severity = 4}});
  entry.alerts = {alert(std::move(alert_id), entry)};
  return entry;
}

std::size_t raised(Store& store, const Batch& batch) { return store.commit({&batch, 1}).value().front().alerts; }

Alert only_alert(const Store& store) {
  std::vector<Alert> found;
  store.alerts([&](const Alert& kept) { return found.push_back(kept), true; }).value();
  REQUIRE(found.size() == 1);
  return found.front();
}

TEST_CASE("an alert is raised with its post, once, and waits until it is sent") {
  const Memory memory;
  {
    const auto store = memory.open();
    CHECK(raised(*store, page({grave("a", "1"), grave("a", "1")})) == 1);
    CHECK(raised(*store, page({grave("a", "1")})) == 0);
    CHECK(waiting(*store) == Ids{"1"});
    CHECK(differences(*store) == "");
  }
  const auto store = memory.open();
  CHECK(waiting(*store) == Ids{"1"});
  CHECK(store->mark_failed("1", at_minute(evening + 2), "connection refused").has_value());
  CHECK(waiting(*store) == Ids{"1"});
  CHECK(only_alert(*store).last_error == "connection refused");
  CHECK(store->mark_sent("1", at_minute(evening + 3)).has_value());
  CHECK(store->mark_sent("1", at_minute(evening + 9)).has_value());
  CHECK(waiting(*store).empty());
  CHECK(only_alert(*store).sent_at == at_minute(evening + 3));
  CHECK(only_alert(*store).last_error == "");
  CHECK(raised(*store, page({grave("a", "1")})) == 0);
  CHECK(waiting(*store).empty());
  CHECK(differences(*store) == "");
}

TEST_CASE("a copy of a post raises nothing, even if it comes with an alert") {
  const Memory memory;
  const auto store = memory.open();
  auto calm = grave("a", "1");
  calm.alerts.clear();
  commit(*store, page({calm}));
  CHECK(raised(*store, page({grave("a", "1")})) == 0);
  CHECK(waiting(*store).empty());
}

TEST_CASE("an edit raises the alerts that were not raised before") {
  const Memory memory;
  const auto store = memory.open();
  commit(*store, page({grave("a", "1")}));
  auto worse = edited(grave("a", "1"), "Worse", evening + 4);
  worse.alerts.push_back(alert("2", worse));
  CHECK(raised(*store, page({worse})) == 1);
  CHECK(waiting(*store) == Ids{"1", "2"});
  CHECK(differences(*store) == "");
}

TEST_CASE("two batches of one group raise an alert once") {
  const Memory memory;
  const auto store = memory.open();
  const std::array group{page({grave("a", "1")}), page({grave("a", "1"), grave("b", "2")})};
  const auto committed = store->commit(group).value();
  CHECK(committed[0].alerts == 1);
  CHECK(committed[1].alerts == 1);
}

TEST_CASE("a deletion withdraws the alerts that still wait, and leaves those that were sent") {
  const Memory memory;
  const auto store = memory.open();
  auto both = grave("a", "1");
  both.alerts.push_back(alert("2", both));
  commit(*store, page({both}));
  store->mark_sent("1", at_minute(evening + 2)).value();
  commit(*store, page({edited(both, "Edited since", evening + 3)}));
  commit(*store, page({tombstone("a", evening + 5)}));
  CHECK(waiting(*store).empty());
  std::vector<Alert> kept;
  store->alerts([&](const Alert& found) { return kept.push_back(found), true; }).value();
  REQUIRE(kept.size() == 2);
  CHECK_FALSE(kept[0].withdrawn_at.has_value());
  CHECK(kept[1].withdrawn_at == at_minute(evening + 5));
  CHECK(differences(*store) == "");
}

TEST_CASE("an alert withdrawn while it was on its way is recorded as sent, a failed one stays withdrawn") {
  const Memory memory;
  const auto store = memory.open();
  commit(*store, page({grave("a", "1"), tombstone("a")}));
  CHECK(store->mark_failed("1", at_minute(evening + 2), "refused").has_value());
  CHECK(waiting(*store).empty());
  CHECK(store->mark_sent("1", at_minute(evening + 3)).has_value());
  CHECK(only_alert(*store).sent_at.has_value());
  CHECK(differences(*store) == "");
}

TEST_CASE("alerts come oldest first, no more than asked for") {
  const Memory memory;
  const auto store = memory.open();
  commit(*store, page({grave("c", "1", evening + 9), grave("a", "3"), grave("b", "2", evening + 1)}));
  CHECK(waiting(*store) == Ids{"3", "2", "1"});
  CHECK(store->waiting_alerts(1).value().size() == 1);
  Ids order;
  store->alerts([&](const Alert& kept) { return order.push_back(kept.id), order.size() < 2; }).value();
  CHECK(order == Ids{"3", "2"});
}

TEST_CASE("alerts that no post brings are raised once, and outlive a restart") {
  const Memory memory;
  const std::array alerts{Alert{.id = "1", .kind = AlertKind::all_quiet, .raised_at = at_minute(evening)},
                          Alert{.id = "1", .kind = AlertKind::all_quiet, .raised_at = at_minute(evening)}};
  CHECK(memory.open()->raise(alerts).value() == 1);
  const auto store = memory.open();
  CHECK(store->raise(alerts).value() == 0);
  CHECK(waiting(*store) == Ids{"1"});
  CHECK(differences(*store) == "");
}

TEST_CASE("what is withheld leaves the outbox with its reason, and is not sent any more") {
  const Memory memory;
  const auto store = memory.open();
  commit(*store, page({grave("a", "1"), grave("b", "2")}));
  store->mark_sent("2", at_minute(evening + 2)).value();
  for (const char* id : {"1", "2"}) CHECK(store->withhold(id, at_minute(evening + 3), "silenced").has_value());
  CHECK(waiting(*store).empty());
  std::vector<Alert> kept;
  store->alerts([&](const Alert& found) { return kept.push_back(found), true; }).value();
  REQUIRE(kept.size() == 2);
  CHECK(kept[0].withheld == "silenced");
  CHECK(kept[0].withdrawn_at == at_minute(evening + 3));
  CHECK(kept[1].withheld == "");
  CHECK(raised(*store, page({grave("a", "1")})) == 0);
  CHECK(differences(*store) == "");
}

TEST_CASE("the first acknowledgement of an alert is kept") {
  const Memory memory;
  const auto store = memory.open();
  commit(*store, page({grave("a", "1")}));
  store->mark_sent("1", at_minute(evening + 2)).value();
  for (const auto minute : {5, 9}) store->acknowledge("1", at_minute(evening + minute)).value();
  CHECK(only_alert(*store).acknowledged_at == at_minute(evening + 5));
}

TEST_CASE("an alert that never was cannot be marked") {
  const Memory memory;
  const auto store = memory.open();
  const auto marked = store->mark_sent("none", at_minute(evening));
  REQUIRE_FALSE(marked.has_value());
  CHECK(marked.error().remedy == Remedy::skip);
}

}  // namespace
}  // namespace barometer
