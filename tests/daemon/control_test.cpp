#include "daemon/control.hpp"

#include <fstream>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "daemon/task.hpp"
#include "tests/support/temp_dir.hpp"

using namespace barometer;

namespace {

// A daemon that answers on a thread of its own until the test is over.
struct Answering {
  explicit Answering(const std::filesystem::path& store)
      : control(loop.get_executor(), pool, store, [](const std::string& order) -> Result<std::string> {
          if (order == "bad") return Failure{Remedy::ask_operator, "no\nsuch thing"};
          return "did " + order;
        }) {}
  ~Answering() {
    asio::post(loop, [this] { serving.cancel(); });
    thread.join();
  }

  asio::io_context loop;
  asio::thread_pool pool{1};
  Control control;
  Task serving{loop.get_executor(), control.serve()};
  std::thread thread{[this] { loop.run(); }};
};

}  // namespace

TEST_CASE("an order reaches the daemon that has the store open, and what came of it comes back") {
  const TempDir folder;
  CHECK_FALSE(ask_daemon(folder.path(), "x").has_value());
  {
    const Answering daemon(folder.path());
    CHECK(ask_daemon(folder.path(), "this")->value() == "did this");
    CHECK(ask_daemon(folder.path(), "that")->value() == "did that");
    const auto refused = ask_daemon(folder.path(), "bad").value();
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().detail == "no such thing");
  }
  CHECK_FALSE(ask_daemon(folder.path(), "x").has_value());
  CHECK_FALSE(ask_daemon(folder.path() / "none", "x").has_value());
}

TEST_CASE("only the store's owner can give orders, and what a killed daemon left is replaced") {
  const TempDir folder;
  std::ofstream(folder.path() / "control") << "left";
  const Answering daemon(folder.path());
  const auto mode = std::filesystem::status(folder.path() / "control").permissions();
  CHECK(mode == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  CHECK(ask_daemon(folder.path(), "this")->value() == "did this");
}

TEST_CASE("a store whose path is longer than a socket's may be is no trouble") {
  const TempDir folder;
  const auto deep = folder.path() / std::string(100, 'a') / std::string(100, 'b');
  std::filesystem::create_directories(deep);
  const Answering daemon(deep);
  CHECK(ask_daemon(deep, "this")->value() == "did this");
}
