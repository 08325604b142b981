#include "connectors/platforms/csv.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <boost/json.hpp>

#include "connectors/digest.hpp"
#include "connectors/file_bytes.hpp"
#include "connectors/local_time.hpp"
#include "connectors/settings.hpp"

namespace barometer {
namespace {

namespace json = boost::json;

// A file that changed a moment ago may still be on its way here.
constexpr std::chrono::seconds settled_after{2};
constexpr std::size_t most_complaints = 20;  // of one piece, in words; all are counted
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// How far a file was read. Another file, a changed one, or other settings begin at its start.
struct Place {
  std::string file = {};  // which file, in which state, read with which settings
  std::uint64_t offset = 0;
  std::uint64_t line = 1;
  bool over = false;
};

std::uint64_t count_in(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_int64() && value->get_int64() > 0 ? static_cast<std::uint64_t>(value->get_int64()) : 0;
}

Place place_of(const Cursor& cursor) {
  Place place;
  boost::system::error_code error;
  const json::value read = json::parse(cursor.bytes, error);
  if (error || !read.is_object()) return place;
  const json::object& object = read.get_object();
  if (const auto* file = object.if_contains("file"); file && file->is_string()) place.file = file->get_string();
  place.offset = count_in(object, "offset");
  place.line = std::max<std::uint64_t>(count_in(object, "line"), 1);
  if (const auto* over = object.if_contains("over")) place.over = over->is_bool() && over->get_bool();
  return place;
}

Cursor cursor_of(const Place& place) {
  return Cursor{json::serialize(json::object{{"file", place.file},
                                             {"offset", static_cast<std::int64_t>(place.offset)},
                                             {"line", static_cast<std::int64_t>(place.line)},
                                             {"over", place.over}})};
}

std::string name_of_state(const OpenFile::Stat& stat, const CsvForm& form) {
  const auto& c = form.columns;
  const auto settings = c.text + '\n' + c.made_at + '\n' + c.id + '\n' + c.author + '\n' + c.title + '\n' + c.url +
                        '\n' + c.lang + '\n' + form.delimiter + (form.windows ? 'w' : 'u') + form.date_format + '\n' +
                        form.time_zone;
  return std::to_string(stat.identity.device) + ' ' + std::to_string(stat.identity.inode) + ' ' +
         std::to_string(stat.size) + ' ' + std::to_string(stat.changed) + ' ' + sha256_hex(settings).substr(0, 16);
}

void complain(Page& page, const CsvConfig& config, std::size_t line, const std::string& what) {
  ++page.unreadable;
  if (page.complaints.size() < most_complaints)
    page.complaints.push_back(config.path.string() + ":" + std::to_string(line) + ": " + what);
}

// The heading, and where the rows begin.
struct Head {
  CsvHeading heading = {};
  std::size_t bytes = 0;
  std::size_t lines = 0;
};

Result<Head> head_of(std::string_view bytes, bool whole, const CsvForm& form) {
  const std::size_t begin = bytes.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  CsvRecord first;
  if (!read_csv_record(bytes, begin, form.delimiter, whole, first) || first.open_quote)
    return Failure{Remedy::ask_operator, "the first line is no heading of columns, or the file is empty: write one"};
  auto heading = csv_heading(first, form);
  if (!heading.has_value()) return heading.error();
  return Head{std::move(*heading), first.end, first.lines};
}

constexpr std::size_t longest_head = 64 * 1024;

constexpr SourceSetting settings[] = {
    {"path", "", true, "The file. When it changes it is read again; rows that are known count once."},
    {"text", "", false, "Heading of the column with the text; empty: the usual ones are tried, as for those below."},
    {"made_at", "", false, "Heading of the column with the date. Without one a row counts when it is read."},
    {"id", "", false,
     "Heading of the column with a reference. Without one the row itself is its id: equal rows count once, and a "
     "changed "
     "row is another."},
    {"author", "", false, "Heading of the column with who wrote it; kept as a pseudonym only."},
    {"title", "", false, "Heading of the column with a title."},
    {"url", "", false, "Heading of the column with an address."},
    {"lang", "", false, "Heading of the column with a code of a language."},
    {"date_format", "", false, "How dates are written, as %d/%m/%Y %H:%M (strptime); empty: ISO, or day before month."},
    {"time_zone", "Europe/London", false, "Of dates that name none."},
    {"encoding", "auto", false, "auto (UTF-8, or windows-1252 where it is not), utf-8 or windows-1252."},
    {"delimiter", ",", false, "Between two cells: one character, or tab."},
};

std::optional<char> delimiter_of(const SourceConfig& config) {
  const auto text = setting(config, "delimiter", ",");
  if (text == "tab" || text == "\\t") return '\t';
  if (text.size() != 1 || text[0] == '"' || text[0] == '\r' || text[0] == '\n') return std::nullopt;
  return text[0];
}

std::vector<SettingComplaint> check(const SourceConfig& config) {
  std::vector<SettingComplaint> complaints;
  if (!delimiter_of(config)) complaints.push_back({"delimiter", "is not one character: write one, as \";\", or tab"});
  const auto encoding = setting(config, "encoding", "auto");
  if (encoding != "auto" && encoding != "utf-8" && encoding != "windows-1252")
    complaints.push_back({"encoding", "is none that is read: write auto, utf-8 or windows-1252"});
  if (!is_time_zone(setting(config, "time_zone", "Europe/London")))
    complaints.push_back({"time_zone", "is no time zone: write one as Europe/London or UTC"});
  return complaints;
}

CsvConfig config_of(const SourceConfig& config) {
  CsvConfig csv;
  csv.name = config.name;
  csv.path = setting(config, "path");
  csv.form.columns = {.text = setting(config, "text"),
                      .made_at = setting(config, "made_at"),
                      .id = setting(config, "id"),
                      .author = setting(config, "author"),
                      .title = setting(config, "title"),
                      .url = setting(config, "url"),
                      .lang = setting(config, "lang")};
  csv.form.delimiter = delimiter_of(config).value_or(',');
  csv.form.windows = setting(config, "encoding") == "windows-1252";
  csv.form.date_format = setting(config, "date_format");
  csv.form.time_zone = setting(config, "time_zone", "Europe/London");
  return csv;
}

std::unique_ptr<Source> make(const SourceConfig& config, HttpClient&) {
  return std::make_unique<CsvSource>(config_of(config));
}

constexpr std::array<std::string_view, 1> kinds = {"rows"};

}  // namespace

CsvPiece csv_piece_of(std::string_view bytes, std::size_t line, bool whole, const CsvHeading& heading,
                      const CsvConfig& config, UtcTime now) {
  CsvPiece piece;
  CsvRecord record;
  while (read_csv_record(bytes, piece.taken, config.form.delimiter, whole, record)) {
    auto row = csv_row(record, heading, config.form, config.name, now);
    if (row.post)
      piece.page.posts.push_back(std::move(*row.post));
    else if (!row.complaint.empty())
      complain(piece.page, config, line + piece.lines, row.complaint);
    piece.taken = record.end;
    piece.lines += record.lines;
  }
  return piece;
}

Result<Page> parse_csv(std::string body, const ParseOptions& options) {
  CsvConfig config{.name = options.source, .path = options.base_url.empty() ? "standard input" : options.base_url};
  auto head = head_of(body, true, config.form);
  if (!head.has_value()) return Failure{Remedy::skip, head.error().detail};
  const auto rows = std::string_view(body).substr(head->bytes);
  auto piece = csv_piece_of(rows, head->lines + 1, true, head->heading, config, options.now);
  return std::move(piece.page);
}

CsvSource::CsvSource(CsvConfig config) : config_(std::move(config)), host_("file:" + config_.path.string()) {}

asio::awaitable<Result<Page>> CsvSource::fetch(Cursor cursor, UtcTime now) { co_return read(cursor, now); }

Result<Page> CsvSource::read(const Cursor& cursor, UtcTime now) const {
  const auto file = OpenFile::open(config_.path);
  if (!file.has_value()) return file.error();
  const auto stat = file->stat();
  auto place = place_of(cursor);
  const auto state = name_of_state(stat, config_.form);
  if (place.file != state) place = Place{.file = state};
  Page page;
  const UtcTime changed{std::chrono::milliseconds(stat.changed / 1'000'000)};
  const bool settled = now - changed >= settled_after || changed > now + settled_after;
  if (place.over || (place.offset == 0 && !settled)) {
    page.unchanged = true;
    page.next = cursor;
    return page;
  }
  const auto head = head_of(file->read(0, longest_head), stat.size <= longest_head, config_.form);
  if (!head.has_value()) return Failure{head.error().remedy, config_.path.string() + ":1: " + head.error().detail};
  if (place.offset < head->bytes) place = Place{.file = state, .offset = head->bytes, .line = head->lines + 1};
  const auto bytes = file->read(place.offset, csv_piece);
  const bool whole = place.offset + bytes.size() >= stat.size;
  auto piece = csv_piece_of(bytes, place.line, whole, head->heading, config_, now);
  if (piece.taken == 0 && !whole) {
    complain(piece.page, config_, place.line, "a line is longer than a megabyte: it is left out");
    piece.taken = bytes.size();
  }
  page = std::move(piece.page);
  for (auto& post : page.posts) post.made_at = std::min(post.made_at, now);
  place.offset += piece.taken;
  place.line += piece.lines;
  place.over = whole;
  page.more = !whole;
  page.next = cursor_of(place);
  return page;
}

Connector csv_connector() {
  return Connector{"csv",     "Rows of a CSV file: Friends and Family Test comments, a register of complaints.",
                   kinds,     settings,
                   check,     make,
                   parse_csv, true};
}

}  // namespace barometer
