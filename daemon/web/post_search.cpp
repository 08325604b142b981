#include "daemon/web/post_search.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "analysis/unicode.hpp"
#include "connectors/time.hpp"
#include "daemon/assess.hpp"
#include "daemon/uk_time.hpp"

namespace barometer {

namespace {

std::string folded(std::string_view text) {
  std::string out;
  append_folded(out, text);
  return out;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  const auto whole = folded(text);
  std::size_t at = 0;
  while ((at = whole.find_first_not_of(' ', at)) != std::string::npos) {
    const auto end = std::min(whole.find(' ', at), whole.size());
    out.push_back(whole.substr(at, end - at));
    at = end;
  }
  return out;
}

template <class T, std::size_t N>
std::optional<T> named(std::string_view name, const std::array<T, N>& all) {
  for (const auto one : all)
    if (name_of(one) == name) return one;
  return std::nullopt;
}

constexpr std::array sentiments = {Sentiment::negative, Sentiment::neutral, Sentiment::positive};
constexpr std::array voices = {Voice::unknown, Voice::patient,    Voice::carer,       Voice::staff,
                               Voice::press,   Voice::politician, Voice::organisation};

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t out = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return out;
}

// Where a page ended: posts made before a moment, and how many of that moment were seen.
struct Place {
  UtcTime at = {};
  std::int64_t seen = 0;
};

std::optional<Place> place_of(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto at = whole_number(text.substr(0, dot));
  const auto seen = whole_number(text.substr(dot + 1));
  constexpr std::int64_t furthest = 253'402'300'800'000;  // the year 10000
  if (!at || !seen || *at < -furthest || *at > furthest || *seen < 0) return std::nullopt;
  return Place{UtcTime{std::chrono::milliseconds{*at}}, *seen};
}

std::string written(const Place& place) {
  return std::to_string(place.at.time_since_epoch().count()) + '.' + std::to_string(place.seen);
}

bool fits(const StoredPost& kept, const PostSearch& search) {
  if (search.voice && kept.assessment.voice != *search.voice) return false;
  if (search.words.empty()) return true;
  const auto text = folded(text_of(kept.post));
  return std::all_of(search.words.begin(), search.words.end(),
                     [&](const std::string& word) { return text.find(word) != std::string::npos; });
}

// Reads one field, if it is there, by a function that gives an optional.
template <class Into, class Read>
void take(const Fields& fields, const char* name, Into& into, PostSearch& search, Read read) {
  const auto text = fields.of(name);
  if (text.empty()) return;
  search.narrows = true;
  if (auto value = read(text))
    into = *value;
  else
    search.wrong.push_back("“" + std::string(text) + "” is no " + name + " that is known here.");
}

}  // namespace

std::optional<UtcTime> day_or_moment(std::string_view text, bool end_of_day) {
  const auto moment = parse_iso(text);
  if (!moment || text.size() != 10) return moment;
  const auto midnight = UkTime{moment->time_since_epoch()};
  return from_uk(end_of_day ? midnight + std::chrono::days{1} : midnight);
}

PostSearch read_search(const Fields& fields) {
  PostSearch out;
  const auto text = [](std::string_view value) { return std::optional{std::string(value)}; };
  take(fields, "tag", out.filter.tag, out, text);
  take(fields, "source", out.filter.source, out, text);
  take(fields, "theme", out.filter.concern, out, [](std::string_view id) { return theme_by_id(id); });
  take(fields, "sentiment", out.filter.sentiment, out, [](std::string_view name) { return named(name, sentiments); });
  take(fields, "voice", out.voice, out, [](std::string_view name) { return named(name, voices); });
  take(fields, "severity", out.filter.min_severity, out, [](std::string_view number) -> std::optional<int> {
    const auto value = whole_number(number);
    if (!value || *value < 0 || *value >= severities) return std::nullopt;
    return static_cast<int>(*value);
  });
  take(fields, "from", out.filter.from, out, [](std::string_view day) { return day_or_moment(day, false); });
  take(fields, "to", out.filter.to, out, [](std::string_view day) { return day_or_moment(day, true); });
  take(fields, "words", out.words, out, [](std::string_view some) { return std::optional{words_of(some)}; });
  out.before = fields.of("before");
  if (!out.before.empty() && !place_of(out.before)) {
    out.wrong.emplace_back("The place to go on from could not be read; this is the beginning.");
    out.before.clear();
  }
  return out;
}

Result<PostPage> find_posts(const Store& store, const PostSearch& search, std::size_t limit) {
  PostPage page;
  auto filter = search.filter;
  const auto begin = place_of(search.before);
  if (begin) {
    const auto end = begin->at + std::chrono::milliseconds{1};
    if (!filter.to || end < *filter.to) filter.to = end;
  }
  // Conditions are checked here and not by the store, so that what is walked over can be counted.
  PostFilter span;
  span.from = filter.from;
  span.to = filter.to;
  std::size_t walked = 0;
  std::int64_t to_skip = begin ? begin->seen : 0;
  Place place;
  const auto read = store.posts(span, true, [&](const StoredPost& kept) {
    const auto at = kept.post.made_at;
    if (begin && at == begin->at && to_skip > 0) {
      --to_skip;
      place = {at, begin->seen - to_skip};
      return true;
    }
    if (page.posts.size() == limit || walked == posts_searched) {
      page.next = written(place);
      if (page.posts.size() < limit) page.looked_back_to = place.at;
      return false;
    }
    ++walked;
    place = {at, at == place.at ? place.seen + 1 : 1};
    if (matches(kept, filter) && fits(kept, search)) page.posts.push_back(kept);
    return true;
  });
  if (!read) return read.error();
  return page;
}

}  // namespace barometer
