#include "daemon/web/sources.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "connectors/url.hpp"
#include "daemon/source_view.hpp"
#include "daemon/uk_time.hpp"
#include "daemon/web/frame.hpp"

extern "C" {
extern const char sources_template_begin[], sources_template_end[];
extern const char source_template_begin[], source_template_end[];
}

namespace barometer {

namespace {

constexpr std::size_t gaps_shown = 50;

std::string time_or(const std::optional<UtcTime>& time, UtcTime now, const char* otherwise) {
  return time ? uk_time_short(*time, now) : otherwise;
}

std::string remedy_sentence(const Failure& failure, UtcTime now) {
  switch (failure.remedy) {
    case Remedy::ask_operator: return "This does not mend itself: tell whoever looks after Barometer.";
    case Remedy::wait:
      return failure.not_before ? "The server asked us to wait until " + uk_time_short(*failure.not_before, now) + "."
                                : "The server asked us to wait.";
    case Remedy::skip: return "That answer was left out; Barometer goes on with the next.";
    case Remedy::retry: break;
  }
  return "Barometer keeps asking, less and less often; nothing needs doing unless this lasts.";
}

View source_row(const SourceState& source, UtcTime now) {
  View row{kainjow::mustache::object{}};
  const auto look = look_of_source(source);
  row.set("name", source.name);
  row.set("path", percent_encoded(source.name));
  row.set("platform", source.platform);
  row.set("state", look.word);
  row.set("state_tag", look.tag);
  row.set("last_success", time_or(source.last_success, now, "not yet"));
  row.set("last_post", time_or(source.last_post, now, "none yet"));
  row.set("next_ask", source.next_ask && *source.next_ask > now ? uk_time_short(*source.next_ask, now) : "now");
  return row;
}

std::optional<View> trouble_row(const SourceState& source, UtcTime now) {
  if (!source.failure && !source.gap) return std::nullopt;
  View row{kainjow::mustache::object{}};
  row.set("name", source.name);
  row.set("detail", source.failure ? fmt::format("Since {}: {}. {}", time_or(source.failing_since, now, "now"),
                                                 source.failure->detail, remedy_sentence(*source.failure, now))
                                   : "It is asked again soon.");
  if (source.gap)
    row.set("gap", fmt::format("Nothing heard since {}: {}.", uk_time_short(source.gap->from, now),
                               words_of(source.gap->reason)));
  return row;
}

std::string summary(const std::vector<SourceState>& sources) {
  const auto up = std::count_if(sources.begin(), sources.end(), [](const SourceState& s) { return s.up(); });
  if (sources.empty()) return "Where we listen.";
  return fmt::format(
      "Where we listen: {} of {} answered when last asked. What one misses while it is away is caught up where its "
      "platform allows, and told where not.",
      up, counted(static_cast<std::int64_t>(sources.size()), "source", "sources"));
}

// --- one source

View fact(std::string name, std::string value) {
  View out{kainjow::mustache::object{}};
  out.set("name", std::move(name));
  out.set("value", std::move(value));
  return out;
}

Views facts(const SourceView& view, UtcTime now) {
  Views out{fact("State", in_short(view, now))};
  if (!view.record) return out;
  const auto& record = *view.record;
  out.push_back(fact("Platform", record.platform + (record.host.empty() ? "" : " at " + record.host)));
  out.push_back(fact("Listened to since", time_or(record.began, now, "not known")));
  out.push_back(fact("Last answer", time_or(record.last_success, now, "not yet")));
  out.push_back(fact("Newest post", time_or(record.last_post, now, "none yet")));
  out.push_back(fact("Asked next", time_or(record.next_ask, now, "not known")));
  if (record.interval.count() > 0) out.push_back(fact("Asked every", length_text(record.interval)));
  if (record.limit_left)
    out.push_back(
        fact("Requests left",
             fmt::format("{}{}", *record.limit_left,
                         record.limit_resets_at ? ", until " + uk_time_short(*record.limit_resets_at, now) : "")));
  out.push_back(fact("Blind in the last 24 hours", view.blind.day.count() > 0 ? length_text(view.blind.day) : "never"));
  out.push_back(fact("Blind in the last 7 days", view.blind.week.count() > 0 ? length_text(view.blind.week) : "never"));
  return out;
}

View tally_row(std::string name, std::uint64_t day, std::uint64_t week) {
  View out{kainjow::mustache::object{}};
  out.set("name", std::move(name));
  out.set("day", grouped(static_cast<std::int64_t>(day)));
  out.set("week", grouped(static_cast<std::int64_t>(week)));
  return out;
}

std::string drop_words(std::string reason) {
  std::replace(reason.begin(), reason.end(), '_', ' ');
  return "Not kept: " + reason;
}

Views tallies(const SourceView& view) {
  Views out{tally_row("Heard", view.day.heard, view.week.heard), tally_row("Kept", view.day.stored, view.week.stored),
            tally_row("Edited", view.day.edited, view.week.edited),
            tally_row("Deleted", view.day.deleted, view.week.deleted)};
  for (const auto& [reason, week] : view.week.dropped) {
    const auto of_day = std::find_if(view.day.dropped.begin(), view.day.dropped.end(),
                                     [&wanted = reason](const auto& one) { return one.first == wanted; });
    out.push_back(tally_row(drop_words(reason), of_day == view.day.dropped.end() ? 0 : of_day->second, week));
  }
  return out;
}

Views gaps(const SourceView& view, UtcTime now) {
  Views out;
  for (const auto& gap : view.gaps) {
    if (out.size() == gaps_shown) break;
    View row{kainjow::mustache::object{}};
    row.set("from", uk_time_short(gap.from, now));
    row.set("length", gap.to ? length_text(*gap.to - gap.from) : length_text(now - gap.from) + " and going on");
    row.set("reason", std::string(words_of(gap.reason)));
    row.set("fate", !gap.to          ? "It lasts"
                    : !gap.caught_up ? "Not known yet"
                    : *gap.caught_up ? "Caught up"
                                     : "What was said then is lost");
    out.push_back(row);
  }
  return out;
}

}  // namespace

HttpReply answer_sources(const Desk& desk, const Visit& visit) {
  auto sources = desk.sources;
  std::stable_sort(sources.begin(), sources.end(), [](const SourceState& a, const SourceState& b) {
    return a.failure.has_value() > b.failure.has_value();
  });
  View values{kainjow::mustache::object{}};
  Views rows;
  Views troubles;
  for (const auto& source : sources) {
    rows.push_back(source_row(source, visit.now));
    if (auto trouble = trouble_row(source, visit.now)) troubles.push_back(*trouble);
  }
  values.set("sentence", summary(sources));
  values.set("has_sources", View{!rows.empty()});
  values.set("sources", View{rows});
  values.set("has_troubles", View{!troubles.empty()});
  values.set("troubles", View{troubles});
  Frame frame = frame_for(visit);
  frame.title = "Sources";
  frame.here = "/sources";
  return page_reply(frame, carried_between(sources_template_begin, sources_template_end), values);
}

HttpReply answer_source(const Desk& desk, const Visit& visit) {
  const auto& name = visit.params.find("source")->second;
  Frame frame = frame_for(visit);
  frame.title = name;
  frame.here = "/sources";
  frame.below = true;
  const auto view = source_view(desk.store, name, visit.now);
  if (!view) return trouble_page(frame, 500, "The source cannot be read", view.error().detail);
  const auto names = names_of_sources(*desk.config);
  const bool known = view->record || std::find(names.begin(), names.end(), name) != names.end();
  if (!known) return not_found_page(frame);
  View values{kainjow::mustache::object{}};
  values.set("name", name);
  values.set("advice", view->advice);
  if (view->record && view->record->failure) {
    values.set("failure", view->record->failure->detail);
    values.set("remedy", remedy_sentence(*view->record->failure, visit.now));
  }
  values.set("facts", View{facts(*view, visit.now)});
  values.set("query", "source=" + percent_encoded(name));
  values.set("tallies", View{tallies(*view)});
  values.set("no_gaps", View{view->gaps.empty()});
  values.set("gaps", View{gaps(*view, visit.now)});
  return page_reply(frame, carried_between(source_template_begin, source_template_end), values);
}

}  // namespace barometer
