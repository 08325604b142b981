#include "analysis/issues/organisations.hpp"

#include <algorithm>
#include <map>

#include "analysis/split.hpp"

extern "C" const char organisations_begin[], organisations_end[];

namespace barometer {

namespace {

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
  for (std::string_view text : split(list, '\n')) {
    ++number;
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (text.find_first_not_of(" \t") == text.npos || text.starts_with('#')) continue;
    const auto columns = split(text, '\t');
    if (columns.size() < 3 || columns.size() > 4)
      return wrong(number, "write code, what it is part of, name and other names, with a tabulator between each two");
    if (columns[0].empty() || columns[2].empty()) return wrong(number, "give it a code and a name");
    Service service{.id = id_of(columns[0]),
                    .name = std::string(columns[2]),
                    .ods = std::string(columns[0]),
                    .parent = id_of(columns[1])};
    if (columns.size() == 4 && !columns[3].empty())
      for (const auto alias : split(columns[3], '|')) service.aliases.emplace_back(alias);
    if (!line_of.emplace(service.id, number).second)
      return wrong(number, "\"" + service.ods + "\" is the code of another line: give each its own");
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
  std::map<std::string, std::string> id_of_name;
  std::map<std::string, std::string>
      id_of_code;  // of those that are named by the settings, be it by their code or by their name
  for (const Service& service : own) {
    if (!service.ods.empty()) id_of_code.emplace(service.ods, service.id);
    id_of_name.emplace(service.name, service.id);
    for (const std::string& alias : service.aliases) id_of_name.emplace(alias, service.id);
  }
  for (const Service& one : listed)
    if (const auto named = id_of_name.find(one.name); named != id_of_name.end())
      id_of_code.emplace(one.ods, named->second);
  for (const Service& one : listed) {
    if (id_of_code.contains(one.ods)) continue;
    Service& service = own.emplace_back(one);
    std::erase_if(service.aliases, [&](const std::string& alias) { return id_of_name.contains(alias); });
    if (service.parent.empty()) continue;
    const auto whole = id_of_code.find(service.parent.substr(listed_prefix.size()));
    if (whole != id_of_code.end()) service.parent = whole->second;
  }
  return own;
}

}  // namespace barometer
