#include <iostream>

#include "analysis/issues/organisations.hpp"
#include "daemon/commands/commands.hpp"

namespace barometer {

namespace {

void print(std::ostream& out, const Complaint& complaint, const char* kind) {
  out << complaint.file;
  if (complaint.line > 0) out << ':' << complaint.line;
  out << ": " << kind << complaint.message << '\n';
}

}  // namespace

std::optional<Config> chosen_config(const StoreChoice& where) {
  if (where.config.empty()) {
    Config config;
    config.store.path = where.store;
    config.any_tag = true;
    config.services = built_in_organisations();
    return config;
  }
  ConfigRead read = read_config(where.config);
  for (const Complaint& complaint : read.complaints) print(std::cerr, complaint, "");
  if (!read.complaints.empty()) return std::nullopt;
  if (!where.store.empty()) read.config.store.path = where.store;
  return std::move(read.config);
}

int check_config_command(const std::filesystem::path& file) {
  const ConfigRead read = read_config(file);
  for (const Complaint& complaint : read.complaints) print(std::cout, complaint, "");
  for (const Complaint& warning : read.warnings) print(std::cout, warning, "warning: ");
  if (!read.complaints.empty()) return exit_bad_config;
  std::cout << file.string() << ": good (" << read.config.sources.size() << " sources, " << read.config.tags.size()
            << " tags)\n";
  return exit_done;
}

int print_config_command() {
  std::cout << print_config();
  return exit_done;
}

int organisations_command() {
  std::cout << built_in_list();
  return exit_done;
}

}  // namespace barometer
