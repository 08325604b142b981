#include <fstream>

#include <doctest/doctest.h>

#include "tests/storage/samples.hpp"
#include "tests/support/temp_dir.hpp"

namespace barometer {
namespace {

namespace fs = std::filesystem;
using Ids = std::vector<std::string>;

struct Place {
  TempDir folder;
  fs::path store = folder.path() / "store";
  fs::path backups = folder.path() / "backups";
  fs::path restored = folder.path() / "restored";

  Result<Restored> restore(std::uint32_t number = 0) const {
    return restore_store({.from = backups,
                          .number = number,
                          .to = restored,
                          .beside = {"pseudonym.key"},
                          .now = at_minute(evening + 999)});
  }
  std::string refused() const {
    const auto restored_now = restore();
    REQUIRE_FALSE(restored_now.has_value());
    CHECK(restored_now.error().remedy == Remedy::ask_operator);
    CHECK_FALSE(fs::exists(restored.string() + ".restoring"));
    return restored_now.error().detail;
  }
};

TEST_CASE("a backup made while posts come in is restored as it was, with the files beside it") {
  const Place place;
  const auto store = Store::open({.path = place.store}).value();
  std::ofstream(place.store / "pseudonym.key") << "a key";
  commit(*store, page({heard("a"), heard("b", evening + 1)}, "after b"));
  const auto made = store->backup({.to = place.backups, .beside = {"pseudonym.key", "none"}}).value();
  CHECK(made.number == 1);
  CHECK(made.kept == 1);
  CHECK(made.bytes > 0);
  CHECK(fs::status(place.backups).permissions() == fs::perms::owner_all);
  commit(*store, page({heard("c", evening + 2)}, "after c"));

  const auto restored = place.restore().value();
  CHECK(restored.number == 1);
  CHECK(restored.posts == 2);
  const auto copy = Store::open({.path = place.restored}).value();
  CHECK(ids(*copy) == Ids{"a", "b"});
  CHECK(copy->cursor("social.example").value().bytes == "after b");
  CHECK(differences(*copy) == "");
  CHECK(fs::file_size(place.restored / "pseudonym.key") == 5);
  CHECK(fs::status(place.restored / "pseudonym.key").permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(ids(*store).size() == 3);
}

TEST_CASE("as many backups are kept as were asked for, and any of them can be restored") {
  const Place place;
  const auto store = Store::open({.path = place.store}).value();
  for (int i = 0; i < 4; ++i) {
    commit(*store, page({heard(std::to_string(i), evening + i)}));
    CHECK(store->backup({.to = place.backups, .keep = 2}).value().kept == static_cast<std::size_t>(i == 0 ? 1 : 2));
  }
  CHECK(place.restore(3).value().posts == 3);
  fs::remove_all(place.restored);
  CHECK(place.restore().value().posts == 4);
  fs::remove_all(place.restored);
  CHECK_FALSE(place.restore(1).has_value());
}

TEST_CASE("a restored backup forgets again what was forgotten since, and lets none of it in") {
  const Place place;
  auto anna = heard("a");
  anna.post.author = "~anna";
  auto other = heard("o");
  other.post.source = "other.example";
  {
    const auto store = Store::open({.path = place.store}).value();
    commit(*store, page({anna, heard("b"), heard("c"), other}));
    store->backup({.to = place.backups}).value();
    const auto forget = [&](ErasureKind kind, const char* what) {
      const std::vector<Erasure> erasures{{kind, what}};
      CHECK(store->forget(erasures, {}, at_minute(evening + 60)).value().untold.empty());
    };
    forget(ErasureKind::author, "~anna");
    forget(ErasureKind::url, "b");
    forget(ErasureKind::source, "other.example");
  }
  fs::remove_all(place.store);  // the machine is lost
  const auto restored = place.restore().value();
  CHECK(restored.forgotten.posts == 3);
  CHECK(restored.posts == 1);
  const auto copy = Store::open({.path = place.restored}).value();
  CHECK(ids(*copy) == Ids{"c"});
  auto later = anna;
  later.post.id = "a later one";
  CHECK(commit(*copy, page({anna, later, heard("b"), other})) == std::vector<Outcome>(4, Outcome::duplicate));
  CHECK(differences(*copy) == "");
}

TEST_CASE("a backup folder that is away is named when something is forgotten, and told with the next backup") {
  const Place place;
  const auto away = place.folder.path() / "away";
  const auto store = Store::open({.path = place.store}).value();
  commit(*store, page({heard("a"), heard("b")}));
  store->backup({.to = place.backups}).value();
  fs::rename(place.backups, away);
  const std::vector<Erasure> a{{ErasureKind::url, "a"}};
  CHECK(store->forget(a, {}, at_minute(evening)).value().untold == Ids{fs::weakly_canonical(place.backups).string()});
  fs::rename(away, place.backups);
  store->backup({.to = place.backups}).value();
  CHECK(place.restore(1).value().forgotten.posts == 1);
}

TEST_CASE("a restore overwrites nothing, and leaves nothing behind when it is refused") {
  const Place place;
  CHECK(place.refused().find("there is no backup in") != std::string::npos);
  {
    const auto store = Store::open({.path = place.store}).value();
    commit(*store, page({heard("a")}));
    store->backup({.to = place.backups}).value();
  }
  fs::create_directories(place.restored);
  std::ofstream(place.restored / "something") << "here";
  CHECK(place.refused().find("never overwritten") != std::string::npos);
  fs::remove(place.restored / "something");
  CHECK(place.restore().has_value());  // an empty folder is none
}

TEST_CASE("a damaged backup is told and not restored") {
  const Place place;
  {
    const auto store = Store::open({.path = place.store}).value();
    commit(*store, page({heard("a")}));
    store->backup({.to = place.backups}).value();
  }
  for (const auto& file : fs::recursive_directory_iterator(place.backups))
    if (file.path().extension() == ".sst") fs::resize_file(file.path(), file.file_size() - 1);
  CHECK(place.refused().find("damaged") != std::string::npos);
  CHECK_FALSE(fs::exists(place.restored));
}

TEST_CASE("a list of erasures that is damaged or another store's stops a restore and a backup") {
  const Place place;
  {
    const auto store = Store::open({.path = place.store}).value();
    commit(*store, page({heard("a")}));
    const std::vector<Erasure> none{{ErasureKind::url, "none"}};
    store->forget(none, {}, at_minute(evening)).value();
    store->backup({.to = place.backups}).value();
    std::ofstream(place.backups / "erasures")
        << "key " << std::string(64, 'a') << "\n1 " << std::string(32, '0') << " 5\n";
    CHECK_FALSE(store->backup({.to = place.backups}).has_value());
    CHECK(place.refused().find("of another store") != std::string::npos);
  }
  std::ofstream(place.backups / "erasures") << "scribble";
  CHECK(place.refused().find("is damaged") != std::string::npos);
}

TEST_CASE("backups do not go into the store's own folder") {
  const Place place;
  const auto store = Store::open({.path = place.store}).value();
  CHECK_FALSE(store->backup({.to = place.store / "backups"}).has_value());
  CHECK_FALSE(fs::exists(place.store / "backups"));
}

}  // namespace
}  // namespace barometer
