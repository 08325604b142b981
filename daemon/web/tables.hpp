#pragma once

#include <string>
#include <vector>

#include "daemon/web/frame.hpp"
#include "daemon/web/look.hpp"

namespace barometer {

// Pages that are tables one below the other. Pure.

struct Table {
  std::string title = {};
  std::string sentence = {};  // below the title; may be empty
  std::vector<std::string> columns = {};
  std::vector<std::vector<std::string>> rows = {};  // the first cell of each is its name
  std::string none = {};                            // said if there are no rows
};
Views tables_view(const std::vector<Table>& tables);

struct PageLink {
  const char* address = "";
  const char* name = "";
  bool here = false;
};
Views links_view(const std::vector<PageLink>& links);

HttpReply tables_page(const Frame& frame, const std::string& lede, const std::vector<Table>& tables,
                      const std::vector<PageLink>& links);

}  // namespace barometer
