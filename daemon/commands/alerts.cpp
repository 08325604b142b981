#include <algorithm>
#include <iostream>

#include "connectors/time.hpp"
#include "daemon/alerts/silence.hpp"
#include "daemon/clock.hpp"
#include "daemon/commands/json.hpp"
#include "daemon/commands/query.hpp"
#include "daemon/commands/rows.hpp"
#include "daemon/config_values.hpp"

namespace barometer {

namespace {

// Alerts are asked for by what they say of the issue they tell of, and by when they were raised. Those about no issue are
// among them when nothing but the time is asked for.
bool meant(const Alert& alert, const PostFilter& filter) {
  const Issue& issue = alert.issue;
  if ((filter.from && alert.raised_at < *filter.from) || (filter.to && alert.raised_at >= *filter.to)) return false;
  const auto& sources = issue.sources;
  return issue.severity >= filter.min_severity && (!filter.tag || issue.tag == *filter.tag) &&
         (!filter.concern || issue.theme == *filter.concern) &&
         (!filter.source || std::find(sources.begin(), sources.end(), *filter.source) != sources.end());
}

// What became of it, for people.
std::string outcome_of(const Alert& alert) {
  if (alert.sent_at) return "sent " + to_iso(*alert.sent_at);
  if (!alert.withdrawn_at) return alert.attempts == 0 ? "waits" : "failed, will be tried again";
  return alert.withheld.empty() ? "withdrawn: its post was deleted" : "withheld: " + alert.withheld;
}

}  // namespace

int alerts_command(const QueryOptions& options) {
  const auto filter = post_filter(options);
  if (!filter) return exit_usage;
  int code = exit_done;
  const auto store = open_to_read(options.where, code);
  if (!store) return code;
  Rows rows(
      std::cout, options.format,
      {"raised_at", "kind", "recipient", "severity", "theme", "place", "outcome", "attempts", "last_error", "id"});
  std::size_t printed = 0;
  const auto each = [&](const Alert& alert) {
    if (!meant(alert, *filter)) return true;
    const std::string theme(alert.issue.theme == Theme{} ? "" : info(alert.issue.theme).id);
    rows.add(alert_json(alert), {to_iso(alert.raised_at), std::string(name_of(alert.kind)), alert.recipient,
                                 std::to_string(alert.issue.severity), theme, alert.issue.place, outcome_of(alert),
                                 std::to_string(alert.attempts), alert.last_error, alert.id});
    return options.limit == 0 || ++printed < options.limit;
  };
  const auto read = store->alerts(each);
  rows.finish();
  return read ? exit_done : report(read.error());
}

int silence_command(const SilenceCommand& options) {
  const auto config = chosen_config(options.where);
  if (!config) return exit_bad_config;
  const auto lasts = parse_duration(options.lasts);
  if (!lasts || lasts->count() <= 0) {
    std::cerr << "barometer: --for is a duration, as 24h or 7d, not '" << options.lasts << "'\n";
    return exit_usage;
  }
  const auto now = utc_now();
  const Silence silence{options.owner, options.reason, now + *lasts, options.match, now};
  const auto file = silences_file(*config);
  const auto added = add_silence(file, silence);
  if (!added) return report(added.error());
  std::cout << file.string() << ": silenced until " << to_iso(silence.until) << "; red flags are told all the same\n";
  return exit_done;
}

}  // namespace barometer
