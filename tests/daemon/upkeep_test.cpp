#include <doctest/doctest.h>

#include "connectors/pseudonym.hpp"
#include "daemon/expiry.hpp"
#include "daemon/key_file.hpp"
#include "daemon/orders.hpp"
#include "tests/support/temp_dir.hpp"

using namespace barometer;
using namespace std::chrono_literals;

TEST_CASE("a rotated key is new and the old one is still known; a destroyed one is not") {
  const TempDir folder;
  CHECK(pseudonym_keys(folder.path()).value().empty());
  const auto first = pseudonym_key(folder.path()).value().bytes;
  rotate_pseudonym_key(folder.path()).value();
  const auto second = pseudonym_key(folder.path()).value().bytes;
  rotate_pseudonym_key(folder.path()).value();
  const auto keys = pseudonym_keys(folder.path()).value();
  REQUIRE(keys.size() == 3);
  CHECK(keys[1].bytes == second);
  CHECK(keys[2].bytes == first);
  CHECK(first != second);
  destroy_pseudonym_keys(folder.path()).value();
  const auto left = pseudonym_keys(folder.path()).value();
  REQUIRE(left.size() == 1);
  for (const auto& key : keys) CHECK(left[0].bytes != key.bytes);
  CHECK_FALSE(std::filesystem::exists(folder.path() / "pseudonym.key.retired"));
}

TEST_CASE("an order comes through as it was given, and nonsense is none") {
  Order order{.does = Order::Does::forget, .to = "/a b", .keep = 3};
  order.erase = {{ErasureKind::author, "~0a"}, {ErasureKind::url, "https://social.example/\"1\"\n"}};
  const auto text = order_text(order);
  CHECK(text.find('\n') == std::string::npos);
  const auto read = read_order(text).value();
  CHECK(read.does == Order::Does::forget);
  CHECK(read.to == "/a b");
  CHECK(read.keep == 3);
  REQUIRE(read.erase.size() == 2);
  CHECK(read.erase[0].kind == ErasureKind::author);
  CHECK(read.erase[1].what == order.erase[1].what);
  for (const char* bad : {"", "[]", "{}", R"({"does":"dance","to":"","keep":1,"erase":[]})",
                          R"({"does":"forget","to":"","keep":1,"erase":[[9,"x"]]})",
                          R"({"does":"forget","to":"","keep":1,"erase":[[1]]})"})
    CHECK_FALSE(read_order(bad).has_value());
}

TEST_CASE("the times and holds of the settings are those of the store") {
  Config config;
  config.retention.text = 1h;
  config.retention.holds = {{.name = "inquiry", .tag = "nhssm", .from = "2026-11-21"}};
  const auto retention = retention_of(config);
  CHECK(retention.text == 1h);
  REQUIRE(retention.holds.size() == 1);
  CHECK(retention.holds[0].tag == "nhssm");
  CHECK_FALSE(retention.holds[0].source.has_value());
  CHECK(retention.holds[0].from.has_value());
  CHECK_FALSE(retention.holds[0].to.has_value());
  // What the defaults promise is one promise, in two rooms.
  const auto defaults = retention_of(Config{});
  const Retention kept;
  CHECK(defaults.text == kept.text);
  CHECK(defaults.author == kept.author);
  CHECK(defaults.labels == kept.labels);
  CHECK(defaults.counts == kept.counts);
  CHECK(defaults.audit == kept.audit);
  CHECK(defaults.tombstones == kept.tombstones);
}
