#include "analysis/labelled.hpp"

#include <array>
#include <optional>

namespace barometer {
namespace {

// One line's cells, as many as anybody asks about, and its last.
struct Cells {
  std::array<std::string_view, 4> first = {};
  std::string_view last = {};
  std::size_t count = 0;
};

Cells split(std::string_view line) {
  Cells cells;
  for (;;) {
    const auto tab = line.find('\t');
    const auto cell = line.substr(0, tab);
    if (cells.count < cells.first.size()) cells.first[cells.count] = cell;
    cells.last = cell;
    ++cells.count;
    if (tab == line.npos) return cells;
    line.remove_prefix(tab + 1);
  }
}

std::optional<Sentiment> sentiment_named(std::string_view name) {
  for (const auto sentiment : {Sentiment::negative, Sentiment::neutral, Sentiment::positive}) {
    if (name == name_of(sentiment)) return sentiment;
  }
  return std::nullopt;
}

// "positive" is a category of feedback as well, so that the first cell cannot tell.
bool answers_a_question(const Cells& cells) {
  const auto question = cells.first[2];
  return cells.count == 4 && (question == "what_good" || question == "could_improve" || question == "nonspecific");
}

std::optional<Sentiment> sentiment_of_level(std::string_view level) {
  if (level.size() != 1 || level[0] < '1' || level[0] > '5') return std::nullopt;
  constexpr std::array by_level = {Sentiment::positive, Sentiment::positive, Sentiment::neutral, Sentiment::negative,
                                   Sentiment::negative};
  return by_level[static_cast<std::size_t>(level[0] - '1')];
}

Failure wrong(std::string_view file_name, std::size_t line, std::string_view what) {
  return {Remedy::ask_operator, std::string(file_name) + ":" + std::to_string(line) + ": " + std::string(what), {}};
}

}  // namespace

Result<std::vector<LabelledText>> parse_labelled_tsv(std::string_view bytes, std::string_view file_name) {
  std::vector<LabelledText> rows;
  for (std::size_t line = 1; !bytes.empty(); ++line) {
    const auto length = bytes.find('\n');
    auto row = bytes.substr(0, length);
    bytes.remove_prefix(length == bytes.npos ? bytes.size() : length + 1);
    if (row.ends_with('\r')) row.remove_suffix(1);
    if (row.empty()) continue;
    const auto cells = split(row);
    if (cells.count < 2) return wrong(file_name, line, "no tab: expected a label, a tab and a text");
    const bool feedback = answers_a_question(cells);
    if (feedback && cells.first[1] == "-") continue;
    const auto label = feedback ? sentiment_of_level(cells.first[1]) : sentiment_named(cells.first[0]);
    if (!label) {
      return wrong(file_name, line,
                   "no label: expected negative, neutral or positive first, or a level 1 to 5 second of four cells");
    }
    rows.push_back({*label, std::string(cells.last), feedback, feedback ? cells.first[1][0] - '0' : 0});
  }
  return rows;
}

}  // namespace barometer
