#include "connectors/refusal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>

#include "connectors/time.hpp"

namespace barometer {

namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;

// Longer waits than this are a server's mistake; it also keeps sums of times far from overflow.
constexpr seconds longest_wait = std::chrono::days{366};
// Numbers from here on are moments since 1970, smaller ones seconds left: 2001-09-09, and 31 years.
constexpr std::int64_t first_epoch = 1'000'000'000;
constexpr std::int64_t first_epoch_in_milliseconds = 1'000'000'000'000;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// A number of 0 or more, whose decimals (Reddit has some) are cut off.
std::optional<std::int64_t> whole_number(std::string_view text) {
  text = trimmed(text);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < 0 || text.front() == '-') return std::nullopt;
  const std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const bool decimals = rest.starts_with('.') && rest.find_first_not_of("0123456789", 1) == rest.npos;
  if (!rest.empty() && !decimals) return std::nullopt;
  return number;
}

// The value of `name` in a list like  limit=300, remaining=2  or  "default";r=2;t=60.
std::string_view parameter(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const auto end = std::min(list.find_first_of(",;"), list.size());
    const std::string_view item = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    const auto equals = item.find('=');
    if (equals != item.npos && same(trimmed(item.substr(0, equals)), name)) return trimmed(item.substr(equals + 1));
  }
  return {};
}

seconds sane(std::int64_t count) { return seconds{std::min<std::int64_t>(count, longest_wait.count())}; }

// A moment that a header names, never in the past, never absurdly far.
UtcTime ahead(UtcTime time, UtcTime now) { return std::clamp<UtcTime>(time, now, now + longest_wait); }

std::optional<UtcTime> retry_after(const HttpResponse& response, UtcTime now) {
  const std::string_view value = response.header("retry-after");
  if (const auto count = whole_number(value)) return now + sane(*count);
  if (const auto date = parse_time(value)) return ahead(*date, now);
  return std::nullopt;
}

std::optional<UtcTime> reset_of(std::string_view value, UtcTime now) {
  if (const auto number = whole_number(value)) {
    if (*number >= first_epoch_in_milliseconds) return ahead(UtcTime{std::chrono::milliseconds{*number}}, now);
    if (*number >= first_epoch) return ahead(UtcTime{seconds{*number}}, now);
    return now + sane(*number);
  }
  const auto time = parse_time(value);
  return time ? std::optional(ahead(*time, now)) : std::nullopt;
}

std::optional<UtcTime> limit_reset(const HttpResponse& response, UtcTime now) {
  for (const std::string_view name : {"x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset"}) {
    if (const auto time = reset_of(response.header(name), now)) return time;
  }
  for (const std::string_view name : {"t", "reset"}) {
    if (const auto time = reset_of(parameter(response.header("ratelimit"), name), now)) return time;
  }
  return std::nullopt;
}

std::optional<std::int64_t> limit_left(const HttpResponse& response) {
  for (const std::string_view name : {"x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining"}) {
    if (const auto number = whole_number(response.header(name))) return number;
  }
  for (const std::string_view name : {"r", "remaining"}) {
    if (const auto number = whole_number(parameter(response.header("ratelimit"), name))) return number;
  }
  return std::nullopt;
}

struct Advice {
  int first;
  int last;
  Remedy remedy;
  std::string_view sentence;
};

constexpr Advice advices[] = {
    {300, 399, Remedy::ask_operator, "redirects without saying where to: check the address in a browser"},
    {400, 400, Remedy::ask_operator, "does not understand the request: check the source's settings"},
    {401, 401, Remedy::ask_operator, "wants credentials or refuses ours: renew the token of this source"},
    {402, 402, Remedy::ask_operator, "wants to be paid: check the plan of this account"},
    {403, 403, Remedy::ask_operator, "forbids it: check the token's rights, and whether the terms still allow it"},
    {404, 404, Remedy::ask_operator, "knows no such address: check it in a browser"},
    {407, 407, Remedy::ask_operator, "is a proxy that wants credentials: check the proxy setting"},
    {408, 408, Remedy::retry, "gave up waiting for the request"},
    {410, 410, Remedy::ask_operator, "says that this is gone for good: remove the source or find its new address"},
    {420, 420, Remedy::retry, "asks us to be slower"},
    {425, 425, Remedy::retry, "is not ready to answer yet"},
    {429, 429, Remedy::retry, "asks us to be slower"},
    {451, 451, Remedy::ask_operator, "may not answer for legal reasons: remove the source"},
    {400, 499, Remedy::ask_operator, "refuses the request: check the source's settings"},
    {500, 599, Remedy::retry, "is in trouble"},
    {0, 999, Remedy::skip, "gave an answer that brings no page"},
};

// Link parameters, read one by one: RFC 8288 section 3 with the optional blanks everywhere.
class LinkReader {
 public:
  explicit LinkReader(std::string_view rest) : rest_(rest) {}

  // The target of the next link and whether it has that relation; false at the end or where the list is broken.
  bool next(std::string& target, bool& wanted, std::string_view relation) {
    skip(" \t,");
    if (!rest_.starts_with('<')) return false;
    const auto end = rest_.find('>');
    if (end == rest_.npos) return false;
    target = trimmed(rest_.substr(1, end - 1));
    rest_.remove_prefix(end + 1);
    wanted = false;
    bool anchored = false;
    bool had_relation = false;
    for (skip(" \t"); rest_.starts_with(';'); skip(" \t")) {
      skip(" \t;");
      const std::string name(take_until("=;, \t"));
      const std::string value = take_value();
      if (same(name, "anchor")) anchored = true;
      if (!same(name, "rel") || had_relation) continue;
      had_relation = true;  // only the first rel counts
      wanted = has_word(value, relation);
    }
    wanted = wanted && !anchored;
    return rest_.empty() || rest_.front() == ',';
  }

 private:
  void skip(std::string_view any) { rest_.remove_prefix(std::min(rest_.find_first_not_of(any), rest_.size())); }

  std::string_view take_until(std::string_view any) {
    const std::string_view taken = rest_.substr(0, std::min(rest_.find_first_of(any), rest_.size()));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  std::string take_value() {
    skip(" \t");
    if (!rest_.starts_with('=')) return {};
    rest_.remove_prefix(1);
    skip(" \t");
    if (!rest_.starts_with('"')) return std::string(take_until(";, \t"));
    std::string value;
    std::size_t at = 1;
    for (; at < rest_.size() && rest_[at] != '"'; ++at) {
      if (rest_[at] == '\\' && at + 1 < rest_.size()) ++at;
      value += rest_[at];
    }
    rest_.remove_prefix(std::min(at + 1, rest_.size()));
    return value;
  }

  static bool has_word(std::string_view words, std::string_view wanted) {
    while (!words.empty()) {
      const auto end = std::min(words.find_first_of(" \t"), words.size());
      if (same(words.substr(0, end), wanted)) return true;
      words.remove_prefix(std::min(end + 1, words.size()));
    }
    return false;
  }

  std::string_view rest_;
};

// "text/html; charset=utf-8" is of type text/html.
std::string media_type(const HttpResponse& response) {
  const std::string_view value = response.header("content-type");
  std::string type(trimmed(value.substr(0, value.find(';'))));
  std::transform(type.begin(), type.end(), type.begin(), lower);
  return type;
}

}  // namespace

Failure refusal(const HttpResponse& response, UtcTime now) {
  const int status = response.status;
  const Advice& advice = *std::find_if(std::begin(advices), std::end(advices) - 1,
                                       [&](const Advice& a) { return status >= a.first && status <= a.last; });
  Failure failure;
  failure.remedy = advice.remedy;
  failure.detail = "the server answered " + std::to_string(status) + ": it " + std::string(advice.sentence);
  // Many servers tell of their limit in every answer; it explains a refusal only when it is used up.
  const bool limited = status == 429 || status == 420 || limit_left(response) == 0;
  if (advice.remedy != Remedy::retry && !(status == 403 && limited)) return failure;
  failure.not_before = retry_after(response, now);
  if (!failure.not_before && limited) failure.not_before = limit_reset(response, now);
  if (!failure.not_before) return failure;
  failure.remedy = Remedy::wait;
  failure.detail += "; not before " + to_iso(*failure.not_before);
  return failure;
}

Hints hints_from(const HttpResponse& response, UtcTime now) {
  Hints hints;
  if (const auto max_age = whole_number(parameter(response.header("cache-control"), "max-age"))) {
    const auto age = whole_number(response.header("age")).value_or(0);
    hints.at_least = sane(std::max<std::int64_t>(*max_age - age, 0));
  }
  hints.not_before = retry_after(response, now);
  hints.limit_left = limit_left(response);
  hints.limit_resets_at = limit_reset(response, now);
  if (hints.limit_left == 0 && hints.limit_resets_at) {
    hints.not_before = std::max(hints.not_before.value_or(now), *hints.limit_resets_at);
  }
  return hints;
}

std::string link_header(const HttpResponse& response, std::string_view relation) {
  for (const auto& [name, value] : response.headers) {
    if (name != "link") continue;
    LinkReader links(value);
    std::string target;
    bool wanted = false;
    bool whole = true;
    while (whole) {
      target.clear();
      wanted = false;
      whole = links.next(target, wanted, relation);
      if (wanted) return target;
    }
  }
  return {};
}

bool is_json(const HttpResponse& response) {
  const std::string type = media_type(response);
  return type == "application/json" || type == "text/json" || type.ends_with("+json");
}

bool is_xml(const HttpResponse& response) {
  const std::string type = media_type(response);
  return type == "application/xml" || type == "text/xml" || (type.ends_with("+xml") && type != "application/xhtml+xml");
}

bool is_html(const HttpResponse& response) {
  const std::string type = media_type(response);
  return type == "text/html" || type == "application/xhtml+xml";
}

}  // namespace barometer
