#include "daemon/web/review_view.hpp"

#include <array>
#include <fmt/format.h>

#include "daemon/alerts/issue_words.hpp"
#include "daemon/alerts/roles.hpp"
#include "daemon/alerts/subscription.hpp"
#include "daemon/uk_time.hpp"
#include "daemon/web/choices.hpp"

namespace barometer {

namespace {

constexpr std::array quick{ReviewVerdict::right, ReviewVerdict::wrong, ReviewVerdict::not_care,
                           ReviewVerdict::duplicate};

std::string title_of_role(std::string_view id) {
  const auto* const role = find_role(id);
  auto title = role ? std::string(role->title) : std::string(id);
  if (title.starts_with("the ")) title.erase(0, 4);
  return capitalised(title);
}

View option(std::string_view value, std::string_view text, bool chosen = false) {
  View out{kainjow::mustache::object{}};
  out.set("value", std::string(value));
  out.set("text", std::string(text));
  out.set("chosen", View{chosen});
  return out;
}

Views timeline(const std::vector<ReviewAction>& steps, UtcTime now) {
  Views out;
  for (const auto& step : steps) {
    View row{kainjow::mustache::object{}};
    row.set("time", uk_time(step.at));
    row.set("what", sentence_of(step, now));
    if (!step.text.empty()) row.set("words", step.text);
    out.push_back(row);
  }
  return out;
}

Views verdict_options(const std::optional<ReviewAction>& given) {
  Views out;
  for (const auto verdict : {ReviewVerdict::right, ReviewVerdict::wrong, ReviewVerdict::not_care,
                             ReviewVerdict::duplicate, ReviewVerdict::regraded})
    out.push_back(option(name_of(verdict), title_of(verdict), given && given->verdict == verdict));
  return out;
}

}  // namespace

std::string sentence_of(const ReviewAction& step, UtcTime now) {
  const auto& who = step.who;
  switch (step.step) {
    case ReviewStep::claimed: {
      const auto until = step.until ? uk_time_short(*step.until, now) : std::string();
      return step.about == who ? fmt::format("{} took it, until {}", who, until)
                               : fmt::format("{} gave it to {}, until {}", who, step.about, until);
    }
    case ReviewStep::released: return who + " let go of it";
    case ReviewStep::moved:
      return fmt::format("{} set it to “{}”{}", who, title_of(step.status),
                         step.about.empty() ? "" : ": it repeats " + step.about);
    case ReviewStep::routed: return fmt::format("{} passed it to: {}", who, title_of_role(step.about));
    case ReviewStep::noted: return who + " noted";
    case ReviewStep::planned: return who + " wrote what is going to change";
    case ReviewStep::made: return who + " wrote what has changed";
    case ReviewStep::judged:
      return step.verdict == ReviewVerdict::regraded
                 ? fmt::format("{} judged it a concern of severity {}", who, severity_name(step.severity))
                 : fmt::format("{} judged it “{}”", who, title_of(step.verdict));
    case ReviewStep::flagged: return who + " called it inappropriate";
    case ReviewStep::unflagged: return who + " called it appropriate again";
    case ReviewStep::silenced:
      return fmt::format("{} silenced issues like it until {}", who, step.until ? uk_time(*step.until) : "");
    case ReviewStep::sampled:
      return fmt::format("{} looked at it for the sample of {}: “{}”", who, step.about, title_of(step.verdict));
  }
  return who;
}

View issue_review_view(const Desk& desk, const Visit& visit, const Issue& issue, const IssueReview& review) {
  const auto rights = visit.viewer.rights;
  const bool decides = may(rights, Right::decide);
  const auto look = look_of_review(review.status);
  View out{kainjow::mustache::object{}};
  out.set("status", look.word);
  out.set("status_tag", look.tag);
  out.set("grown", View{review.grown});
  if (!review.holder.empty()) out.set("holder", review.holder);
  if (!review.holder.empty()) out.set("held_until", uk_time_short(review.held_until, visit.now));
  const auto& role = role_of(issue.theme, desk.config->alerts.routes);
  const auto route = review.route.empty() ? std::string(role.id) : review.route;
  out.set("route", title_of_role(route) + (review.route.empty() ? " (suggested)" : ""));
  if (!review.outcome.empty()) out.set("outcome", review.outcome);
  out.set("made", View{review.made});
  if (review.silenced_until) out.set("silenced", uk_time(*review.silenced_until));
  const bool reviews = may(rights, Right::review);
  out.set("reviews", View{reviews});
  if (!reviews) return out;
  out.set("path", "/issues/" + issue.id);
  out.set("form_token", visit.viewer.form_token);
  const bool mine = review.holder == visit.viewer.name;
  out.set("mine", View{mine});
  out.set("can_take", View{!mine && (review.holder.empty() || decides)});
  out.set("can_release", View{mine || (decides && !review.holder.empty())});
  out.set("held_by_other", View{!mine && !review.holder.empty()});
  const bool free = mine || review.holder.empty();
  Views moves;
  for (const auto status : next_statuses(review.status, rights))
    if (status != ReviewStatus::closed) moves.push_back(option(name_of(status), title_of(status)));
  out.set("can_move", View{free && !moves.empty()});
  out.set("moves", View{moves});
  out.set("can_close", View{free && decides && !unfinished(review.status) && review.status != ReviewStatus::closed});
  out.set("free", View{free});
  Views roles_list;
  for (const auto& one : roles()) roles_list.push_back(option(one.id, title_of_role(one.id), one.id == route));
  out.set("roles", View{roles_list});
  out.set("decides", View{decides});
  out.set("can_silence", View{decides && !red_flag(issue)});
  Views persons;
  for (const auto& name : desk.access.names_with(Right::review))
    persons.push_back(option(name, name, name == review.holder));
  out.set("persons", View{persons});
  out.set("none", View{review.steps.empty()});
  out.set("steps", View{timeline(review.steps, visit.now)});
  return out;
}

View post_review_view(const Visit& visit, const StoredPost& post, const PostReview& review) {
  View out{kainjow::mustache::object{}};
  const auto own = review.verdicts.find(visit.viewer.name);
  const auto given = own == review.verdicts.end() ? std::nullopt : std::optional(own->second);
  out.set("reviews", View{may(visit.viewer.rights, Right::review)});
  out.set("path", post_path(post));
  out.set("form_token", visit.viewer.form_token);
  out.set("verdicts", View{verdict_options(given)});
  Views severities_list;
  for (int severity = 1; severity < severities; ++severity)
    severities_list.push_back(
        option(std::to_string(severity), capitalised(severity_name(severity)), given && given->severity == severity));
  out.set("severities", View{severities_list});
  out.set("flagged", View{review.flagged});
  out.set("none", View{review.steps.empty()});
  out.set("steps", View{timeline(review.steps, visit.now)});
  return out;
}

View quick_verdicts(const Visit& visit, const std::string& next) {
  Views choices;
  for (const auto verdict : quick) {
    auto one = option(name_of(verdict), title_of(verdict));
    if (verdict == ReviewVerdict::right) one.set("key", "a");  // assets/page.js
    choices.push_back(one);
  }
  View out{kainjow::mustache::object{}};
  out.set("form_token", visit.viewer.form_token);
  out.set("next", next);
  out.set("choices", View{choices});
  return out;
}

}  // namespace barometer
