#include "analysis/issues/rehearsal.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "analysis/dice.hpp"

namespace barometer {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;

constexpr int length = 180;  // days
constexpr milliseconds day = days{1};
const UtcTime begin{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};
constexpr std::array places = {"front", "ward-1", "ward-2", "ward-3", "children", "clinic", "site", "centre"};
constexpr std::array place_weight = {3.0, 1.2, 1.0, 0.9, 0.8, 0.8, 2.0, 1.0};
constexpr std::array themes = {Theme::waiting,   Theme::access,    Theme::attitude,    Theme::pain,
                               Theme::call_bell, Theme::infection, Theme::discharge,   Theme::medication,
                               Theme::falls,     Theme::staffing,  Theme::environment, Theme::basic_care};
constexpr std::array theme_weight = {4.0, 3.0, 2.0, 1.0, 1.0, 1.0, 1.4, 1.0, 0.5, 1.4, 1.2, 1.0};
constexpr double complaints_a_day = 1.8;  // that name a place
constexpr double elsewhere_a_day = 1.5;   // that name none
constexpr std::array usual_severities = {0.0, 0.45, 0.42, 0.13};
constexpr std::array grave_severities = {0.0, 0.0, 0.75, 0.25};

class Writer {
 public:
  explicit Writer(std::uint64_t seed) : dice_(seed) {}
  Rehearsal write();

 private:
  struct Spot {
    Theme theme = {};
    std::string place = {};
  };
  double share() { return static_cast<double>(dice_.below(1U << 30)) / (1U << 30); }
  std::size_t pick(std::span<const double> weights);
  int poisson(double mean);
  Spot fresh_spot();
  UtcTime moment(int on_day) { return begin + on_day * day + milliseconds{dice_.below(day.count())}; }

  Rehearsal::Heard& say(UtcTime made_at, const Spot& spot, int severity);
  void usually();
  void burst(double usual_a_day, double times, int lasts);
  void slow_burn();
  void red_flag();
  void repost_storm();
  void copies();
  void back_fill();
  void late_lump();
  void unanswered();
  void moods();
  void happened(IssueKind kind, const Spot& spot, std::vector<UtcTime> posts, UtcTime::duration grace);

  Dice dice_;
  Rehearsal out_ = {};
  std::vector<Spot> taken_ = {};
  std::uint64_t posts_ = 0;
};

std::size_t Writer::pick(std::span<const double> weights) {
  double all = 0;
  for (const double one : weights) all += one;
  double at = share() * all;
  for (std::size_t i = 0; i + 1 < weights.size(); ++i)
    if ((at -= weights[i]) < 0) return i;
  return weights.size() - 1;
}

int Writer::poisson(double mean) {
  int number = 0;
  for (double left = share(); left > std::exp(-mean) && number < 1000; ++number) left *= share();
  return number;
}

Writer::Spot Writer::fresh_spot() {
  for (;;) {
    const Spot spot{themes[dice_.below(themes.size())], places[dice_.below(places.size())]};
    const bool taken = std::any_of(taken_.begin(), taken_.end(),
                                   [&](const Spot& one) { return one.place == spot.place || one.theme == spot.theme; });
    if (taken && taken_.size() < places.size()) continue;
    taken_.push_back(spot);
    return spot;
  }
}

// A few minutes later it is heard, and now and then misread.
Rehearsal::Heard& Writer::say(UtcTime made_at, const Spot& spot, int severity) {
  constexpr double misread = 0.1;
  const Theme theme = share() < misread ? themes[dice_.below(themes.size())] : spot.theme;
  if (severity < 4 && share() < misread) severity = 1 + static_cast<int>(dice_.below(3));
  Rehearsal::Heard heard;
  Utterance& one = heard.utterance;
  ++posts_;
  std::memcpy(one.post.data(), &posts_, sizeof posts_);
  one.made_at = made_at;
  one.heard_at = made_at + milliseconds{60'000 + dice_.below(600'000)};
  one.voice = dice_.below(3000);
  one.place = spot.place;
  one.tag = "nhssm";
  one.source = "feed " + std::to_string(dice_.below(4));
  one.concerns = {{theme, severity, "rehearsed"}};
  return out_.heard.emplace_back(std::move(heard));
}

void Writer::usually() {
  double all = 0;
  std::vector<double> rates;
  for (const double place : place_weight)
    for (const double theme : theme_weight) {
      rates.push_back(place * theme * std::exp(1.4 * (share() + share() + share() - 1.5)));
      all += rates.back();
    }
  for (int on = 0; on < length; ++on) {
    const double mood = 0.6 + 0.8 * share();  // some days have more of everything
    for (std::size_t i = 0; i < rates.size(); ++i)
      for (int n = poisson(rates[i] / all * complaints_a_day * mood); n > 0; --n)
        say(moment(on), {themes[i % themes.size()], places[i / themes.size()]},
            static_cast<int>(pick(usual_severities)));
    for (int n = poisson(elsewhere_a_day * mood); n > 0; --n)
      say(moment(on), {themes[pick(theme_weight)], ""}, static_cast<int>(pick(usual_severities)));
  }
}

void Writer::happened(IssueKind kind, const Spot& spot, std::vector<UtcTime> posts, UtcTime::duration grace) {
  std::sort(posts.begin(), posts.end());
  for (const UtcTime post : posts) {
    const int severity = kind == IssueKind::red_flag ? 4 : static_cast<int>(pick(grave_severities));
    say(post, spot, severity);
  }
  const UtcTime counted_from = kind == IssueKind::slow_burn ? posts.front() : posts.back();
  out_.troubles.push_back({kind, spot.theme, spot.place, posts.front(), posts.back(), counted_from + grace});
}

void Writer::burst(double usual_a_day, double times, int lasts) {
  const Spot spot = fresh_spot();
  for (int on = 0; on < length; ++on)
    for (int n = poisson(usual_a_day); n > 0; --n) say(moment(on), spot, static_cast<int>(pick(usual_severities)));
  const int first = 65 + static_cast<int>(dice_.below(90));
  std::vector<UtcTime> posts;
  for (int n = std::max(5, poisson(usual_a_day * (times - 1) * lasts)); n > 0; --n)
    posts.push_back(moment(first + static_cast<int>(dice_.below(static_cast<std::uint64_t>(lasts)))));
  happened(IssueKind::burst, spot, std::move(posts), days{1});
}

void Writer::slow_burn() {
  const Spot spot = fresh_spot();
  const int first = 60 + static_cast<int>(dice_.below(40));
  std::vector<UtcTime> posts;
  for (int on = static_cast<int>(dice_.below(30)); on < length; on += 30) {
    if (on < first) say(moment(on), spot, static_cast<int>(pick(usual_severities)));
    for (int n = 0; on >= first && n < 3; ++n)
      posts.push_back(moment(std::min(length - 1, on + static_cast<int>(dice_.below(30)))));
  }
  happened(IssueKind::slow_burn, spot, std::move(posts), days{56});
}

void Writer::red_flag() {
  happened(IssueKind::red_flag, fresh_spot(), {moment(30 + static_cast<int>(dice_.below(140)))}, days{1});
}

// One complaint, passed on three hundred times.
void Writer::repost_storm() {
  const Spot spot{Theme::waiting, "front"};
  const UtcTime at = moment(40 + static_cast<int>(dice_.below(120)));
  const PostHash first = say(at, spot, 2).utterance.post;
  for (int n = 0; n < 300; ++n) {
    auto& heard = say(at + milliseconds{dice_.below(day.count())}, spot, 2);
    heard.utterance.concerns.front().theme = spot.theme;
    heard.repeats = first;
    heard.trap = true;
  }
}

// Forty accounts paste the same words.
void Writer::copies() {
  const UtcTime at = moment(40 + static_cast<int>(dice_.below(120)));
  for (int n = 0; n < 40; ++n) {
    auto& heard = say(at + milliseconds{dice_.below(day.count())}, {Theme::attitude, "ward-1"}, 3);
    heard.utterance.concerns.front() = {Theme::attitude, 3, "rehearsed"};
    heard.utterance.sketch.fill(7);
    heard.trap = true;
  }
}

// A source is added, which gives what was said there in the two years before.
void Writer::back_fill() {
  const UtcTime at = moment(50);
  for (int n = 0; n < 60; ++n) {
    auto& heard = say(begin - milliseconds{dice_.below(700 * day.count())}, {Theme::falls, "ward-2"}, 3);
    heard.utterance.heard_at = at + std::chrono::seconds{n};
    heard.trap = true;
  }
}

// What was said in six hours is heard within four minutes.
void Writer::late_lump() {
  const UtcTime from = moment(40 + static_cast<int>(dice_.below(120)));
  for (auto& heard : out_.heard)
    if (auto& at = heard.utterance.heard_at; at >= from && at < from + hours{6})
      at = from + hours{6} + milliseconds{dice_.below(240'000)};
}

// Somebody who complained seven weeks ago says that nobody answered.
void Writer::unanswered() {
  const Spot spot{Theme::complaint_ignored, places[dice_.below(places.size())]};
  const UtcTime at = moment(40 + static_cast<int>(dice_.below(130)));
  auto& heard = say(at, spot, 2);
  heard.utterance.concerns = {{Theme::complaint_ignored, 2, "rehearsed"}};  // whatever else may be misread of it
  heard.utterance.unanswered_since = at - days{49};
  out_.troubles.push_back({IssueKind::unanswered, spot.theme, spot.place, at, at, at + days{1}});
}

// What else is said of each place, in its own proportion of moods, which is not the same each day. At one place three times the usual share is
// negative for five weeks; at another, five times as much is said for a week, in the usual moods.
void Writer::moods() {
  const std::size_t turned = dice_.below(places.size());
  const std::size_t loud = (turned + 1) % places.size();
  const int first = 90 + static_cast<int>(dice_.below(40));
  constexpr int lasts = 35;
  for (std::size_t place = 0; place < places.size(); ++place) {
    const double usual = 0.08 + 0.12 * share();
    for (int on = 0; on < length; ++on) {
      const bool now = on >= first && on < first + (place == turned ? lasts : 7);
      const double negative = usual * (0.6 + 0.8 * share()) * (now && place == turned ? 3 : 1);
      for (int n = poisson(2.5 * place_weight[place] * (now && place == loud ? 5 : 1)); n > 0; --n)
        out_.moods.push_back({moment(on), places[place], share() < negative ? Tone::negative : Tone::other});
    }
  }
  std::stable_sort(out_.moods.begin(), out_.moods.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  const UtcTime from = begin + first * day;
  out_.troubles.push_back(
      {IssueKind::direction, Theme::waiting, places[turned], from, from + lasts * day, from + days{28}});
}

Rehearsal Writer::write() {
  out_.begin = begin;
  out_.days = length;
  out_.services = static_cast<int>(places.size());
  usually();
  burst(0.5, 3, 9);
  burst(0.4, 3, 11);
  burst(0.2, 10, 5);
  burst(0.1, 10, 6);
  slow_burn();
  slow_burn();
  red_flag();
  red_flag();
  repost_storm();
  copies();
  back_fill();
  late_lump();
  unanswered();
  moods();
  std::stable_sort(out_.heard.begin(), out_.heard.end(),
                   [](const auto& a, const auto& b) { return a.utterance.heard_at < b.utterance.heard_at; });
  return std::move(out_);
}

}  // namespace

Rehearsal rehearse(std::uint64_t seed) { return Writer(seed).write(); }

}  // namespace barometer
