#include "connectors/platforms/feed_mend.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "connectors/platforms/feed_entities.hpp"

namespace barometer {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::size_t deepest = 200;  // libxml2 stops at 256
constexpr std::size_t most_names = 4096;
constexpr std::size_t most_spaces = 256;  // namespaces in scope; honest feeds have a dozen

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

// Namespaces that are meant by prefixes which nobody declared.
struct Prefix {
  std::string_view prefix;
  std::string_view space;
};

constexpr std::array known_prefixes = {
    Prefix{"atom", "http://www.w3.org/2005/Atom"},
    Prefix{"rss", "http://purl.org/rss/1.0/"},
    Prefix{"content", "http://purl.org/rss/1.0/modules/content/"},
    Prefix{"dc", "http://purl.org/dc/elements/1.1/"},
    Prefix{"dcterms", "http://purl.org/dc/terms/"},
    Prefix{"itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"},
    Prefix{"media", "http://search.yahoo.com/mrss/"},
    Prefix{"slash", "http://purl.org/rss/1.0/modules/slash/"},
    Prefix{"sy", "http://purl.org/rss/1.0/modules/syndication/"},
    Prefix{"thr", "http://purl.org/syndication/thread/1.0"},
    Prefix{"feedburner", "http://rssnamespace.org/feedburner/ext/1.0"},
    Prefix{"xhtml", "http://www.w3.org/1999/xhtml"},
    Prefix{"rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"},
};

// Where a text comes next. The places asked from only grow, so that all searches together read the text once.
class NextPlace {
 public:
  NextPlace(std::string_view in, std::string_view wanted) : in_(in), wanted_(wanted) {}
  std::size_t from(std::size_t at) {
    if (at > found_ || !searched_) found_ = in_.find(wanted_, at);
    searched_ = true;
    return found_;
  }

 private:
  std::string_view in_;
  std::string_view wanted_;
  std::size_t found_ = 0;
  bool searched_ = false;
};

class Mender {
 public:
  explicit Mender(std::string_view xml) : in_(xml), last_instruction_end_(xml.rfind("?>")) {
    out_.reserve(xml.size() + xml.size() / 8);
  }

  MendedXml mend() {
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
    mended.cut = !items_.empty();
    mended.cut_in_item = mended.cut && (!is_item(open_.back().name) || !whole_);
    close(0);
    mended.xml = "<mended";  // one root, whatever stands beside the feed
    for (const auto& [prefix, space] : borrowed_) ((((mended.xml += " xmlns:") += prefix) += "=\"") += space) += '"';
    ((mended.xml += '>') += out_) += "</mended>";
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
    const auto end = cdata_end_.from(at_);
    const auto next = cdata_begin_.from(at_);
    if (end < next) {
      append_escaped(out_, in_.substr(at_, end - at_));
      at_ = end + 3;
      return;
    }
    const auto before = in_.substr(0, next);
    const auto element_end =
        open_.empty() ? std::string_view::npos : before.find("</" + std::string(open_.back().name), at_);
    const auto stop = std::min({element_end, next, in_.size()});
    auto piece = in_.substr(at_, stop - at_);
    if (piece.ends_with("]]")) piece.remove_suffix(2);
    append_escaped(out_, piece);
    at_ = stop;
  }

  void text(std::size_t end) {
    entities_.append(out_, in_.substr(at_, end - at_));
    at_ = end;
  }

  // <!DOCTYPE … [ <!ENTITY name "value"> … ]>
  void declaration() {
    const auto close = in_.find_first_of("[>", at_);
    const auto end = declaration_end_.from(at_);
    if (close == std::string_view::npos || in_[close] == '>' || end == std::string_view::npos || end < close)
      return static_cast<void>(up_to(">"));
    entities_.declare(in_.substr(close, end - close));
    at_ = end + 2;
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
    const bool empty = attributes();
    if (is_item(tag) && !empty && !items_.empty()) close(items_.back());
    if (is_field(tag) && !open_.empty() && is_leaf(open_.back().name)) close_last();
    if (open_.size() >= deepest || !keeps(tag)) return;
    const auto spaces = declare_spaces();
    const bool renamed = is_nobodys(tag);
    append_name(out_ += '<', tag, renamed);
    for (const auto& one : attributes_) append_attribute(one);
    const bool closed = empty || is_void(tag);
    out_ += closed ? "/>" : ">";
    if (closed) return;
    if (is_item(tag)) items_.push_back(open_.size());
    places_[lowered(tag)].push_back(open_.size());
    open_.push_back(Open{tag, spaces, renamed});
    spaces_ += spaces;
  }

  struct Attribute {
    std::string_view key;
    std::string_view value;
  };

  struct Open {
    std::string_view name;
    std::size_t spaces = 0;  // how many namespaces it declares
    bool renamed = false;
  };

  static bool is_space(std::string_view key) { return key == "xmlns" || key.starts_with("xmlns:"); }

  // Whether a name is among the first so many: the library's list of names becomes slow when it is long.
  bool keeps(std::string_view name) {
    if (names_.find(name) != names_.end()) return true;
    return names_.size() < most_names && names_.emplace(name).second;
  }

  // The tag's namespaces; those beyond what is kept in mind go, because each name is looked up among all of them.
  std::size_t declare_spaces() {
    std::size_t spaces = 0;
    const auto too_many = [&](const Attribute& one) {
      if (!is_space(one.key)) return false;
      if (spaces_ + spaces >= most_spaces) return true;
      ++spaces;
      if (one.key.size() > 6) declared_.insert(std::string(one.key.substr(6)));
      return false;
    };
    attributes_.erase(std::remove_if(attributes_.begin(), attributes_.end(), too_many), attributes_.end());
    return spaces;
  }

  // Whether a name has a prefix that nobody declared and nobody knows. Known ones are declared at the root.
  bool is_nobodys(std::string_view name) {
    const auto colon = name.find(':');
    if (colon == std::string_view::npos) return false;
    const auto prefix = name.substr(0, colon);
    if (prefix == "xml" || prefix == "xmlns") return false;
    if (declared_.find(prefix) != declared_.end()) return false;
    const auto known = std::find_if(known_prefixes.begin(), known_prefixes.end(),
                                    [&](const Prefix& one) { return same_name(one.prefix, prefix); });
    if (known == known_prefixes.end()) return true;
    borrowed_.emplace(prefix, known->space);
    return false;
  }

  // A name has one ':' at most, and none when its prefix is nobody's.
  static void append_name(std::string& out, std::string_view name, bool renamed) {
    const auto colon = renamed ? std::string_view::npos : name.find(':');
    for (std::size_t i = 0; i < name.size(); ++i) out += name[i] == ':' && i != colon ? '_' : name[i];
  }

  void append_attribute(const Attribute& one) {
    append_name(out_ += ' ', one.key, is_nobodys(one.key));
    out_ += "=\"";
    entities_.append(out_, one.value);
    out_ += '"';
  }

  // Up to the tag's end, into attributes_; whether it was "/>".
  bool attributes() {
    attributes_.clear();
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
      attribute();
    }
  }

  void attribute() {
    constexpr std::size_t most_attributes = 64;
    const auto key = name();
    std::string_view value = key;
    skip_blanks();
    if (at_ < in_.size() && in_[at_] == '=') {
      ++at_;
      skip_blanks();
      value = attribute_value();
    }
    const bool again =
        std::any_of(attributes_.begin(), attributes_.end(), [&](const Attribute& one) { return one.key == key; });
    if (!again && attributes_.size() < most_attributes && keeps(key)) attributes_.push_back(Attribute{key, value});
  }

  // A quote that closes only beyond the next tag closes something else.
  bool closes_in_tag(char quote) {
    const auto end = (quote == '"' ? double_quote_ : single_quote_).from(at_);
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
    const auto places = places_.find(lowered(tag));
    if (places == places_.end() || places->second.empty()) return;
    const auto place = places->second.back();
    const bool beyond_item = !items_.empty() && place < items_.back();
    if (beyond_item && !is_frame(tag)) return;  // mark-up inside an item never ends the item
    close(place);
  }

  static bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
  }

  void close(std::size_t down_to) {
    while (open_.size() > down_to) close_last();
  }

  void close_last() {
    const auto& last = open_.back();
    append_name(out_ += "</", last.name, last.renamed);
    out_ += '>';
    if (is_item(last.name)) items_.pop_back();
    places_[lowered(last.name)].pop_back();
    spaces_ -= last.spaces;
    open_.pop_back();
  }

  std::string_view in_;
  std::size_t at_ = 0;
  std::string out_;
  std::vector<Open> open_;
  std::vector<std::size_t> items_;                                    // where in open_ the items are
  std::unordered_map<std::string, std::vector<std::size_t>> places_;  // and the elements of each name, in lower case
  std::vector<Attribute> attributes_;                                 // of the tag that is being read
  std::unordered_set<std::string_view> names_;                        // of elements and attributes, as they are written
  std::size_t spaces_ = 0;                                            // namespaces declared by open_
  std::set<std::string, std::less<>> declared_;                       // prefixes, anywhere so far
  std::map<std::string, std::string_view> borrowed_;                  // known prefixes that nobody declared
  FeedEntities entities_;
  bool whole_ = true;  // the last piece was text, or a tag with its end
  std::size_t last_instruction_end_;
  NextPlace cdata_begin_{in_, "<![CDATA["};
  NextPlace cdata_end_{in_, "]]>"};
  NextPlace declaration_end_{in_, "]>"};
  NextPlace double_quote_{in_, "\""};
  NextPlace single_quote_{in_, "'"};
};

}  // namespace

MendedXml mend_xml(std::string_view xml) { return Mender(xml).mend(); }

}  // namespace barometer
