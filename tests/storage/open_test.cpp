#include <fstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "storage/open_db.hpp"
#include "tests/storage/samples.hpp"
#include "tests/support/temp_dir.hpp"

namespace barometer {
namespace {

using Ids = std::vector<std::string>;

// Why opening fails; empty if it does not.
std::string refusal(const StoreSettings& settings) {
  const auto store = Store::open(settings);
  if (store) return "";
  CHECK(store.error().remedy == Remedy::ask_operator);
  CHECK(store.error().detail.find(settings.path.string()) != std::string::npos);
  return store.error().detail;
}

bool says(const std::string& text, const char* words) { return text.find(words) != std::string::npos; }

std::vector<std::filesystem::path> files(const std::filesystem::path& folder, const std::string& extension) {
  std::vector<std::filesystem::path> found;
  for (const auto& file : std::filesystem::directory_iterator(folder))
    if (file.path().extension() == extension && file.file_size() > 0) found.push_back(file.path());
  return found;
}

void flip_byte(const std::filesystem::path& file, std::uintmax_t place) {
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekg(static_cast<std::streamoff>(place));
  const auto flipped = static_cast<char>(bytes.get() ^ 0x5a);
  bytes.seekp(static_cast<std::streamoff>(place));
  bytes.put(flipped);
}

// A store with posts in it whose tables are on disk: the log is turned into tables when it is opened again.
void fill(const std::filesystem::path& path, int posts) {
  const auto store = Store::open({.path = path}).value();
  std::vector<Entry> entries;
  for (int i = 0; i < posts; ++i) entries.push_back(heard(std::to_string(i), evening + i));
  commit(*store, page(std::move(entries), "end"));
}

TEST_CASE("a missing folder is made for its owner only, and keeps what is put in it") {
  const TempDir folder;
  const auto path = folder.path() / "a" / "store";
  fill(path, 2);
  CHECK(std::filesystem::status(path).permissions() == std::filesystem::perms::owner_all);
  CHECK(ids(*Store::open({.path = path}).value()) == Ids{"0", "1"});
}

TEST_CASE("a folder that cannot be made or is no folder is a failure that says so") {
  const TempDir folder;
  std::ofstream(folder.path() / "file") << "text";
  CHECK(refusal({.path = folder.path() / "file"}) != "");
  CHECK(says(refusal({.path = folder.path() / "file" / "store"}), "cannot be made"));
}

TEST_CASE("two barometers on one store: the second refuses, in this process and in another") {
  const TempDir folder;
  const auto first = Store::open({.path = folder.path()}).value();
  CHECK(says(refusal({.path = folder.path()}), "another barometer is running"));
  const auto child = fork();
  if (child == 0) {
    const auto store = Store::open({.path = folder.path()});
    _exit(!store && says(store.error().detail, "another barometer is running") ? 0 : 1);
  }
  int status = -1;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("a reader beside the writer sees what was committed when it opened, and cannot write") {
  const TempDir folder;
  const auto writer = Store::open({.path = folder.path()}).value();
  commit(*writer, page({heard("a")}, "after a"));
  const auto reader = Store::open({.path = folder.path(), .read_only = true}).value();
  commit(*writer, page({heard("b", evening + 1)}));
  CHECK(ids(*reader) == Ids{"a"});
  CHECK(reader->cursor("social.example").value().bytes == "after a");
  CHECK(differences(*reader) == "");
  CHECK(ids(*Store::open({.path = folder.path(), .read_only = true}).value()) == Ids{"a", "b"});
  const auto batch = page({heard("c")});
  CHECK_FALSE(reader->commit({&batch, 1}).has_value());
  CHECK_FALSE(reader->mark_sent("1", at_minute(evening)).has_value());
  CHECK(commit(*writer, batch) == std::vector{Outcome::stored});
}

TEST_CASE("a store that is not there cannot be read, and is not made by trying") {
  const TempDir folder;
  CHECK(says(refusal({.path = folder.path() / "none", .read_only = true}), "there is no store at"));
  CHECK_FALSE(std::filesystem::exists(folder.path() / "none"));
}

TEST_CASE("a damaged table is told by opening or verify, never by silence") {
  const TempDir folder;
  fill(folder.path(), 500);
  fill(folder.path(), 0);
  const auto tables = files(folder.path(), ".sst");
  REQUIRE(tables.size() >= 3);
  for (const auto& table : tables) {
    CAPTURE(table.string());
    const TempDir copy;
    std::filesystem::copy(folder.path(), copy.path(), std::filesystem::copy_options::recursive);
    flip_byte(copy.path() / table.filename(), std::filesystem::file_size(table) / 3);
    const auto store = Store::open({.path = copy.path()});
    const auto verified = store ? (*store)->verify({}) : Result<Verified>{store.error()};
    REQUIRE_FALSE(verified.has_value());
    CHECK(verified.error().remedy == Remedy::ask_operator);
    CHECK(says(verified.error().detail, "is damaged"));
    CHECK(says(verified.error().detail, "restore a backup"));
  }
  CHECK(differences(*Store::open({.path = folder.path()}).value()) == "");
}

TEST_CASE("a log that is damaged before its end is refused; a torn end is what a crash leaves") {
  const TempDir folder;
  {
    const auto store = Store::open({.path = folder.path()}).value();
    for (const char* id : {"a", "b", "c"}) commit(*store, page({heard(id)}));
  }
  const auto logs = files(folder.path(), ".log");
  REQUIRE(logs.size() == 1);
  const auto size = std::filesystem::file_size(logs[0]);
  flip_byte(logs[0], size / 2);
  CHECK(says(refusal({.path = folder.path()}), "is damaged"));
  flip_byte(logs[0], size / 2);
  std::filesystem::resize_file(logs[0], size - 20);
  const auto store = Store::open({.path = folder.path()}).value();
  CHECK(ids(*store).size() == 2);
  CHECK(differences(*store) == "");
}

TEST_CASE("a store that lost a file is refused, not replaced by an empty one") {
  const TempDir folder;
  fill(folder.path(), 3);
  fill(folder.path(), 0);
  const auto tables = files(folder.path(), ".sst");
  std::filesystem::rename(tables[0], folder.path() / "elsewhere");
  CHECK(says(refusal({.path = folder.path()}), "is damaged"));
  std::filesystem::rename(folder.path() / "elsewhere", tables[0]);
  std::filesystem::remove(folder.path() / "CURRENT");
  CHECK(says(refusal({.path = folder.path()}), "is damaged"));
  CHECK(says(refusal({.path = folder.path(), .read_only = true}), "is damaged"));
}

TEST_CASE("a store of a newer barometer is refused, and so is one whose schema is gone") {
  const TempDir folder;
  fill(folder.path(), 1);
  const auto put = [&](const char* value) {
    const auto db = open_db({.path = folder.path()}).value();
    REQUIRE((*db)->Put({}, db->of(Family::meta), "schema", value).ok());
  };
  put("\1\x63");
  CHECK(says(refusal({.path = folder.path()}), "newer barometer"));
  CHECK(says(refusal({.path = folder.path(), .read_only = true}), "newer barometer"));
}

TEST_CASE("a store with a column family that we do not know is a newer barometer's") {
  const TempDir folder;
  fill(folder.path(), 1);
  {
    const auto db = open_db({.path = folder.path()}).value();
    rocksdb::ColumnFamilyHandle* tomorrow = nullptr;
    REQUIRE((*db)->CreateColumnFamily({}, "tomorrow", &tomorrow).ok());
    (*db)->DestroyColumnFamilyHandle(tomorrow);
  }
  CHECK(says(refusal({.path = folder.path()}), "newer barometer"));
}

TEST_CASE("posts without a schema version are no store of ours") {
  const TempDir folder;
  fill(folder.path(), 1);
  {
    const auto db = open_db({.path = folder.path()}).value();
    REQUIRE((*db)->Delete({}, db->of(Family::meta), "schema").ok());
  }
  CHECK(says(refusal({.path = folder.path()}), "schema version is missing"));
}

}  // namespace
}  // namespace barometer
