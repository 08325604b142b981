#include "daemon/web/reports.hpp"

#include <array>
#include <fmt/format.h>

#include "connectors/json_text.hpp"
#include "daemon/review/precision.hpp"
#include "daemon/review/sample.hpp"
#include "daemon/review/take_step.hpp"
#include "daemon/web/api.hpp"
#include "daemon/web/frame.hpp"
#include "daemon/web/review_json.hpp"
#include "daemon/web/shown_post.hpp"

extern "C" {
extern const char reports_template_begin[], reports_template_end[];
extern const char sample_template_begin[], sample_template_end[];
}

namespace barometer {

namespace {

std::string percents(double share) { return fmt::format("{:.0f}%", 100 * share); }

View row_of(const std::string& name, const Precision& precision) {
  const auto interval = wilson(precision.right, precision.judged);
  View out{kainjow::mustache::object{}};
  out.set("name", name);
  out.set("right", fmt::format("{} of {}", precision.right, precision.judged));
  out.set("share", percents(precision.share()));
  out.set("between", percents(interval.low) + " to " + percents(interval.high));
  return out;
}

View table_of(const char* title, const char* column, const std::map<std::string, Precision>& rows,
              std::string (*words)(const std::string&)) {
  Views list;
  for (const auto& [name, precision] : rows) list.push_back(row_of(words(name), precision));
  View out{kainjow::mustache::object{}};
  out.set("title", title);
  out.set("column", column);
  out.set("none", View{list.empty()});
  out.set("rows", View{list});
  return out;
}

std::string same(const std::string& name) { return name.empty() ? "without a rule" : name; }
std::string theme_words(const std::string& id) {
  const auto theme = theme_by_id(id);
  return theme ? std::string(info(*theme).title) : id;
}
std::string kind_words(const std::string& kind) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> words{
      {{"burst", "Many at once"},
       {"slow_burn", "A few, for weeks"},
       {"red_flag", "One grave post"},
       {"direction", "Turned negative"},
       {"unanswered", "A complaint without an answer"}}};
  for (const auto& [id, text] : words)
    if (id == kind) return std::string(text);
  return kind;
}

// "Looked at: 20 posts that were not flagged. Should have been: 1 (5%). Of all such posts it is likely between 1% and 24%."
std::string miss_sentence(const Precision& sample) {
  if (sample.judged == 0) return "No post of the weekly sample has been looked at in this time.";
  const int missed = sample.judged - sample.right;
  const auto interval = wilson(missed, sample.judged);
  return fmt::format("Looked at: {}. Should have been: {} ({}). Of all such posts it is likely between {} and {}.",
                     counted(sample.judged, "post that was not flagged", "posts that were not flagged"), missed,
                     percents(static_cast<double>(missed) / sample.judged), percents(interval.low),
                     percents(interval.high));
}

// The post with what this person, or anybody, answered.
View sample_item(const Desk& desk, const Visit& visit, const StoredPost& kept, const std::string& week) {
  auto shown_post = shown(desk.store, kept, true);
  auto out = post_view(shown_post, visit.now);
  const auto review = review_of(desk.store, kept);
  const bool answered = review && review->sampled && review->sampled->about == week;
  out.set("answered", View{answered});
  if (answered) out.set("answer", std::string(title_of(review->sampled->verdict)));
  out.set("key", post_key(kept));
  out.set("form_token", visit.viewer.form_token);
  out.set("week", week);
  return out;
}

std::optional<Failure> note_sample(const Desk& desk, const Visit& visit, const WeekSample& sample) {
  if (sample.posts.empty()) return std::nullopt;
  return note_reading(desk, visit,
                      counted(static_cast<std::int64_t>(sample.posts.size()), "post", "posts") + " of the sample of " +
                          name_of(sample.week));
}

}  // namespace

HttpReply answer_reports(const Desk& desk, const Visit& visit) {
  Frame frame = frame_for(visit);
  frame.title = "Reports";
  frame.here = "/reports";
  const auto figures = review_figures(desk.store, visit.now - review_span, visit.now);
  if (!figures) return trouble_page(frame, 500, "Reports cannot be made", figures.error().detail);
  View values{kainjow::mustache::object{}};
  values.set("days", std::to_string(review_span.count()));
  values.set("missed", miss_sentence(figures->sample));
  values.set("reviews", View{may(visit.viewer.rights, Right::review)});
  values.set("tables",
             View{Views{table_of("Issues, by why they were opened", "Opened because", figures->issues, kind_words),
                        table_of("Concerns, by theme", "Theme", figures->themes, theme_words),
                        table_of("Concerns, by rule", "Rule", figures->rules, same)}});
  return page_reply(frame, carried_between(reports_template_begin, reports_template_end), values);
}

HttpReply api_precision(const Desk& desk, const Visit& visit) {
  const auto figures = review_figures(desk.store, visit.now - review_span, visit.now);
  if (!figures) return api_trouble(500, figures.error().detail, "ask whoever looks after Barometer");
  std::string rows;
  each_row(*figures, [&rows](const std::string& what, const std::string& name, const Precision& precision) {
    rows += (rows.empty() ? "" : ",") + precision_json(what, name, precision);
  });
  return json_reply("{\"days\":" + std::to_string(review_span.count()) + ",\"precision\":[" + rows + "]}");
}

HttpReply answer_sample(const Desk& desk, const Visit& visit) {
  Frame frame = frame_for(visit);
  frame.title = "Weekly sample";
  frame.here = "/reports";
  frame.below = true;
  const auto sample = draw_sample(desk.store, week_to_sample(visit.now));
  if (!sample) return trouble_page(frame, 500, "The sample cannot be drawn", sample.error().detail);
  if (const auto trouble = note_sample(desk, visit, *sample))
    return trouble_page(frame, 503, "Nothing can be noted", trouble->detail);
  const auto week = name_of(sample->week);
  View values{kainjow::mustache::object{}};
  Views posts;
  for (const auto& kept : sample->posts) posts.push_back(sample_item(desk, visit, kept, week));
  values.set("week", week);
  values.set("none", View{posts.empty()});
  values.set("of", counted(static_cast<std::int64_t>(sample->unflagged), "post", "posts"));
  values.set("posts", View{posts});
  return page_reply(frame, carried_between(sample_template_begin, sample_template_end), values);
}

HttpReply api_sample(const Desk& desk, const Visit& visit) {
  const auto sample = draw_sample(desk.store, week_to_sample(visit.now));
  if (!sample) return api_trouble(500, sample.error().detail, "ask whoever looks after Barometer");
  std::string rows;
  for (const auto& kept : sample->posts) {
    rows += rows.empty() ? "" : ",";
    append_json_string(rows, post_key(kept));
  }
  return json_reply("{\"week\":\"" + name_of(sample->week) + "\",\"unflagged\":" + std::to_string(sample->unflagged) +
                    ",\"posts\":[" + rows + "]}");
}

}  // namespace barometer
