// An assessment as text for machines: JSON and TSV, as documented in judge.hpp.

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "analysis/judge.hpp"
#include "connectors/json_text.hpp"

namespace barometer {

namespace {

// Two or three places.
void append_by_library(std::string& out, double value, int places) {
  char digits[400];
  const auto end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed, places).ptr;
  const std::string_view text{digits, static_cast<std::size_t>(end - digits)};
  const bool minus_zero = text.starts_with('-') && text.find_first_not_of("-0.") == std::string_view::npos;
  out += minus_zero ? text.substr(1) : text;  // "-0.00" is zero, here and below
}

// Short pieces put together at one place, then appended at once.
class Piece {
 public:
  template <std::size_t size>
  void put(const char (&text)[size]) {
    std::memcpy(next_, text, size - 1);
    next_ += size - 1;
  }
  void put(std::uint32_t value) { next_ = std::to_chars(next_, letters_ + sizeof letters_, value).ptr; }
  // False, and nothing written, where only the library knows how.
  bool put(double value, int places) {
    const std::uint32_t one = places == 2 ? 100 : 1000;
    const double scaled = std::abs(value) * one;
    // Too large, no number, or too near the middle of two numbers to round it by itself.
    if (!(scaled < 1e9)) return false;
    const auto below = static_cast<std::uint32_t>(scaled);
    const double over = scaled - below;
    if (!(std::abs(over - 0.5) > 1e-5)) return false;
    const std::uint32_t rounded = over > 0.5 ? below + 1 : below;
    if (value < 0 && rounded != 0) *next_++ = '-';
    put(rounded / one);
    *next_++ = '.';
    for (std::uint32_t rest = rounded % one, place = one / 10; place > 0; rest %= place, place /= 10)
      *next_++ = static_cast<char>('0' + rest / place);
    return true;
  }
  std::string_view text() const { return {letters_, static_cast<std::size_t>(next_ - letters_)}; }

 private:
  char letters_[128];
  char* next_ = letters_;
};

void append_number(std::string& out, double value, int places) {
  Piece piece;
  if (piece.put(value, places))
    out += piece.text();
  else
    append_by_library(out, value, places);
}

std::string_view cut(std::string_view text, std::uint32_t begin, std::uint32_t end) {
  if (begin > text.size() || end < begin) return {};
  return text.substr(begin, end - begin);
}

// One of our own names, which have neither quotes nor anything but letters, digits, '_' and '.'.
void append_id(std::string& out, std::string_view id) {
  out += '"';
  out += id;
  out += '"';
}

void append_concern(std::string& out, const Concern& concern, std::string_view text) {
  out += "{\"theme\":";
  append_id(out, info(concern.theme).id);
  out += ",\"severity\":";
  out += std::to_string(concern.severity);
  out += ",\"phrase\":";
  append_json_string(out, cut(text, concern.begin, concern.end));
  out += ",\"rule\":";
  append_json_string(out, concern.rule);
  out += '}';
}

void append_cue(std::string& out, const Cue& cue, std::string_view text) {
  out += "{\"text\":";
  append_json_string(out, cut(text, cue.begin, cue.end));
  Piece piece;
  piece.put(",\"begin\":");
  piece.put(cue.begin);
  piece.put(",\"end\":");
  piece.put(cue.end);
  piece.put(",\"weight\":");
  const bool plain = piece.put(static_cast<double>(cue.weight), 3);
  out += piece.text();
  if (!plain) append_by_library(out, static_cast<double>(cue.weight), 3);
  out += '}';
}

template <class List, class Append>
void append_list(std::string& out, const char* key, const List& list, Append append) {
  out += key;
  out += '[';
  bool first = true;
  for (const auto& item : list) {
    if (!first) out += ',';
    first = false;
    append(item);
  }
  out += ']';
}

// By number of the label.
std::vector<std::string_view> themes_of(const Assessment& assessment) {
  std::vector<std::string_view> ids;
  for (auto left = assessment.themes; left != 0; left &= left - 1)
    ids.push_back(framework()[static_cast<std::size_t>(std::countr_zero(left))].id);
  return ids;
}

}  // namespace

void append_json(std::string& out, const Assessment& assessment, std::string_view text,
                 std::string_view model_version) {
  out += "{\"sentiment\":";
  append_id(out, name_of(assessment.sentiment));
  out += ",\"score\":";
  append_number(out, assessment.score, 2);
  out += ",\"confidence\":";
  append_number(out, assessment.confidence, 2);
  out += ",\"level\":";
  out += assessment.level == 0 ? "null" : std::to_string(assessment.level);
  append_list(out, ",\"concerns\":", assessment.concerns, [&](const Concern& c) { append_concern(out, c, text); });
  out += ",\"severity\":";
  out += std::to_string(assessment.severity);
  append_list(out, ",\"themes\":", themes_of(assessment), [&](std::string_view theme) { append_id(out, theme); });
  out += ",\"voice\":";
  append_id(out, name_of(assessment.voice));
  append_list(out, ",\"identifiers\":", assessment.identifiers,
              [&](const std::string& kind) { append_json_string(out, kind); });
  out += assessment.abusive ? ",\"abusive\":true" : ",\"abusive\":false";
  out += ",\"lang\":";
  append_json_string(out, assessment.lang);
  append_list(out, ",\"why\":", assessment.why, [&](const Cue& cue) { append_cue(out, cue, text); });
  out += ",\"model\":";
  append_json_string(out, model_version);
  out += ",\"taxonomy\":";
  append_id(out, taxonomy_version);
  out += '}';
}

std::string to_json(const Assessment& assessment, std::string_view text, std::string_view model_version) {
  std::string out;
  append_json(out, assessment, text, model_version);
  return out;
}

std::string to_tsv(const Assessment& assessment) {
  std::string out{name_of(assessment.sentiment)};
  out += '\t';
  append_number(out, assessment.score, 2);
  out += '\t';
  const char* comma = "";
  for (const std::string_view theme : themes_of(assessment)) {
    out += comma;
    out += theme;
    comma = ",";
  }
  out += '\t';
  for (const Concern& concern : assessment.concerns) {
    if (&concern != &assessment.concerns.front()) out += ',';
    out += std::string{info(concern.theme).id} + ':' + std::to_string(concern.severity);
  }
  out += '\t' + std::to_string(assessment.severity) + '\t' + (assessment.abusive ? "1" : "0") + '\t' + assessment.lang;
  return out;
}

}  // namespace barometer
