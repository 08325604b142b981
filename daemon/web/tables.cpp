#include "daemon/web/tables.hpp"

extern "C" {
extern const char tables_template_begin[], tables_template_end[];
}

namespace barometer {

namespace {

View row_view(const std::vector<std::string>& cells) {
  View out{kainjow::mustache::object{}};
  Views rest;
  for (std::size_t i = 1; i < cells.size(); ++i) rest.push_back(View{cells[i]});
  out.set("name", cells.empty() ? "" : cells.front());
  out.set("cells", View{rest});
  return out;
}

}  // namespace

Views tables_view(const std::vector<Table>& tables) {
  Views out;
  for (const auto& table : tables) {
    View one{kainjow::mustache::object{}};
    one.set("title", table.title);
    one.set("sentence", table.sentence);
    one.set("has_sentence", View{!table.sentence.empty()});
    Views columns;
    for (const auto& column : table.columns) columns.push_back(View{column});
    one.set("columns", View{columns});
    Views rows;
    for (const auto& row : table.rows) rows.push_back(row_view(row));
    one.set("rows", View{rows});
    one.set("empty", View{table.rows.empty()});
    one.set("none", table.none);
    out.push_back(one);
  }
  return out;
}

Views links_view(const std::vector<PageLink>& links) {
  Views out;
  for (const auto& link : links) {
    View one{kainjow::mustache::object{}};
    one.set("address", link.address);
    one.set("name", link.name);
    one.set("here", View{link.here});
    out.push_back(one);
  }
  return out;
}

HttpReply tables_page(const Frame& frame, const std::string& lede, const std::vector<Table>& tables,
                      const std::vector<PageLink>& links) {
  View values{kainjow::mustache::object{}};
  values.set("title", frame.title);
  values.set("lede", lede);
  values.set("links", View{links_view(links)});
  values.set("has_links", View{!links.empty()});
  values.set("tables", View{tables_view(tables)});
  return page_reply(frame, carried_between(tables_template_begin, tables_template_end), values);
}

}  // namespace barometer
