#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <set>

#include "analysis/issues/organisations.hpp"
#include "connectors/http_place.hpp"
#include "daemon/alerts/calendar.hpp"
#include "daemon/alerts/roles.hpp"
#include "daemon/alerts/subscription.hpp"
#include "daemon/busy_hours.hpp"
#include "daemon/config_draft.hpp"
#include "daemon/config_values.hpp"

namespace barometer {
namespace {

using Words = std::vector<std::string_view>;

std::string item(const std::string& list, std::size_t index) { return list + "[" + std::to_string(index) + "]"; }

// What may be written is a short list: a word that is not on it is complained about.
void check_word(Draft& draft, const std::string& word, const std::string& place, const char* what, const Words& known) {
  if (word.empty() || std::find(known.begin(), known.end(), word) != known.end()) return;
  const auto near = nearest(word, known);
  const auto remedy = !near.empty()   ? "did you mean " + std::string{near} + "?"
                      : known.empty() ? std::string{"add it, or take it out"}
                                      : "use one of " + enumerated(known);
  draft.complain(place, place + ": there is no " + what + " \"" + word + "\": " + remedy);
}

void check_words(Draft& draft, const std::vector<std::string>& words, const std::string& place, const char* what,
                 const Words& known) {
  for (std::size_t i = 0; i < words.size(); ++i) check_word(draft, words[i], item(place, i), what, known);
}

Words theme_words() {
  Words out;
  for (const auto& row : themes()) out.push_back(row.id);
  return out;
}

Words kind_words() {
  Words out;
  for (const auto kind :
       {IssueKind::burst, IssueKind::slow_burn, IssueKind::red_flag, IssueKind::direction, IssueKind::unanswered})
    out.push_back(name_of(kind));
  return out;
}

Words route_words() {
  Words out;
  for (const auto& role : roles()) out.push_back(role.id);
  return out;
}

void check_recipient(Draft& draft, const RecipientConfig& recipient, const std::string& place) {
  check_match(draft, recipient.wanted, place);
  check_match(draft, recipient.except, place + ".except");
  check_words(draft, recipient.routes, place + ".routes", "route", route_words());
  for (std::size_t i = 0; i < recipient.hours.size(); ++i) {
    const auto where = item(place + ".hours", i);
    if (!recipient.hours[i].empty() && !parse_weekly_hours(recipient.hours[i]))
      draft.complain(where,
                     where + ": \"" + recipient.hours[i] +
                         "\" is no time of the week: write one as \"Mon-Fri 8:00-18:00\" or \"daily 7:00-20:00\"");
  }
  constexpr std::array digests{"none", "daily", "weekly"};
  if (std::find(digests.begin(), digests.end(), recipient.digest) == digests.end())
    draft.complain(place + ".digest",
                   place + ".digest: \"" + recipient.digest + "\" is no such thing: write none, daily or weekly");
  if (recipient.report != "none" && recipient.report != "monthly")
    draft.complain(place + ".report",
                   place + ".report: \"" + recipient.report + "\" is no such thing: write none or monthly");
}

void check_stand_in(Draft& draft, const RecipientConfig& recipient, const std::string& place) {
  if (recipient.stand_in.empty()) return;
  const auto where = place + ".stand_in";
  const auto& all = draft.config.mail.recipients;
  if (recipient.stand_in == recipient.name)
    draft.complain(where, where + " is this recipient itself: name another, or leave it out");
  else if (std::ranges::find(all, recipient.stand_in, &RecipientConfig::name) == all.end())
    draft.complain(where, where + ": there is no recipient named \"" + recipient.stand_in +
                              "\": add one to mail.recipients, or leave it out");
}

// Themes that no recipient would be told of, a red flag apart, by the role that answers for them.
void check_routes_taken(Draft& draft) {
  const auto& recipients = draft.config.mail.recipients;
  if (recipients.empty()) return;
  std::set<std::string_view> untold;
  for (const auto& theme : themes()) {
    const auto& role = role_of(theme.theme, draft.config.alerts.routes);
    const auto takes = [&](const RecipientConfig& r) {
      return r.routes.empty() || std::find(r.routes.begin(), r.routes.end(), role.id) != r.routes.end();
    };
    if (theme.care && std::none_of(recipients.begin(), recipients.end(), takes)) untold.insert(role.id);
  }
  if (untold.empty()) return;
  draft.warn("mail.recipients", "nobody is told of issues, red flags apart, that these roles answer for: " +
                                    enumerated({untold.begin(), untold.end()}) +
                                    ": add them to the routes of a recipient, or move their themes with alerts.routes");
}

void check_times(Draft& draft) {
  const auto& alerts = draft.config.alerts;
  if (!parse_clock(alerts.digest_at))
    draft.complain("alerts.digest_at",
                   "alerts.digest_at: \"" + alerts.digest_at + "\" is no time of day: write one as 8:00 or 17:30");
  if (!parse_weekday(alerts.weekly_on))
    draft.complain("alerts.weekly_on",
                   "alerts.weekly_on: \"" + alerts.weekly_on + "\" is no day of the week: write one as Mon");
  const auto interval = alerts.group_interval, repeat = alerts.repeat_interval;
  if (interval.count() > 0 && repeat.count() > 0 && repeat < interval)
    draft.complain("alerts.repeat_interval",
                   "alerts.repeat_interval is shorter than alerts.group_interval, which it has to wait for: write at "
                   "least " +
                       duration_text(interval) + ", or 0s for never");
}

void check_routes_and_inhibition(Draft& draft) {
  const auto& alerts = draft.config.alerts;
  check_words(draft, alerts.group_by, "alerts.group_by", "such thing to group by", {"issue", "theme", "place", "tag"});
  for (std::size_t i = 0; i < alerts.routes.size(); ++i) {
    const auto place = item("alerts.routes", i);
    const auto& row = alerts.routes[i];
    check_word(draft, row.route, place + ".route", "route", route_words());
    check_words(draft, row.themes, place + ".themes", "theme", theme_words());
    if (row.themes.empty()) draft.complain(place, place + " names no themes: add themes: [...]");
  }
  for (std::size_t i = 0; i < alerts.inhibit.size(); ++i) {
    const auto place = item("alerts.inhibit", i);
    const auto& rule = alerts.inhibit[i];
    check_match(draft, rule.source, place + ".source_match");
    check_match(draft, rule.target, place + ".target_match");
    check_words(draft, rule.equal, place + ".equal", "such thing to have in common", {"theme", "place", "tag"});
    const auto anything = [](const IssueMatch& m) {
      return m.themes.empty() && m.places.empty() && m.tags.empty() && m.kinds.empty();
    };
    if (anything(rule.source) || anything(rule.target))
      draft.complain(place, place +
                                " would mute by, or mute, every issue: say in source_match and target_match which "
                                "are meant");
  }
}

void check_calendar(Draft& draft) {
  const auto tags = names_of_tags(draft.config);
  for (std::size_t i = 0; i < draft.config.calendar.size(); ++i) {
    const auto& event = draft.config.calendar[i];
    const auto place = item("calendar", i);
    const bool whole = !event.from.empty() && !event.to.empty();  // complained about where it was read
    if (whole && !times_of(event))
      draft.complain(place,
                     place + ": \"" + event.from + "\" to \"" + event.to +
                         "\" is no time that begins and ends: write from: 2026-10-05, to: 2026-10-18, or moments as "
                         "2026-10-05T09:00:00Z");
    check_match(draft, IssueMatch{.places = event.places}, place);
    check_words(draft, event.tags, place + ".tags", "watched tag", {tags.begin(), tags.end()});
  }
}

void check_alertmanager(Draft& draft) {
  const auto& url = draft.config.alertmanager.url;
  if (url.empty()) return;
  const auto place = http_place(url);
  if (!place)
    draft.complain("alertmanager.url",
                   "alertmanager.url: \"" + url + "\" is no web address: write one as http://127.0.0.1:9093");
  else if (holds_password(url))
    draft.complain("alertmanager.url",
                   "alertmanager.url has a password in it: take it out, and name a file that holds USER:PASSWORD with "
                   "alertmanager.login_file");
  else if (url.find("/api/") != std::string::npos)
    draft.complain("alertmanager.url", "alertmanager.url leads into its API: write only the part before /api");
}

}  // namespace

void check_match(Draft& draft, const IssueMatch& match, const std::string& place) {
  check_words(draft, match.themes, place + ".themes", "theme", theme_words());
  check_words(draft, match.kinds, place + ".kinds", "kind of issue", kind_words());
  Words services{unclear_place};
  for (const auto& service : draft.config.services) services.push_back(service.id);
  std::ranges::copy_if(match.places, std::back_inserter(services), is_listed);  // once the list is read
  if (services.size() > 1) check_words(draft, match.places, place + ".places", "service", services);
}

void check_alerts(Draft& draft) {
  const auto& recipients = draft.config.mail.recipients;
  const auto tags = names_of_tags(draft.config);
  for (std::size_t i = 0; i < recipients.size(); ++i) {
    const auto place = item("mail.recipients", i);
    check_recipient(draft, recipients[i], place);
    check_stand_in(draft, recipients[i], place);
    check_words(draft, recipients[i].wanted.tags, place + ".tags", "watched tag", {tags.begin(), tags.end()});
    check_words(draft, recipients[i].except.tags, place + ".except.tags", "watched tag", {tags.begin(), tags.end()});
  }
  check_times(draft);
  check_routes_and_inhibition(draft);
  check_routes_taken(draft);
  check_calendar(draft);
  check_alertmanager(draft);
}

}  // namespace barometer
