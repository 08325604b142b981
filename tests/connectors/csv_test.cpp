#include "connectors/platforms/csv.hpp"

#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>

#include "connectors/csv_reader.hpp"
#include "connectors/local_time.hpp"
#include "connectors/time.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/temp_dir.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

const UtcTime now = *parse_iso("2030-01-01T00:00:00Z");
using Fields = std::vector<std::string>;

std::vector<Fields> records(std::string_view bytes, char delimiter = ',') {
  std::vector<Fields> out;
  CsvRecord record;
  for (std::size_t at = 0; read_csv_record(bytes, at, delimiter, true, record); at = record.end)
    out.push_back(record.fields);
  return out;
}

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

// All pages of a file, from a cursor on.
struct Import {
  std::vector<Post> posts = {};
  std::vector<std::string> complaints = {};
  std::uint64_t unreadable = 0;
  Cursor next = {};
  int pages = 0;
};

Import import(const CsvConfig& config, Cursor cursor = {}) {
  Import all{.next = std::move(cursor)};
  const CsvSource source(config);
  for (bool more = true; more; ++all.pages) {
    auto page = source.read(all.next, now);
    REQUIRE_MESSAGE(page.has_value(), (page ? "" : page.error().detail));
    more = page->more;
    all.next = page->next;
    all.unreadable += page->unreadable;
    for (auto& post : page->posts) all.posts.push_back(std::move(post));
    for (auto& complaint : page->complaints) all.complaints.push_back(std::move(complaint));
  }
  return all;
}

}  // namespace

TEST_CASE("records of CSV files, as RFC 4180 has them and as spreadsheets write them") {
  struct Row {
    const char* fact;
    const char* bytes;
    std::vector<Fields> records;
  };
  const Row rows[] = {
      {"plain", "a,b\r\n1,2\r\n", {{"a", "b"}, {"1", "2"}}},
      {"no line end at the end", "a\n1", {{"a"}, {"1"}}},
      {"line ends of old Macs", "a,b\r1,2\r", {{"a", "b"}, {"1", "2"}}},
      {"quotes around a delimiter and a line end", "\"a,\nb\",c\n", {{"a,\nb", "c"}}},
      {"doubled quotes", "\"say \"\"ah\"\"\",x", {{"say \"ah\"", "x"}}},
      {"a quote inside a plain cell", "5\" step,x", {{"5\" step", "x"}}},
      {"something behind a closing quote", "\"a\"b,c", {{"ab", "c"}}},
      {"empty cells", ",,\n", {{"", "", ""}}},
      {"an empty line", "a\n\nb\n", {{"a"}, {""}, {"b"}}},
      {"a quote that never closes takes its line only", "\"a,b\nc,d\n", {{}, {"c", "d"}}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    CHECK(records(row.bytes) == row.records);
  }
  CHECK(records("a;b\tc", ';') == std::vector<Fields>{{"a", "b\tc"}});
}

TEST_CASE("a record that may go on is not taken yet") {
  CsvRecord record;
  for (const char* half : {"a,b", "\"a\n", "\"a\"", "a\r", "\"a\"\r"}) {
    CAPTURE(half);
    CHECK_FALSE(read_csv_record(half, 0, ',', false, record));
  }
  CHECK(read_csv_record("a,b\n", 0, ',', false, record));
  CHECK(read_csv_record("\"a\r\nb\"\r\nc", 0, ',', false, record));
  CHECK(record.end == 8);
  CHECK(record.lines == 2);
  const std::string endless = "\"" + std::string(longest_record + 10, 'x') + "\nb\n";
  CHECK(read_csv_record(endless, 0, ',', false, record));
  CHECK(record.open_quote);
  CHECK(record.end == endless.size() - 2);
}

TEST_CASE("what is no UTF-8 is what Windows saves") {
  CHECK(utf8_or_windows("caf\xC3\xA9") == "caf\xC3\xA9");
  CHECK(utf8_or_windows("caf\xE9 \x93hi\x94 \x80") == "caf\u00E9 \u201Chi\u201D \u20AC");
  CHECK(utf8_or_windows("\x81") == "\uFFFD");
  CHECK(windows_to_utf8("\xC3\xA9") == "\u00C3\u00A9");
}

TEST_CASE("dates as clerks write them, by the clock of their place") {
  struct Row {
    const char* text;
    const char* format;
    const char* zone;
    const char* utc;  // empty: none
  };
  const Row rows[] = {
      {"18/11/2026 14:05", "", "Europe/London", "2026-11-18T14:05:00.000Z"},
      {"18/06/2026 14:05:30", "", "Europe/London", "2026-06-18T13:05:30.000Z"},
      {"18 Jun 2026", "", "Europe/London", "2026-06-17T23:00:00.000Z"},
      {"18/06/26", "", "Europe/London", "2026-06-17T23:00:00.000Z"},
      {"2026-06-18 14:05", "", "UTC", "2026-06-18T14:05:00.000Z"},
      {"2026-06-18T14:05:00Z", "", "Europe/London", "2026-06-18T14:05:00.000Z"},
      {"06/18/2026", "%m/%d/%Y", "UTC", "2026-06-18T00:00:00.000Z"},
      {"25/10/2026 01:30", "", "Europe/London", "2026-10-25T00:30:00.000Z"},  // comes twice: the first
      {"29/03/2026 01:30", "", "Europe/London", "2026-03-29T01:30:00.000Z"},  // never comes
      {"06/18/2026", "", "UTC", ""},
      {"31/02/2026", "", "UTC", ""},
      {"soon", "", "UTC", ""},
      {"", "", "UTC", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto time = local_time(row.text, row.format, row.zone);
    CHECK((time ? to_iso(*time) : "") == row.utc);
  }
  CHECK(is_time_zone("Europe/London"));
  CHECK_FALSE(is_time_zone("Europe/Marlbeck"));
  CHECK_FALSE(is_time_zone(""));
}

TEST_CASE("comments of the Friends and Family Test are imported with their usual headings") {
  const CsvConfig config{.name = "fft", .path = std::filesystem::path(FIXTURES) / "csv/friends_and_family.csv"};
  const auto all = import(config);
  REQUIRE(all.posts.size() == 3);
  CHECK(all.posts[0].text == "The staff were kind, but we waited\nthree hours.");
  CHECK(all.posts[0].made_at == *parse_iso("2026-06-03T08:30:00Z"));
  CHECK(all.posts[0].platform == "csv");
  CHECK(all.posts[0].source == "fft");
  CHECK(all.posts[0].id.starts_with("csv:"));
  CHECK(all.posts[1].text == "Caf\u00E9 closed at \u201Cfive\u201D");
  CHECK(all.unreadable == 1);
  REQUIRE(all.complaints.size() == 1);
  CHECK(all.complaints[0] == config.path.string() + ":6: the date cannot be read: set date_format, as %d/%m/%Y %H:%M");
}

TEST_CASE("a register of complaints has columns of its own, and ids") {
  CsvConfig config{.name = "register", .path = std::filesystem::path(FIXTURES) / "csv/complaints.csv"};
  config.form.delimiter = ';';
  config.form.columns = {.text = "what happened", .made_at = "Received on", .id = "Case", .title = "Heading"};
  const auto all = import(config);
  REQUIRE(all.posts.size() == 2);
  CHECK(all.posts[0].id == "csv:register/C-101");
  CHECK(all.posts[0].title == "Lost letter");
  CHECK(all.posts[0].made_at == *parse_iso("2026-11-02T00:00:00Z"));
  CHECK(all.unreadable == 0);
}

TEST_CASE("a file is read once; again when it has changed, by the same ids") {
  const TempDir folder;
  CsvConfig config{.name = "c", .path = folder.path() / "c.csv"};
  write(config.path, "id,text\n1,one\n2,two\n");
  const auto first = import(config);
  CHECK(first.posts.size() == 2);
  const auto again = import(config, first.next);
  CHECK(again.posts.empty());
  CHECK(CsvSource(config).read(first.next, now)->unchanged);

  write(config.path, "id,text\n1,one\n2,two again\n3,three\n");
  const auto changed = import(config, first.next);
  REQUIRE(changed.posts.size() == 3);
  CHECK(changed.posts[1].id == first.posts[1].id);
  CHECK(changed.posts[1].text == "two again");

  config.form.columns.id = "text";  // other settings read it anew
  CHECK(import(config, changed.next).posts.size() == 3);
}

TEST_CASE("a large file comes in pieces, with no row lost or doubled at their seams") {
  const TempDir folder;
  const CsvConfig config{.name = "c", .path = folder.path() / "c.csv"};
  std::string text = "id,text\n";
  constexpr int rows = 4000;
  for (int i = 0; i < rows; ++i) text += std::to_string(i) + ",\"row\r\n" + std::string(700, 'x') + "\"\r\n";
  write(config.path, text);
  const auto all = import(config);
  CHECK(all.pages > 2);
  REQUIRE(all.posts.size() == rows);
  for (int i = 0; i < rows; ++i) REQUIRE(all.posts[static_cast<std::size_t>(i)].native_id == std::to_string(i));
  CHECK(all.unreadable == 0);
}

TEST_CASE("files that cannot be read say what to do") {
  const TempDir folder;
  CsvConfig config{.name = "c", .path = folder.path() / "c.csv"};
  const auto told = [&] { return CsvSource(config).read({}, now).error(); };
  CHECK(told().remedy == Remedy::retry);
  write(config.path, "");
  CHECK(told().remedy == Remedy::ask_operator);
  write(config.path, "a,b\n1,2\n");
  CHECK(told().detail.find("name it with text") != std::string::npos);
  config.form.columns.text = "words";
  CHECK(told().detail.find("\"words\"") != std::string::npos);
  config.path = folder.path();
  CHECK(told().remedy == Remedy::ask_operator);
}

TEST_CASE("a row that is short, empty or broken is told with its line, and the rest is kept") {
  const TempDir folder;
  const CsvConfig config{.name = "c", .path = folder.path() / "c.csv"};
  write(config.path, "\xEF\xBB\xBFid,date,text\n1,,fine\n2\n\n,,\n3,,\"open\n4,,also fine\n5,,\n");
  const auto all = import(config);
  REQUIRE(all.posts.size() == 2);
  CHECK(all.posts[1].text == "also fine");
  CHECK_FALSE(all.posts[0].dated);
  REQUIRE(all.complaints.size() == 2);
  CHECK(all.complaints[0].find("c.csv:3: the row ends after 1 cells") != std::string::npos);
  CHECK(all.complaints[1].find("c.csv:6: a quotation mark is never closed") != std::string::npos);
}

TEST_CASE("settings of a CSV source are checked") {
  const Connector row = csv_connector();
  const auto keys = [&](const char* key, const char* value) { return row.check({.settings = {{key, value}}}).size(); };
  CHECK(keys("delimiter", ";") == 0);
  CHECK(keys("delimiter", "tab") == 0);
  CHECK(keys("delimiter", "::") == 1);
  CHECK(keys("encoding", "latin1") == 1);
  CHECK(keys("time_zone", "GMT+1 or so") == 1);
}
