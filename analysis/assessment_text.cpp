// An assessment as text for machines: JSON and TSV, as documented in judge.hpp.

#include <charconv>
#include <cmath>

#include "analysis/judge.hpp"
#include "connectors/json_text.hpp"

namespace barometer {

namespace {

void append_whole(std::string& out, std::uint32_t value) {
  char digits[10];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

// Two or three places.
void append_number(std::string& out, double value, int places) {
  const std::uint32_t one = places == 2 ? 100 : 1000;
  const double scaled = std::abs(value) * one;
  const double below = std::floor(scaled);
  // Too near the middle of two numbers to round it by itself, or too large, or no number: the library knows.
  const bool plain = scaled < 1e9 && std::abs(scaled - below - 0.5) > 1e-5;
  if (!plain) {
    char digits[400];
    const auto end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed, places).ptr;
    const std::string_view text{digits, static_cast<std::size_t>(end - digits)};
    const bool minus_zero = text.starts_with('-') && text.find_first_not_of("-0.") == std::string_view::npos;
    out += minus_zero ? text.substr(1) : text;
    return;
  }
  const auto rounded = static_cast<std::uint32_t>(scaled - below > 0.5 ? below + 1 : below);
  if (value < 0 && rounded != 0) out += '-';  // "-0.00" is zero, here and above
  append_whole(out, rounded / one);
  out += '.';
  for (std::uint32_t rest = rounded % one, place = one / 10; place > 0; rest %= place, place /= 10)
    out += static_cast<char>('0' + rest / place);
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
  out += ",\"begin\":";
  append_whole(out, cue.begin);
  out += ",\"end\":";
  append_whole(out, cue.end);
  out += ",\"weight\":";
  append_number(out, static_cast<double>(cue.weight), 3);
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
  for (std::size_t label = 0; label < framework_size; ++label)
    if ((assessment.themes >> label & 1) != 0) ids.push_back(framework()[label].id);
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
