#include "connectors/markdown.hpp"

#include <cmark.h>
#include <memory>

#include "connectors/html_text.hpp"

namespace barometer {
namespace {

struct FreeNode {
  void operator()(cmark_node* node) const { cmark_node_free(node); }
};
struct FreeWalk {
  void operator()(cmark_iter* walk) const { cmark_iter_free(walk); }
};

// Plain text that grows by words and lines: no blanks at a line's ends, no empty lines.
class Lines {
 public:
  void words(std::string_view more) { text_ += more; }
  void blank() {
    if (!text_.empty() && text_.back() != ' ' && text_.back() != '\n') text_ += ' ';
  }
  void end_line() {
    while (text_.ends_with(' ')) text_.pop_back();
    if (!text_.empty() && text_.back() != '\n') text_ += '\n';
  }
  std::string take() {
    end_line();
    if (!text_.empty()) text_.pop_back();
    return std::move(text_);
  }

 private:
  std::string text_;
};

std::string_view literal(cmark_node* node) {
  const char* text = cmark_node_get_literal(node);
  return text ? text : "";
}

bool is_line_break(std::string_view tag) {
  constexpr std::size_t name = 3;
  return tag.starts_with("<br") && tag.find_first_of(" />", name) == name;
}

void enter(cmark_node* node, Lines& out) {
  switch (cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
    case CMARK_NODE_CODE:
    case CMARK_NODE_CODE_BLOCK: out.words(literal(node)); break;
    case CMARK_NODE_HTML_BLOCK: out.words(html_to_text(literal(node))); break;
    case CMARK_NODE_HTML_INLINE:  // one tag at a time
      if (is_line_break(literal(node)))
        out.end_line();
      else
        out.words(html_to_text(literal(node)));
      break;
    case CMARK_NODE_SOFTBREAK: out.blank(); break;
    case CMARK_NODE_LINEBREAK: out.end_line(); break;
    default: break;
  }
}

// Only blocks end lines; those without children are never left.
bool is_leaf_block(cmark_node_type type) {
  return type == CMARK_NODE_CODE_BLOCK || type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_THEMATIC_BREAK;
}

}  // namespace

std::string markdown_to_text(std::string_view markdown) {
  const std::string source(cut_utf8(valid_utf8(markdown.substr(0, longest_markdown)), longest_markdown));
  const std::unique_ptr<cmark_node, FreeNode> document(
      cmark_parse_document(source.data(), source.size(), CMARK_OPT_DEFAULT));
  const std::unique_ptr<cmark_iter, FreeWalk> walk(cmark_iter_new(document.get()));
  Lines out;
  for (auto event = cmark_iter_next(walk.get()); event != CMARK_EVENT_DONE; event = cmark_iter_next(walk.get())) {
    cmark_node* node = cmark_iter_get_node(walk.get());
    const auto type = cmark_node_get_type(node);
    if (event == CMARK_EVENT_ENTER) enter(node, out);
    const bool ends =
        event == CMARK_EVENT_EXIT ? type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_HEADING : is_leaf_block(type);
    if (ends) out.end_line();
  }
  return valid_utf8(out.take());  // an entity can stand for a control character
}

}  // namespace barometer
