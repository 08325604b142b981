#include "daemon/web/api.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "analysis/judge.hpp"
#include "connectors/json_text.hpp"
#include "connectors/time.hpp"
#include "connectors/url.hpp"
#include "daemon/assess.hpp"
#include "daemon/commands/json.hpp"
#include "daemon/json_object.hpp"
#include "daemon/service_title.hpp"
#include "daemon/source_view.hpp"
#include "daemon/web/frame.hpp"
#include "daemon/web/look.hpp"
#include "daemon/web/post_search.hpp"
#include "daemon/web/trend.hpp"

extern "C" {
extern const char openapi_begin[], openapi_end[];
}

namespace barometer {

namespace {

constexpr std::size_t posts_unless_told = 50;
constexpr std::size_t posts_at_most = 200;
constexpr std::size_t rows_unless_told = 1'000;
constexpr std::size_t rows_at_most = 10'000;

HttpReply store_trouble(const Failure& failure) {
  return api_trouble(500, failure.detail, "ask whoever looks after Barometer");
}

// Field `limit`; empty when it is no number from 1 to `most`.
std::optional<std::size_t> limit_of(const Fields& query, std::size_t unless_told, std::size_t most) {
  const auto text = query.of("limit");
  if (text.empty()) return unless_told;
  std::size_t limit = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || limit == 0 || limit > most)
    return std::nullopt;
  return limit;
}

HttpReply bad_limit(std::size_t most) {
  return api_trouble(400, "limit is not a number that is allowed", "give one from 1 to " + std::to_string(most));
}

// {"NAME":[ROWS],"next":…}
class Listing {
 public:
  explicit Listing(const char* name) { body_.append("{\"").append(name).append("\":["); }
  void add(const std::string& row) { body_.append(rows_++ == 0 ? "" : ",").append(row); }
  std::size_t rows() const { return rows_; }
  HttpReply done(const std::string& next, const std::string& more = {}) {
    body_ += "],\"next\":";
    if (next.empty())
      body_ += "null";
    else
      append_json_string(body_, next);
    return json_reply(std::move(body_ += more + "}"));
  }

 private:
  std::string body_;
  std::size_t rows_ = 0;
};

void text(std::string& out, const char* key, std::string_view value) {
  out.append(",\"").append(key).append("\":");
  append_json_string(out, value);
}

void text_or_null(std::string& out, const char* key, std::string_view value) {
  if (!value.empty()) return text(out, key, value);
  out.append(",\"").append(key).append("\":null");
}

// Fields that say which posts are meant, with `after` for `before`.
PostSearch search_of(const Visit& visit) {
  auto query = visit.query;
  query.set("before", std::string(query.of("after")));
  return read_search(query);
}

std::optional<HttpReply> complaint(const std::vector<std::string>& wrong) {
  if (wrong.empty()) return std::nullopt;
  return api_trouble(400, wrong.front(), "see /api/v1/openapi.json for what can be asked");
}

std::optional<Resolution> resolution_of(std::string_view name) {
  for (const auto one : {Resolution::minute, Resolution::hour, Resolution::day})
    if (name == name_of(one)) return one;
  if (name.empty()) return Resolution::hour;
  return std::nullopt;
}

// A row of a list has a place; the list goes on after it. Written as its parts, percent-encoded, with dots between.
using RowPlace = SeriesFilter::Place;  // of a gap: no tag, and when it began

std::string written(const RowPlace& place) {
  return percent_encoded(place.tag) + '/' + percent_encoded(place.source) + '/' +
         std::to_string(place.bucket.time_since_epoch().count());
}

std::optional<RowPlace> row_place(std::string_view text) {
  const auto first = text.find('/');
  const auto second = text.find('/', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  auto tag = percent_decoded(text.substr(0, first), false);
  auto source = percent_decoded(text.substr(first + 1, second - first - 1), false);
  const auto number = text.substr(second + 1);
  std::int64_t time = 0;
  const auto read = std::from_chars(number.data(), number.data() + number.size(), time);
  if (!tag || !source || read.ec != std::errc{} || read.ptr != number.data() + number.size()) return std::nullopt;
  return RowPlace{*tag, *source, UtcTime{std::chrono::milliseconds{time}}};
}

struct RowsAsked {
  std::optional<std::string> source = {};
  std::optional<UtcTime> from = {};
  std::optional<UtcTime> to = {};
  std::optional<RowPlace> after = {};
  std::size_t limit = rows_unless_told;
  std::optional<HttpReply> refused = {};
};

RowsAsked rows_asked(const Fields& query) {
  RowsAsked out;
  if (const auto source = query.of("source"); !source.empty()) out.source = source;
  out.from = day_or_moment(query.of("from"), false);
  out.to = day_or_moment(query.of("to"), true);
  out.after = row_place(query.of("after"));
  const auto limit = limit_of(query, rows_unless_told, rows_at_most);
  if (limit)
    out.limit = *limit;
  else
    out.refused = bad_limit(rows_at_most);
  if ((!out.from && !query.of("from").empty()) || (!out.to && !query.of("to").empty()))
    out.refused = api_trouble(400, "a time could not be read", "write it as 2026-03-04 or 2026-03-04T20:15:00Z");
  if (!out.after && !query.of("after").empty())
    out.refused = api_trouble(400, "after could not be read", "give `next` of the page before, as it is");
  return out;
}

}  // namespace

std::string post_json(const StoredPost& kept, bool with_words) {
  const auto& post = kept.post;
  std::string out = "{\"key\":";
  append_json_string(out, post_key(kept));
  text(out, "made_at", to_iso(post.made_at));
  text(out, "seen_at", to_iso(post.seen_at));
  text_or_null(out, "edited_at", post.edited_at ? to_iso(*post.edited_at) : "");
  text(out, "platform", post.platform);
  text(out, "source", post.source);
  out += ",\"watched\":";
  append_strings(out, kept.watched);
  text_or_null(out, "author", post.author);
  text_or_null(out, "url", with_words && is_web_address(post.url) ? post.url : "");
  text_or_null(out, "title", with_words ? post.title.value_or("") : "");
  text_or_null(out, "text", with_words ? post.text : "");
  text_or_null(out, "lang", post.lang.value_or(""));
  out += ",\"tags\":";
  append_strings(out, post.tags);
  out += ",\"likes\":" + std::to_string(post.likes) + ",\"reposts\":" + std::to_string(post.reposts) +
         ",\"replies\":" + std::to_string(post.replies) + ",\"assessment\":";
  append_json(out, kept.assessment, with_words ? text_of(post) : "", Judge::built_in()->model_version());
  return out += '}';
}

HttpReply json_reply(std::string body) { return {.content_type = "application/json", .body = std::move(body += '\n')}; }

HttpReply api_trouble(int status, std::string_view error, std::string_view remedy) {
  std::string body = "{\"error\":";
  append_json_string(body, error);
  text(body, "remedy", remedy);
  auto reply = json_reply(body + "}");
  reply.status = status;
  return reply;
}

HttpReply api_posts(const Desk& desk, const Visit& visit) {
  const auto search = search_of(visit);
  if (auto refused = complaint(search.wrong)) return *refused;
  const auto limit = limit_of(visit.query, posts_unless_told, posts_at_most);
  if (!limit) return bad_limit(posts_at_most);
  const auto page = find_posts(desk.store, search, *limit);
  if (!page) return store_trouble(page.error());
  const bool words = may(visit.viewer.rights, Right::read_text);
  if (words && !page->posts.empty())
    if (const auto trouble =
            note_reading(desk, visit, counted(static_cast<std::int64_t>(page->posts.size()), "post", "posts")))
      return store_trouble(*trouble);
  Listing list("posts");
  for (const auto& kept : page->posts) list.add(post_json(kept, words));
  std::string more;
  text_or_null(more, "looked_back_to", page->looked_back_to ? to_iso(*page->looked_back_to) : "");
  return list.done(page->next, more);
}

HttpReply api_post(const Desk& desk, const Visit& visit) {
  const auto kept = find_post(desk.store, visit.params.find("post")->second);
  if (!kept) return store_trouble(kept.error());
  if (!*kept) return api_trouble(404, "no such post is kept", "ask /api/v1/posts for those that are");
  const bool words = may(visit.viewer.rights, Right::read_text);
  if (words)
    if (const auto trouble = note_reading(desk, visit, "post " + post_key(**kept))) return store_trouble(*trouble);
  return json_reply(post_json(**kept, words));
}

Result<SeriesFilter> asked_series(const Fields& query) {
  const auto resolution = resolution_of(query.of("resolution"));
  if (!resolution) return Failure{Remedy::skip, "No such resolution: ask for minute, hour or day.", {}};
  SeriesFilter filter{.resolution = *resolution};
  if (const auto tag = query.of("tag"); !tag.empty()) filter.tag = tag;
  if (const auto source = query.of("source"); !source.empty()) filter.source = source;
  filter.from = day_or_moment(query.of("from"), false);
  filter.to = day_or_moment(query.of("to"), true);
  if ((!filter.from && !query.of("from").empty()) || (!filter.to && !query.of("to").empty()))
    return Failure{Remedy::skip, "A time could not be read: write it as 2026-03-04 or 2026-03-04T20:15:00Z.", {}};
  return filter;
}

HttpReply api_series(const Desk& desk, const Visit& visit) {
  auto asked = rows_asked(visit.query);
  if (asked.refused) return *asked.refused;
  auto filter = asked_series(visit.query);
  if (!filter) return api_trouble(400, filter.error().detail, "see /api/v1/openapi.json for what can be asked");
  filter->after = std::move(asked.after);
  Listing list("series");
  RowPlace last;
  std::string next;
  const auto read = desk.store.series(*filter, [&](const SeriesPoint& point) {
    if (list.rows() == asked.limit) {
      next = written(last);
      return false;
    }
    list.add(series_json(point, filter->resolution));
    last = {point.tag, point.source, point.bucket};
    return true;
  });
  if (!read) return store_trouble(read.error());
  return list.done(next);
}

HttpReply api_gaps(const Desk& desk, const Visit& visit) {
  auto asked = rows_asked(visit.query);
  if (asked.refused) return *asked.refused;
  Listing list("gaps");
  RowPlace last;
  std::string next;
  const GapFilter filter{.source = asked.source, .from = asked.from, .to = asked.to};
  const auto read = desk.store.gaps(filter, [&](const Gap& gap) {
    RowPlace here{"", gap.source, gap.from};
    if (asked.after && here <= *asked.after) return true;
    if (list.rows() == asked.limit) {
      next = written(last);
      return false;
    }
    list.add(gap_json(gap, visit.now));
    last = std::move(here);
    return true;
  });
  if (!read) return store_trouble(read.error());
  return list.done(next);
}

HttpReply api_places(const Desk& desk, const Visit& visit) {
  const auto asked = read_trend(visit.query, names_of_tags(*desk.config), visit.now);
  if (auto refused = complaint(asked.wrong)) return *refused;
  const auto places = read_places(desk.store, asked);
  if (!places) return store_trouble(places.error());
  Listing list("places");
  for (const auto& [place, of] : *places) {
    JsonObject row;
    row.text("place", place);
    row.text("name", service_title(desk.config->services, place));
    row.number("posts", of.now);
    row.number("negative", of.negative);
    row.number("posts_before", of.before);
    list.add(row.done());
  }
  return list.done({});
}

HttpReply api_sources(const Desk& desk, const Visit& visit) {
  Listing list("sources");
  for (const auto& name : names_of_sources(*desk.config)) {
    const auto view = source_view(desk.store, name, visit.now);
    if (!view) return store_trouble(view.error());
    list.add(source_json(*view, visit.now));
  }
  return list.done({});
}

HttpReply api_source(const Desk& desk, const Visit& visit) {
  const auto& name = visit.params.find("source")->second;
  const auto view = source_view(desk.store, name, visit.now);
  if (!view) return store_trouble(view.error());
  const auto names = names_of_sources(*desk.config);
  if (!view->record && std::find(names.begin(), names.end(), name) == names.end())
    return api_trouble(404, "no such source", "ask /api/v1/sources for those that there are");
  return json_reply(source_json(*view, visit.now));
}

HttpReply api_tags(const Desk& desk, const Visit&) {
  Listing list("tags");
  for (const auto& name : names_of_tags(*desk.config)) {
    std::string row;
    append_json_string(row, name);
    list.add(row);
  }
  return list.done({});
}

HttpReply api_description(const Desk&, const Visit&) {
  return {.content_type = "application/json", .body = std::string(carried_between(openapi_begin, openapi_end))};
}

}  // namespace barometer
