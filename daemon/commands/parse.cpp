#include <chrono>
#include <iostream>
#include <iterator>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "connectors/post_json.hpp"
#include "connectors/registry.hpp"
#include "daemon/clock.hpp"
#include "daemon/commands/commands.hpp"

namespace barometer {

namespace {

int list_platforms() {
  for (const Connector& connector : connectors()) {
    std::cout << connector.name << '\t';
    const char* comma = "";
    for (const std::string_view kind : connector.kinds) {
      std::cout << comma << kind;
      comma = ",";
    }
    std::cout << '\t' << connector.sentence << '\n';
  }
  return exit_done;
}

int print_page(const Result<Page>& page) {
  if (!page) {
    std::cerr << "barometer: " << page.error().detail << " (" << name_of(page.error().remedy) << ")\n";
    return exit_failed;
  }
  std::string line;
  for (const Post& post : page->posts) {
    line.clear();
    append_json(line, post);
    std::cout << line << '\n';
  }
  for (const std::string& complaint : page->complaints) std::cerr << "barometer: " << complaint << '\n';
  if (page->unreadable > 0) std::cerr << "barometer: " << page->unreadable << " items made no post\n";
  return exit_done;
}

}  // namespace

int parse_command(const ParseCommand& options) {
  if (options.list) return list_platforms();
  const Connector* connector = find_connector(options.platform);
  if (!connector) {
    std::cerr << "barometer: no platform is called '" << options.platform << "'; `barometer parse --list` names them\n";
    return exit_usage;
  }
  std::string body(std::istreambuf_iterator<char>(std::cin), {});
  const ParseOptions parse{
      .kind = options.kind, .base_url = options.base_url, .source = options.platform, .now = utc_now()};
  return print_page(connector->parse(std::move(body), parse));
}

int fetch_command(const std::filesystem::path& file, const std::string& name) {
  const auto config = chosen_config({.config = file});
  if (!config) return exit_bad_config;
  for (const ListenConfig& listen : config->sources) {
    if (listen.source.name != name) continue;
    if (find_connector(listen.source.platform)->make == nullptr) {
      std::cerr << "barometer: '" << name << "' is not asked: its posts are sent to us\n";
      return exit_usage;
    }
    asio::io_context loop(1);
    HttpClient http(loop.get_executor(), http_settings_of(*config, listen));
    const auto source = find_connector(listen.source.platform)->make(listen.source, http);
    Result<Page> page = Failure{Remedy::retry, "no answer"};
    auto ask = [&]() -> asio::awaitable<void> {
      const UtcTime now = utc_now();
      Cursor beginning;
      beginning.not_before = now - listen.first_age;
      page = co_await source->fetch(std::move(beginning), now);
    };
    asio::co_spawn(loop, ask, [](const std::exception_ptr& error) {
      if (error) std::rethrow_exception(error);
    });
    loop.run();
    return print_page(page);
  }
  std::cerr << "barometer: " << file.string() << " has no source called '" << name << "'; it has:\n";
  for (const ListenConfig& listen : config->sources) std::cerr << "  " << listen.source.name << '\n';
  return exit_usage;
}

}  // namespace barometer
