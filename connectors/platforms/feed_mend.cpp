#include "connectors/platforms/feed_mend.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <vector>

#include <libxml/HTMLparser.h>

#include "connectors/platforms/feed_encoding.hpp"

namespace barometer {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::size_t deepest = 200;         // libxml2 stops at 256
constexpr std::size_t longest_entity = 256;  // of a document type's own entities, bytes
constexpr std::size_t longest_reference = 32;

constexpr bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (static_cast<unsigned char>(c) >= 0x80);
}
constexpr bool is_name(char c) {
  return is_name_start(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':';
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

std::string_view local(std::string_view name) {
  const auto colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

bool one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), lowered(name)) != names.end();
}

bool is_item(std::string_view name) { return one_of(local(name), {"item", "entry"}); }
bool is_frame(std::string_view name) {
  return one_of(local(name), {"item", "entry", "channel", "feed", "rss", "rdf", "items"});
}
// Elements of a feed that hold no others: where one of them is never closed, the next ends it.
bool is_leaf(std::string_view name) {
  return one_of(name, {"title", "link", "guid", "pubdate", "dc:date", "dc:creator"});
}
bool is_field(std::string_view name) {
  return is_leaf(name) || one_of(name, {"description", "content:encoded", "author", "category", "comments", "enclosure",
                                        "summary", "content"});
}
// <link> is not among them: RSS has its address inside.
bool is_void(std::string_view name) { return one_of(name, {"br", "hr", "img", "input", "wbr"}); }

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '<': out += "&lt;"; return;
    case '>': out += "&gt;"; return;
    case '&': out += "&amp;"; return;
    case '"': out += "&quot;"; return;
    default: out += c;
  }
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) append_escaped(out, c);
}

// Numbers 128 to 159 mean control characters to Unicode, and windows-1252's to whoever writes them.
UChar32 meant_character(UChar32 c) {
  const bool legal = c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xD800) || (c >= 0xE000 && c < 0xFFFE) ||
                     (c >= 0x10000 && c <= 0x10FFFF);
  return legal ? windows_character(c) : 0xFFFD;
}

void append_character(std::string& out, UChar32 c) {
  if (c < 0x80) return append_escaped(out, static_cast<char>(c));
  append_utf8(out, c);
}

class Mender {
 public:
  explicit Mender(std::string_view xml) : in_(xml), last_instruction_end_(xml.rfind("?>")) {
    out_.reserve(xml.size() + xml.size() / 8);
  }

  MendedXml mend() {
    out_ = "<mended>";  // one root, whatever stands beside the feed
    at_ = std::min(in_.find('<'), in_.size());
    while (at_ < in_.size()) {
      const auto begin = at_;
      if (in_[at_] == '<')
        mark_up();
      else
        text(std::min(in_.find('<', at_), in_.size()));
      whole_ = in_[begin] != '<' || in_[at_ - 1] == '>';
    }
    MendedXml mended;
    mended.cut = items_ > 0;
    mended.cut_in_item = mended.cut && (!is_item(open_.back()) || !whole_);
    close(0);
    out_ += "</mended>";
    mended.xml = std::move(out_);
    return mended;
  }

 private:
  bool ahead(std::string_view text) const { return in_.substr(at_).starts_with(text); }

  // Moves past the next `end`; the text before it.
  std::string_view up_to(std::string_view end) {
    const auto found = in_.find(end, at_);
    const auto piece = in_.substr(at_, found - at_);
    at_ = found == std::string_view::npos ? in_.size() : found + end.size();
    return piece;
  }

  void mark_up() {
    if (ahead("<![CDATA[")) return cdata();
    if (ahead("<!--")) return static_cast<void>(up_to("-->"));
    if (ahead("<!")) return declaration();
    if (ahead("<?")) return instruction();
    if (at_ + 2 < in_.size() && in_[at_ + 1] == '/' && is_name_start(in_[at_ + 2])) return end_tag();
    if (at_ + 1 < in_.size() && is_name_start(in_[at_ + 1])) return start_tag();
    out_ += "&lt;";
    ++at_;
  }

  void instruction() {
    const bool ends = last_instruction_end_ != std::string_view::npos && last_instruction_end_ > at_;
    up_to(ends ? "?>" : ">");
  }

  // One that is never closed ends where another begins after it, or its element ends.
  void cdata() {
    constexpr std::string_view opening = "<![CDATA[";
    at_ += opening.size();
    const auto end = in_.find("]]>", at_);
    const auto next = in_.substr(0, end).find(opening, at_);
    if (end != std::string_view::npos && next == std::string_view::npos) return append_escaped(out_, up_to("]]>"));
    const auto element_end = open_.empty() ? std::string_view::npos : in_.find("</" + std::string(open_.back()), at_);
    const auto stop = std::min({element_end, next, in_.size()});
    auto piece = in_.substr(at_, stop - at_);
    if (piece.ends_with("]]")) piece.remove_suffix(2);
    append_escaped(out_, piece);
    at_ = stop;
  }

  void text(std::size_t end) {
    const auto piece = in_.substr(at_, end - at_);
    at_ = end;
    references(piece);
  }

  void references(std::string_view piece) {
    while (!piece.empty()) {
      const auto plain = std::min(piece.find_first_of("&>\"<"), piece.size());
      out_ += piece.substr(0, plain);
      piece.remove_prefix(plain);
      if (piece.empty()) return;
      if (piece[0] == '&') {
        piece.remove_prefix(reference(piece));
      } else {
        append_escaped(out_, piece[0]);
        piece.remove_prefix(1);
      }
    }
  }

  // How many bytes of the piece a reference at its beginning takes up.
  std::size_t reference(std::string_view piece) {
    const auto end = piece.substr(0, longest_reference).find(';');
    if (end == std::string_view::npos || end < 2 || !resolve(piece.substr(1, end - 1))) {
      out_ += "&amp;";
      return 1;
    }
    return end + 1;
  }

  bool resolve(std::string_view name) {
    if (name[0] == '#') return resolve_number(name.substr(1));
    if (!std::all_of(name.begin(), name.end(), is_name)) return false;
    if (one_of(name, {"amp", "lt", "gt", "quot", "apos"})) {
      out_ += '&' + lowered(name) + ';';
      return true;
    }
    const std::string key(name);
    if (const auto own = entities_.find(key); own != entities_.end()) {
      append_escaped(out_, own->second);
      return true;
    }
    const auto character = html_entity(key);
    if (character > 0) append_character(out_, character);
    return character > 0;
  }

  // 0 for a name that HTML does not know. Each name is looked up once: the library reads its whole table for each.
  UChar32 html_entity(const std::string& name) {
    const auto [found, is_new] = html_entities_.try_emplace(name, 0);
    if (!is_new) return found->second;
    const auto* entity = htmlEntityLookup(reinterpret_cast<const xmlChar*>(name.c_str()));
    if (entity) found->second = meant_character(static_cast<UChar32>(entity->value));
    return found->second;
  }

  bool resolve_number(std::string_view digits) {
    const auto number = number_of(digits);
    if (number) append_character(out_, *number);
    return number.has_value();
  }

  // The character that "233" or "xE9" stand for.
  static std::optional<UChar32> number_of(std::string_view digits) {
    const bool hex = digits.starts_with('x') || digits.starts_with('X');
    if (hex) digits.remove_prefix(1);
    std::int32_t number = 0;
    const auto* end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, number, hex ? 16 : 10);
    if (read.ptr != end || digits.empty()) return std::nullopt;
    return meant_character(number < 0 || read.ec != std::errc() ? 0xFFFD : number);
  }

  // <!DOCTYPE … [ <!ENTITY name "value"> … ]>
  void declaration() {
    const auto close = in_.find_first_of("[>", at_);
    if (close == std::string_view::npos || in_[close] == '>') return static_cast<void>(up_to(">"));
    const auto end = in_.find("]>", close);
    if (end == std::string_view::npos) return static_cast<void>(up_to(">"));
    const auto subset = in_.substr(close, end - close);
    at_ = end + 2;
    for (auto from = subset.find("<!ENTITY"); from != std::string_view::npos;
         from = subset.find("<!ENTITY", from + 1)) {
      entity(subset.substr(from + std::string_view("<!ENTITY").size(), 2 * longest_entity));
    }
  }

  void entity(std::string_view rest) {
    const auto name_begin = std::min(rest.find_first_not_of(blanks), rest.size());
    const auto name_end = std::min(rest.find_first_of(" \t\r\n>", name_begin), rest.size());
    const auto open = std::min(rest.find_first_not_of(blanks, name_end), rest.size());
    if (open == rest.size() || (rest[open] != '"' && rest[open] != '\'')) return;
    const auto value_end = rest.substr(0, open + longest_entity).find(rest[open], open + 1);
    if (value_end == std::string_view::npos) return;
    auto value = plain_value(rest.substr(open + 1, value_end - open - 1));
    if (value) entities_.emplace(rest.substr(name_begin, name_end - name_begin), std::move(*value));
  }

  // A value with its characters in numbers put in. One that refers to other entities is how small documents grow large: none.
  static std::optional<std::string> plain_value(std::string_view value) {
    std::string out;
    while (!value.empty()) {
      const auto plain = std::min(value.find_first_of("&<%"), value.size());
      out += value.substr(0, plain);
      value.remove_prefix(plain);
      if (value.empty()) break;
      const auto end = value.find(';');
      const auto number =
          value.starts_with("&#") && end != std::string_view::npos ? number_of(value.substr(2, end - 2)) : std::nullopt;
      if (!number) return std::nullopt;
      append_utf8(out, *number);
      value.remove_prefix(end + 1);
    }
    return out;
  }

  std::string_view name() {
    const auto begin = at_;
    while (at_ < in_.size() && is_name(in_[at_])) ++at_;
    return in_.substr(begin, at_ - begin);
  }

  void skip_blanks() { at_ = std::min(in_.find_first_not_of(blanks, at_), in_.size()); }

  void start_tag() {
    ++at_;
    const auto tag = name();
    if (is_item(tag) && items_ > 0) close(item_below());
    if (is_field(tag) && !open_.empty() && is_leaf(open_.back())) close_last();
    const bool emit = open_.size() < deepest;
    const auto begin = out_.size();
    (out_ += '<') += tag;
    const bool empty = attributes();
    if (!emit) return out_.resize(begin);
    const bool closed = empty || is_void(tag);
    out_ += closed ? "/>" : ">";
    if (!closed) open_.push_back(tag);
    if (!closed && is_item(tag)) ++items_;
  }

  // Up to the tag's end; whether it was "/>".
  bool attributes() {
    std::vector<std::string_view> seen;
    bool slash = false;
    while (true) {
      skip_blanks();
      if (at_ == in_.size() || in_[at_] == '<') return slash;
      if (in_[at_] == '>') {
        ++at_;
        return slash;
      }
      slash = in_[at_] == '/';
      if (!is_name_start(in_[at_])) {
        ++at_;
        continue;
      }
      attribute(seen);
    }
  }

  void attribute(std::vector<std::string_view>& seen) {
    constexpr std::size_t most_attributes = 64;
    const auto key = name();
    std::string_view value = key;
    skip_blanks();
    if (at_ < in_.size() && in_[at_] == '=') {
      ++at_;
      skip_blanks();
      value = attribute_value();
    }
    const bool again = std::find(seen.begin(), seen.end(), key) != seen.end();
    if (again || seen.size() == most_attributes) return;
    seen.push_back(key);
    ((out_ += ' ') += key) += "=\"";
    references(value);
    out_ += '"';
  }

  // A quote that closes only beyond the next tag closes something else.
  bool closes_in_tag(char quote) const {
    const auto end = in_.find(quote, at_);
    if (end == std::string_view::npos) return false;
    const auto value = in_.substr(at_, end - at_);
    const auto close = std::min(value.find('>'), value.size());
    for (auto tag = value.find('<', close); tag != std::string_view::npos; tag = value.find('<', tag + 1)) {
      if (tag + 1 < value.size() && (value[tag + 1] == '/' || is_name_start(value[tag + 1]))) return false;
    }
    return true;
  }

  std::string_view attribute_value() {
    if (at_ == in_.size()) return {};
    if (in_[at_] == '"' || in_[at_] == '\'') {
      const char quote = in_[at_++];
      if (closes_in_tag(quote)) return up_to(std::string_view(&quote, 1));
    }
    const auto begin = at_;
    at_ = std::min(in_.find_first_of(" \t\r\n><", at_), in_.size());
    // <a href=x/> is rarely meant to end in a slash
    if (at_ > begin && at_ < in_.size() && in_[at_] == '>' && in_[at_ - 1] == '/') --at_;
    return in_.substr(begin, at_ - begin);
  }

  void end_tag() {
    at_ += 2;
    const auto tag = name();
    at_ = std::min(in_.find_first_of("><", at_), in_.size());
    if (at_ < in_.size() && in_[at_] == '>') ++at_;
    const bool frame = is_frame(tag);
    for (std::size_t i = open_.size(); i-- > 0;) {
      if (same_name(open_[i], tag)) return close(i);
      if (!frame && is_item(open_[i])) return;  // mark-up inside an item never ends the item
    }
  }

  static bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
  }

  std::size_t item_below() const {
    for (std::size_t i = open_.size(); i-- > 0;) {
      if (is_item(open_[i])) return i;
    }
    return open_.size();
  }

  void close(std::size_t down_to) {
    while (open_.size() > down_to) close_last();
  }

  void close_last() {
    ((out_ += "</") += open_.back()) += '>';
    if (is_item(open_.back())) --items_;
    open_.pop_back();
  }

  std::string_view in_;
  std::size_t at_ = 0;
  std::string out_;
  std::vector<std::string_view> open_;
  std::map<std::string, std::string> entities_;
  std::map<std::string, UChar32> html_entities_;
  int items_ = 0;      // how many of open_ are items
  bool whole_ = true;  // the last piece was text, or a tag with its end
  std::size_t last_instruction_end_;
};

}  // namespace

MendedXml mend_xml(std::string_view xml) { return Mender(xml).mend(); }

}  // namespace barometer
