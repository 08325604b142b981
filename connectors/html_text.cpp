#include "connectors/html_text.hpp"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <memory_resource>

#include <gumbo.h>

namespace barometer {
namespace {

// Gumbo's memory, all freed at once: its own release of a tree recurses, one frame for each level of a hostile nesting.
// Gumbo cannot be told that memory has run out, so an arena that is full leaves the parse (plain C frames) by longjmp.
class Arena {
 public:
  GumboOutput* parse(std::string_view html);

 private:
  static void* take(void* self, std::size_t size);
  static void give(void*, void*) {}

  static constexpr std::size_t most_at_least_ = 1u << 20;
  static constexpr std::size_t most_a_byte_ = 128;  // what "<b>x" and the like come to
  std::size_t most_ = 0;
  std::size_t taken_ = 0;
  std::pmr::monotonic_buffer_resource memory_{16 * 1024};
  std::jmp_buf full_;
};

void* Arena::take(void* self, std::size_t size) {
  auto* arena = static_cast<Arena*>(self);
  arena->taken_ += size;
  if (arena->taken_ > arena->most_) std::longjmp(arena->full_, 1);
  return arena->memory_.allocate(size, alignof(std::max_align_t));
}

// Null when the tree would not fit.
GumboOutput* Arena::parse(std::string_view html) {
  most_ = most_at_least_ + most_a_byte_ * html.size();
  if (setjmp(full_) != 0) return nullptr;
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = &Arena::take;
  options.deallocator = &Arena::give;
  options.userdata = this;
  options.max_errors = 0;
  return gumbo_parse_with_options(&options, html.data(), html.size());
}

enum class Shape { inline_, cell, block, dropped };

constexpr std::array dropped = {
    GUMBO_TAG_SCRIPT, GUMBO_TAG_STYLE, GUMBO_TAG_HEAD, GUMBO_TAG_TEMPLATE, GUMBO_TAG_APPLET,
};

constexpr std::array cells = {GUMBO_TAG_TD, GUMBO_TAG_TH, GUMBO_TAG_OPTION};

constexpr std::array blocks = {
    GUMBO_TAG_P,       GUMBO_TAG_DIV,     GUMBO_TAG_BR,      GUMBO_TAG_LI,     GUMBO_TAG_UL,         GUMBO_TAG_OL,
    GUMBO_TAG_DL,      GUMBO_TAG_DT,      GUMBO_TAG_DD,      GUMBO_TAG_TR,     GUMBO_TAG_TABLE,      GUMBO_TAG_CAPTION,
    GUMBO_TAG_H1,      GUMBO_TAG_H2,      GUMBO_TAG_H3,      GUMBO_TAG_H4,     GUMBO_TAG_H5,         GUMBO_TAG_H6,
    GUMBO_TAG_PRE,     GUMBO_TAG_HR,      GUMBO_TAG_SECTION, GUMBO_TAG_FIGURE, GUMBO_TAG_BLOCKQUOTE, GUMBO_TAG_ARTICLE,
    GUMBO_TAG_HEADER,  GUMBO_TAG_FOOTER,  GUMBO_TAG_ASIDE,   GUMBO_TAG_FORM,   GUMBO_TAG_FIGCAPTION, GUMBO_TAG_ADDRESS,
    GUMBO_TAG_DETAILS, GUMBO_TAG_SUMMARY, GUMBO_TAG_MAIN,    GUMBO_TAG_NAV,    GUMBO_TAG_FIELDSET,
};

constexpr auto shapes = [] {
  std::array<Shape, GUMBO_TAG_LAST + 1> table{};  // inline_
  for (const auto tag : dropped) table[tag] = Shape::dropped;
  for (const auto tag : cells) table[tag] = Shape::cell;
  for (const auto tag : blocks) table[tag] = Shape::block;
  return table;
}();

Shape shape_of(GumboTag tag) { return shapes[tag]; }

std::string_view attribute(const GumboElement& element, const char* name) {
  const auto* found = gumbo_get_attribute(&element.attributes, name);
  return found ? std::string_view(found->value) : std::string_view();
}

bool has_class(const GumboElement& element, std::string_view wanted) {
  const auto classes = attribute(element, "class");
  const auto at = classes.find(wanted);
  if (at == std::string_view::npos) return false;
  const auto after = at + wanted.size();
  return (at == 0 || classes[at - 1] == ' ') && (after == classes.size() || classes[after] == ' ');
}

// Text with its white space folded as a browser would show it, one line break at most between two pieces.
class Lines {
 public:
  void text(std::string_view piece, bool preformatted) {
    for (const char c : piece) {
      if (c == '\n' && preformatted) {
        line_break();
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
        blank_ = true;
      } else {
        put(c);
      }
    }
  }
  void blank() { blank_ = true; }
  void line_break() { break_ = true; }
  std::string take() { return std::move(out_); }

 private:
  void put(char c) {
    if (!out_.empty()) {
      if (break_)
        out_ += '\n';
      else if (blank_)
        out_ += ' ';
    }
    break_ = blank_ = false;
    out_ += c;
  }

  std::string out_;
  bool blank_ = false;
  bool break_ = false;
};

// Walks a tree by its parent links: its depth is the author's choice, our stack is not theirs to use up.
class Reader {
 public:
  std::string read(const GumboNode* root) {
    const GumboNode* node = root;
    while (true) {
      const bool open = enter(node);
      if (const auto* child = open ? child_of(node, 0) : nullptr) {
        node = child;
        continue;
      }
      if (open) leave(node);
      while (node != root && !after(node)) {
        node = node->parent;
        leave(node);
      }
      if (node == root) return lines_.take();
      node = after(node);
    }
  }

 private:
  static const GumboNode* child_of(const GumboNode* node, std::size_t index) {
    if (node->type != GUMBO_NODE_ELEMENT) return nullptr;
    const auto& children = node->v.element.children;
    return index < children.length ? static_cast<const GumboNode*>(children.data[index]) : nullptr;
  }

  static const GumboNode* after(const GumboNode* node) { return child_of(node->parent, node->index_within_parent + 1); }

  // Whether there is something inside to read.
  bool enter(const GumboNode* node) {
    switch (node->type) {
      case GUMBO_NODE_TEXT:
      case GUMBO_NODE_CDATA:
      case GUMBO_NODE_WHITESPACE: lines_.text(node->v.text.text, preformatted_ > 0); return false;
      case GUMBO_NODE_ELEMENT: return enter_element(node->v.element);
      default: return false;
    }
  }

  bool enter_element(const GumboElement& element) {
    const auto shape = shape_of(element.tag);
    if (shape == Shape::dropped || has_class(element, "quote-inline")) return false;
    if (shape == Shape::block) lines_.line_break();
    if (shape == Shape::cell) lines_.blank();
    if (element.tag == GUMBO_TAG_IMG) lines_.text(attribute(element, "alt"), false);
    if (element.tag == GUMBO_TAG_PRE) ++preformatted_;
    return true;
  }

  void leave(const GumboNode* node) {
    const auto tag = node->v.element.tag;
    if (tag == GUMBO_TAG_PRE) --preformatted_;
    if (shape_of(tag) == Shape::block) lines_.line_break();
    if (shape_of(tag) == Shape::cell) lines_.blank();
  }

  Lines lines_;
  int preformatted_ = 0;
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool begins_with_letter(std::string_view text) {
  return !text.empty() && lower(text[0]) >= 'a' && lower(text[0]) <= 'z';
}

// The table's entry that a tag's text ("br/>…") has as its name; null when none.
template <std::size_t n>
const std::string_view* named_in(const std::array<std::string_view, n>& names, std::string_view tag) {
  const auto found = std::find_if(names.begin(), names.end(), [&](std::string_view name) {
    return tag.size() >= name.size() && !begins_with_letter(tag.substr(name.size())) &&
           std::equal(name.begin(), name.end(), tag.begin(), [](char a, char b) { return a == lower(b); });
  });
  return found == names.end() ? nullptr : &*found;
}

// Elements that are never closed, or close themselves when the next begins: they make no depth.
bool ends_itself(std::string_view tag) {
  constexpr std::array<std::string_view, 18> names = {"br",     "img", "p",      "li",   "hr",   "td",
                                                      "tr",     "th",  "dd",     "dt",   "wbr",  "input",
                                                      "option", "col", "source", "meta", "link", "area"};
  return named_in(names, tag) != nullptr;
}

// Tags after which a browser would show the rest of the page as something else, or not at all. In a post they are a mistake or
// a trick; what stands after them is the post's.
bool swallows_the_rest(std::string_view tag) {
  constexpr std::array<std::string_view, 7> names = {"iframe",  "frameset",  "frame", "noframes",
                                                     "noembed", "plaintext", "xmp"};
  return named_in(names, tag.starts_with('/') ? tag.substr(1) : tag) != nullptr;
}

std::string without_swallowing_tags(std::string_view html) {
  std::string out;
  std::size_t from = 0;
  for (auto at = html.find('<'); at != std::string_view::npos; at = html.find('<', at + 1)) {
    if (!swallows_the_rest(html.substr(at + 1))) continue;
    out += html.substr(from, at - from);
    from = std::min(html.find('>', at), html.size() - 1) + 1;
    at = from - 1;
  }
  out += html.substr(from);
  return out;
}

// The words of a tag whose text begins here; the parser compares each attribute with all before it.
std::size_t words_of(std::string_view tag) {
  constexpr std::string_view blanks = " \t\r\n/\"'";
  std::size_t words = 0;
  for (std::size_t at = 0; at < tag.size() && tag[at] != '>'; ++at) {
    const bool blank = blanks.find(tag[at]) != std::string_view::npos;
    if (blank && blanks.find(tag[at - (at > 0 ? 1 : 0)]) == std::string_view::npos) ++words;
  }
  return words;
}

// Up to where the limits are kept; of depth as far as tags tell before they are parsed.
std::string_view bounded(std::string_view html) {
  constexpr std::size_t compared_a_byte = 64;  // attributes of one tag with each other; about ten a tag take a tenth
  html = cut_utf8(html, longest_html);
  std::size_t tags = 0;
  std::size_t open = 0;
  std::size_t compared = 0;
  for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at + 1)) {
    const auto tag = html.substr(at + 1);
    const auto words = begins_with_letter(tag) ? words_of(tag.substr(0, tag.find('<'))) : 0;
    compared += words * words;
    if (tag.starts_with('/'))
      open -= open > 0 ? 1 : 0;
    else if (begins_with_letter(tag) && !ends_itself(tag))
      ++open;
    const bool much = compared > compared_a_byte * (html.size() + 1024);
    if (++tags > most_tags || open > most_depth || much) return html.substr(0, at);
  }
  return html;
}

std::string without_mark_up(std::string_view written) {
  const auto mended = without_swallowing_tags(bounded(written));
  std::string_view html = mended;
  while (!html.empty()) {
    Arena arena;
    if (const auto* output = arena.parse(html)) return Reader().read(output->root);
    html = cut_utf8(html, html.size() / 4);  // crossed formatting elements multiply; a shorter piece will fit
  }
  return {};
}

}  // namespace

std::string html_to_text(std::string_view html) {
  if (html.find_first_of("<&") != std::string_view::npos) return valid_utf8(without_mark_up(html));
  Lines lines;
  lines.text(cut_utf8(html, longest_html), false);
  return valid_utf8(lines.take());
}

}  // namespace barometer
