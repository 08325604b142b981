#include "connectors/platforms/demo.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <unicode/timezone.h>

#include "connectors/post_json.hpp"
#include "connectors/time.hpp"

extern "C" const char demo_posts_begin[], demo_posts_end[];

namespace barometer {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

// As the posts were written: the day that becomes the day of the first start, and the hour of the chat.
constexpr sys_days last_day{2026y / March / 15};
constexpr sys_days chat_day{2026y / March / 11};
constexpr UtcTime chat_begin{chat_day + 19h + 50min};
constexpr UtcTime chat_end{chat_day + 21h};

// The moment at which clocks in the United Kingdom show `clock`. ICU knows the zone; libstdc++ 12 carries none.
UtcTime from_uk_clock(UtcTime clock) {
  static const std::unique_ptr<const icu::TimeZone> london{icu::TimeZone::createTimeZone("Europe/London")};
  std::int32_t raw = 0;
  std::int32_t summer = 0;
  UErrorCode status = U_ZERO_ERROR;
  london->getOffset(static_cast<double>(clock.time_since_epoch().count()), true, raw, summer, status);
  return clock - milliseconds{raw + summer};
}

// The chat keeps its weekday, everything else its distance from the last day.
UtcTime moved(UtcTime written, sys_days started) {
  const bool chat = written >= chat_begin && written < chat_end;
  const auto since_wednesday = weekday{started - days{1}} - Wednesday;  // 0 when yesterday was one
  const auto by = chat ? started - days{1} - since_wednesday - chat_day : started - last_day;
  return from_uk_clock(written + by);
}

UtcTime told_at(const Post& post) { return post.edited_at.value_or(post.made_at); }

template <class Each>
void each_line(std::string_view text, Each each) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (const auto line = text.substr(0, end); !line.empty()) each(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

struct Place {
  sys_days started = {};
  std::size_t told = 0;
};

// A cursor that cannot be read begins the story anew: the posts keep their ids, so nothing counts twice.
Place place_of(const Cursor& cursor, UtcTime now) {
  const Place beginning{floor<days>(now), 0};
  const auto blank = cursor.bytes.find(' ');
  if (blank == std::string::npos) return beginning;
  const auto day = parse_iso(cursor.bytes.substr(0, blank));
  std::size_t told = 0;
  const auto* end = cursor.bytes.data() + cursor.bytes.size();
  const auto read = std::from_chars(cursor.bytes.data() + blank + 1, end, told);
  if (!day || read.ec != std::errc{} || read.ptr != end) return beginning;
  return {floor<days>(*day), told};
}

Cursor cursor_at(const Place& place) {
  return {to_iso(place.started).substr(0, 10) + ' ' + std::to_string(place.told)};
}

std::vector<SettingComplaint> nothing_to_complain(const SourceConfig&) { return {}; }

std::unique_ptr<Source> make_demo(const SourceConfig& config, HttpClient&) {
  return std::make_unique<DemoSource>(config.name);
}

Result<Page> parse_demo(std::string body, const ParseOptions& options) {
  Page page;
  each_line(body, [&](std::string_view line) {
    auto post = post_from_json(line, options.now);
    if (!post) {
      ++page.unreadable;
      return;
    }
    if (!options.source.empty()) post->source = options.source;
    page.posts.push_back(std::move(*post));
  });
  return page;
}

}  // namespace

std::vector<Post> demo_story(sys_days started) {
  std::vector<Post> story;
  each_line({demo_posts_begin, demo_posts_end}, [&](std::string_view line) {
    auto post = post_from_json(line, UtcTime{});
    if (!post) throw std::logic_error{"demo/posts.ndjson: " + post.error().detail};
    post->made_at = moved(post->made_at, started);
    if (post->edited_at) post->edited_at = moved(*post->edited_at, started);
    story.push_back(std::move(*post));
  });
  std::ranges::stable_sort(story, {}, told_at);
  return story;
}

DemoSource::DemoSource(std::string name) : name_{std::move(name)} {}

asio::awaitable<Result<Page>> DemoSource::fetch(Cursor cursor, UtcTime now) {
  auto place = place_of(cursor, now);
  if (started_ != place.started) {
    story_ = demo_story(place.started);
    started_ = place.started;
  }
  const auto due = static_cast<std::size_t>(std::ranges::upper_bound(story_, now, {}, told_at) - story_.begin());
  Page page;
  while (place.told < due && page.posts.size() < demo_page_size) {
    auto& post = page.posts.emplace_back(story_[place.told++]);
    post.source = name_;
    post.seen_at = now;
  }
  page.more = place.told < due;
  page.unchanged = page.posts.empty();
  page.next = cursor_at(place);
  co_return page;
}

Connector demo_connector() {
  static constexpr std::string_view kinds[] = {"posts"};
  return {.name = "demo",
          .sentence = "A fortnight at an invented trust, played in quick time",
          .kinds = kinds,
          .settings = {},
          .check = nothing_to_complain,
          .make = make_demo,
          .parse = parse_demo};
}

}  // namespace barometer
