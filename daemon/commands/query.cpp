#include "daemon/commands/query.hpp"

#include <iostream>

#include "connectors/time.hpp"

namespace barometer {

namespace {

std::optional<std::string> named(const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); }

bool read_concern(const std::string& text, std::optional<Theme>& out) {
  if (text.empty()) return true;
  out = theme_by_id(text);
  if (out) return true;
  std::cerr << "barometer: no concern is called '" << text << "'; they are:";
  for (const ThemeInfo& theme : themes()) std::cerr << ' ' << theme.id;
  std::cerr << '\n';
  return false;
}

bool read_sentiment(const std::string& text, std::optional<Sentiment>& out) {
  if (text.empty()) return true;
  for (const Sentiment one : {Sentiment::negative, Sentiment::neutral, Sentiment::positive})
    if (text == name_of(one)) out = one;
  if (out) return true;
  std::cerr << "barometer: --sentiment is negative, neutral or positive, not '" << text << "'\n";
  return false;
}

bool read_voice(const std::string& text, std::optional<Voice>& out) {
  if (text.empty()) return true;
  for (const Voice one : {Voice::unknown, Voice::patient, Voice::carer, Voice::staff, Voice::press, Voice::politician,
                          Voice::organisation})
    if (text == name_of(one)) out = one;
  if (out) return true;
  std::cerr << "barometer: nobody speaks as '" << text
            << "'; --voice is patient, carer, staff, press, politician, organisation or unknown\n";
  return false;
}

bool read_cursor(const std::string& text, std::optional<PostPlace>& out) {
  out = read_place(text);
  if (out || text.empty()) return true;
  std::cerr << "barometer: --after '" << text
            << "' is no cursor; give the one of a post, as posts --format json prints it\n";
  return false;
}

std::optional<Resolution> resolution_of(const std::string& text) {
  if (text == "minute") return Resolution::minute;
  if (text == "hour") return Resolution::hour;
  if (text == "day") return Resolution::day;
  std::cerr << "barometer: --resolution is minute, hour or day, not '" << text << "'\n";
  return std::nullopt;
}

}  // namespace

bool read_time(const std::string& text, const char* option, std::optional<UtcTime>& out) {
  if (text.empty()) return true;
  out = parse_time(text);
  if (out) return true;
  std::cerr << "barometer: --" << option << " '" << text << "' is no time; write 2026-11-21 or 2026-11-21T20:15:00Z\n";
  return false;
}

int report(const Failure& failure) {
  std::cerr << "barometer: " << failure.detail << '\n';
  return exit_failed;
}

std::unique_ptr<Store> open_to_read(const StoreChoice& where, int& exit_code) {
  const auto config = chosen_config(where);
  if (!config) {
    exit_code = exit_bad_config;
    return nullptr;
  }
  auto store = Store::open({.path = config->store.path, .read_only = true});
  if (!store) {
    exit_code = report(store.error());
    return nullptr;
  }
  return std::move(*store);
}

std::optional<PostFilter> post_filter(const QueryOptions& options) {
  PostFilter filter{.tag = named(options.tag), .source = named(options.source), .min_severity = options.severity};
  if (!read_concern(options.concern, filter.concern) || !read_sentiment(options.sentiment, filter.sentiment) ||
      !read_time(options.from, "from", filter.from) || !read_time(options.to, "to", filter.to) ||
      !read_voice(options.voice, filter.voice) || !read_cursor(options.after, filter.after))
    return std::nullopt;
  filter.place = named(options.place);
  filter.phrases = options.phrases;
  return filter;
}

std::optional<SeriesFilter> series_filter(const QueryOptions& options) {
  SeriesFilter filter{.tag = named(options.tag), .source = named(options.source)};
  const auto resolution = resolution_of(options.resolution);
  if (!resolution || !read_time(options.from, "from", filter.from) || !read_time(options.to, "to", filter.to))
    return std::nullopt;
  filter.resolution = *resolution;
  return filter;
}

}  // namespace barometer
