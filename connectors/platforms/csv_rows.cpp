#include "connectors/platforms/csv_rows.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "connectors/digest.hpp"
#include "connectors/html_text.hpp"
#include "connectors/local_time.hpp"
#include "connectors/tags.hpp"

namespace barometer {
namespace {

// Headings that are tried where a setting names none, as fold_tag spells them.
constexpr std::array<std::string_view, 14> usual_texts = {
    "text",     "comment",  "comments",  "free text",         "freetext",    "free_text",         "free text comment",
    "feedback", "verbatim", "complaint", "complaint details", "description", "issue description", "response"};
constexpr std::array<std::string_view, 10> usual_times = {
    "made_at",   "date",     "date received", "date submitted", "response date",
    "completed", "received", "timestamp",     "submitted",      "date of event"};
constexpr std::array<std::string_view, 8> usual_ids = {"id",          "reference", "ref",     "response id",
                                                       "response_id", "case id",   "case no", "number"};
constexpr std::array<std::string_view, 2> usual_titles = {"title", "subject"};
constexpr std::array<std::string_view, 1> usual_authors = {"author"};
constexpr std::array<std::string_view, 2> usual_urls = {"url", "link"};
constexpr std::array<std::string_view, 2> usual_langs = {"lang", "language"};

constexpr std::size_t hash_digits = 32;

std::string decoded(const std::string& field, const CsvForm& form) {
  return form.windows ? windows_to_utf8(field) : utf8_or_windows(field);
}

// The place of the column with that name, or of the first usual one.
std::optional<std::size_t> column(const std::vector<std::string>& headings, const std::string& name,
                                  std::span<const std::string_view> usual) {
  const auto place = [&](std::string_view wanted) -> std::optional<std::size_t> {
    const auto found = std::find(headings.begin(), headings.end(), wanted);
    if (found == headings.end()) return std::nullopt;
    return static_cast<std::size_t>(found - headings.begin());
  };
  if (!name.empty()) return place(fold_tag(name));
  for (const auto& one : usual)
    if (const auto at = place(one)) return at;
  return std::nullopt;
}

std::string listed(const std::vector<std::string>& headings) {
  std::string out;
  for (const auto& heading : headings) out += (out.empty() ? "\"" : ", \"") + heading.substr(0, 40) + "\"";
  return out.substr(0, 400);
}

// Line ends as LF.
std::string with_plain_lines(std::string text) {
  for (auto at = text.find('\r'); at != text.npos; at = text.find('\r', at)) {
    if (at + 1 < text.size() && text[at + 1] == '\n')
      text.erase(at, 1);
    else
      text[at] = '\n';
  }
  return text;
}

// The cell, without white space around it; empty when the row has no such field.
std::string cell(const CsvRecord& record, const std::optional<std::size_t>& place, const CsvForm& form) {
  if (!place || *place >= record.fields.size()) return {};
  const auto text = decoded(with_plain_lines(record.fields[*place]), form);
  const auto begin = text.find_first_not_of(" \t\r\n");
  return begin == text.npos ? std::string() : text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

// A row without an id is known by its cells: the same row is the same post, in whatever file it stands.
std::string hash_of(const CsvRecord& record) {
  std::string all;
  for (const auto& field : record.fields) all += std::to_string(field.size()) + ':' + field;
  return sha256_hex(all).substr(0, hash_digits);
}

void put_id(Post& post, const std::string& native, const CsvRecord& record, std::string_view source) {
  post.native_id = native.empty() ? hash_of(record) : native;
  post.id = native.empty() ? "csv:" + post.native_id : "csv:" + std::string(source) + '/' + native;
}

}  // namespace

Result<CsvHeading> csv_heading(const CsvRecord& first, const CsvForm& form) {
  std::vector<std::string> headings;
  for (const auto& field : first.fields) headings.push_back(fold_tag(decoded(field, form)));
  const auto& names = form.columns;
  const struct {
    const char* setting;
    const std::string& name;
  } named[] = {{"text", names.text},   {"made_at", names.made_at}, {"id", names.id},    {"author", names.author},
               {"title", names.title}, {"url", names.url},         {"lang", names.lang}};
  for (const auto& [setting, name] : named)
    if (!name.empty() && !column(headings, name, {}))
      return Failure{Remedy::ask_operator, "no column is headed \"" + name + "\" (" + setting +
                                               "): its first line has " + listed(headings) +
                                               "; check the name, and delimiter"};
  const auto text = column(headings, names.text, usual_texts);
  if (!text)
    return Failure{Remedy::ask_operator,
                   "no column is known to hold the text: name it with text; the first line has " + listed(headings)};
  return CsvHeading{.text = *text,
                    .made_at = column(headings, names.made_at, usual_times),
                    .id = column(headings, names.id, usual_ids),
                    .author = column(headings, names.author, usual_authors),
                    .title = column(headings, names.title, usual_titles),
                    .url = column(headings, names.url, usual_urls),
                    .lang = column(headings, names.lang, usual_langs)};
}

CsvRow csv_row(const CsvRecord& record, const CsvHeading& heading, const CsvForm& form, std::string_view source,
               UtcTime now) {
  if (record.open_quote) return {.complaint = "a quotation mark is never closed: close it, or double it inside a cell"};
  const auto filled =
      std::find_if(record.fields.begin(), record.fields.end(), [](const auto& f) { return !f.empty(); });
  if (filled == record.fields.end()) return {};
  if (heading.text >= record.fields.size())
    return {.complaint = "the row ends after " + std::to_string(record.fields.size()) +
                         " cells, before that of the text: quote cells that hold a delimiter or a line end"};
  Post post;
  post.text = cell(record, heading.text, form);
  if (const auto title = cell(record, heading.title, form); !title.empty()) post.title = title;
  if (post.text.empty()) return {};
  const auto date = cell(record, heading.made_at, form);
  const auto made = local_time(date, form.date_format, form.time_zone);
  if (!date.empty() && !made) return {.complaint = "the date cannot be read: set date_format, as %d/%m/%Y %H:%M"};
  post.platform = "csv";
  post.source = source;
  post.seen_at = now;
  post.made_at = made.value_or(now);
  post.dated = made.has_value();
  post.author = cell(record, heading.author, form);
  post.author_name = post.author;
  post.url = cell(record, heading.url, form);
  if (auto lang = cell(record, heading.lang, form); !lang.empty()) post.lang = std::move(lang);
  put_id(post, cell(record, heading.id, form), record, source);
  add_hashtags(post.tags, post.text);
  return {.post = std::move(post)};
}

}  // namespace barometer
