#include "daemon/source_book.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "tests/support/refusing_store.hpp"
#include "tests/support/temp_dir.hpp"

using namespace barometer;

namespace {

using namespace std::chrono_literals;

const UtcTime start{std::chrono::milliseconds{1'700'000'000'000}};

// Counts the writes, and can refuse them.
class CountingStore : public RefusingStore {
 public:
  using RefusingStore::RefusingStore;
  int writes = 0;
  Result<std::vector<Committed>> commit(std::span<const Batch> batches) override {
    ++writes;
    return RefusingStore::commit(batches);
  }
};

struct Desk {
  TempDir folder = {};
  asio::io_context loop{1};
  asio::thread_pool writer{1};
  std::unique_ptr<Store> disk = *Store::open({.path = folder.path()});
  CountingStore store{*disk};
  SourceStates states = {};
  UtcTime clock = start;

  // One process: listens to these, does what is asked, and writes down everything at its end.
  void process(const std::vector<std::string>& names, const std::function<void(SourceBook&)>& work) {
    Committer committer(loop.get_executor(), writer, store, {});
    SourceBook book(loop.get_executor(), committer, states, *SourceBook::recall(*disk, clock), [this] { return clock; },
                    {});
    book.listen_to(names);
    work(book);
    const auto written = [&](const std::exception_ptr&) { committer.close(); };
    asio::co_spawn(loop, committer.run(), asio::detached);
    asio::co_spawn(loop, book.write_down(), written);
    loop.run();
    loop.restart();
  }

  std::vector<Gap> gaps() const {
    std::vector<Gap> found;
    disk->gaps({}, [&](const Gap& gap) { return found.push_back(gap), true; }).value();
    return found;
  }
};

std::vector<std::string> names_of(int sources) {
  std::vector<std::string> names;
  for (int i = 0; i < sources; ++i) names.push_back("source " + std::to_string(i));
  return names;
}

}  // namespace

TEST_CASE("thousands of sources are written down in one write") {
  Desk desk;
  const auto names = names_of(5000);
  desk.process(names, [&](SourceBook& book) {
    for (const auto& name : names) {
      book.changed(name);
      book.blind(name, GapReason::down, start);
    }
    desk.clock += 1min;
  });
  CHECK(desk.store.writes == 1);
  CHECK(desk.gaps().size() == 5000);
  CHECK(desk.disk->alive().value() == start + 1min);
  desk.clock += 1min;
  desk.process(names, [](SourceBook&) {});
  CHECK(desk.store.writes == 2);
  CHECK(desk.gaps().size() == 10'000);
}

TEST_CASE("a source that leaves the settings is written off, while the daemon works or before it starts") {
  Desk desk;
  desk.process({"a", "b", "c"}, [&](SourceBook& book) {
    for (const auto* name : {"a", "b", "c"}) book.changed(name);
    book.blind("a", GapReason::down, start);
    book.blind("b", GapReason::down, start);
    desk.clock += 1min;
    book.listen_to({"b", "c"});
  });
  desk.clock += 1h;
  desk.process({"c"}, [](SourceBook&) {});
  const std::vector<Gap> expected{{"a", start, start + 1min, GapReason::down, false},
                                  {"b", start, start + 1min, GapReason::down, false},
                                  {"c", start + 1min, std::nullopt, GapReason::restarted, std::nullopt}};
  CHECK(desk.gaps() == expected);
  std::vector<std::string> retired;
  desk.disk
      ->sources({},
                [&](const std::string& name, const SourceRecord& record) {
                  if (record.retired) retired.push_back(name);
                  return true;
                })
      .value();
  CHECK(retired == std::vector<std::string>{"a", "b"});
  desk.clock += 1h;
  desk.process({"a"}, [](SourceBook&) {});
  CHECK(desk.gaps()[1].from == start + 1min);
  CHECK(desk.gaps()[1].reason == GapReason::restarted);
}

TEST_CASE("what the store refused is written down later") {
  Desk desk;
  desk.store.refuse = true;
  Committer committer(desk.loop.get_executor(), desk.writer, desk.store, {});
  SourceBook book(desk.loop.get_executor(), committer, desk.states, {}, [&] { return desk.clock; }, {});
  book.listen_to({"a", "b"});
  book.changed("a");
  book.blind("a", GapReason::down, start);
  book.blind("b", GapReason::down, start);
  const auto life = [&]() -> asio::awaitable<void> {
    co_await book.write_down();
    desk.store.refuse = false;
    Page page;
    page.next.bytes = "1";
    desk.clock += 1min;
    const SourceReport report = book.answered("b", page, desk.clock);
    CHECK(report.blind.size() == 1);
    Batch batch;
    batch.source = "b";
    batch.reports = {report};
    const auto receipt = co_await committer.commit(std::move(batch));
    CHECK(receipt.has_value());
    const Ingested nothing;
    book.kept(report, 0, nothing, desk.clock);
    co_await book.write_down();
    committer.close();
  };
  asio::co_spawn(desk.loop, committer.run(), asio::detached);
  asio::co_spawn(desk.loop, life, asio::detached);
  desk.loop.run();
  const std::vector<Gap> expected{{"a", start, std::nullopt, GapReason::down, std::nullopt},
                                  {"b", start, start + 1min, GapReason::down, true}};
  CHECK(desk.gaps() == expected);
  CHECK(desk.disk->verify({})->differences.empty());
}

TEST_CASE("what was pushed while we were down went past us, and cannot be asked for") {
  Desk desk;
  desk.process({"the intranet"}, [](SourceBook& book) {
    book.can_hear("the intranet");
    book.changed("the intranet");
  });
  CHECK(desk.gaps().empty());
  desk.clock += 1h;
  desk.process({"the intranet"}, [](SourceBook& book) {
    book.can_hear("the intranet");
    CHECK_FALSE(book.gap_of("the intranet"));
  });
  const std::vector<Gap> expected{{"the intranet", start, start + 1h, GapReason::restarted, false}};
  CHECK(desk.gaps() == expected);
}

TEST_CASE("when a source was first listened to is kept, and never moves") {
  Desk desk;
  desk.process({"a"}, [](SourceBook& book) {
    CHECK_FALSE(book.began("a"));
    book.begins("a", start);
    CHECK(book.began("a") == start);
  });
  desk.clock += 1h;
  desk.process({"a"}, [](SourceBook& book) {
    book.begins("a", start + 1h);
    CHECK(book.began("a") == start);
  });
}
