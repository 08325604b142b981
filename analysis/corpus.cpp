#include "analysis/corpus.hpp"

#include <array>
#include <optional>

#include "analysis/split.hpp"

namespace barometer {

namespace {

constexpr std::size_t columns = 10;
constexpr std::size_t text_column = 1;
constexpr std::size_t voice_column = 4;
constexpr std::size_t abusive_column = 6;

std::optional<Voice> voice_named(std::string_view name) {
  for (const auto voice : {Voice::unknown, Voice::patient, Voice::carer, Voice::staff, Voice::press, Voice::politician,
                           Voice::organisation})
    if (name_of(voice) == name) return voice;
  return std::nullopt;
}

Failure wrong(std::string_view file_name, std::size_t line, std::string_view what) {
  return {Remedy::ask_operator, std::string(file_name) + ":" + std::to_string(line) + ": " + std::string(what)};
}

}  // namespace

Result<std::vector<CorpusPost>> parse_corpus_tsv(std::string_view bytes, std::string_view file_name) {
  std::vector<CorpusPost> posts;
  for (std::size_t line = 1; !bytes.empty(); ++line) {
    const auto length = bytes.find('\n');
    const auto row = bytes.substr(0, length);
    bytes.remove_prefix(length == bytes.npos ? bytes.size() : length + 1);
    if (line == 1 || row.empty()) continue;
    const auto cells = split(row, '\t');
    if (cells.size() != columns) return wrong(file_name, line, "expected ten cells with tabs between them");
    CorpusPost post{.text = std::string(cells[text_column])};
    for (const auto name : split(cells[voice_column], '|')) {
      const auto voice = voice_named(name);
      if (!voice) return wrong(file_name, line, "\"" + std::string(name) + "\" is no voice");
      post.voices.push_back(*voice);
    }
    const auto abusive = cells[abusive_column];
    if (abusive != "0" && abusive != "1") return wrong(file_name, line, "abusive is neither 0 nor 1");
    post.abusive = abusive == "1";
    posts.push_back(std::move(post));
  }
  return posts;
}

}  // namespace barometer
