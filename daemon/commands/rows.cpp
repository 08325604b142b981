#include "daemon/commands/rows.hpp"

#include <algorithm>
#include <charconv>
#include <ostream>
#include <string_view>
#include <utility>

namespace barometer {

namespace {

bool is_number(std::string_view cell) {
  double number = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
  return error == std::errc{} && end == cell.data() + cell.size();
}

// A spreadsheet runs what begins with one of these, some also after blanks; a number below zero is none.
std::string csv_cell(std::string cell) {
  const auto begins = cell.find_first_not_of(" \t\r\n");
  const bool blank_first = begins != 0 && !cell.empty() && cell.front() != ' ';
  if (begins != std::string::npos && !is_number(cell) &&
      (blank_first || std::string_view("=+-@").find(cell[begins]) != std::string_view::npos))
    cell.insert(0, "'");
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) quoted.append(c == '"' ? "\"\"" : std::string(1, c));
  return quoted + '"';
}

void print_csv(std::ostream& out, const std::vector<std::string>& cells) {
  const char* comma = "";
  for (const std::string& cell : cells) {
    out << comma << csv_cell(cell);
    comma = ",";
  }
  out << "\r\n";
}

// Columns on a screen, near enough: one for each code point.
std::size_t width(std::string_view cell) {
  return static_cast<std::size_t>(
      std::count_if(cell.begin(), cell.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string one_line(std::string cell) {
  constexpr std::size_t widest = 80;
  std::replace_if(
      cell.begin(), cell.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
  if (cell.size() <= widest) return cell;
  std::size_t cut = widest;
  while (cut > 0 && (static_cast<unsigned char>(cell[cut]) & 0xC0) == 0x80) --cut;
  return cell.substr(0, cut) + "…";
}

}  // namespace

Rows::Rows(std::ostream& out, Format format, std::vector<std::string> columns) : out_(out), format_(format) {
  if (format_ == Format::csv) print_csv(out_, columns);
  if (format_ == Format::table) table_.push_back(std::move(columns));
}

void Rows::add(const std::string& json, std::vector<std::string> cells) {
  if (format_ == Format::json) {
    out_ << json << '\n';
  } else if (format_ == Format::csv) {
    print_csv(out_, cells);
  } else {
    for (std::string& cell : cells) cell = one_line(std::move(cell));
    table_.push_back(std::move(cells));
  }
}

void Rows::finish() {
  std::vector<std::size_t> widths;
  for (const auto& row : table_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  for (const auto& row : table_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out_ << row[i];
      if (i + 1 < row.size()) out_ << std::string(widths[i] - width(row[i]) + 2, ' ');
    }
    out_ << '\n';
  }
  table_.clear();
}

}  // namespace barometer
