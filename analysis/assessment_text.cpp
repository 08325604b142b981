// An assessment as text for machines: JSON and TSV, as documented in judge.hpp.

#include <charconv>

#include "analysis/judge.hpp"
#include "analysis/unicode.hpp"

namespace barometer {

namespace {

// A JSON string; bytes that are not UTF-8 become U+FFFD, so that the line is JSON whatever came in.
void append_string(std::string& out, std::string_view text) {
  constexpr char hex[] = "0123456789abcdef";
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) {
      const CodePoint point = code_point_at(text, at);
      if (point.value == U'\uFFFD')
        out += "\xEF\xBF\xBD";
      else
        out += text.substr(at, point.bytes);
      at += point.bytes;
      continue;
    }
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (byte < 0x20 || byte == 0x7F)
      ((out += "\\u00") += hex[byte >> 4]) += hex[byte & 15];
    else
      out += c;
    ++at;
  }
  out += '"';
}

void append_number(std::string& out, double value, int places) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed, places).ptr;
  const std::string_view text{digits, static_cast<std::size_t>(end - digits)};
  // "-0.00" is zero.
  out += text.find_first_not_of("-0.") == std::string_view::npos && text.starts_with('-') ? text.substr(1) : text;
}

std::string_view cut(std::string_view text, std::uint32_t begin, std::uint32_t end) {
  if (begin > text.size() || end < begin) return {};
  return text.substr(begin, end - begin);
}

void append_concern(std::string& out, const Concern& concern, std::string_view text) {
  out += "{\"theme\":";
  append_string(out, info(concern.theme).id);
  out += ",\"severity\":";
  out += std::to_string(concern.severity);
  out += ",\"phrase\":";
  append_string(out, cut(text, concern.begin, concern.end));
  out += ",\"rule\":";
  append_string(out, concern.rule);
  out += '}';
}

void append_cue(std::string& out, const Cue& cue, std::string_view text) {
  out += "{\"text\":";
  append_string(out, cut(text, cue.begin, cue.end));
  out += ",\"begin\":";
  out += std::to_string(cue.begin);
  out += ",\"end\":";
  out += std::to_string(cue.end);
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
  append_string(out, name_of(assessment.sentiment));
  out += ",\"score\":";
  append_number(out, assessment.score, 2);
  out += ",\"confidence\":";
  append_number(out, assessment.confidence, 2);
  out += ",\"level\":";
  out += assessment.level == 0 ? "null" : std::to_string(assessment.level);
  append_list(out, ",\"concerns\":", assessment.concerns, [&](const Concern& c) { append_concern(out, c, text); });
  out += ",\"severity\":";
  out += std::to_string(assessment.severity);
  append_list(out, ",\"themes\":", themes_of(assessment), [&](std::string_view theme) { append_string(out, theme); });
  out += ",\"voice\":";
  append_string(out, name_of(assessment.voice));
  append_list(out, ",\"identifiers\":", assessment.identifiers,
              [&](const std::string& kind) { append_string(out, kind); });
  out += assessment.abusive ? ",\"abusive\":true" : ",\"abusive\":false";
  out += ",\"lang\":";
  append_string(out, assessment.lang);
  append_list(out, ",\"why\":", assessment.why, [&](const Cue& cue) { append_cue(out, cue, text); });
  out += ",\"model\":";
  append_string(out, model_version);
  out += ",\"taxonomy\":";
  append_string(out, taxonomy_version);
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
