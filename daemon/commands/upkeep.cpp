#include <iostream>
#include <set>
#include <unistd.h>

#include <boost/json.hpp>

#include "connectors/time.hpp"
#include "daemon/clock.hpp"
#include "daemon/commands/query.hpp"
#include "daemon/commands/rows.hpp"
#include "daemon/control.hpp"
#include "daemon/key_file.hpp"
#include "daemon/orders.hpp"
#include "daemon/subject.hpp"

// Commands that change a store as a whole. Beside a running daemon they are its to carry out; without one they open the
// store themselves.

namespace barometer {

namespace {

namespace json = boost::json;

int give(const Config& config, const Order& order) {
  auto done = ask_daemon(config.store.path, order_text(order));
  if (!done) {
    std::error_code odd;
    if (!std::filesystem::exists(config.store.path, odd))
      return report(
          {Remedy::ask_operator, "there is no store at " + config.store.path.string() + ": set the right path"});
    const auto store = Store::open({.path = config.store.path, .sync = config.store.sync});
    if (!store) return report(store.error());
    done = carry_out(order, **store, config, utc_now());
  }
  if (!*done) return report(done->error());
  std::cout << **done << '\n';
  return exit_done;
}

int forget_author(const Config& config, const ForgetCommand& options) {
  const auto keys = pseudonym_keys(config.store.path);
  if (!keys) return report(keys.error());
  if (keys->empty())
    return report({Remedy::ask_operator, "this store has no pseudonym key: no author was ever kept in it"});
  const auto store = Store::open({.path = config.store.path, .read_only = true});
  if (!store) return report(store.error());
  const Subject subject{.handle = options.author};
  const auto found = find_subject(**store, *keys, subject);
  if (!found) return report(found.error());
  auto platforms = options.platform.empty() ? std::set<std::string>{} : std::set{options.platform};
  if (platforms.empty())
    for (const auto& [platform, posts] : found->by_platform) platforms.insert(platform);
  if (options.platform.empty() && platforms.size() > 1) {
    std::cerr
        << "barometer: that handle has posts on several platforms, and may be another person's on each; say which "
           "with --platform:";
    for (const auto& platform : platforms) std::cerr << ' ' << platform;
    std::cerr << '\n';
    return exit_usage;
  }
  if (platforms.empty()) platforms = found->platforms;  // nothing is kept of it; nothing is to come either
  const Order order{.does = Order::Does::forget, .erase = erasures_of(subject, *keys, platforms)};
  if (order.erase.empty())
    return report({Remedy::ask_operator, "nothing is kept yet: name the platform with --platform"});
  return give(config, order);
}

}  // namespace

int forget_command(const ForgetCommand& options) {
  const auto config = chosen_config(options.where);
  if (!config) return exit_bad_config;
  if (!options.author.empty()) return forget_author(*config, options);
  Order order{.does = Order::Does::forget};
  if (!options.url.empty()) order.erase.push_back({ErasureKind::url, options.url});
  if (!options.source.empty()) {
    order.erase.push_back({ErasureKind::source, options.source});
    for (const auto& name : names_of_sources(*config))
      if (name == options.source)
        std::cerr << "barometer: the source is still in the settings: what it brings from now on is kept\n";
  }
  return give(*config, order);
}

int arrange_command(const ArrangeCommand& options) {
  const auto config = chosen_config(options.where);
  if (!config) return exit_bad_config;
  Order order{.does = options.posts.empty() ? Order::Does::merge_issues : Order::Does::split_issue};
  order.issue = options.issue;
  order.other = options.other;
  order.posts = options.posts;
  return give(*config, order);
}

int pseudonym_key_command(const StoreChoice& where, const std::string& does) {
  const auto config = chosen_config(where);
  if (!config) return exit_bad_config;
  return give(*config, {.does = does == "rotate" ? Order::Does::rotate_key : Order::Does::destroy_keys});
}

int backup_command(const BackupCommand& options) {
  const auto config = chosen_config(options.where);
  if (!config) return exit_bad_config;
  return give(*config,
              {.does = Order::Does::backup, .to = std::filesystem::absolute(options.folder), .keep = options.keep});
}

int restore_command(const BackupCommand& options) {
  const auto config = chosen_config(options.where);
  if (!config) return exit_bad_config;
  const auto progress = [](std::uint64_t posts) { std::cerr << posts << " posts verified\n"; };
  const auto restored = restore_store({.from = options.folder,
                                       .number = options.number,
                                       .to = config->store.path,
                                       .beside = files_beside_store(),
                                       .now = utc_now(),
                                       .progress = progress});
  if (!restored) return report(restored.error());
  std::cout << json::serialize(json::object{{"backup", restored->number},
                                            {"posts", restored->posts},
                                            {"forgotten_again", restored->forgotten.posts}})
            << '\n';
  return exit_done;
}

int deletions_command(const StoreChoice& where, Format format) {
  int code = exit_done;
  const auto store = open_to_read(where, code);
  if (!store) return code;
  Rows rows(std::cout, format,
            {"at", "kind", "finished", "posts", "texts", "authors", "references", "alerts", "tombstones", "counts",
             "source_rows"});
  const auto read = store->deletions([&](const Deletion& deletion) {
    const auto& taken = deletion.taken;
    json::object object{{"at", to_iso(deletion.at)}, {"kind", name_of(deletion.kind)}, {"finished", deletion.finished}};
    std::vector<std::string> cells{to_iso(deletion.at), name_of(deletion.kind), deletion.finished ? "yes" : "no"};
    const auto count = [&](const char* name, std::uint64_t number) {
      object[name] = number;
      cells.push_back(std::to_string(number));
    };
    count("posts", taken.posts);
    count("texts", taken.texts);
    count("authors", taken.authors);
    count("references", taken.references);
    count("alerts", taken.alerts);
    count("tombstones", taken.tombstones);
    count("counts", taken.counts);
    count("source_rows", taken.sources);
    rows.add(json::serialize(object), std::move(cells));
    return true;
  });
  rows.finish();
  return read ? exit_done : report(read.error());
}

}  // namespace barometer
