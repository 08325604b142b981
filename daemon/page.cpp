#include "daemon/page.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <kainjow/mustache.hpp>

#include "daemon/uk_time.hpp"

extern "C" {
extern const char page_template_begin[], page_template_end[];
extern const char not_found_template_begin[], not_found_template_end[];
extern const char page_style_begin[], page_style_end[];
}

namespace barometer {
namespace {

using kainjow::mustache::data;
using kainjow::mustache::list;
using kainjow::mustache::mustache;
using kainjow::mustache::object;

constexpr std::size_t longest_text = 4000;  // bytes shown of one post; the original has the rest
constexpr std::int64_t enough = 20;         // posts before a share says anything

// "1 post", "2 posts"
std::string counted(std::int64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", number, number == 1 ? one : many);
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  return fmt::format("{}", fmt::join(words, between));
}

// Not past a character's middle.
std::size_t boundary(std::string_view text, std::size_t at) {
  at = std::min(at, text.size());
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) --at;
  return at;
}

data flag(bool value) { return data{value}; }

bool is_web_address(std::string_view url) { return url.starts_with("https://") || url.starts_with("http://"); }

std::string lang_of(const std::string& lang) {
  const bool plain = std::all_of(lang.begin(), lang.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
  return plain && lang.size() <= 35 ? lang : "";
}

// --- posts

struct SeverityLook {
  const char* word;
  const char* style;
};
constexpr SeverityLook severity_looks[severities] = {{"No concern", "tag-grey"},
                                                     {"Low", "tag-grey"},
                                                     {"Medium", "tag-yellow"},
                                                     {"High", "tag-orange"},
                                                     {"Red flag", "tag-red"}};

const SeverityLook& look_of(int severity) { return severity_looks[std::clamp(severity, 0, severities - 1)]; }

void set_text(data& into, const ShownPost& post) {
  const auto end = boundary(post.text, longest_text);
  const auto from = boundary(post.text, std::min(post.phrase_begin, end));
  const auto to = boundary(post.text, std::clamp(post.phrase_end, from, end));
  const auto part = [&post](std::size_t a, std::size_t b) { return post.text.substr(a, b - a); };
  into.set("before", part(0, from));
  into.set("phrase", part(from, to));
  into.set("has_phrase", flag(to > from));
  into.set("after", part(to, end));
  into.set("cut", flag(end < post.text.size()));
}

data post_data(const ShownPost& post, UtcTime now) {
  data out;
  const auto& look = look_of(post.severity);
  out.set("severity", look.word);
  out.set("severity_style", look.style);
  out.set("themes", joined(post.themes, "; "));
  out.set("has_themes", flag(!post.themes.empty()));
  out.set("sentiment", std::string{name_of(post.sentiment)});
  out.set("time", uk_time(post.made_at));
  out.set("time_short", uk_time_short(post.made_at, now));
  out.set("source", post.source);
  out.set("url", post.url);
  out.set("has_url", flag(is_web_address(post.url)));
  const auto lang = lang_of(post.lang);
  out.set("lang", lang);
  out.set("has_lang", flag(!lang.empty()));
  set_text(out, post);
  return out;
}

data posts_data(const std::vector<ShownPost>& posts, UtcTime now) {
  list out;
  for (const auto& post : posts) out.push_back(post_data(post, now));
  return data{out};
}

// --- sentiment

std::string percent(std::int64_t part, std::int64_t all) {
  return all == 0 ? "–" : fmt::format("{}%", (100 * part + all / 2) / all);
}

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
  return fmt::format("{} of the last 24 hours’ {} posts read as negative ({}), {} ({}).", negative, day,
                     percent(negative, day), against, percent(tag.week.posts[0], tag.week.all()));
}

// A bar of 300 units, drawn for the eye only: the numbers stand beside it.
void set_window(data& row, const char* name, const SentimentCounts& counts) {
  const auto all = counts.all();
  const auto width = [&](std::size_t s) { return all == 0 ? 0 : 300 * counts.posts[s] / all; };
  row.set("window", name);
  row.set("negative", std::to_string(counts.posts[0]));
  row.set("neutral", std::to_string(counts.posts[1]));
  row.set("positive", std::to_string(counts.posts[2]));
  row.set("negative_share", percent(counts.posts[0], all));
  row.set("all", std::to_string(all));
  row.set("has_posts", flag(all > 0));
  row.set("w0", std::to_string(width(0)));
  row.set("x1", std::to_string(width(0)));
  row.set("w1", std::to_string(all == 0 ? 0 : 300 - width(0) - width(2)));
  row.set("x2", std::to_string(300 - width(2)));
  row.set("w2", std::to_string(width(2)));
}

data tags_data(const std::vector<TagMood>& tags) {
  list out;
  for (const auto& tag : tags) {
    data row;
    row.set("name", tag.name == "other" ? "Posts that match no tag" : tag.name);
    row.set("sentence", mood_sentence(tag));
    data day;
    data week;
    set_window(day, "Last 24 hours", tag.day);
    set_window(week, "Last 7 days", tag.week);
    row.set("windows", data{list{day, week}});
    out.push_back(row);
  }
  return data{out};
}

// --- sources

struct SourceLook {
  const char* word;
  const char* style;
};

SourceLook look_of(const SourceState& source) {
  if (!source.failure)
    return source.up() ? SourceLook{"Listening", "tag-green"} : SourceLook{"Not asked yet", "tag-grey"};
  switch (source.failure->remedy) {
    case Remedy::ask_operator: return {"Needs someone", "tag-red"};
    case Remedy::wait: return {"Asked to wait", "tag-yellow"};
    case Remedy::skip: return {"Not understood", "tag-orange"};
    case Remedy::retry: break;
  }
  return {"Not answering", "tag-orange"};
}

std::string remedy_sentence(const SourceState& source, UtcTime now) {
  const auto& failure = *source.failure;
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

std::string time_or(const std::optional<UtcTime>& time, UtcTime now, const char* otherwise) {
  return time ? uk_time_short(*time, now) : otherwise;
}

std::string gap_sentence(const OpenGap& gap, UtcTime now) {
  const auto since = uk_time_short(gap.from, now);
  switch (gap.reason) {
    case GapReason::limited: return fmt::format("Nothing heard since {}: the platform told us to wait.", since);
    case GapReason::misconfigured: return fmt::format("Nothing heard since {}: someone must mend it.", since);
    case GapReason::restarted: return fmt::format("Nothing heard since {}: Barometer was not running.", since);
    case GapReason::capped: return fmt::format("Nothing heard since {}: our own budget is used up.", since);
    case GapReason::down: break;
  }
  return fmt::format("Nothing heard since {}: it does not answer.", since);
}

data sources_data(const std::vector<SourceState>& sources, UtcTime now) {
  list out;
  for (const auto& source : sources) {
    data row;
    const auto look = look_of(source);
    row.set("name", source.name);
    row.set("platform", source.platform);
    row.set("state", look.word);
    row.set("state_style", look.style);
    row.set("last_success", time_or(source.last_success, now, "not yet"));
    row.set("last_post", time_or(source.last_post, now, "none yet"));
    row.set("next_ask", source.next_ask && *source.next_ask > now ? uk_time_short(*source.next_ask, now) : "now");
    row.set("failing", flag(source.failure.has_value()));
    row.set("blind", flag(source.gap.has_value()));
    if (source.gap) row.set("gap", gap_sentence(*source.gap, now));
    if (source.failure) {
      row.set("detail", source.failure->detail);
      row.set("remedy", remedy_sentence(source, now));
      row.set("since", time_or(source.failing_since, now, "now"));
    }
    out.push_back(row);
  }
  return data{out};
}

// --- the three answers

data answer(const char* question, const char* short_answer, const char* style, const std::string& sentence,
            const char* link) {
  data out;
  out.set("question", question);
  out.set("answer", short_answer);
  out.set("style", style);
  out.set("sentence", sentence);
  out.set("link", link);
  return out;
}

data serious(const PageView& view) {
  const auto red = view.week[4];
  const auto high = view.week[3];
  if (red + high == 0) {
    return answer("Is anything serious?", "No", "calm",
                  "No red flag and nothing of high severity was said in the last 7 days.", "#flagged");
  }
  const auto sentence = fmt::format("{} and {} of high severity in the last 7 days.",
                                    counted(red, "red flag", "red flags"), counted(high, "post", "posts"));
  return answer("Is anything serious?", red > 0 ? "Yes" : "Perhaps", red > 0 ? "urgent" : "watch", sentence,
                "#flagged");
}

data news(const PageView& view) {
  if (view.posts_day == 0) {
    const auto sentence = view.latest.empty() ? std::string{"No post has been heard yet."}
                                              : "Nothing in the last 24 hours. The newest post was made " +
                                                    uk_time_short(view.latest.front().made_at, view.now) + ".";
    return answer("Is anything new?", "No", "calm", sentence, "#latest");
  }
  const auto sentence =
      fmt::format("{} in the last 24 hours; {} a concern about care.", counted(view.posts_day, "post", "posts"),
                  counted(view.concerns_day, "raises", "raise"));
  return answer("Is anything new?", "Yes", view.concerns_day > 0 ? "watch" : "calm", sentence, "#latest");
}

data listening(const PageView& view) {
  constexpr auto question = "Are we listening properly?";
  const auto all = static_cast<std::int64_t>(view.sources.size());
  const auto up = std::count_if(view.sources.begin(), view.sources.end(), [](const SourceState& s) { return s.up(); });
  const auto failing = std::count_if(view.sources.begin(), view.sources.end(),
                                     [](const SourceState& s) { return s.failure.has_value(); });
  if (all == 0) return answer(question, "No", "urgent", "No source is configured, so nothing is heard.", "#sources");
  if (failing > 0) {
    const auto sentence = fmt::format("{} of {} {} trouble; what they missed is caught up when they are back.", failing,
                                      counted(all, "source", "sources"), failing == 1 ? "is in" : "are in");
    return answer(question, failing == all ? "No" : "Not everywhere", failing == all ? "urgent" : "watch", sentence,
                  "#sources");
  }
  if (up < all) {
    return answer(question, "Starting", "calm",
                  fmt::format("{} of {} answered so far.", up, counted(all, "source", "sources")), "#sources");
  }
  return answer(question, "Yes", "calm",
                all == 1 ? "The one source answers." : fmt::format("All {} sources answer.", all), "#sources");
}

std::string rendered(const char* begin, const char* end, const data& values) {
  mustache page{std::string{begin, end}};
  return page.render(values);
}

}  // namespace

std::string render_page(const PageView& view) {
  data values{object{}};
  values.set("answers", data{list{serious(view), news(view), listening(view)}});
  values.set("now", uk_time(view.now));
  values.set("flagged", posts_data(view.flagged, view.now));
  values.set("none_flagged", flag(view.flagged.empty()));
  values.set("latest", posts_data(view.latest, view.now));
  values.set("none_latest", flag(view.latest.empty()));
  values.set("tags", tags_data(view.tags));
  values.set("no_tags", flag(view.tags.empty()));
  values.set("sources", sources_data(view.sources, view.now));
  values.set("has_sources", flag(!view.sources.empty()));
  values.set("has_trouble", flag(view.trouble.has_value()));
  values.set("trouble", view.trouble.value_or(""));
  return rendered(page_template_begin, page_template_end, values);
}

std::string render_not_found() { return rendered(not_found_template_begin, not_found_template_end, data{object{}}); }

std::string_view stylesheet() {
  return {page_style_begin, static_cast<std::size_t>(page_style_end - page_style_begin)};
}

}  // namespace barometer
