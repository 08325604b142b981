#include "connectors/platforms/feed_encoding.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iconv.h>
#include <memory>
#include <optional>
#include <vector>

#include <simdjson.h>
#include <unicode/ucnv.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include "connectors/html_text.hpp"

namespace barometer {
namespace {

using namespace std::string_view_literals;

struct Mark {
  std::string_view bytes;
  const char* encoding;
};

// The longer first: UTF-32's mark begins with UTF-16's.
constexpr std::array marks = {
    Mark{"\xFF\xFE\0\0"sv, "UTF-32LE"}, Mark{"\0\0\xFE\xFF"sv, "UTF-32BE"}, Mark{"\xFF\xFE"sv, "UTF-16LE"},
    Mark{"\xFE\xFF"sv, "UTF-16BE"},     Mark{"\xEF\xBB\xBF"sv, "UTF-8"},
};

// How "<?xm" or "<" begins where there is no mark (XML 1.0, appendix F).
constexpr std::array beginnings = {
    Mark{"<\0\0\0"sv, "UTF-32LE"}, Mark{"\0\0\0<"sv, "UTF-32BE"}, Mark{"<\0?\0"sv, "UTF-16LE"},
    Mark{"\0<\0?"sv, "UTF-16BE"},  Mark{"<\0r\0"sv, "UTF-16LE"},  Mark{"\0<\0r"sv, "UTF-16BE"},
    Mark{"<\0f\0"sv, "UTF-16LE"},  Mark{"\0<\0f"sv, "UTF-16BE"},  Mark{"\x4C\x6F\xA7\x94"sv, "ibm-37"},
};

template <std::size_t n>
const Mark* starting(std::string_view bytes, const std::array<Mark, n>& table) {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Mark& m) { return bytes.starts_with(m.bytes); });
  return found == table.end() ? nullptr : &*found;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

// What a label means on the web rather than in its standard (encoding.spec.whatwg.org, section 4.2), and what the libraries call
// what Python's writers of feeds call otherwise.
std::string meant_by(std::string_view label) {
  constexpr std::array<std::array<std::string_view, 2>, 31> meanings = {{
      {"iso-8859-1", "windows-1252"},
      {"iso8859-1", "windows-1252"},
      {"latin1", "windows-1252"},
      {"latin-1", "windows-1252"},
      {"us-ascii", "windows-1252"},
      {"ascii", "windows-1252"},
      {"cp1252", "windows-1252"},
      {"gb2312", "gb18030"},
      {"gbk", "gb18030"},
      {"chinese", "gb18030"},
      {"iso-8859-9", "windows-1254"},
      {"iso-8859-11", "windows-874"},
      {"ks-c-5601-1987", "windows-949"},
      {"utf8", "utf-8"},
      {"ptcp154", "pt154"},
      {"kz1048", "rk1048"},
      {"cp720", "ibm-720"},
      {"x-mac-roman", "macintosh"},
      {"mac-greek", "x-mac-greek"},
      {"mac-turkish", "x-mac-turkish"},
      {"mac-iceland", "mac-is"},
      {"mac-latin2", "x-mac-ce"},
      {"euc-jis-2004", "euc-jisx0213"},
      {"shift-jis-2004", "shift_jisx0213"},
      {"shift-jisx0213", "shift_jisx0213"},
      {"shiftjis", "shift_jis"},
      {"iso-2022-jp-2004", "iso-2022-jp-3"},
      {"iso-2022-jp-ext", "iso-2022-jp-2"},
      {"850", "cp850"},
      {"unicode-1-1-utf-8", "utf-8"},
      {"8859", "windows-1252"},
  }};
  auto name = lowered(label);
  std::replace(name.begin(), name.end(), '_', '-');
  for (const auto& [written, meant] : meanings) {
    if (name == written) return std::string(meant);
  }
  const bool number = !name.empty() && name.size() <= 5 && name.find_first_not_of("0123456789") == std::string::npos;
  return number ? "cp" + name : name;
}

bool is_wide(std::string_view encoding) {
  const auto name = lowered(encoding);
  return name.find("utf-16") != std::string::npos || name.find("utf-32") != std::string::npos ||
         name.find("ucs-") != std::string::npos || name.find("utf16") != std::string::npos ||
         name.find("utf32") != std::string::npos;
}

using Converter = std::unique_ptr<UConverter, decltype(&ucnv_close)>;

// What the C library's table knows beyond ICU's: JOHAB, ISO-8859-16, PT154, MACINTOSH. Nothing when the bytes break it.
std::optional<std::string> convert_by_iconv(std::string_view bytes, const std::string& encoding) {
  const iconv_t opened = iconv_open("UTF-8", encoding.c_str());
  if (opened == reinterpret_cast<iconv_t>(-1)) return std::nullopt;
  const std::unique_ptr<void, decltype(&iconv_close)> table(opened, &iconv_close);
  std::string in(bytes);
  std::string out(bytes.size() * 4 + 16, '\0');
  char* from = in.data();
  char* to = out.data();
  std::size_t left = in.size();
  std::size_t room = out.size();
  if (iconv(table.get(), &from, &left, &to, &room) == static_cast<std::size_t>(-1)) return std::nullopt;
  out.resize(out.size() - room);
  return out;
}

// Nothing when there is no such encoding or, unless `forgiving`, when the bytes break it.
std::optional<std::string> convert(std::string_view bytes, const std::string& encoding, bool forgiving) {
  if (encoding.empty()) return std::nullopt;
  UErrorCode error = U_ZERO_ERROR;
  const Converter converter(ucnv_open(encoding.c_str(), &error), &ucnv_close);
  if (U_FAILURE(error)) return convert_by_iconv(bytes, encoding);
  if (!forgiving) ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
  std::vector<UChar> units(bytes.size() * 2 + 16);  // no encoding of ours yields more than two units a byte
  const auto size = ucnv_toUChars(converter.get(), units.data(), static_cast<std::int32_t>(units.size()), bytes.data(),
                                  static_cast<std::int32_t>(bytes.size()), &error);
  if (U_FAILURE(error)) return convert_by_iconv(bytes, encoding);  // its table may be larger: the euro in EUC-KR
  std::string out;
  icu::UnicodeString(false, units.data(), size).toUTF8String(out);
  return out;
}

// Whether more characters beyond ASCII are good UTF-8 than bytes are bad.
bool mostly_utf8(std::string_view text) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto end = static_cast<std::int64_t>(text.size());
  std::int64_t good = 0;
  std::int64_t bad = 0;
  for (std::int64_t at = 0; at < end;) {
    UChar32 c = 0;
    U8_NEXT(bytes, at, end, c);
    if (c < 0)
      ++bad;
    else if (c >= 0x80)
      ++good;
  }
  return good > bad;
}

bool is_utf8(std::string_view bytes) { return simdjson::validate_utf8(bytes.data(), bytes.size()); }

// encoding="…" of an XML declaration in (a superset of) ASCII.
std::string declared_in(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos || !text.substr(begin).starts_with("<?xml")) return {};
  const auto declaration = text.substr(begin, text.find("?>", begin) - begin);
  auto at = declaration.find("encoding");
  if (at == std::string_view::npos) return {};
  at = declaration.find_first_of("\"'", at);
  if (at == std::string_view::npos) return {};
  const auto end = declaration.find(declaration[at], at + 1);
  return end == std::string_view::npos ? std::string() : std::string(declaration.substr(at + 1, end - at - 1));
}

// A text that is UTF-8 read as ISO-8859-1 and written as UTF-8 once more ("cafÃ©"), as it was before that.
std::optional<std::string> decoded_again(std::string_view text) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto end = static_cast<std::int64_t>(text.size());
  std::string latin;
  for (std::int64_t at = 0; at < end;) {
    UChar32 c = 0;
    U8_NEXT(bytes, at, end, c);
    if (c < 0 || c > 0xFF) return std::nullopt;
    latin += static_cast<char>(c);
  }
  if (!is_utf8(latin)) return std::nullopt;
  return latin;
}

// Control characters 128 to 159 become what windows-1252 has in their places: nobody writes the others.
std::string with_windows_characters(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool control = text[i] == '\xC2' && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (control)
      append_utf8(out, windows_character(static_cast<UChar32>(static_cast<unsigned char>(text[++i]))));
    else
      out += text[i];
  }
  return out;
}

}  // namespace

UChar32 windows_character(UChar32 c) {
  constexpr std::array<UChar32, 32> windows = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                               0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                               0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                               0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
  return c >= 0x80 && c < 0xA0 ? windows[static_cast<std::size_t>(c - 0x80)] : c;
}

void append_utf8(std::string& out, UChar32 c) {
  std::array<char, 4> bytes{};
  std::int32_t size = 0;
  U8_APPEND_UNSAFE(bytes.data(), size, c);
  out.append(bytes.data(), static_cast<std::size_t>(size));
}

std::string charset_of(std::string_view content_type) {
  const auto type = lowered(content_type);
  const auto at = type.find("charset=");
  if (at == std::string::npos) return {};
  auto value = std::string_view(type).substr(at + 8);
  value = value.substr(0, value.find_first_of("; \t,"));
  while (value.starts_with('"') || value.starts_with('\'')) value.remove_prefix(1);
  while (value.ends_with('"') || value.ends_with('\'')) value.remove_suffix(1);
  return std::string(value);
}

std::string decoded_feed(std::string_view bytes, std::string_view content_type) {
  if (const auto* mark = starting(bytes, marks)) {
    return convert(bytes.substr(mark->bytes.size()), mark->encoding, true).value_or(std::string());
  }
  if (const auto* beginning = starting(bytes, beginnings)) {
    auto text = convert(bytes, beginning->encoding, true).value_or(std::string());
    if (is_wide(beginning->encoding)) return text;
    auto by_page = convert(bytes, meant_by(declared_in(text)), false);  // EBCDIC: the declaration names the page
    return by_page && by_page->starts_with("<?xml") ? std::move(*by_page) : std::move(text);
  }
  const bool utf8 = is_utf8(bytes);
  for (const auto& label : {charset_of(content_type), declared_in(bytes)}) {
    if (label.empty() || is_wide(label)) continue;  // what reads as ASCII is not in units of two or four bytes
    const auto encoding = meant_by(label);
    // windows-1252 takes any bytes, and hardly a text in it is good UTF-8 by chance.
    if (encoding == "utf-8" || (encoding == "windows-1252" && utf8)) {
      if (utf8) return std::string(bytes);
    } else if (auto text = convert(bytes, encoding, false)) {
      return std::move(*text);
    }
  }
  if (utf8) return std::string(bytes);
  if (mostly_utf8(bytes)) return valid_utf8(bytes);
  return convert(bytes, "windows-1252", true).value_or(std::string());
}

std::string meant_text(std::string text) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<signed char>(c) >= 0; })) return text;
  if (auto once = decoded_again(text)) text = std::move(*once);
  return with_windows_characters(text);
}

}  // namespace barometer
