#include <doctest/doctest.h>

#include "tests/storage/failing_disk.hpp"
#include "tests/storage/samples.hpp"

namespace barometer {
namespace {

using Fault = FailingDisk::Fault;

// A short life with everything in it; the cursor after step i is the number i + 1.
std::vector<Batch> history() {
  auto grave = heard("grave", evening, Sentiment::negative, {{.theme = Theme::never_event, .severity = 4}});
  grave.alerts = {alert("1", grave)};
  std::vector<Batch> steps;
  steps.push_back(page({heard("a"), heard("b", evening + 1), grave}));
  steps.push_back(page({edited(heard("a", evening, Sentiment::negative), "It hurt", evening + 2), heard("a")}));
  steps.push_back(page({heard("c", evening - 3000, Sentiment::positive), tombstone("b")}));
  steps.push_back(page({heard("b"), tombstone("grave"), tombstone("unheard")}));
  steps.push_back(page({heard("d", evening + 60), heard("e", evening + 60)}));
  for (std::size_t i = 0; i < steps.size(); ++i) steps[i].cursor = Cursor{std::to_string(i + 1)};
  return steps;
}

// All that can be asked of a store, as text.
std::string contents(const Store& store) {
  std::string all = "cursor " + store.cursor("social.example").value().bytes + '\n';
  for (const auto& kept : all_posts(store)) all += "post " + kept.post.id + ' ' + kept.post.text + '\n';
  for (const auto resolution : {Resolution::minute, Resolution::hour, Resolution::day})
    for (const auto& point : points(store, {.resolution = resolution})) {
      all += "point " + std::to_string(point.bucket.time_since_epoch().count());
      for (const auto& sentiment : point.posts)
        for (const auto count : sentiment) all += ' ' + std::to_string(count);
      for (const auto& concern : point.concerns) all += " concern " + std::to_string(concern.posts);
      all += '\n';
    }
  store
      .alerts([&](const Alert& kept) {
        all += "alert " + kept.id + (kept.withdrawn_at ? " withdrawn\n" : "\n");
        return true;
      })
      .value();
  for (const auto& id : waiting(store)) all += "waiting " + id + '\n';
  return all;
}

// What a store that met no fault holds after each step; first: after none.
std::vector<std::string> undisturbed() {
  const Memory memory;
  const auto store = memory.open();
  std::vector<std::string> states{contents(*store)};
  for (const auto& step : history()) {
    commit(*store, step);
    states.push_back(contents(*store));
  }
  return states;
}

StoreSettings on(FailingDisk& disk) { return {.path = "/store", .env = &disk}; }

// What somebody who asks is told of a store whose first start was cut short; empty if it answers.
std::string told_to_reader(FailingDisk& disk) {
  auto settings = on(disk);
  settings.read_only = true;
  const auto store = Store::open(settings);
  return store ? "" : store.error().detail;
}

// The number of steps that were acknowledged before the disk failed.
std::size_t live_until_fault(FailingDisk& disk) {
  const auto store = Store::open(on(disk));
  std::size_t acknowledged = 0;
  if (!store) return acknowledged;
  for (const auto& step : history()) {
    if (!(*store)->commit({&step, 1})) break;
    ++acknowledged;
  }
  return acknowledged;
}

TEST_CASE(
    "whenever the machine stops, each page is wholly there or wholly absent, and none that was acknowledged is lost") {
  const auto states = undisturbed();
  for (int operation = 1;; ++operation) {
    CAPTURE(operation);
    FailingDisk disk;
    disk.fail_at(operation, Fault::crash);
    const auto acknowledged = live_until_fault(disk);
    const bool crashed = disk.has_failed();
    disk.reboot();
    if (acknowledged == 0) {
      const auto told = told_to_reader(disk);
      INFO(told);
      CHECK((told.empty() || told.starts_with("there is no store at") || told.find("was not finished") != told.npos));
    }
    const auto store = Store::open(on(disk));
    REQUIRE_MESSAGE(store.has_value(), store.error().detail);
    const auto cursor = (*store)->cursor("social.example").value().bytes;
    const auto there = cursor.empty() ? 0 : std::stoul(cursor);
    CHECK(there >= acknowledged);
    CHECK(there <= acknowledged + 1);
    CHECK(contents(**store) == states[there]);
    CHECK(differences(**store) == "");
    if (!crashed) break;
  }
}

TEST_CASE("whenever the machine stops while it recovers from a stop, nothing is lost") {
  const auto states = undisturbed();
  bool crashed = true;
  for (int operation = 1; crashed; ++operation) {
    CAPTURE(operation);
    FailingDisk disk;
    CHECK(live_until_fault(disk) == history().size());
    disk.fail_at(operation, Fault::crash);
    Store::open(on(disk)).has_value();
    crashed = disk.has_failed();
    disk.reboot();
    const auto store = Store::open(on(disk));
    REQUIRE_MESSAGE(store.has_value(), store.error().detail);
    CHECK(contents(**store) == states.back());
    CHECK(differences(**store) == "");
  }
}

TEST_CASE(
    "whichever operation of the disk fails, the same page can be committed again without a restart, and counts once") {
  const auto states = undisturbed();
  for (const auto fault : {Fault::once, Fault::torn, Fault::full}) {
    for (int operation = 1;; ++operation) {
      CAPTURE(static_cast<int>(fault));
      CAPTURE(operation);
      FailingDisk disk;
      disk.fail_at(operation, fault);
      auto store = Store::open(on(disk));
      disk.heal();
      if (!store) {
        CHECK(store.error().remedy == Remedy::ask_operator);
        store = Store::open(on(disk));
        REQUIRE_MESSAGE(store.has_value(), store.error().detail);
      }
      if (!disk.has_failed()) break;
      for (const auto& step : history()) CHECK((*store)->commit({&step, 1}).has_value());
      CHECK(contents(**store) == states.back());
      CHECK(differences(**store) == "");
    }
    for (int operation = 1;; ++operation) {
      CAPTURE(static_cast<int>(fault));
      CAPTURE(operation);
      FailingDisk disk;
      auto store = Store::open(on(disk)).value();
      disk.fail_at(operation, fault);
      for (const auto& step : history()) {
        if (const auto committed = store->commit({&step, 1}); !committed) {
          CHECK(committed.error().remedy == Remedy::ask_operator);
          CHECK(committed.error().detail.find("/store") != std::string::npos);
          disk.heal();
          REQUIRE(store->commit({&step, 1}).has_value());
        }
      }
      disk.heal();  // unless it failed already, it was to fail later than this
      CHECK(contents(*store) == states.back());
      CHECK(differences(*store) == "");
      store.reset();
      store = Store::open(on(disk)).value();
      CHECK(contents(*store) == states.back());
      CHECK(differences(*store) == "");
      if (!disk.has_failed()) break;
    }
  }
}

TEST_CASE("while the disk is full, what is kept can be read, and the failure says what to do") {
  const auto states = undisturbed();
  FailingDisk disk;
  const auto store = Store::open(on(disk)).value();
  const auto steps = history();
  commit(*store, steps[0]);
  disk.fail_at(1, Fault::full);
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto refused = store->commit({&steps[1], 1});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().remedy == Remedy::ask_operator);
    CHECK(refused.error().detail.find("is full: free some space") != std::string::npos);
    CHECK(contents(*store) == states[1]);
  }
  disk.heal();
  CHECK(store->commit({&steps[1], 1}).has_value());
  CHECK(contents(*store) == states[2]);
  CHECK(differences(*store) == "");
}

TEST_CASE("a mark that the disk refused can be made again") {
  FailingDisk disk;
  const auto store = Store::open(on(disk)).value();
  commit(*store, history()[0]);
  disk.fail_at(1, Fault::once);
  CHECK_FALSE(store->mark_sent("1", at_minute(evening)).has_value());
  CHECK(waiting(*store) == std::vector<std::string>{"1"});
  CHECK(store->mark_sent("1", at_minute(evening)).has_value());
  CHECK(waiting(*store).empty());
}

}  // namespace
}  // namespace barometer
