#include "connectors/talks.hpp"

#include <algorithm>

#include <boost/json.hpp>

namespace barometer {
namespace {

namespace json = boost::json;

std::int64_t number_of(UtcTime time) { return time.time_since_epoch().count(); }

std::optional<UtcTime> time_in(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (!value || !value->is_int64()) return std::nullopt;
  return UtcTime{std::chrono::milliseconds(value->get_int64())};
}

std::string text_in(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool flag_in(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_bool() && value->get_bool();
}

json::value json_of(const Walk& walk) { return json::parse(cursor_of(walk).bytes); }

Walk walk_in(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value ? walk_of(Cursor{json::serialize(*value)}) : Walk{};
}

json::object json_of(const Talk& talk) {
  json::object object{{"made", number_of(talk.made_at)}};
  if (!talk.mark.empty()) object["mark"] = talk.mark;
  if (!talk.read_mark.empty()) object["read_mark"] = talk.read_mark;
  if (talk.read_at) object["read"] = number_of(*talk.read_at);
  if (talk.due) object["due"] = true;
  object["walk"] = json_of(talk.walk);
  return object;
}

Talk talk_in(const json::object& object) {
  Talk talk;
  talk.made_at = time_in(object, "made").value_or(UtcTime{});
  talk.mark = text_in(object, "mark");
  talk.read_mark = text_in(object, "read_mark");
  talk.read_at = time_in(object, "read");
  talk.due = flag_in(object, "due");
  talk.walk = walk_in(object, "walk");
  return talk;
}

// Whether there is more of it.
bool step(Walk& walk, const TalkListing& listing, const WalkRules& rules, UtcTime now, Page& page) {
  Page entries;
  for (const UtcTime time : listing.times) entries.posts.push_back({.made_at = time});
  walk_on(std::move(walk), listing.next_token, rules, now, entries);
  walk = walk_of(entries.next);
  page.missed.insert(page.missed.end(), entries.missed.begin(), entries.missed.end());
  return entries.more;
}

bool is_due(const Talk& talk, const TalkRules& rules, UtcTime now) {
  if (talk.due || !talk.walk.token.empty()) return true;
  if (!rules.by_age) return talk.mark != talk.read_mark;
  if (!talk.read_at) return true;
  const auto wait = std::clamp<UtcTime::duration>((now - talk.made_at) / 10, soonest_reread, latest_reread);
  return now - *talk.read_at >= wait;
}

// `since`: the moment until which everything had been heard, so that posts of a gap have their answers read as well.
void take_in(TalkPlace& place, const TalkListing& listing, const TalkRules& rules, UtcTime since) {
  for (const auto& [id, told] : listing.talks) {
    if (id.empty() || told.made_at < since - rules.recent) continue;
    const bool silent = !rules.by_age && told.mark.empty();
    if (silent && !place.talks.contains(id)) continue;
    Talk& talk = place.talks[id];
    talk.made_at = told.made_at;
    talk.mark = told.mark;
  }
}

// Drops talks that are no longer recent, then the oldest beyond the most. What is due stays until it is read.
void tidy(TalkPlace& place, const TalkRules& rules, UtcTime now) {
  std::erase_if(place.talks,
                [&](const auto& entry) { return !entry.second.due && entry.second.made_at < now - rules.recent; });
  while (place.talks.size() > rules.most_talks) {
    const auto older = [](const auto& a, const auto& b) { return a.second.made_at < b.second.made_at; };
    place.talks.erase(std::min_element(place.talks.begin(), place.talks.end(), older));
  }
}

// The rules for the posts of the round that is under way, or begins with this page.
WalkRules post_rules(TalkPlace& place, const TalkRules& rules, UtcTime now) {
  if (place.posts.pages == 0) {
    place.rereading = rules.reread && (!place.reread_at || now - *place.reread_at >= posts_reread_every);
    if (place.rereading) place.reread_at = now;
  }
  auto walk = rules.posts;
  if (place.rereading) walk.overlap = std::max<std::chrono::minutes>(walk.overlap, rules.recent);
  return walk;
}

void round_on(TalkPlace place, const TalkRules& rules, UtcTime now, Page& page) {
  const bool posts_over = place.posts.token.empty();
  if (posts_over) {
    tidy(place, rules, now);
    place.answering = true;
    place.answering = !next_talk(place).empty();
  }
  page.more = !posts_over || place.answering;
  page.next = cursor_of(place);
}

}  // namespace

TalkPlace talk_place_of(const Cursor& cursor) {
  TalkPlace place;
  place.posts.not_before = cursor.not_before;
  boost::system::error_code error;
  const json::value read = json::parse(cursor.bytes, error);
  if (error || !read.is_object()) return place;
  const json::object& object = read.get_object();
  place.posts = walk_in(object, "posts");
  place.posts.not_before = cursor.not_before;
  place.answering = flag_in(object, "answering");
  place.rereading = flag_in(object, "rereading");
  place.reread_at = time_in(object, "reread");
  if (const auto* talks = object.if_contains("talks"); talks && talks->is_object())
    for (const auto& [id, talk] : talks->get_object())
      if (talk.is_object()) place.talks[std::string(id)] = talk_in(talk.get_object());
  return place;
}

Cursor cursor_of(const TalkPlace& place) {
  json::object object{{"posts", json_of(place.posts)}};
  if (place.answering) object["answering"] = true;
  if (place.rereading) object["rereading"] = true;
  if (place.reread_at) object["reread"] = number_of(*place.reread_at);
  json::object talks;
  for (const auto& [id, talk] : place.talks) talks[id] = json_of(talk);
  if (!talks.empty()) object["talks"] = std::move(talks);
  return Cursor{json::serialize(object)};
}

std::string next_talk(const TalkPlace& place) {
  if (!place.answering) return {};
  const auto due =
      std::find_if(place.talks.begin(), place.talks.end(), [](const auto& entry) { return entry.second.due; });
  return due == place.talks.end() ? std::string() : due->first;
}

void posts_read(TalkPlace place, const TalkListing& listing, const TalkRules& rules, UtcTime now, Page& page) {
  take_in(place, listing, rules, std::min(place.posts.known.value_or(now), now));
  const auto walk = post_rules(place, rules, now);
  if (!step(place.posts, listing, walk, now, page))
    for (auto& [id, talk] : place.talks) talk.due = is_due(talk, rules, now);
  round_on(std::move(place), rules, now, page);
}

void answers_read(TalkPlace place, const std::string& id, const TalkListing& listing, const TalkRules& rules,
                  UtcTime now, Page& page) {
  const auto found = place.talks.find(id);
  if (found != place.talks.end() && !step(found->second.walk, listing, rules.answers, now, page)) {
    found->second.due = false;
    found->second.read_mark = found->second.mark;
    found->second.read_at = now;
  }
  take_in(place, listing, rules, now);
  for (const auto& [answer, told] : listing.talks)
    if (const auto talk = place.talks.find(answer); talk != place.talks.end())
      talk->second.due = is_due(talk->second, rules, now);
  round_on(std::move(place), rules, now, page);
}

void talk_gone(TalkPlace place, const std::string& id, const TalkRules& rules, UtcTime now, Page& page) {
  place.talks.erase(id);
  round_on(std::move(place), rules, now, page);
}

}  // namespace barometer
