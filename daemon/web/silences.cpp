#include "daemon/web/silences.hpp"

#include <algorithm>

#include "daemon/alerts/silence.hpp"
#include "daemon/alerts/subscription.hpp"
#include "daemon/json_object.hpp"
#include "daemon/service_title.hpp"
#include "daemon/uk_time.hpp"
#include "daemon/web/administration.hpp"
#include "daemon/web/api.hpp"
#include "daemon/web/choices.hpp"
#include "daemon/web/form_answers.hpp"
#include "daemon/web/frame.hpp"
#include "daemon/web/people_pages.hpp"
#include "daemon/web/tables.hpp"

extern "C" {
extern const char silences_template_begin[], silences_template_end[];
}

namespace barometer {

namespace {

constexpr std::size_t longest_reason = 200;

// What it is about, in words.
std::string words_of(const Config& config, const IssueMatch& match) {
  std::vector<std::string> parts;
  for (const auto& id : match.themes) {
    const auto theme = theme_by_id(id);
    parts.push_back(theme ? theme_title(*theme) : id);
  }
  for (const auto& place : match.places)
    parts.push_back(place == unclear_place ? "at no clear place" : "at " + service_title(config.services, place));
  for (const auto& tag : match.tags) parts.push_back("under " + tag);
  for (const auto& kind : match.kinds) parts.push_back("of kind " + kind);
  return joined(parts, ", ");
}

std::vector<Silence> in_force(const SilencesRead& read, UtcTime now) {
  std::vector<Silence> out;
  std::copy_if(read.silences.begin(), read.silences.end(), std::back_inserter(out),
               [now](const Silence& one) { return now < one.until; });
  std::sort(out.begin(), out.end(), [](const Silence& a, const Silence& b) { return a.until < b.until; });
  return out;
}

HttpReply done(const Desk& desk, const Visit& visit) {
  return for_programs(visit.request) ? api_silences(desk, visit) : go_to("/silences");
}

}  // namespace

HttpReply answer_silences(const Desk& desk, const Visit& visit) {
  Frame frame = frame_for(visit);
  frame.title = "Silences";
  const bool administers = may(visit.viewer.rights, Right::administer);
  frame.here = administers ? "/admin" : "/issues";
  frame.below = true;
  const auto read = read_silences(silences_file(*desk.config));
  View values{kainjow::mustache::object{}};
  values.set("has_links", View{administers});
  values.set("links", View{links_view(administration_links("/silences"))});
  Views rows;
  const bool decides = may(visit.viewer.rights, Right::decide);
  for (const auto& one : in_force(read, visit.now)) {
    View row{kainjow::mustache::object{}};
    row.set("id", silence_id(one));
    row.set("what", words_of(*desk.config, one.match));
    row.set("reason", one.reason);
    row.set("owner", one.owner);
    row.set("until", uk_time(one.until));
    row.set("can_end", View{decides});
    row.set("form_token", visit.viewer.form_token);
    rows.push_back(row);
  }
  values.set("none", View{rows.empty()});
  values.set("silences", View{rows});
  if (!read.complaints.empty()) values.set("trouble", read.complaints.front().message);
  values.set("decides", View{decides});
  values.set("form_token", visit.viewer.form_token);
  values.set("choices", View{Views{choice("theme", "Concern", "Any", theme_options(), ""),
                                   choice("place", "Service", "Any", service_options(*desk.config), ""),
                                   choice("tag", "Tag", "Any", same(names_of_tags(*desk.config)), "")}});
  return page_reply(frame, carried_between(silences_template_begin, silences_template_end), values);
}

HttpReply api_silences(const Desk& desk, const Visit& visit) {
  std::vector<std::string> rows;
  for (const auto& one : in_force(read_silences(silences_file(*desk.config)), visit.now)) {
    JsonObject row;
    row.text("id", silence_id(one));
    row.text("owner", one.owner);
    row.text("reason", one.reason);
    row.time("until", one.until);
    row.time("since", one.since);
    row.texts("themes", one.match.themes);
    row.texts("places", one.match.places);
    row.texts("tags", one.match.tags);
    row.texts("kinds", one.match.kinds);
    rows.push_back(row.done());
  }
  return json_reply("{\"silences\":" + json_list(rows) + "}");
}

HttpReply make_silence(const Desk& desk, const Visit& visit) {
  const auto& form = visit.form;
  const auto take = [&form](const char* name) {
    const std::string value(form.of(name));
    return value.empty() ? std::vector<std::string>{} : std::vector{value};
  };
  const auto hours = small_number(form.of("hours"), static_cast<int>(longest_silence.count()));
  Silence silence{.owner = visit.viewer.name,
                  .reason = tidied(form.of("text")),
                  .until = visit.now + std::chrono::hours{hours},
                  .match = {.themes = take("theme"), .places = take("place"), .tags = take("tag")},
                  .since = visit.now};
  if (silence.match.themes.empty() && silence.match.places.empty() && silence.match.tags.empty())
    return form_trouble(visit, 400, "This was not done", "Say what is to be silent: a concern, a service or a tag.");
  if (!silence.match.themes.empty() && !theme_by_id(silence.match.themes.front()))
    return form_trouble(visit, 400, "This was not done", "There is no such concern.");
  if (silence.reason.empty() || silence.reason.size() > longest_reason)
    return form_trouble(visit, 400, "This was not done", "Say why, in 200 characters: colleagues will ask.");
  if (hours < 1) return form_trouble(visit, 400, "This was not done", "A silence lasts 1 to 744 hours.");
  const auto noted =
      desk.audit.note(visit.viewer.name, "silenced",
                      words_of(*desk.config, silence.match) + ", until " + uk_time(silence.until), visit.now);
  if (!noted) return form_refused(visit, noted.error());
  if (const auto added = add_silence(silences_file(*desk.config), silence); !added)
    return form_refused(visit, added.error());
  return done(desk, visit);
}

HttpReply finish_silence(const Desk& desk, const Visit& visit) {
  const auto& id = visit.params.find("silence")->second;
  const auto read = read_silences(silences_file(*desk.config));
  const auto found = std::find_if(read.silences.begin(), read.silences.end(),
                                  [&id](const Silence& one) { return silence_id(one) == id; });
  if (found == read.silences.end())
    return form_trouble(visit, 404, "Page not found", "This silence is not there any more.");
  const auto noted =
      desk.audit.note(visit.viewer.name, "ended a silence of", words_of(*desk.config, found->match), visit.now);
  if (!noted) return form_refused(visit, noted.error());
  if (const auto ended = end_silence(silences_file(*desk.config), id); !ended)
    return form_refused(visit, ended.error());
  return done(desk, visit);
}

}  // namespace barometer
