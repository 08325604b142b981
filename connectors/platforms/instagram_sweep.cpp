#include "connectors/platforms/instagram_sweep.hpp"

#include <algorithm>
#include <utility>

#include "connectors/json_document.hpp"
#include "connectors/json_text.hpp"

namespace barometer {
namespace {

constexpr int quiet_pages = 2;
constexpr int most_beginnings = 3;

std::optional<UtcTime> time_in(JsonValue object, std::string_view key) {
  const auto number = json_count(object, key);
  if (number == 0) return std::nullopt;
  return UtcTime{std::chrono::milliseconds(number)};
}

int small(JsonValue object, std::string_view key) {
  return static_cast<int>(std::min<std::int64_t>(json_count(object, key), 1'000'000));
}

void append(std::string& out, std::string_view key, std::string_view text) {
  if (text.empty()) return;
  out += ",\"" + std::string(key) + "\":";
  append_json_string(out, text);
}

void append(std::string& out, std::string_view key, std::int64_t number) {
  if (number != 0) out += ",\"" + std::string(key) + "\":" + std::to_string(number);
}

std::int64_t number_of(const std::optional<UtcTime>& time) { return time ? time->time_since_epoch().count() : 0; }

void forget_old(InstagramSweep& sweep, const SweepRules& rules, UtcTime now) {
  std::erase_if(sweep.seen, [&](const auto& entry) { return entry.second < now - rules.remembered; });
  while (sweep.seen.size() > rules.most_seen) {
    const auto longer_ago = [](const auto& a, const auto& b) { return a.second < b.second; };
    sweep.seen.erase(std::min_element(sweep.seen.begin(), sweep.seen.end(), longer_ago));
  }
}

void over(InstagramSweep& sweep, const SweepRules& rules, UtcTime now) {
  for (const auto& id : sweep.met) sweep.seen[id] = now;
  forget_old(sweep, rules, now);
  sweep.depth = sweep.deep ? sweep.pages : 0;
  sweep.read_at = std::exchange(sweep.began_at, std::nullopt);
  sweep.deep = false;
  sweep.beginnings = 0;
  begin_again(sweep);
}

// Whether the page is one that this sweep has already met, wholly: then the server's place is not where we think.
bool met_before(const InstagramSweep& sweep, const std::vector<Post>& posts) {
  return sweep.pages > 0 && !posts.empty() &&
         std::all_of(posts.begin(), posts.end(), [&](const Post& post) { return sweep.met.contains(post.native_id); });
}

void note(InstagramSweep& sweep, const std::vector<Post>& posts) {
  bool news = false;
  for (const Post& post : posts)
    news |= sweep.met.insert(post.native_id).second && !sweep.seen.contains(post.native_id);
  sweep.quiet = news ? 0 : sweep.quiet + 1;
  sweep.deep |= news && sweep.pages > 0;
  ++sweep.pages;
}

void begin(InstagramSweep& sweep, const SweepRules& rules, UtcTime now, Page& page) {
  if (sweep.pages > 0) return;
  const auto last = sweep.began_at ? sweep.began_at : sweep.read_at;
  if (rules.window && last && *last < now - *rules.window)
    page.missed.push_back({*last, now - *rules.window, GapReason::down});
  sweep.began_at = now;
}

}  // namespace

InstagramSweep sweep_in(const Cursor& cursor) {
  InstagramSweep sweep;
  JsonDocument document;
  if (cursor.bytes.empty() || JsonDocument::read(document, cursor.bytes) || !document.root().is_object()) return sweep;
  const auto root = document.root();
  sweep.hashtag_id = json_text(root, "hashtag");
  sweep.token = json_text(root, "token");
  sweep.pages = small(root, "pages");
  sweep.quiet = small(root, "quiet");
  sweep.deep = json_flag(root, "deep") == 1;
  sweep.depth = small(root, "depth");
  sweep.beginnings = small(root, "beginnings");
  sweep.began_at = time_in(root, "began");
  sweep.read_at = time_in(root, "read");
  JsonValue seen;
  simdjson::dom::object entries;
  if (json_field(root, "seen", seen) && !seen.get(entries))
    for (const auto& [id, time] : entries)
      if (std::int64_t at = 0; !time.get(at)) sweep.seen[std::string(id)] = UtcTime{std::chrono::milliseconds(at)};
  simdjson::dom::array met;
  if (json_array(root, "met", met))
    for (const auto id : met) sweep.met.insert(json_id(id));
  return sweep;
}

Cursor cursor_of(const InstagramSweep& sweep) {
  std::string out = "{\"v\":1";
  append(out, "hashtag", sweep.hashtag_id);
  append(out, "token", sweep.token);
  append(out, "pages", sweep.pages);
  append(out, "quiet", sweep.quiet);
  if (sweep.deep) out += ",\"deep\":true";
  append(out, "depth", sweep.depth);
  append(out, "beginnings", sweep.beginnings);
  append(out, "began", number_of(sweep.began_at));
  append(out, "read", number_of(sweep.read_at));
  std::string_view before = ",\"seen\":{";
  for (const auto& [id, time] : sweep.seen) {
    out += before;
    append_json_string(out, id);
    out += ':' + std::to_string(time.time_since_epoch().count());
    before = ",";
  }
  if (!sweep.seen.empty()) out += '}';
  before = ",\"met\":[";
  for (const auto& id : sweep.met) {
    out += before;
    append_json_string(out, id);
    before = ",";
  }
  if (!sweep.met.empty()) out += ']';
  return Cursor{out + '}'};
}

void begin_again(InstagramSweep& sweep) {
  sweep.token.clear();
  sweep.met.clear();
  sweep.pages = 0;
  sweep.quiet = 0;
}

void sweep_on(InstagramSweep sweep, const std::string& next_token, const SweepRules& rules, UtcTime now, Page& page) {
  begin(sweep, rules, now, page);
  if (met_before(sweep, page.posts) && ++sweep.beginnings < most_beginnings) {
    begin_again(sweep);
    page.more = true;
  } else {
    note(sweep, page.posts);
    const int most = sweep.read_at ? rules.most_pages : rules.first_pages;
    const bool known = sweep.quiet >= quiet_pages && sweep.pages >= sweep.depth;
    page.more = !next_token.empty() && !known && sweep.pages < most;
    if (page.more)
      sweep.token = next_token;
    else
      over(sweep, rules, now);
  }
  page.next = cursor_of(sweep);
}

}  // namespace barometer
