#include "analysis/issues/organisations.hpp"

#include <algorithm>
#include <map>
#include <set>

extern "C" const char organisations_begin[], organisations_end[];

namespace barometer {

namespace {

std::vector<std::string> parts_of(std::string_view text, char apart) {
  std::vector<std::string> parts;
  for (;;) {
    const auto end = text.find(apart);
    parts.emplace_back(text.substr(0, end));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string id_of(std::string_view code) {
  return code.empty() ? std::string() : std::string(listed_prefix).append(code);
}

}  // namespace

std::string_view built_in_list() {
  return {organisations_begin, static_cast<std::size_t>(organisations_end - organisations_begin)};
}

const std::vector<Service>& built_in_organisations() {
  static const auto list = [] {
    auto read = read_organisations(built_in_list(), "the built-in list of organisations");
    return read.has_value() ? std::move(*read) : std::vector<Service>{};  // a test reads it
  }();
  return list;
}

Result<std::vector<Service>> read_organisations(std::string_view list, const std::string& file) {
  std::vector<Service> services;
  std::map<std::string, int> line_of;  // by id
  int number = 0;
  const auto wrong = [&](int line, const std::string& what) {
    return Failure{Remedy::ask_operator, file + ':' + std::to_string(line) + ": " + what};
  };
  for (const std::string& line : parts_of(list, '\n')) {
    ++number;
    std::string_view text = line;
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (text.find_first_not_of(" \t") == text.npos || text.starts_with('#')) continue;
    const auto columns = parts_of(text, '\t');
    if (columns.size() < 3 || columns.size() > 4)
      return wrong(number, "write code, what it is part of, name and other names, with a tabulator between each two");
    if (columns[0].empty() || columns[2].empty()) return wrong(number, "give it a code and a name");
    Service service{.id = id_of(columns[0]), .name = columns[2], .ods = columns[0], .parent = id_of(columns[1])};
    if (columns.size() == 4 && !columns[3].empty()) service.aliases = parts_of(columns[3], '|');
    if (!line_of.emplace(service.id, number).second)
      return wrong(number, "\"" + columns[0] + "\" is the code of another line: give each its own");
    services.push_back(std::move(service));
  }
  for (const Service& service : services)
    if (!service.parent.empty() && (!line_of.contains(service.parent) || service.parent == service.id))
      return wrong(line_of[service.id], "there is no other line with the code \"" +
                                            service.parent.substr(listed_prefix.size()) +
                                            "\": add one, or leave it out");
  return services;
}

std::vector<Service> with_organisations(std::vector<Service> own, const std::vector<Service>& listed) {
  std::map<std::string, std::string> own_id;  // by code
  std::set<std::string> names;
  for (const Service& service : own) {
    if (!service.ods.empty()) own_id.emplace(service.ods, service.id);
    names.insert(service.name);
    names.insert(service.aliases.begin(), service.aliases.end());
  }
  for (const Service& one : listed)
    if (names.contains(one.name)) own_id.emplace(one.ods, "");
  for (const Service& one : listed) {
    if (own_id.contains(one.ods)) continue;
    Service& service = own.emplace_back(one);
    std::erase_if(service.aliases, [&names](const std::string& alias) { return names.contains(alias); });
    if (service.parent.empty()) continue;
    const auto whole = own_id.find(service.parent.substr(listed_prefix.size()));
    if (whole != own_id.end()) service.parent = whole->second;
  }
  return own;
}

}  // namespace barometer
