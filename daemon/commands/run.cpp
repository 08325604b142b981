#include "daemon/app.hpp"
#include "daemon/commands/commands.hpp"

namespace barometer {

int run_command(const std::filesystem::path& file, bool demo) {
  auto config = chosen_config({.config = file});
  if (!config) return exit_bad_config;
  App app(std::move(*config), file, demo);
  app.run();
  return exit_done;
}

}  // namespace barometer
