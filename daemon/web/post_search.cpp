#include "daemon/web/post_search.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "connectors/time.hpp"
#include "daemon/uk_time.hpp"
#include "storage/phrases.hpp"

namespace barometer {

namespace {

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
  take(fields, "voice", out.filter.voice, out, [](std::string_view name) { return named(name, voices); });
  take(fields, "severity", out.filter.min_severity, out, [](std::string_view number) -> std::optional<int> {
    const auto value = whole_number(number);
    if (!value || *value < 0 || *value >= severities) return std::nullopt;
    return static_cast<int>(*value);
  });
  take(fields, "from", out.filter.from, out, [](std::string_view day) { return day_or_moment(day, false); });
  take(fields, "to", out.filter.to, out, [](std::string_view day) { return day_or_moment(day, true); });
  take(fields, "place", out.filter.place, out, text);
  take(fields, "words", out.filter.phrases, out, [](std::string_view some) { return std::optional{phrases_of(some)}; });
  const auto before = fields.of("before");
  out.filter.after = read_place(before);
  if (!before.empty() && !out.filter.after)
    out.wrong.emplace_back("The place to go on from could not be read; this is the beginning.");
  return out;
}

Result<PostPage> find_posts(const Store& store, const PostSearch& search, std::size_t limit) {
  PostPage page;
  auto filter = search.filter;
  filter.reads = posts_read_in_vain;
  const auto gave_up = store.posts(filter, true, [&](const StoredPost& kept) {
    const bool full = page.posts.size() == limit;
    if (full)
      page.next = to_text(place_of(page.posts.back()));
    else
      page.posts.push_back(kept);
    return !full;
  });
  if (!gave_up) return gave_up.error();
  if (*gave_up) {
    page.next = to_text(**gave_up);
    if (page.posts.size() < limit) page.looked_back_to = (*gave_up)->made_at;
  }
  return page;
}

}  // namespace barometer
