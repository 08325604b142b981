#include <algorithm>
#include <iostream>

#include "analysis/judge.hpp"
#include "connectors/post_json.hpp"
#include "connectors/time.hpp"
#include "daemon/assess.hpp"
#include "daemon/commands/json.hpp"
#include "daemon/commands/query.hpp"
#include "daemon/commands/rows.hpp"

namespace barometer {

namespace {

// The post's own object, with the tags it counts under and its assessment.
std::string stored_json(const StoredPost& stored, std::string_view model) {
  std::string json = to_json(stored.post);
  json.pop_back();
  json += ",\"watched\":";
  append_strings(json, stored.watched);
  json += ",\"assessment\":";
  append_json(json, stored.assessment, text_of(stored.post), model);
  if (stored.text_gone) json += ",\"text_gone\":true";
  if (stored.author_gone) json += ",\"author_gone\":true";
  return json += '}';
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out.append(out.empty() ? "" : ",").append(word);
  return out;
}

std::string concern_list(const Assessment& assessment) {
  std::vector<std::string> words;
  for (const Concern& concern : assessment.concerns)
    words.push_back(std::string(info(concern.theme).id) + ':' + std::to_string(concern.severity));
  return joined(words);
}

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

int posts_command(const QueryOptions& options) {
  const auto filter = post_filter(options);
  if (!filter) return exit_usage;
  int code = exit_done;
  const auto store = open_to_read(options.where, code);
  if (!store) return code;

  const std::string model(Judge::built_in()->model_version());
  Rows rows(std::cout, options.format,
            {"made_at", "source", "tags", "sentiment", "score", "severity", "concerns", "url", "text"});
  std::size_t printed = 0;
  const auto each = [&](const StoredPost& stored) {
    const bool as_json = options.format == Format::json;
    rows.add(
        as_json ? stored_json(stored, model) : "",
        as_json ? std::vector<std::string>{}
                : std::vector<std::string>{to_iso(stored.post.made_at), stored.post.source, joined(stored.watched),
                                           std::string(name_of(stored.assessment.sentiment)),
                                           decimal(stored.assessment.score), std::to_string(stored.assessment.severity),
                                           concern_list(stored.assessment), stored.post.url, text_of(stored.post)});
    return options.limit == 0 || ++printed < options.limit;
  };
  const auto read = store->posts(*filter, true, each);
  rows.finish();
  return read ? exit_done : report(read.error());
}

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

int verify_command(const StoreChoice& where) {
  int code = exit_done;
  const auto store = open_to_read(where, code);
  if (!store) return code;
  constexpr std::uint64_t told_every = 100'000;
  std::uint64_t next = told_every;
  const auto progress = [&](std::uint64_t posts) {
    if (posts < next) return;
    std::cerr << posts << " posts read\n";
    next = posts + told_every;
  };
  const auto verified = store->verify(progress);
  if (!verified) return report(verified.error());
  for (const Difference& difference : verified->differences) std::cout << difference.what << '\n';
  std::cout << verified->posts << " posts, " << verified->series << " series, " << verified->differences.size()
            << " differences\n";
  return verified->differences.empty() ? exit_done : exit_failed;
}

}  // namespace barometer
