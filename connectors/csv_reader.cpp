#include "connectors/csv_reader.hpp"

#include <algorithm>
#include <utility>

#include "connectors/html_text.hpp"

namespace barometer {
namespace {

constexpr std::size_t npos = std::string_view::npos;

// Bytes of the line end at `at`; 0 when there is none.
std::size_t line_end(std::string_view bytes, std::size_t at) {
  if (at >= bytes.size() || (bytes[at] != '\r' && bytes[at] != '\n')) return 0;
  return bytes[at] == '\r' && at + 1 < bytes.size() && bytes[at + 1] == '\n' ? 2 : 1;
}

// A CR that is the last byte so far may be half of CR LF.
bool undecided(std::string_view bytes, std::size_t at, bool whole) {
  return !whole && at < bytes.size() && bytes[at] == '\r' && at + 1 == bytes.size();
}

// Reads the fields of one record; `at` moves on. False at the end of the bytes.
class Reader {
 public:
  Reader(std::string_view bytes, std::size_t at, char delimiter) : bytes_(bytes), at_(at), delimiter_(delimiter) {}

  // Up to a line end or the end of the bytes.
  void read(CsvRecord& record) {
    for (;;) {
      record.fields.push_back(field(record));
      if (at_ >= bytes_.size() || bytes_[at_] != delimiter_ || record.open_quote) return;
      ++at_;
    }
  }
  std::size_t at() const { return at_; }

 private:
  std::string field(CsvRecord& record) {
    std::string out;
    if (at_ < bytes_.size() && bytes_[at_] == '"') quoted(out, record);
    // Also what stands behind a closing quote.
    while (at_ < bytes_.size() && bytes_[at_] != delimiter_ && line_end(bytes_, at_) == 0) out += bytes_[at_++];
    return out;
  }

  void quoted(std::string& out, CsvRecord& record) {
    for (++at_; at_ < bytes_.size(); ++at_) {
      if (bytes_[at_] == '"') {
        if (at_ + 1 >= bytes_.size() || bytes_[at_ + 1] != '"') {
          ++at_;
          return;
        }
        ++at_;
      } else if (bytes_[at_] == '\n' || (bytes_[at_] == '\r' && line_end(bytes_, at_) == 1)) {
        ++record.lines;
      }
      out += bytes_[at_];
    }
    record.open_quote = true;
  }

  std::string_view bytes_;
  std::size_t at_;
  char delimiter_;
};

// The first line alone, for a record whose quote never closes.
void first_line(std::string_view bytes, CsvRecord& record) {
  const auto end = std::min(bytes.find_first_of("\r\n", record.begin), bytes.size());
  const auto mark = line_end(bytes, end);
  record.end = end + mark;
  record.lines = mark > 0 ? 1 : 0;
  record.open_quote = true;
  record.fields.clear();
}

// What windows-1252 has where ISO 8859-1 has control characters; 0 where it has nothing.
constexpr char16_t windows_block[] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                      0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                      0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

void append_utf8(std::string& out, char16_t c) {
  if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
  } else {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
  }
  out += static_cast<char>(0x80 | (c & 0x3F));
}

}  // namespace

bool read_csv_record(std::string_view bytes, std::size_t at, char delimiter, bool whole, CsvRecord& record) {
  record = CsvRecord{.begin = at};
  if (at >= bytes.size()) return false;
  const bool long_enough = bytes.size() - at > longest_record;
  const auto span = bytes.substr(0, at + std::min(bytes.size() - at, longest_record));
  Reader reader(span, at, delimiter);
  reader.read(record);
  const bool cut = reader.at() >= span.size() || undecided(span, reader.at(), whole && !long_enough);
  if (!cut) {
    const auto mark = line_end(span, reader.at());
    record.lines += 1;
    record.end = reader.at() + mark;
    return true;
  }
  if (!long_enough && !whole) return false;
  if (record.open_quote || long_enough) {
    first_line(bytes, record);
    return whole || record.lines > 0;
  }
  record.end = reader.at() + line_end(span, reader.at());
  return true;
}

std::string windows_to_utf8(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      const char16_t known = byte < 0xA0 ? windows_block[byte - 0x80] : byte;
      append_utf8(out, known == 0 ? char16_t{0xFFFD} : known);
    }
  }
  return valid_utf8(out);
}

std::string utf8_or_windows(std::string_view bytes) {
  constexpr std::string_view replacement = "\xEF\xBF\xBD";
  auto text = valid_utf8(bytes);
  const bool broken = text.find(replacement) != npos && bytes.find(replacement) == npos;
  return broken ? windows_to_utf8(bytes) : text;
}

}  // namespace barometer
