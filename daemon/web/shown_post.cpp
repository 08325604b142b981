#include "daemon/web/shown_post.hpp"

#include <algorithm>

#include "daemon/assess.hpp"
#include "daemon/review/take_step.hpp"
#include "daemon/uk_time.hpp"

namespace barometer {

namespace {

constexpr std::size_t longest_text = 4000;  // bytes shown of one post; the original has the rest

void set_text(View& into, const ShownPost& post) {
  const auto end = boundary(post.text, longest_text);
  const auto from = boundary(post.text, std::min(post.phrase_begin, end));
  const auto to = boundary(post.text, std::clamp(post.phrase_end, from, end));
  const auto part = [&post](std::size_t a, std::size_t b) { return post.text.substr(a, b - a); };
  into.set("has_text", View{!post.text.empty()});
  into.set("before", part(0, from));
  into.set("marked", part(from, to));
  into.set("has_mark", View{to > from});
  into.set("after", part(to, end));
  into.set("cut", View{end < post.text.size()});
}

constexpr std::size_t themes_named = 2;

std::string title_of(const std::vector<std::string>& themes) {
  if (themes.size() <= themes_named) return joined(themes, "; ");
  return joined({themes.begin(), themes.begin() + themes_named}, "; ") + " and " +
         std::to_string(themes.size() - themes_named) + " more";
}

}  // namespace

bool raises_concern(const Assessment& assessment) {
  return std::any_of(assessment.concerns.begin(), assessment.concerns.end(),
                     [](const Concern& c) { return info(c.theme).care && c.severity > 0; });
}

ShownPost shown(const Store& store, const StoredPost& kept, bool with_text) {
  ShownPost out;
  if (const auto review = review_of(store, kept)) {
    out.inappropriate = review->flagged;
    if (review->latest) out.judged = title_of(review->latest->verdict);
  }
  out.path = post_path(kept);
  out.severity = kept.assessment.severity;
  out.sentiment = kept.assessment.sentiment;
  out.voice = kept.assessment.voice;
  out.made_at = kept.post.made_at;
  out.source = kept.post.source;
  out.tags = kept.watched;
  out.lang = kept.post.lang.value_or("");
  for (const auto& concern : kept.assessment.concerns) out.themes.push_back(theme_title(concern.theme));
  const auto text = text_of(kept.post);
  if (!kept.assessment.concerns.empty()) {
    const auto& worst = kept.assessment.concerns.front();
    const auto begin = boundary(text, worst.begin);
    const auto end = boundary(text, std::max(worst.end, worst.begin));
    out.phrase = text.substr(begin, end - begin);
    out.phrase_begin = begin;
    out.phrase_end = end;
  }
  if (with_text) {
    out.text = text;
    out.url = kept.post.url;
  }
  return out;
}

View post_view(const ShownPost& post, UtcTime now) {
  View out{kainjow::mustache::object{}};
  const auto look = look_of_severity(post.severity);
  out.set("path", post.path);
  out.set("severity", look.word);
  out.set("severity_tag", look.tag);
  out.set("item", look.item);
  out.set("flagged", View{post.severity > 0});
  out.set("inappropriate", View{post.inappropriate});
  out.set("judged", post.judged);
  out.set("has_judged", View{!post.judged.empty()});
  out.set("themes", title_of(post.themes));
  out.set("has_themes", View{!post.themes.empty()});
  out.set("sentiment", std::string{name_of(post.sentiment)});
  out.set("voice", std::string{words_of(post.voice)});
  out.set("has_voice", View{post.voice != Voice::unknown});
  out.set("time", uk_time(post.made_at));
  out.set("time_short", uk_time_short(post.made_at, now));
  out.set("source", post.source);
  out.set("phrase", post.phrase);
  out.set("has_phrase", View{!post.phrase.empty() && !post.inappropriate});
  out.set("url", post.url);
  out.set("has_url", View{is_web_address(post.url)});
  const auto lang = lang_of(post.lang);
  out.set("lang", lang);
  out.set("has_lang", View{!lang.empty()});
  set_text(out, post);
  return out;
}

Views posts_view(const std::vector<ShownPost>& posts, UtcTime now) {
  Views out;
  for (const auto& post : posts) out.push_back(post_view(post, now));
  return out;
}

}  // namespace barometer
