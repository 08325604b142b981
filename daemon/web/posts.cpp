#include "daemon/web/posts.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "analysis/judge.hpp"
#include "connectors/time.hpp"
#include "daemon/assess.hpp"
#include "daemon/review/take_step.hpp"
#include "daemon/uk_time.hpp"
#include "daemon/web/choices.hpp"
#include "daemon/web/export.hpp"
#include "daemon/web/frame.hpp"
#include "daemon/web/post_search.hpp"
#include "daemon/web/review_view.hpp"
#include "daemon/web/shown_post.hpp"

extern "C" {
extern const char posts_template_begin[], posts_template_end[];
extern const char post_template_begin[], post_template_end[];
}

namespace barometer {

namespace {

constexpr std::size_t page_of_posts = 25;

Views choices(const Config& config, const Fields& query) {
  return {choice("severity", "Severity", "Any", severity_options(), query.of("severity")),
          choice("theme", "Concern", "Any", theme_options(), query.of("theme")),
          choice("tag", "Tag", "Any", tag_options(config), query.of("tag")),
          choice("sentiment", "Reads as", "Any",
                 {{"negative", "Negative"}, {"neutral", "Neutral"}, {"positive", "Positive"}}, query.of("sentiment")),
          choice("voice", "Who speaks", "Anybody", voice_options(), query.of("voice")),
          choice("place", "Service", "Any", service_options(config), query.of("place")),
          choice("source", "Source", "Any", same(names_of_sources(config)), query.of("source"))};
}

std::string none_sentence(const PostSearch& search, const PostPage& page) {
  if (page.looked_back_to) return "None so far: there are older posts to look through.";
  return search.narrows ? "No post that is kept matches. Ask for less."
                        : "Nothing has been heard yet. The first posts come within minutes of the start.";
}

View fact(const char* name, std::string value) {
  View out{kainjow::mustache::object{}};
  out.set("name", name);
  out.set("value", std::move(value));
  return out;
}

Views facts(const StoredPost& kept) {
  const auto& judged = kept.assessment;
  const auto& post = kept.post;
  Views out{fact("Made", uk_time(post.made_at)), fact("Heard", uk_time(post.seen_at)),
            fact("Source", post.source + " (" + post.platform + ")"), fact("Counts under", joined(kept.watched, ", ")),
            fact("Reads as", fmt::format("{} (score {:.2f} from −1 to +1; {}% sure)", name_of(judged.sentiment),
                                         judged.score, static_cast<int>(100 * judged.confidence + 0.5)))};
  if (judged.voice != Voice::unknown) out.push_back(fact("Seems to be said by", std::string(words_of(judged.voice))));
  std::vector<std::string> concerns;
  for (const auto& concern : judged.concerns)
    concerns.push_back(theme_title(concern.theme) + " (" + std::string(severity_name(concern.severity)) + ")");
  if (!concerns.empty()) out.push_back(fact("Raises", joined(concerns, "; ")));
  if (judged.themes) out.push_back(fact("About", joined(framework_titles(judged.themes), "; ")));
  if (judged.abusive) out.push_back(fact("Tone", "It abuses or threatens someone"));
  if (!judged.lang.empty()) out.push_back(fact("Language", judged.lang));
  if (!judged.identifiers.empty()) out.push_back(fact("Masked in the text", joined(judged.identifiers, ", ")));
  if (post.edited_at) out.push_back(fact("Edited", uk_time(*post.edited_at)));
  if (post.likes + post.reposts + post.replies > 0)
    out.push_back(fact("Met with", counted(post.likes, "like", "likes") + ", " +
                                       counted(post.reposts, "repost", "reposts") + ", " +
                                       counted(post.replies, "reply", "replies")));
  return out;
}

// What explain() says, a line and the lines below it that are set in.
Views reasons(const StoredPost& kept, const Judge& judge) {
  const auto said = text_of(kept.post) + "\n";
  auto text = explain(Judged{text_of(kept.post), kept.assessment}, judge);
  if (text.starts_with(said)) text.erase(0, said.size());  // it stands above
  Views out;
  View one{kainjow::mustache::object{}};
  Views details;
  bool any = false;
  const auto end_item = [&] {
    if (any) one.set("details", View{details}), out.push_back(one);
    one = View{kainjow::mustache::object{}};
    details.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = text.substr(at, end - at);
    at = end + 1;
    if (line.empty()) continue;
    if (any && line.starts_with("  ")) {
      details.push_back(View{line.substr(2)});
      continue;
    }
    end_item();
    any = true;
    one.set("line", line);
  }
  end_item();
  return out;
}

}  // namespace

HttpReply answer_posts(const Desk& desk, const Visit& visit) {
  const auto search = read_search(visit.query);
  Frame frame = frame_for(visit);
  frame.title = "Posts";
  frame.here = "/posts";
  const auto page = find_posts(desk.store, search, page_of_posts);
  if (!page) return trouble_page(frame, 500, "Posts cannot be read", page.error().detail);
  View values{kainjow::mustache::object{}};
  std::vector<ShownPost> shown_posts;
  for (const auto& kept : page->posts) shown_posts.push_back(shown(desk.store, kept, visit.words_in_lists()));
  auto list = posts_view(shown_posts, visit.now);
  if (may(visit.viewer.rights, Right::review))
    for (auto& one : list) one.set("judge", quick_verdicts(visit, "/posts?" + visit.query.encoded()));
  values.set("posts", View{list});
  values.set("newest", View{visit.query.of("before").empty()});
  values.set("none", View{page->posts.empty()});
  values.set("none_sentence", none_sentence(search, *page));
  values.set("summary", search.narrows ? "Only those that match all of what is chosen here." : "");
  Views wrong;
  for (const auto& sentence : search.wrong) wrong.push_back(View{sentence});
  values.set("has_wrong", View{!search.wrong.empty()});
  values.set("wrong", View{wrong});
  for (const char* name : {"words", "from", "to"}) values.set(name, std::string(visit.query.of(name)));
  values.set("choices", View{choices(*desk.config, visit.query)});
  values.set("narrows", View{search.narrows});
  if (page->looked_back_to) values.set("looked_back_to", uk_time(*page->looked_back_to));
  if (!page->next.empty()) {
    auto further = visit.query;
    further.set("before", page->next);
    values.set("next", further.encoded());
  }
  values.set("export", export_view(visit, "posts", visit.query));
  return page_reply(frame, carried_between(posts_template_begin, posts_template_end), values);
}

HttpReply answer_post(const Desk& desk, const Visit& visit) {
  Frame frame = frame_for(visit);
  frame.title = "Post";
  frame.here = "/posts";
  frame.below = true;
  const auto kept = find_post(desk.store, visit.params.find("post")->second);
  if (!kept) return trouble_page(frame, 500, "The post cannot be read", kept.error().detail);
  if (!*kept) return not_found_page(frame);
  View values{kainjow::mustache::object{}};
  const bool may_read = may(visit.viewer.rights, Right::read_text);
  if (may_read)
    if (const auto trouble = note_reading(desk, visit, "post " + post_key(**kept)))
      return trouble_page(frame, 503, "Nothing can be noted", trouble->detail);
  const auto review = review_of(desk.store, **kept);
  if (!review) return trouble_page(frame, 500, "The post cannot be read", review.error().detail);
  values.set("review", post_review_view(visit, **kept, *review));
  const auto item = shown(desk.store, **kept, may_read);
  values.set("post", post_view(item, visit.now));
  values.set("text_missing", !may_read ? "What was said is shown to those who review it."
                             : (*kept)->text_gone
                                 ? "Its time is over: the text was removed, what was judged of it stays."
                                 : "It has no text of its own.");
  values.set("facts", View{facts(**kept)});
  const bool explained = may_read && !(*kept)->text_gone;
  values.set("has_why", View{explained});
  if (explained) values.set("why", View{reasons(**kept, *desk.judge)});
  return page_reply(frame, carried_between(post_template_begin, post_template_end), values);
}

}  // namespace barometer
