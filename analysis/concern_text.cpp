#include "analysis/concern_text.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "analysis/split.hpp"

namespace barometer {

namespace {

constexpr std::string_view header = "id\ttext\tconcerns\tseverity\tvoice\tsentiment\tabusive\tidentifiers\tkind\tnote";
constexpr std::size_t columns = 10;
constexpr std::array<std::string_view, 8> near_misses = {"near_miss", "idiom", "negation",      "hypothetical",
                                                         "fiction",   "news",  "other_country", "non_care"};

bool read_themes(std::string_view field, ConcernText& post) {
  if (field.empty()) return true;
  for (std::string_view item : split(field, ',')) {
    const bool may = item.ends_with('?');
    if (may) item.remove_suffix(1);
    ThemeSet either = 0;
    for (const std::string_view id : split(item, '|')) {
      const auto theme = theme_by_id(id);
      if (!theme) return false;
      either |= bit_of(*theme);
    }
    if (!may) post.wanted.push_back(either);
    post.allowed |= either;
  }
  return true;
}

bool read_severities(std::string_view field, ConcernText& post) {
  for (const std::string_view level : split(field, '|')) {
    if (level.size() != 1 || level[0] < '0' || level[0] >= '0' + severities) return false;
    post.severities = static_cast<std::uint8_t>(post.severities | 1u << (level[0] - '0'));
  }
  return true;
}

Failure wrong(std::string_view file_name, std::size_t line, std::string_view what) {
  return {Remedy::ask_operator, std::string(file_name) + ":" + std::to_string(line) + ": " + std::string(what), {}};
}

}  // namespace

int ConcernText::least() const { return std::countr_zero(static_cast<unsigned>(severities)); }
int ConcernText::most() const { return static_cast<int>(std::bit_width(static_cast<unsigned>(severities))) - 1; }

ConcernText post_from_elsewhere(std::string_view text) {
  return {.text = std::string(text), .allowed = bit_of(Theme::praise), .severities = 1, .elsewhere = true};
}

Result<std::vector<ConcernText>> parse_concern_tsv(std::string_view bytes, std::string_view file_name) {
  std::vector<ConcernText> posts;
  std::vector<std::string_view> lines = split(bytes, '\n');
  if (lines.front() != header) return wrong(file_name, 1, "the header line is not that of a file of posts");
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    const auto cells = split(lines[i], '\t');
    if (cells.size() != columns) return wrong(file_name, i + 1, "not ten columns between tabs");
    ConcernText post{.text = std::string(cells[1])};
    if (!read_themes(cells[2], post)) return wrong(file_name, i + 1, "a concern that is no theme");
    if (!read_severities(cells[3], post)) return wrong(file_name, i + 1, "the severity is not 0 to 4");
    post.near_miss = std::ranges::find(near_misses, cells[8]) != near_misses.end();
    posts.push_back(std::move(post));
  }
  return posts;
}

}  // namespace barometer
