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

  static constexpr std::size_t most_ = 64u << 20;
  std::size_t taken_ = 0;
  std::pmr::monotonic_buffer_resource memory_{16 * 1024};
  std::jmp_buf full_;
};

void* Arena::take(void* self, std::size_t size) {
  auto* arena = static_cast<Arena*>(self);
  arena->taken_ += size;
  if (arena->taken_ > most_) std::longjmp(arena->full_, 1);
  return arena->memory_.allocate(size, alignof(std::max_align_t));
}

// Null when the tree would not fit.
GumboOutput* Arena::parse(std::string_view html) {
  if (setjmp(full_) != 0) return nullptr;
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = &Arena::take;
  options.deallocator = &Arena::give;
  options.userdata = this;
  options.max_errors = 0;
  return gumbo_parse_with_options(&options, html.data(), html.size());
}

enum class Shape { inline_, cell, block, dropped };

Shape shape_of(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_SCRIPT: case GUMBO_TAG_STYLE: case GUMBO_TAG_HEAD: case GUMBO_TAG_TEMPLATE: case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_NOEMBED: case GUMBO_TAG_NOFRAMES: case GUMBO_TAG_OBJECT:
      return Shape::dropped;
    case GUMBO_TAG_TD: case GUMBO_TAG_TH: case GUMBO_TAG_OPTION:
      return Shape::cell;
    case GUMBO_TAG_P: case GUMBO_TAG_DIV: case GUMBO_TAG_BR: case GUMBO_TAG_LI: case GUMBO_TAG_UL: case GUMBO_TAG_OL:
    case GUMBO_TAG_DL: case GUMBO_TAG_DT: case GUMBO_TAG_DD: case GUMBO_TAG_TR: case GUMBO_TAG_TABLE:
    case GUMBO_TAG_CAPTION: case GUMBO_TAG_H1: case GUMBO_TAG_H2: case GUMBO_TAG_H3: case GUMBO_TAG_H4:
    case GUMBO_TAG_H5: case GUMBO_TAG_H6: case GUMBO_TAG_BLOCKQUOTE: case GUMBO_TAG_PRE: case GUMBO_TAG_HR:
    case GUMBO_TAG_SECTION: case GUMBO_TAG_ARTICLE: case GUMBO_TAG_HEADER: case GUMBO_TAG_FOOTER: case GUMBO_TAG_ASIDE:
    case GUMBO_TAG_FIGURE: case GUMBO_TAG_FIGCAPTION: case GUMBO_TAG_ADDRESS: case GUMBO_TAG_FORM: case GUMBO_TAG_MAIN:
    case GUMBO_TAG_NAV: case GUMBO_TAG_FIELDSET: case GUMBO_TAG_DETAILS: case GUMBO_TAG_SUMMARY:
      return Shape::block;
    default:
      return Shape::inline_;
  }
}

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
      if (break_) out_ += '\n';
      else if (blank_) out_ += ' ';
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

  static const GumboNode* after(const GumboNode* node) {
    return child_of(node->parent, node->index_within_parent + 1);
  }

  // Whether there is something inside to read.
  bool enter(const GumboNode* node) {
    switch (node->type) {
      case GUMBO_NODE_TEXT:
      case GUMBO_NODE_CDATA:
      case GUMBO_NODE_WHITESPACE:
        lines_.text(node->v.text.text, preformatted_ > 0);
        return false;
      case GUMBO_NODE_ELEMENT:
        return enter_element(node->v.element);
      default:
        return false;
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

std::string_view bounded(std::string_view html) {
  html = cut_utf8(html, longest_html);
  std::size_t tags = 0;
  for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at + 1)) {
    if (++tags > most_tags) return html.substr(0, at);
  }
  return html;
}

std::string without_mark_up(std::string_view html) {
  html = bounded(html);
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
