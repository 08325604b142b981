#include "connectors/platforms/feed_time.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "connectors/time.hpp"
#include "connectors/time_fields.hpp"

namespace barometer {

namespace {

struct Name {
  std::string_view name;
  int value;
};

// Months as Greek and Hungarian feeds write them, by how they begin.
constexpr std::array foreign_months{
    Name{"Ιαν", 1},       Name{"Φεβ", 2},      Name{"Μάρ", 3},       Name{"Μαρ", 3},        Name{"Απρ", 4},
    Name{"Μάώ", 3},       Name{"Μαώ", 3},      Name{"Μάι", 5},       Name{"Μαϊ", 5},        Name{"Μαι", 5},
    Name{"Μάϊ", 5},       Name{"Ιούν", 6},     Name{"Ιουν", 6},      Name{"Ιον", 6},        Name{"Ιούλ", 7},
    Name{"Ιουλ", 7},      Name{"Ιολ", 7},      Name{"Αύγ", 8},       Name{"Αυγ", 8},        Name{"Σεπ", 9},
    Name{"Οκτ", 10},      Name{"Νοέ", 11},     Name{"Νοε", 11},      Name{"Δεκ", 12},       Name{"január", 1},
    Name{"február", 2},   Name{"március", 3},  Name{"április", 4},   Name{"május", 5},      Name{"máujus", 5},
    Name{"június", 6},    Name{"július", 7},   Name{"augusztus", 8}, Name{"szeptember", 9}, Name{"október", 10},
    Name{"november", 11}, Name{"december", 12}};

bool is_word_byte(char c) { return is_letter(c) || static_cast<unsigned char>(c) >= 0x80; }

// Words of other alphabets: months become `shown(month)`, all others (days of the week) go.
template <class Shown>
std::string translated(std::string_view text, Shown shown, bool& found) {
  std::string out;
  while (!text.empty()) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_word_byte);
    const auto word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    if (word.empty()) {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    text.remove_prefix(word.size());
    const auto month = std::find_if(foreign_months.begin(), foreign_months.end(),
                                    [&](const Name& m) { return word.starts_with(m.name); });
    const bool foreign =
        std::any_of(word.begin(), word.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    const bool named = month != foreign_months.end() && (foreign || word.size() == month->name.size());
    found = found || named;
    if (named)
      out += shown(month->value);
    else if (!foreign)
      out += word;
  }
  return out;
}

// "2004-július-13T9:15-05:00" is ISO 8601 but for its month.
std::optional<UtcTime> parse_hungarian(std::string_view text) {
  bool found = false;
  const auto number = [](int month) { return (month < 10 ? "0" : "") + std::to_string(month); };
  const auto iso = translated(text, number, found);
  return found ? parse_iso(iso) : std::nullopt;
}

// "2004년 05월 28일 01:31:15" and "2004-05-25 오후 11:23:17", on Korea's clock.
std::optional<UtcTime> parse_korean(std::string_view text) {
  const bool afternoon = text.find("오후") != text.npos;
  const bool half = afternoon || text.find("오전") != text.npos;
  if (!half && text.find("년") == text.npos) return std::nullopt;
  TimeFields f;
  f.offset = 9 * 60;
  std::array<int*, 6> slots{&f.year, &f.month, &f.day, &f.hour, &f.minute, &f.second};
  auto slot = slots.begin();
  for (TimeReader in{text}; !in.rest.empty() && slot != slots.end();) {
    const std::size_t digits = in.digits();
    if (digits == 0)
      in.rest.remove_prefix(1);
    else if (digits > 4 || !in.number(digits, **slot++))
      return std::nullopt;
  }
  if (slot < slots.begin() + 3 || f.hour > 99 || f.minute > 99 || f.second > 99) return std::nullopt;
  if (half && f.hour <= 12) f.hour = f.hour % 12 + (afternoon ? 12 : 0);
  return time_of(f);
}

// "Κυρ, 11 Ιούλ 2004" and "Sáb, 21 Nov 2026" are RFC 822 but for a word.
std::optional<UtcTime> parse_words_abroad(std::string_view text) {
  constexpr std::array<const char*, 12> english{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto name = [&](int month) { return std::string(english[static_cast<std::size_t>(month - 1)]); };
  bool found = false;
  return parse_rfc822(translated(text, name, found));
}

std::optional<UtcTime> parse_whole(std::string_view text) {
  if (const auto time = parse_iso(text)) return time;
  if (const auto korean = parse_korean(text)) return korean;
  if (const auto hungarian = parse_hungarian(text)) return hungarian;
  return parse_words_abroad(text);
}

// What stands before a date's unreadable end; at the earliest the day.
std::optional<UtcTime> parse_beginning(std::string_view text) {
  constexpr std::size_t day = std::string_view("2026-11-21").size();
  constexpr std::string_view blanks = " \t\r\n";
  const bool iso = text.size() > day && is_digit(text[0]) && text[4] == '-';
  while (text.size() > day) {
    const auto end = iso ? text.size() - 1 : text.find_last_of(blanks);
    if (end == std::string_view::npos || end < day) break;
    text = text.substr(0, end);
    if (const auto time = iso ? parse_iso(text) : parse_words_abroad(text)) return time;
  }
  return std::nullopt;
}

}  // namespace

std::optional<UtcTime> parse_feed_time(std::string_view text) {
  if (text.size() > longest_time) return std::nullopt;
  text = trimmed_time(text);
  const auto whole = parse_whole(text);
  return whole ? whole : parse_beginning(text);
}

}  // namespace barometer
