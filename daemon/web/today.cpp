#include "daemon/web/today.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "connectors/url.hpp"
#include "daemon/uk_time.hpp"
#include "daemon/web/issues.hpp"

extern "C" {
extern const char today_template_begin[], today_template_end[];
}

namespace barometer {
namespace {

constexpr std::int64_t enough = 20;  // posts before a share says anything

// --- sentiment

std::string mood_sentence(const TagMood& tag) {
  const auto day = tag.day.all();
  const auto negative = tag.day.posts[0];
  if (tag.week.all() == 0) return "Nothing was heard in the last 7 days.";
  if (day == 0) return "Nothing was heard in the last 24 hours.";
  if (day < enough) {
    return fmt::format("Only {} in the last 24 hours: too few to speak of a mood.", counted(day, "post", "posts"));
  }
  const auto share = 100 * negative / day;
  const auto usual = 100 * tag.week.posts[0] / tag.week.all();
  const auto* against = share > usual + 5   ? "more than over the last 7 days"
                        : share + 5 < usual ? "less than over the last 7 days"
                                            : "about as over the last 7 days";
  return fmt::format("{} of the last 24 hours’ {} posts read as negative ({}), {} ({}).", grouped(negative),
                     grouped(day), percent(negative, day), against, percent(tag.week.posts[0], tag.week.all()));
}

// A bar of 300 units, drawn for the eye only: the numbers stand beside it.
View window_view(const char* name, const SentimentCounts& counts) {
  View row{kainjow::mustache::object{}};
  const auto all = counts.all();
  const auto width = [&](std::size_t s) { return all == 0 ? 0 : 300 * counts.posts[s] / all; };
  row.set("window", name);
  row.set("negative", grouped(counts.posts[0]));
  row.set("neutral", grouped(counts.posts[1]));
  row.set("positive", grouped(counts.posts[2]));
  row.set("all", grouped(all));
  row.set("has_posts", View{all > 0});
  row.set("w0", std::to_string(width(0)));
  row.set("x1", std::to_string(width(0)));
  row.set("w1", std::to_string(all == 0 ? 0 : 300 - width(0) - width(2)));
  row.set("x2", std::to_string(300 - width(2)));
  row.set("w2", std::to_string(width(2)));
  return row;
}

Views tags_view(const std::vector<TagMood>& tags) {
  Views out;
  for (const auto& tag : tags) {
    View row{kainjow::mustache::object{}};
    row.set("name", tag.name == "other" ? "Posts that match no tag" : tag.name);
    row.set("query", "tag=" + percent_encoded(tag.name));
    row.set("sentence", mood_sentence(tag));
    row.set("windows", View{Views{window_view("Last 24 hours", tag.day), window_view("Last 7 days", tag.week)}});
    out.push_back(row);
  }
  return out;
}

// --- the three answers

struct Answer {
  const char* question = "";
  const char* word = "";
  const char* style = "calm";
  std::string sentence = {};
  const char* link = "";
  const char* link_text = "";
};

// "At least 3 posts", if the walk ended before it had seen all.
std::string at_least(const TodayView& view) { return view.seen_back_to ? "At least " : ""; }

Answer serious(const TodayView& view) {
  Answer out{"Is anything serious?", "No", "calm", {}, "/posts?severity=2", "Flagged posts"};
  const auto red = view.week[4];
  const auto high = view.week[3];
  if (red + high == 0) {
    out.sentence = "No red flag and nothing of high severity was said in the last 7 days.";
    if (view.seen_back_to)
      out.sentence =
          fmt::format("No red flag and nothing of high severity since {}, which is as far as this page looks.",
                      uk_time_short(*view.seen_back_to, view.now));
    return out;
  }
  out.word = red > 0 ? "Yes" : "Perhaps";
  out.style = red > 0 ? "urgent" : "watch";
  out.sentence = fmt::format("{}{} and {} of high severity in the last 7 days.", at_least(view),
                             counted(red, "red flag", "red flags"), counted(high, "post", "posts"));
  return out;
}

Answer news(const TodayView& view) {
  Answer out{"Is anything new?", "No", "calm", {}, "/posts", "Latest posts"};
  if (view.posts_day == 0) {
    out.sentence = view.latest.empty() ? std::string{"No post has been heard yet."}
                                       : "Nothing in the last 24 hours. The newest post was made " +
                                             uk_time_short(view.latest.front().made_at, view.now) + ".";
    return out;
  }
  out.word = "Yes";
  out.style = view.concerns_day > 0 ? "watch" : "calm";
  out.sentence = fmt::format("{}{} in the last 24 hours; {} a concern about care.", at_least(view),
                             counted(view.posts_day, "post", "posts"), counted(view.concerns_day, "raises", "raise"));
  return out;
}

Answer listening(const TodayView& view) {
  Answer out{"Are we listening properly?", "Yes", "calm", {}, "/sources", "All sources"};
  const auto all = static_cast<std::int64_t>(view.sources.size());
  const auto up = std::count_if(view.sources.begin(), view.sources.end(), [](const SourceState& s) { return s.up(); });
  const auto failing = std::count_if(view.sources.begin(), view.sources.end(),
                                     [](const SourceState& s) { return s.failure.has_value(); });
  if (all == 0) {
    out.word = "No";
    out.style = "urgent";
    out.sentence = "No source is configured, so nothing is heard.";
  } else if (failing > 0) {
    out.word = failing == all ? "No" : "Not everywhere";
    out.style = failing == all ? "urgent" : "watch";
    out.sentence = fmt::format("{} of {} {} trouble; what they missed is caught up when they are back.", failing,
                               counted(all, "source", "sources"), failing == 1 ? "is in" : "are in");
  } else if (up < all) {
    out.word = "Starting";
    out.sentence = fmt::format("{} of {} answered so far.", up, counted(all, "source", "sources"));
  } else {
    out.sentence = all == 1 ? "The one source answers." : fmt::format("All {} sources answer.", all);
  }
  return out;
}

View answer_view(const Answer& answer) {
  View out{kainjow::mustache::object{}};
  out.set("question", answer.question);
  out.set("answer", answer.word);
  out.set("style", answer.style);
  out.set("sentence", answer.sentence);
  out.set("link", answer.link);
  out.set("link_text", answer.link_text);
  return out;
}

}  // namespace

std::string today_content(const TodayView& view) {
  View values{kainjow::mustache::object{}};
  values.set("answers", View{Views{answer_view(serious(view)), answer_view(news(view)), answer_view(listening(view))}});
  values.set("now", uk_time(view.now));
  Views issues;
  for (const auto& issue : view.issues)
    issues.push_back(issue_view(view.services, issue.issue, issue.review, view.now));
  values.set("has_issues", View{!issues.empty()});
  values.set("issues", View{issues});
  values.set("flagged", View{posts_view(view.flagged, view.now)});
  values.set("none_flagged", View{view.flagged.empty()});
  values.set("latest", View{posts_view(view.latest, view.now)});
  values.set("none_latest", View{view.latest.empty()});
  values.set("tags", View{tags_view(view.tags)});
  values.set("no_tags", View{view.tags.empty()});
  values.set("has_trouble", View{view.trouble.has_value()});
  values.set("trouble", view.trouble.value_or(""));
  return filled(carried_between(today_template_begin, today_template_end), values);
}

HttpReply today_page(const std::string& content, Frame frame) {
  frame.title = "What people are saying";
  frame.here = "/";
  return page_around(frame, content);
}

}  // namespace barometer
