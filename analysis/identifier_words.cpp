// Identifiers that letters show: addresses, postcodes, dates and numbers after a cue, names after a title.

#include <algorithm>
#include <array>
#include <optional>

#include "analysis/identifier_characters.hpp"
#include "analysis/identifier_shapes.hpp"

namespace barometer {

namespace {

constexpr std::size_t longest_address = 254;  // RFC 5321

bool in_local_part(char c) {
  return is_plain_letter(c) || is_plain_digit(c) || std::string_view{"._%+-'"}.find(c) != std::string_view::npos;
}
bool in_host(char c) { return is_plain_letter(c) || is_plain_digit(c) || c == '.' || c == '-'; }

// "(at)", "[at]", " (at) ": how people write @ so that machines overlook it; 0 if it is not there.
std::size_t at_sign(std::string_view lower, std::size_t at) {
  if (lower[at] == '@') return 1;
  for (const std::string_view form : {" (at) ", "(at)", " [at] ", "[at]", "{at}"})
    if (lower.substr(at, form.size()) == form) return form.size();
  return 0;
}

std::size_t dot_sign(std::string_view lower, std::size_t at) {
  for (const std::string_view form : {" (dot) ", "(dot)", " [dot] ", "[dot]"})
    if (lower.substr(at, form.size()) == form) return form.size();
  return 0;
}

// Past the end of a host that begins at `at` and ends in a name of two letters or more; npos if there is none.
std::size_t host_end(std::string_view lower, std::size_t at) {
  std::size_t end = at;
  std::size_t dots = 0;
  std::size_t last_label = at;
  while (end < lower.size() && end - at < longest_address) {
    if (const std::size_t dot = dot_sign(lower, end)) {
      end += dot;
      last_label = end;
      ++dots;
      continue;
    }
    if (!in_host(lower[end])) break;
    if (lower[end] == '.') {
      ++dots;
      last_label = end + 1;
    }
    ++end;
  }
  while (end > at && !is_plain_letter(lower[end - 1]) && !is_plain_digit(lower[end - 1])) {
    if (lower[end - 1] == '.') --dots;
    --end;
  }
  if (last_label >= end) last_label = lower.substr(0, end).rfind('.') + 1;
  return dots > 0 && end - last_label >= 2 && is_plain_letter(lower[last_label]) ? end : std::string_view::npos;
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == ':' || text[at] == '#' || text[at] == '-')) ++at;
  return at;
}

std::size_t digits_end(std::string_view text, std::size_t at) {
  while (at < text.size() && is_plain_digit(text[at])) ++at;
  return at;
}

// Calls `take` with the end of every cue that stands as a word.
template <std::size_t n, class Take>
void each_cue(std::string_view lower, const std::array<std::string_view, n>& cues, Take take) {
  for (std::size_t at = 0; at < lower.size(); ++at) {
    if (at > 0 && (is_plain_letter(lower[at - 1]) || is_plain_digit(lower[at - 1]))) continue;
    for (const std::string_view cue : cues)
      if (lower[at] == cue[0] && has_word_at(lower, at, cue)) {
        take(at + cue.size());
        break;
      }
  }
}

constexpr std::array<std::string_view, 12> months = {"jan", "feb", "mar", "apr", "may", "jun",
                                                     "jul", "aug", "sep", "oct", "nov", "dec"};

// Past the name of a month at `at`, 0 if there is none.
std::size_t month_end(std::string_view lower, std::size_t at) {
  for (const std::string_view month : months)
    if (lower.substr(at, 3) == month) {
      while (at < lower.size() && is_plain_letter(lower[at])) ++at;
      return at;
    }
  return 0;
}

std::size_t skip_of(std::string_view lower, std::size_t at) {
  for (const std::string_view suffix : {"st", "nd", "rd", "th"})
    if (lower.substr(at, 2) == suffix) at += 2;
  while (at < lower.size() &&
         (lower[at] == ' ' || lower[at] == ',' || lower[at] == '/' || lower[at] == '-' || lower[at] == '.'))
    ++at;
  if (lower.substr(at, 3) == "of ") at += 3;
  return at;
}

// Past a full date (day, month and year in any usual order) at `at`; 0 if there is none.
std::size_t date_end(std::string_view lower, std::size_t at) {
  std::size_t fields = 0;
  bool named_month = false;
  std::size_t end = at;
  while (fields < 3) {
    if (const std::size_t month = month_end(lower, at); month != 0 && !named_month) {
      named_month = true;
      end = month;
    } else {
      end = digits_end(lower, at);
      const std::size_t digits = end - at;
      // 27061940 in one piece
      if (fields == 0 && (digits == 8 || digits == 6)) return end;
      if (digits == 0 || digits == 3 || digits > 4) return 0;
    }
    ++fields;
    at = fields < 3 ? skip_of(lower, end) : end;
  }
  return end;
}

constexpr std::array<std::string_view, 124> postcode_areas = {
    "ab", "al", "b",  "ba", "bb", "bd", "bh", "bl", "bn", "br", "bs", "bt", "ca", "cb", "cf", "ch", "cm", "co",
    "cr", "ct", "cv", "cw", "da", "dd", "de", "dg", "dh", "dl", "dn", "dt", "dy", "e",  "ec", "eh", "en", "ex",
    "fk", "fy", "g",  "gl", "gu", "gy", "ha", "hd", "hg", "hp", "hr", "hs", "hu", "hx", "ig", "im", "ip", "iv",
    "je", "ka", "kt", "kw", "ky", "l",  "la", "ld", "le", "ll", "ln", "ls", "lu", "m",  "me", "mk", "ml", "n",
    "ne", "ng", "nn", "np", "nr", "nw", "ol", "ox", "pa", "pe", "ph", "pl", "po", "pr", "rg", "rh", "rm", "s",
    "sa", "se", "sg", "sk", "sl", "sm", "sn", "so", "sp", "sr", "ss", "st", "sw", "sy", "ta", "td", "tf", "tn",
    "tq", "tr", "ts", "tw", "ub", "w",  "wa", "wc", "wd", "wf", "wn", "wr", "ws", "wv", "yo", "ze"};

// What ends like a postcode but is an ordinal or a measure when written small: "4th", "2hr", "3pt".
bool reads_as_measure(std::string_view unit) {
  for (const std::string_view word :
       {"st", "nd", "rd", "th", "hr", "ft", "lb", "gb", "tb", "pt", "up", "pp", "ad", "bn", "ish"})
    if (unit == word) return true;
  return false;
}

// Past a postcode that begins at `at`; 0 if there is none.
std::size_t postcode_end(const PlainText& plain, std::size_t at) {
  const std::string_view lower = plain.lower;
  std::size_t end = at;
  while (end < lower.size() && end - at < 3 && lower[end] >= 'a' && lower[end] <= 'z') ++end;
  if (!std::binary_search(postcode_areas.begin(), postcode_areas.end(), lower.substr(at, end - at))) return 0;
  if (end >= lower.size() || !is_plain_digit(lower[end])) return 0;
  // The district is one or two digits, or a digit and a letter; the inward part decides where it ends.
  for (const std::size_t district : {std::size_t{2}, std::size_t{1}}) {
    std::size_t inward = end + district;
    if (inward > lower.size() || (district == 2 && !is_plain_digit(lower[end + 1]) && !is_plain_letter(lower[end + 1])))
      continue;
    while (inward < lower.size() && inward - end - district < 2 && (lower[inward] == ' ' || lower[inward] == '-'))
      ++inward;
    if (inward + 3 > lower.size() || !is_plain_digit(lower[inward])) continue;
    const std::string_view unit = lower.substr(inward + 1, 2);
    if (!std::all_of(unit.begin(), unit.end(), [](char c) {
          return c >= 'a' && c <= 'z' && std::string_view{"cikmov"}.find(c) == std::string_view::npos;
        }))
      continue;
    const std::size_t past = inward + 3;
    if (past < lower.size() && (is_plain_letter(lower[past]) || is_plain_digit(lower[past]))) continue;
    const bool small = !is_plain_upper(plain.bytes[inward + 1]) || !is_plain_upper(plain.bytes[at]);
    if (small && reads_as_measure(unit)) return 0;
    return past;
  }
  return 0;
}

// Past a capitalised word ("Vane-Okafor", "O'Neill") at `at`; `at` itself if there is none.
std::size_t name_end(std::string_view bytes, std::size_t at) {
  if (at >= bytes.size() || !(is_plain_upper(bytes[at]) || bytes[at] == '\x01')) return at;
  std::size_t end = at + 1;
  while (end < bytes.size()) {
    const bool joint =
        (bytes[end] == '-' || bytes[end] == '\'') && end + 1 < bytes.size() && is_plain_upper(bytes[end + 1]);
    if (!is_plain_letter(bytes[end]) && !joint) break;
    ++end;
  }
  const bool shouted = end - at > 2 && is_plain_upper(bytes[at + 1]) && is_plain_upper(bytes[end - 1]);
  return end - at > 1 && !shouted ? end : at;
}

}  // namespace

void find_emails(const PlainText& plain, std::vector<IdentifierSpan>& found) {
  std::size_t past = 0;  // nothing is looked at twice
  for (std::size_t at = 0; at < plain.lower.size(); ++at) {
    const std::size_t sign = at_sign(plain.lower, at);
    if (sign == 0) continue;
    std::size_t begin = at;
    while (begin > past && at - begin < 64 && in_local_part(plain.bytes[begin - 1])) --begin;
    while (begin < at && !is_plain_letter(plain.bytes[begin]) && !is_plain_digit(plain.bytes[begin])) ++begin;
    const bool handle = begin > 0 && plain.bytes[begin - 1] == '@';
    const std::size_t end = host_end(plain.lower, at + sign);
    if (begin == at || handle || end == std::string_view::npos) continue;
    found.push_back({begin, end, IdentifierKind::email});
    past = at = end - 1;
  }
}

void find_dates_of_birth(const PlainText& plain, std::vector<IdentifierSpan>& found) {
  constexpr std::array<std::string_view, 9> cues = {"dob",        "d.o.b",     "d.o.b.", "d o b",   "date of birth",
                                                    "birth date", "birthdate", "born",   "birthday"};
  constexpr std::size_t reach = 8;  // "DOB is: ", "born on the "
  each_cue(plain.lower, cues, [&](std::size_t after) {
    for (std::size_t at = after; at < plain.lower.size() && at <= after + reach; ++at) {
      if (at > after && (is_plain_letter(plain.lower[at - 1]) || is_plain_digit(plain.lower[at - 1]))) continue;
      if (const std::size_t end = date_end(plain.lower, at)) {
        found.push_back({at, end, IdentifierKind::date_of_birth});
        return;
      }
    }
  });
}

void find_hospital_numbers(const PlainText& plain, std::vector<IdentifierSpan>& found) {
  constexpr std::array<std::string_view, 13> cues = {
      "hospital number", "hospital no", "hospital no.", "hosp no",     "hosp no.",    "hosp number", "mrn",
      "patient number",  "patient no",  "patient id",   "patient no.", "unit number", "hospital id"};
  each_cue(plain.lower, cues, [&](std::size_t after) {
    std::size_t begin = skip_blanks(plain.lower, after);
    if (plain.lower.substr(begin, 3) == "is ") begin += 3;
    std::size_t end = begin;
    std::size_t digits = 0;
    while (end < plain.lower.size() && end - begin < 16 &&
           (is_plain_letter(plain.lower[end]) || is_plain_digit(plain.lower[end]) || plain.lower[end] == '-' ||
            plain.lower[end] == '/')) {
      digits += is_plain_digit(plain.lower[end]);
      ++end;
    }
    if (digits >= 5) found.push_back({begin, end, IdentifierKind::hospital_number});
  });
}

void find_postcodes(const PlainText& plain, std::vector<IdentifierSpan>& found) {
  for (std::size_t at = 0; at < plain.lower.size(); ++at) {
    if (at > 0 && (is_plain_letter(plain.lower[at - 1]) || is_plain_digit(plain.lower[at - 1]))) continue;
    if (const std::size_t end = postcode_end(plain, at)) {
      found.push_back({at, end, IdentifierKind::postcode});
      at = end - 1;
    }
  }
}

void find_names(const PlainText& plain, std::vector<IdentifierSpan>& found) {
  constexpr std::array<std::string_view, 12> cues = {"mr",     "mrs",      "ms",    "miss",   "mx",         "name is",
                                                     "name's", "name was", "named", "called", "patient is", "patient:"};
  each_cue(plain.lower, cues, [&](std::size_t after) {
    std::size_t at = after;
    if (at < plain.bytes.size() && plain.bytes[at] == '.') ++at;
    if (at >= plain.bytes.size() || plain.bytes[at] != ' ') return;
    const std::size_t begin = at + 1;
    std::size_t end = begin;
    int words = 0;
    for (std::size_t next = begin; words < 4; ++words) {
      const std::size_t past = name_end(plain.bytes, next);
      if (past == next) break;
      end = past;
      next = past + 1;
      if (past >= plain.bytes.size() || plain.bytes[past] != ' ') {
        ++words;
        break;
      }
    }
    if (words >= 2) found.push_back({begin, end, IdentifierKind::name});
  });
}

}  // namespace barometer
