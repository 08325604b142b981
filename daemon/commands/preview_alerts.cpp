#include <algorithm>
#include <iostream>

#include "connectors/time.hpp"
#include "daemon/alerts/issue_words.hpp"
#include "daemon/alerts/preview.hpp"
#include "daemon/clock.hpp"
#include "daemon/commands/json.hpp"
#include "daemon/commands/query.hpp"
#include "daemon/commands/rows.hpp"
#include "daemon/json_object.hpp"
#include "daemon/service_title.hpp"

namespace barometer {

namespace {

// All messages of a preview and all refusals, by time.
struct PreviewRow {
  UtcTime at = {};
  std::string recipient = {};
  std::string kind = {};  // of what is sent last; "not_told"
  std::string reason = {};
  std::vector<Issue> issues = {};
};

std::vector<PreviewRow> rows_of(const Preview& preview) {
  std::vector<PreviewRow> rows;
  for (const auto& mail : preview.mails) {
    PreviewRow row{mail.at, mail.recipient, std::string(name_of(mail.alerts.back().kind)), "", {}};
    for (const auto& alert : mail.alerts) row.issues.push_back(alert.issue);
    rows.push_back(std::move(row));
  }
  for (const auto& refusal : preview.refusals)
    rows.push_back({refusal.at, refusal.recipient, "not_told", refusal.reason, {refusal.issue}});
  std::stable_sort(rows.begin(), rows.end(), [](const PreviewRow& a, const PreviewRow& b) { return a.at < b.at; });
  return rows;
}

std::string preview_json(const PreviewRow& row, std::string_view headline) {
  JsonObject out;
  out.text("at", to_iso(row.at));
  out.text("recipient", row.recipient);
  out.text("kind", row.kind);
  out.text("reason", row.reason);
  out.text("headline", headline);
  std::vector<std::string> ids;
  for (const auto& issue : row.issues) ids.push_back(issue.id);
  out.texts("issues", ids);
  return out.done();
}

}  // namespace

int preview_alerts_command(const PreviewCommand& options) {
  std::optional<UtcTime> from, to;
  if (!read_time(options.from, "from", from) || !read_time(options.to, "to", to)) return exit_usage;
  const auto config = chosen_config({.config = options.config});
  if (!config) return exit_bad_config;
  auto silences = read_silences(silences_file(*config));
  for (const auto& c : silences.complaints) std::cerr << c.file << ':' << c.line << ": " << c.message << '\n';
  int code = exit_done;
  const auto store = open_to_read(
      options.store.empty() ? StoreChoice{.config = options.config} : StoreChoice{.store = options.store}, code);
  if (!store) return code;
  std::vector<Issue> issues;
  const auto read = store->issues({}, [&](const Issue& issue) { return issues.push_back(issue), true; });
  if (!read) return report(read.error());

  const auto previewed =
      preview(issues, *config, silences.silences, from.value_or(UtcTime::min()), to.value_or(utc_now()));
  Rows rows(std::cout, options.format, {"at", "recipient", "kind", "reason", "headline"});
  for (const auto& row : rows_of(previewed)) {
    const auto& last = row.issues.back();
    const auto more = row.issues.size() > 1 ? " (and " + std::to_string(row.issues.size() - 1) + " more)" : "";
    const auto headline = headline_of(last, service_title(config->services, last.place));
    rows.add(preview_json(row, headline), {to_iso(row.at), row.recipient, row.kind, row.reason, headline + more});
  }
  rows.finish();
  return exit_done;
}

}  // namespace barometer
