#include "daemon/web/people_pages.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "daemon/json_object.hpp"
#include "daemon/source_view.hpp"
#include "daemon/uk_time.hpp"
#include "daemon/web/api.hpp"
#include "daemon/web/frame.hpp"

extern "C" {
extern const char sign_in_template_begin[], sign_in_template_end[];
extern const char audit_template_begin[], audit_template_end[];
}

namespace barometer {

namespace {

constexpr std::size_t entries_shown = 200;
constexpr std::size_t entries_given = 100'000;  // to a program

HttpReply sign_in_page(const Visit& visit, const std::string& trouble, const std::string& name, std::string_view next,
                       int status) {
  Frame frame = frame_for(visit);
  frame.title = trouble.empty() ? "Sign in" : "Error: Sign in";
  View values{kainjow::mustache::object{}};
  if (!trouble.empty()) values.set("trouble", trouble);
  values.set("name", name);
  values.set("next", safe_next(next));
  return page_reply(frame, carried_between(sign_in_template_begin, sign_in_template_end), values, status);
}

}  // namespace

HttpReply go_to(const std::string& where) { return {.status = 303, .headers = {{"Location", where}}}; }

std::string safe_next(std::string_view next) {
  const bool ours = next.starts_with('/') && !next.starts_with("//") && next.size() <= 2000 &&
                    std::all_of(next.begin(), next.end(), [](char c) { return c > ' ' && c < 0x7f && c != '\\'; });
  return ours ? std::string(next) : "/";
}

HttpReply answer_sign_in(const Desk& desk, const Visit& visit) {
  if (desk.access.open()) return not_found_page(frame_for(visit));
  return sign_in_page(visit, {}, {}, visit.query.of("next"), 200);
}

HttpReply do_sign_in(const Desk& desk, const Visit& visit) {
  if (desk.access.open()) return not_found_page(frame_for(visit));
  const std::string name(visit.form.of("name"));
  const auto next = visit.form.of("next");
  const auto done = desk.access.sign_in(name, std::string(visit.form.of("password")), visit.request.peer, visit.now);
  if (done.wait) {
    auto reply = sign_in_page(visit, fmt::format("Too many attempts failed: try again in {}", length_text(*done.wait)),
                              name, next, 429);
    reply.headers.emplace_back("Retry-After", std::to_string(done.wait->count()));
    return reply;
  }
  if (done.cookie.empty()) {
    // A name that was typed may be anything, a password even: only a known one is noted.
    (void)desk.audit.note("nobody", "failed to sign in", "", visit.now);
    return sign_in_page(visit, "Name or password is wrong", name, next, 403);
  }
  if (const auto noted = desk.audit.note(name, "signed in", "", visit.now); !noted)
    return trouble_page(frame_for(visit), 503, "Nothing can be noted", noted.error().detail);
  auto reply = go_to(safe_next(next));
  reply.headers.emplace_back("Set-Cookie", done.cookie);
  return reply;
}

HttpReply do_sign_out(const Desk& desk, const Visit& visit) {
  auto reply = go_to("/sign-in");
  reply.headers.emplace_back("Set-Cookie", desk.access.sign_out(visit.request));
  reply.headers.emplace_back("Clear-Site-Data", "\"cache\"");
  return reply;
}

HttpReply answer_audit(const Desk& desk, const Visit& visit) {
  Frame frame = frame_for(visit);
  frame.title = "Audit";
  frame.here = "/audit";
  const auto read = desk.audit.read(entries_shown);
  if (!read) return trouble_page(frame, 500, "The record cannot be read", read.error().detail);
  View values{kainjow::mustache::object{}};
  if (read->broken_at)
    values.set(
        "broken",
        fmt::format("Line {} does not follow from the one before it: what stands there or before it was changed.",
                    grouped(static_cast<std::int64_t>(*read->broken_at))));
  const auto there = static_cast<std::int64_t>(read->all - read->removed);
  values.set("whole", fmt::format("All {} follow from each other.", counted(there, "entry", "entries")) +
                          (read->removed == 0 ? std::string()
                                              : fmt::format(" The first {} were removed when their time was over.",
                                                            grouped(static_cast<std::int64_t>(read->removed)))));
  Views entries;
  for (const auto& entry : read->entries) {
    View row{kainjow::mustache::object{}};
    row.set("number", grouped(static_cast<std::int64_t>(entry.number)));
    row.set("at", uk_time(entry.at));
    row.set("who", entry.who);
    row.set("did", entry.did);
    row.set("about", entry.about);
    entries.push_back(row);
  }
  values.set("entries", View{entries});
  return page_reply(frame, carried_between(audit_template_begin, audit_template_end), values);
}

HttpReply api_audit(const Desk& desk, const Visit& visit) {
  std::size_t most = entries_shown;
  const auto text = visit.query.of("limit");
  const auto limit = std::from_chars(text.data(), text.data() + text.size(), most);
  if (!text.empty() && (limit.ec != std::errc{} || limit.ptr != text.data() + text.size() || most > entries_given))
    return api_trouble(400, "limit is not a number that is allowed", "give one up to 100000");
  const auto read = desk.audit.read(most);
  if (!read) return api_trouble(500, read.error().detail, "ask whoever looks after Barometer");
  std::vector<std::string> rows;
  for (const auto& entry : read->entries) {
    JsonObject row;
    row.number("n", entry.number);
    row.time("at", entry.at);
    row.text("who", entry.who);
    row.text("did", entry.did);
    row.text("about", entry.about);
    rows.push_back(row.done());
  }
  JsonObject out;
  out.number("all", read->all);
  out.number("removed", read->removed);
  out.raw("broken_at", read->broken_at ? std::to_string(*read->broken_at) : "null");
  out.raw("entries", json_list(rows));
  return json_reply(out.done());
}

}  // namespace barometer
