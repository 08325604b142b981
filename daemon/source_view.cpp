#include "daemon/source_view.hpp"

#include <algorithm>

#include "daemon/source_book.hpp"

namespace barometer {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

// The daemon gives a sign of life every few seconds; a machine under load may be late.
constexpr milliseconds silent_after = 12 * SourceBook::signs_every;

milliseconds within(const Gap& gap, UtcTime from, UtcTime now) {
  const auto length = std::min(gap.to.value_or(now), now) - std::max(gap.from, from);
  return std::max(length, milliseconds{0});
}

void add(HourTally& sum, const HourTally& tally) {
  sum.heard += tally.heard;
  sum.stored += tally.stored;
  sum.edited += tally.edited;
  sum.deleted += tally.deleted;
  for (const auto& [reason, posts] : tally.dropped) {
    const auto same = [&wanted = reason](const auto& known) { return known.first == wanted; };
    const auto known = std::find_if(sum.dropped.begin(), sum.dropped.end(), same);
    if (known == sum.dropped.end())
      sum.dropped.emplace_back(reason, posts);
    else
      known->second += posts;
  }
}

std::uint64_t dropped_as(const HourTally& tally, std::string_view reason) {
  for (const auto& [known, posts] : tally.dropped)
    if (known == reason) return posts;
  return 0;
}

std::string state_of(const SourceView& view, UtcTime now) {
  if (!view.record) return "never_asked";
  if (view.record->retired) return "retired";
  if (!view.alive || now - *view.alive > silent_after) return "stopped";
  if (view.record->failure) return name_of(gap_reason(*view.record->failure));
  return view.record->last_success ? "listening" : "starting";
}

std::string advice_when_listening(const SourceView& view) {
  const auto& week = view.week;
  if (week.heard == 0)
    return "It answers, but nothing was said there in the last week. If people do write there, check the source's "
           "settings: what it asks for may be another place or tag.";
  if (week.stored > 0) return "Nothing needs doing: it answers, and its posts are kept.";
  if (dropped_as(week, "unwatched") > 0)
    return "It answers, but none of its posts matches a watched tag, so they are dropped: add a tag that they carry, "
           "or "
           "set `tag` or `only_watched: false` for this source.";
  if (dropped_as(week, "too_old") > 0)
    return "It answers, but all that it has was said long before it was listened to: raise `first_age` for this source "
           "if that should be read.";
  if (dropped_as(week, "duplicate") + week.edited + week.deleted >= week.heard)
    return "It answers, but all that it says is known already: another source was first, or nothing new was written.";
  return "It answers, but its posts are not kept; the reasons stand above.";
}

std::string advice_for(const SourceView& view) {
  if (view.state == "never_asked")
    return "Barometer has not listened to it yet: start it, or send it SIGHUP if the source is new in the settings.";
  if (view.state == "retired") return "It is not in the settings any more: add it again if it should be heard.";
  if (view.state == "stopped")
    return "Barometer is not at work: start it (systemctl start barometer). It catches up with what the platform still "
           "gives.";
  if (view.state == "limited")
    return "Nothing needs doing: it is asked again when the platform allows it. If this happens "
           "often, raise `every`.";
  if (view.state == "capped")
    return "Our own budget is used up: wait until it begins anew, or raise the budget in the source's settings.";
  if (view.state == "misconfigured") return "This does not mend itself: do what the failure says, then send SIGHUP.";
  if (view.state == "down")
    return view.record->failure->remedy == Remedy::skip
               ? "Its answer is not understood. It is asked again; if this lasts, check its address in the settings."
               : "It is asked again, less and less often; if this lasts, check whether its server or our network is "
                 "down.";
  if (view.state == "starting") return "It is about to be asked for the first time: look again in a minute.";
  return advice_when_listening(view);
}

}  // namespace

Result<SourceView> source_view(const Store& store, const std::string& name, UtcTime now) {
  SourceView view;
  view.name = name;
  const auto alive = store.alive();
  if (!alive) return alive.error();
  view.alive = *alive;
  const auto read = store.sources(name, [&](const std::string&, const SourceRecord& record) {
    view.record = record;
    return false;
  });
  if (!read) return read.error();
  const auto gaps = store.gaps({.source = name, .from = now - 7 * 24h}, [&](const Gap& gap) {
    view.gaps.push_back(gap);
    view.blind.day += within(gap, now - 24h, now);
    view.blind.week += within(gap, now - 7 * 24h, now);
    return true;
  });
  if (!gaps) return gaps.error();
  std::reverse(view.gaps.begin(), view.gaps.end());
  const auto tallies = store.tallies(name, now);
  if (!tallies) return tallies.error();
  for (const HourTally& tally : *tallies) {
    if (now - tally.hour <= 24h) add(view.day, tally);
    if (now - tally.hour <= 7 * 24h) add(view.week, tally);
  }
  view.state = state_of(view, now);
  view.advice = advice_for(view);
  return view;
}

}  // namespace barometer
