#include "daemon/web/subjects.hpp"

#include <fmt/format.h>

#include "connectors/time.hpp"
#include "daemon/json_object.hpp"
#include "daemon/key_file.hpp"
#include "daemon/subject.hpp"
#include "daemon/uk_time.hpp"
#include "daemon/web/administration.hpp"
#include "daemon/web/api.hpp"
#include "daemon/web/choices.hpp"
#include "daemon/web/form_answers.hpp"
#include "daemon/web/frame.hpp"
#include "daemon/web/tables.hpp"

extern "C" {
extern const char subjects_template_begin[], subjects_template_end[];
}

namespace barometer {

namespace {

constexpr std::size_t posts_listed = 200;

Subject subject_of(const Fields& form) {
  return {.handle = tidied(form.of("handle")), .platform = tidied(form.of("platform")), .url = tidied(form.of("url"))};
}

struct Answered {
  Subject subject = {};
  std::vector<PseudonymKey> keys = {};
  SubjectFound found = {};
};

// What is kept of whom the form names; noted as "found", "handed over" and so on, with a number and nobody's name.
Result<Answered> look_for(const Desk& desk, const Visit& visit, const char* did) {
  Answered out{.subject = subject_of(visit.form)};
  if (out.subject.handle.empty() == out.subject.url.empty())
    return Failure{Remedy::skip, "Give a handle, or the link of one post.", {}};
  auto keys = pseudonym_keys(desk.config->store.path);
  if (!keys) return keys.error();
  out.keys = std::move(*keys);
  auto found = find_subject(desk.store, out.keys, out.subject);
  if (!found) return found.error();
  out.found = std::move(*found);
  const auto number = counted(static_cast<std::int64_t>(out.found.posts.size()), "post", "posts");
  const auto noted =
      desk.audit.note(visit.viewer.name, did, "what is kept of a person who asked: " + number, visit.now);
  if (!noted) return noted.error();
  return out;
}

std::string posts_json(const std::vector<StoredPost>& posts, bool with_words) {
  std::vector<std::string> rows;
  for (const auto& kept : posts) rows.push_back(post_json(kept, with_words));
  return json_list(rows);
}

Options platform_options(const Desk& desk) {
  std::set<std::string> names;
  for (const auto& source : desk.config->sources) names.insert(source.source.platform);
  return same({names.begin(), names.end()});
}

HttpReply subjects_page(const Desk& desk, const Visit& visit, View values) {
  Frame frame = frame_for(visit);
  frame.title = "People’s requests";
  frame.here = "/admin";
  frame.below = true;
  values.set("links", View{links_view(administration_links("/subjects"))});
  values.set("form_token", visit.viewer.form_token);
  const auto asked = subject_of(visit.form);
  values.set("platforms",
             View{Views{choice("platform", "On", "Any platform", platform_options(desk), asked.platform)}});
  return page_reply(frame, carried_between(subjects_template_begin, subjects_template_end), values);
}

View found_view(const Visit& visit, const Answered& answered) {
  View out{kainjow::mustache::object{}};
  const auto& found = answered.found;
  std::vector<std::string> where;
  for (const auto& [platform, posts] : found.by_platform)
    where.push_back(fmt::format("{} on {}", counted(static_cast<std::int64_t>(posts), "post", "posts"), platform));
  out.set("sentence", where.empty() ? "Nothing is kept of them." : "Kept: " + joined(where, ", ") + ".");
  out.set("any", View{!found.posts.empty()});
  out.set("several",
          View{found.by_platform.size() > 1 && answered.subject.platform.empty() && answered.subject.url.empty()});
  Views posts;
  for (const auto& kept : found.posts) {
    if (posts.size() == posts_listed) break;
    View row{kainjow::mustache::object{}};
    row.set("path", post_path(kept));
    row.set("text", fmt::format("{}, {}", kept.post.source, uk_time(kept.post.made_at)));
    posts.push_back(row);
  }
  out.set("posts", View{posts});
  if (found.posts.size() > posts_listed) out.set("cut", fmt::format("The first {} are listed.", posts_listed));
  Views fields;
  for (const char* name : {"handle", "platform", "url"}) {
    View field{kainjow::mustache::object{}};
    field.set("name", name);
    field.set("value", tidied(visit.form.of(name)));
    fields.push_back(field);
  }
  out.set("fields", View{fields});
  out.set("form_token", visit.viewer.form_token);
  return out;
}

}  // namespace

HttpReply answer_subjects(const Desk& desk, const Visit& visit) {
  return subjects_page(desk, visit, View{kainjow::mustache::object{}});
}

HttpReply find_persons_posts(const Desk& desk, const Visit& visit) {
  const auto answered = look_for(desk, visit, "looked for");
  if (!answered) return form_refused(visit, answered.error());
  if (for_programs(visit.request)) return json_reply("{\"posts\":" + posts_json(answered->found.posts, false) + "}");
  View values{kainjow::mustache::object{}};
  values.set("found", found_view(visit, *answered));
  return subjects_page(desk, visit, values);
}

HttpReply export_persons_posts(const Desk& desk, const Visit& visit) {
  const auto answered = look_for(desk, visit, "handed over");
  if (!answered) return form_refused(visit, answered.error());
  auto reply = json_reply("{\"posts\":" + posts_json(answered->found.posts, true) + "}");
  const auto file = "barometer-request-" + to_iso(visit.now).substr(0, 10) + ".json";
  reply.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + file + "\"");
  return reply;
}

HttpReply erase_persons_posts(const Desk& desk, const Visit& visit) {
  if (tidied(visit.form.of("confirm")) != "erase")
    return form_trouble(visit, 400, "Nothing was erased", "Write “erase” to confirm: what is erased never comes back.");
  const auto answered = look_for(desk, visit, "asked to erase");
  if (!answered) return form_refused(visit, answered.error());
  std::set<std::string> platforms;
  if (!answered->subject.platform.empty()) platforms = {answered->subject.platform};
  if (platforms.empty())
    for (const auto& [platform, posts] : answered->found.by_platform) platforms.insert(platform);
  if (answered->subject.url.empty() && answered->subject.platform.empty() && platforms.size() > 1)
    return form_trouble(visit, 400, "Nothing was erased",
                        "This handle has posts on several platforms, and may be another person’s on each: choose one.");
  if (platforms.empty()) platforms = answered->found.platforms;  // nothing is kept of it; nothing is to come either
  const Order order{.does = Order::Does::forget, .erase = erasures_of(answered->subject, answered->keys, platforms)};
  if (order.erase.empty())
    return form_trouble(visit, 400, "Nothing was erased", "Nothing is kept yet: choose the platform.");
  const auto done = desk.obey(order);
  if (done && !*done) return form_refused(visit, done->error());
  if (for_programs(visit.request)) return done ? json_reply(**done) : json_reply("{\"finished\":false}");
  View values{kainjow::mustache::object{}};
  values.set("erased", done ? "It is erased, and its bytes are in no file of the store any more."
                            : "It is being erased. The proofs under Retention say when it is done.");
  return subjects_page(desk, visit, values);
}

}  // namespace barometer
