#include "connectors/walk.hpp"

#include <algorithm>

#include <boost/json.hpp>

namespace barometer {

namespace {

namespace json = boost::json;

std::optional<UtcTime> time_in(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (!value || !value->is_int64()) return std::nullopt;
  return UtcTime{std::chrono::milliseconds(value->get_int64())};
}

void over(Walk& walk) {
  if (walk.top) walk.known = std::max(walk.known.value_or(*walk.top), *walk.top);
  walk.top.reset();
  walk.token.clear();
  walk.pages = 0;
}

}  // namespace

Walk walk_of(const Cursor& cursor) {
  Walk walk;
  walk.not_before = cursor.not_before;
  boost::system::error_code error;
  const json::value read = json::parse(cursor.bytes, error);
  if (error || !read.is_object()) return walk;
  const json::object& object = read.get_object();
  walk.known = time_in(object, "known");
  walk.top = time_in(object, "top");
  if (const auto* token = object.if_contains("token"); token && token->is_string()) walk.token = token->get_string();
  if (const auto* pages = object.if_contains("pages"); pages && pages->is_int64())
    walk.pages = static_cast<int>(std::clamp<std::int64_t>(pages->get_int64(), 0, 1'000'000));
  if (const auto* notes = object.if_contains("notes"); notes && notes->is_object())
    for (const auto& [key, value] : notes->get_object())
      if (value.is_string()) walk.notes[std::string(key)] = value.get_string();
  return walk;
}

Cursor cursor_of(const Walk& walk) {
  json::object object;
  if (walk.known) object["known"] = walk.known->time_since_epoch().count();
  if (walk.top) object["top"] = walk.top->time_since_epoch().count();
  if (!walk.token.empty()) object["token"] = walk.token;
  if (walk.pages > 0) object["pages"] = walk.pages;
  if (!walk.notes.empty()) {
    json::object notes;
    for (const auto& [key, value] : walk.notes) notes[key] = value;
    object["notes"] = std::move(notes);
  }
  return Cursor{json::serialize(object)};
}

void walk_on(Walk walk, const std::string& next_token, const WalkRules& rules, UtcTime now, Page& page) {
  std::optional<UtcTime> oldest;
  std::optional<UtcTime> newest;
  for (const Post& post : page.posts) {
    if (post.deleted) continue;
    // A post that claims to be of tomorrow must not hide those of today.
    const UtcTime made_at = std::min(post.made_at, now);
    walk.top = std::max(walk.top.value_or(made_at), made_at);
    oldest = std::min(oldest.value_or(made_at), made_at);
    newest = std::max(newest.value_or(made_at), made_at);
  }
  ++walk.pages;
  // Of the first walk a whole page: one old post that was pinned, or came late, does not end it.
  const bool too_old = !walk.known && walk.not_before && newest && *newest < *walk.not_before;
  const bool reached = too_old || (walk.known && oldest && *oldest < *walk.known - rules.overlap);
  const int most = walk.known ? rules.most_pages : rules.first_pages;
  const bool cut = !reached && !next_token.empty() && walk.pages >= most;
  if (cut && walk.known && oldest && *oldest > *walk.known)
    page.missed.push_back({*walk.known, *oldest, GapReason::limited});
  page.more = !reached && !cut && !next_token.empty();
  if (page.more)
    walk.token = next_token;
  else
    over(walk);
  page.next = cursor_of(walk);
}

}  // namespace barometer
