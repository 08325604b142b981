#include <algorithm>
#include <iostream>
#include <set>

#include "daemon/clock.hpp"
#include "daemon/commands/json.hpp"
#include "daemon/commands/query.hpp"
#include "daemon/source_view.hpp"

namespace barometer {

namespace {

using namespace std::chrono_literals;
using Names = std::vector<std::string>;

bool contains(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What can be asked about: from the settings, or, without a file, whatever the store has heard of.
struct Known {
  Names sources = {};
  Names tags = {};
};

Result<Known> known_to(const Store& store, const Config& config, bool by_store) {
  if (!by_store) return Known{names_of_sources(config), names_of_tags(config)};
  Known known;
  const auto sources = store.sources(
      {}, [&](const std::string& name, const SourceRecord&) { return known.sources.push_back(name), true; });
  if (!sources) return sources.error();
  std::set<std::string> tags;
  const auto series = store.series({.resolution = Resolution::day},
                                   [&](const SeriesPoint& point) { return tags.insert(point.tag), true; });
  if (!series) return series.error();
  known.tags.assign(tags.begin(), tags.end());
  return known;
}

// Sources whose posts may count under a tag: those bound to it, and those whose text decides.
Names sources_of_tag(const Config& config, const Known& known, bool by_store, const std::string& tag) {
  if (by_store) return known.sources;
  const auto kept_to = std::find_if(config.tags.begin(), config.tags.end(),
                                    [&](const TagConfig& candidate) { return candidate.name == tag; });
  Names names;
  for (const ListenConfig& listen : config.sources) {
    if (!listen.tag.empty() && listen.tag != tag) continue;
    const bool barred = kept_to != config.tags.end() && !kept_to->source.empty() &&
                        !contains(kept_to->source, listen.source.name) &&
                        !contains(kept_to->source, listen.source.platform);
    if (!barred) names.push_back(listen.source.name);
  }
  return names;
}

std::int64_t posts_under(const Store& store, const std::string& tag, const std::string& source, UtcTime now) {
  std::int64_t posts = 0;
  const SeriesFilter filter{.resolution = Resolution::hour, .tag = tag, .source = source, .from = now - 7 * 24h};
  const auto read = store.series(filter, [&](const SeriesPoint& point) { return posts += posts_in(point), true; });
  return read ? posts : 0;
}

int explain_tag(const Store& store, const ExplainSourceCommand& options, const Names& sources, UtcTime now) {
  if (options.format != Format::json)
    std::cout << options.name << " is a tag; " << sources.size() << (sources.size() == 1 ? " source" : " sources")
              << " can bring it.\n";
  for (const std::string& source : sources) {
    const auto view = source_view(store, source, now);
    if (!view) return report(view.error());
    const auto posts = posts_under(store, options.name, source, now);
    if (options.format == Format::json) {
      auto json = source_json(*view, now);
      json.pop_back();
      std::cout << json << ",\"tag_posts_week\":" << posts << "}\n";
    } else {
      std::cout << "  " << in_short(*view, now) << ' ' << posts << " posts under this tag in the last week.\n";
    }
  }
  return exit_done;
}

int unknown(const std::string& name, const Known& known) {
  std::cerr << "barometer: no source or tag is called '" << name << "'; sources are:\n";
  for (const auto& source : known.sources) std::cerr << "  " << source << '\n';
  std::cerr << "tags are:\n";
  for (const auto& tag : known.tags) std::cerr << "  " << tag << '\n';
  return exit_usage;
}

}  // namespace

int explain_source_command(const ExplainSourceCommand& options) {
  const auto config = chosen_config(options.where);
  if (!config) return exit_bad_config;
  auto store = Store::open({.path = config->store.path, .read_only = true});
  if (!store) return report(store.error());
  const bool by_store = options.where.config.empty();
  const auto known = known_to(**store, *config, by_store);
  if (!known) return report(known.error());
  const UtcTime now = utc_now();
  if (!contains(known->sources, options.name)) {
    if (!contains(known->tags, options.name)) return unknown(options.name, *known);
    return explain_tag(**store, options, sources_of_tag(*config, *known, by_store, options.name), now);
  }
  const auto view = source_view(**store, options.name, now);
  if (!view) return report(view.error());
  std::cout << (options.format == Format::json ? source_json(*view, now) + "\n" : explained(*view, now));
  return exit_done;
}

}  // namespace barometer
