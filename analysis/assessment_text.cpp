// An assessment as text for machines: JSON and TSV, as documented in judge.hpp.

#include <algorithm>
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

// Puts short pieces together at one place, and appends many of them to the text at once.
class Writer {
 public:
  explicit Writer(std::string& out) : out_{out} {}
  ~Writer() { flush(); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  template <std::size_t size>
  Writer& put(const char (&text)[size]) {
    make_room(size);
    std::memcpy(next_, text, size - 1);
    next_ += size - 1;
    return *this;
  }
  // One of our own names, which have neither quotes nor anything but letters, digits, '_' and '.'.
  Writer& put_id(std::string_view id) {
    make_room(longest_id + 2);
    const std::size_t size = std::min(id.size(), longest_id);
    *next_++ = '"';
    next_ = std::copy_n(id.data(), size, next_);
    *next_++ = '"';
    return *this;
  }
  Writer& put(std::uint32_t value) {
    make_room(most_digits);
    put_number(value);
    return *this;
  }
  template <int places>
  Writer& put(double value) {
    make_room(most_digits + 2 + places);
    if (!put_plain<places>(value)) append_by_library(flush(), value, places);
    return *this;
  }
  // Most are a few plain letters, looked at while they are copied.
  Writer& put_string(std::string_view text) {
    make_room(longest_plain + 2);
    if (text.size() > longest_plain || !put_plain_string(text)) append_json_string(flush(), text);
    return *this;
  }

 private:
  static constexpr std::size_t longest_id = 64;
  static constexpr std::size_t longest_plain = 64;
  static constexpr std::size_t most_digits = 10;

  void make_room(std::size_t more) {
    if (static_cast<std::size_t>(letters_ + sizeof letters_ - next_) < more) flush();
  }
  std::string& flush() {
    out_.append(letters_, next_);
    next_ = letters_;
    return out_;
  }
  // False, and nothing written, where there is more to do than to copy.
  bool put_plain_string(std::string_view text) {
    char* to = next_;
    *to++ = '"';
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x20 || byte >= 0x80 || c == '"' || c == '\\') return false;
      *to++ = c;
    }
    *to++ = '"';
    next_ = to;
    return true;
  }
  // Most have three digits or fewer: all are written, and as many of them left out as are none, without a branch.
  void put_number(std::uint32_t value) {
    if (value >= 1000) {
      next_ = std::to_chars(next_, next_ + most_digits, value).ptr;
      return;
    }
    static_assert(std::endian::native == std::endian::little);
    const int none = (value < 100) + (value < 10);
    const std::uint32_t digits = (0x303030U | value / 100 | (value / 10 % 10) << 8 | (value % 10) << 16) >> (8 * none);
    std::memcpy(next_, &digits, sizeof digits);
    next_ += 3 - none;
  }
  static char digit(std::uint32_t value) { return static_cast<char>('0' + value); }
  // False, and nothing written, where only the library knows how.
  template <int places>
  bool put_plain(double value) {
    static_assert(places == 2 || places == 3);
    constexpr std::uint32_t one = places == 2 ? 100 : 1000;
    const double scaled = std::abs(value) * one;
    // Too large, no number, or too near the middle of two numbers to round it by itself.
    if (!(scaled < 1e9)) return false;
    const auto below = static_cast<std::uint32_t>(scaled);
    const double over = scaled - below;
    if (!(std::abs(over - 0.5) > 1e-5)) return false;
    const std::uint32_t rounded = below + (over > 0.5);
    *next_ = '-';
    next_ += (value < 0) & (rounded != 0);
    put_number(rounded / one);
    *next_++ = '.';
    const std::uint32_t rest = rounded % one;
    if constexpr (places == 3) *next_++ = digit(rest / 100);
    *next_++ = digit(rest / 10 % 10);
    *next_++ = digit(rest % 10);
    return true;
  }

  std::string& out_;
  char letters_[512];
  char* next_ = letters_;
};

std::string_view cut(std::string_view text, std::uint32_t begin, std::uint32_t end) {
  if (begin > text.size() || end < begin) return {};
  return text.substr(begin, end - begin);
}

void put_concern(Writer& out, const Concern& concern, std::string_view text) {
  out.put("{\"theme\":").put_id(info(concern.theme).id);
  out.put(",\"severity\":").put(static_cast<std::uint32_t>(concern.severity));
  out.put(",\"phrase\":").put_string(cut(text, concern.begin, concern.end));
  out.put(",\"rule\":").put_string(concern.rule).put("}");
}

void put_cue(Writer& out, const Cue& cue, std::string_view text) {
  out.put("{\"text\":").put_string(cut(text, cue.begin, cue.end));
  out.put(",\"begin\":").put(cue.begin).put(",\"end\":").put(cue.end);
  out.put(",\"weight\":").put<3>(static_cast<double>(cue.weight)).put("}");
}

template <class List, class Put>
void put_list(Writer& out, const List& list, Put put) {
  out.put("[");
  bool first = true;
  for (const auto& item : list) {
    if (!first) out.put(",");
    first = false;
    put(item);
  }
  out.put("]");
}

// By number of the label.
std::vector<std::string_view> themes_of(const Assessment& assessment) {
  std::vector<std::string_view> ids;
  for (auto left = assessment.themes; left != 0; left &= left - 1)
    ids.push_back(framework()[static_cast<std::size_t>(std::countr_zero(left))].id);
  return ids;
}

}  // namespace

void append_json(std::string& all, const Assessment& assessment, std::string_view text,
                 std::string_view model_version) {
  Writer out{all};
  out.put("{\"sentiment\":").put_id(name_of(assessment.sentiment));
  out.put(",\"score\":").put<2>(assessment.score);
  out.put(",\"confidence\":").put<2>(assessment.confidence);
  if (assessment.level == 0)
    out.put(",\"level\":null");
  else
    out.put(",\"level\":").put(static_cast<std::uint32_t>(assessment.level));
  out.put(",\"concerns\":");
  put_list(out, assessment.concerns, [&](const Concern& concern) { put_concern(out, concern, text); });
  out.put(",\"severity\":").put(static_cast<std::uint32_t>(assessment.severity));
  out.put(",\"themes\":");
  put_list(out, themes_of(assessment), [&](std::string_view theme) { out.put_id(theme); });
  out.put(",\"voice\":").put_id(name_of(assessment.voice));
  out.put(",\"identifiers\":");
  put_list(out, assessment.identifiers, [&](const std::string& kind) { out.put_string(kind); });
  if (assessment.abusive)
    out.put(",\"abusive\":true");
  else
    out.put(",\"abusive\":false");
  out.put(",\"lang\":").put_string(assessment.lang);
  out.put(",\"why\":");
  put_list(out, assessment.why, [&](const Cue& cue) { put_cue(out, cue, text); });
  out.put(",\"model\":").put_string(model_version);
  out.put(",\"taxonomy\":").put_id(taxonomy_version).put("}");
}

std::string to_json(const Assessment& assessment, std::string_view text, std::string_view model_version) {
  std::string out;
  append_json(out, assessment, text, model_version);
  return out;
}

std::string to_tsv(const Assessment& assessment) {
  std::string out{name_of(assessment.sentiment)};
  out += '\t';
  Writer{out}.put<2>(assessment.score);
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
