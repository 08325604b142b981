#include <map>
#include <random>
#include <set>

#include <doctest/doctest.h>

#include "tests/storage/samples.hpp"

namespace barometer {
namespace {

// What a store should say after any history, in the most obvious way: a map of posts, recounted for every question.
class Model {
 public:
  Outcome hear(const Entry& entry) {
    const auto& id = entry.post.id;
    if (deleted_.contains(id)) return Outcome::duplicate;
    if (entry.post.deleted) return forget(id);
    if (!posts_.contains(id)) {
      posts_[id] = entry;
      raise(entry);
      return Outcome::stored;
    }
    const auto first = posts_[id];
    if (first.post.text == entry.post.text || !newer(entry.post, first.post)) return Outcome::duplicate;
    auto& kept = posts_[id] = entry;
    kept.post.made_at = first.post.made_at;
    kept.post.source = first.post.source;
    raise(entry);
    return Outcome::edited;
  }

  using Cell = std::tuple<std::string, std::string, std::int64_t, std::string>;  // tag, source, bucket, what
  std::map<Cell, std::int64_t> series(std::chrono::milliseconds bucket) const {
    std::map<Cell, std::int64_t> cells;
    for (const auto& [id, entry] : posts_) {
      const auto made = entry.post.made_at.time_since_epoch();
      const auto begin = (made - made % bucket).count();
      for (const auto& tag : std::set<std::string>(entry.watched.begin(), entry.watched.end())) {
        const auto count = [&](const std::string& what) { ++cells[{tag, entry.post.source, begin, what}]; };
        count(cell("sentiment", static_cast<int>(entry.assessment.sentiment), entry.assessment.severity));
        for (const auto& concern : entry.assessment.concerns)
          count(cell("concern", static_cast<int>(concern.theme), concern.severity));
      }
    }
    return cells;
  }

  std::map<std::string, std::string> texts() const {
    std::map<std::string, std::string> texts;
    for (const auto& [id, entry] : posts_) texts[id] = entry.post.text;
    return texts;
  }

  const std::set<std::string>& waiting() const { return waiting_; }

  static std::string cell(const char* kind, int number, int severity) {
    return std::string(kind) + ' ' + std::to_string(number) + ' ' + std::to_string(severity);
  }

 private:
  static bool newer(const Post& heard, const Post& kept) {
    if (heard.edited_at == kept.edited_at) return heard.source == kept.source;
    return heard.edited_at.value_or(UtcTime::min()) > kept.edited_at.value_or(UtcTime::min());
  }

  Outcome forget(const std::string& id) {
    deleted_.insert(id);
    for (const auto& alert : alerts_of_[id]) waiting_.erase(alert);
    return posts_.erase(id) == 1 ? Outcome::deleted : Outcome::duplicate;
  }

  void raise(const Entry& entry) {
    for (const auto& alert : entry.alerts)
      if (raised_.insert(alert.id).second) {
        waiting_.insert(alert.id);
        alerts_of_[entry.post.id].insert(alert.id);
      }
  }

  std::map<std::string, Entry> posts_;
  std::set<std::string> deleted_;
  std::set<std::string> raised_;
  std::set<std::string> waiting_;
  std::map<std::string, std::set<std::string>> alerts_of_;
};

std::map<Model::Cell, std::int64_t> kept_series(const Store& store, Resolution resolution) {
  std::map<Model::Cell, std::int64_t> cells;
  for (const auto& point : points(store, {.resolution = resolution})) {
    const auto count = [&](const std::string& what, std::int64_t posts) {
      if (posts != 0) cells[{point.tag, point.source, point.bucket.time_since_epoch().count(), what}] = posts;
    };
    for (int sentiment = 0; sentiment < 3; ++sentiment)
      for (int severity = 0; severity < severities; ++severity)
        count(Model::cell("sentiment", sentiment, severity),
              point.posts[static_cast<std::size_t>(sentiment)][static_cast<std::size_t>(severity)]);
    for (const auto& concern : point.concerns)
      count(Model::cell("concern", static_cast<int>(concern.theme), concern.severity), concern.posts);
  }
  return cells;
}

// Invents what may come next; the same seed invents the same.
class Chance {
 public:
  explicit Chance(unsigned seed) : random_(seed) {}

  int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
  bool one_in(int number) { return below(number) == 0; }

  Entry entry() {
    const auto id = "post " + std::to_string(below(25));
    if (one_in(12)) return tombstone(id);
    std::vector<Concern> concerns;
    if (one_in(3)) concerns.push_back({.theme = Theme::pain, .severity = below(5)});
    if (one_in(3)) concerns.push_back({.theme = Theme::waiting, .severity = below(5)});
    auto entry =
        heard(id, evening + below(3) * 1441 + below(90), static_cast<Sentiment>(below(3)), std::move(concerns));
    if (one_in(3)) entry.post.source = "other.example";
    if (one_in(4)) entry.watched.push_back("trust");
    if (one_in(2)) entry.post.text = "Version " + std::to_string(below(4));
    if (one_in(3)) entry.post.edited_at = entry.post.made_at + std::chrono::minutes{below(20)};
    if (entry.assessment.severity == 4) entry.alerts = {alert("alert of " + id, entry)};
    return entry;
  }

  std::vector<Batch> group() {
    std::vector<Batch> group(static_cast<std::size_t>(1 + below(3)));
    for (auto& batch : group) {
      batch.source = "social.example";
      for (int left = below(6); left > 0; --left) batch.entries.push_back(entry());
    }
    return group;
  }

 private:
  std::mt19937 random_;
};

void compare(const Store& store, const Model& model) {
  std::map<std::string, std::string> texts;
  for (const auto& kept : all_posts(store)) texts[kept.post.id] = kept.post.text;
  CHECK(texts == model.texts());
  CHECK(kept_series(store, Resolution::minute) == model.series(std::chrono::minutes{1}));
  CHECK(kept_series(store, Resolution::hour) == model.series(std::chrono::hours{1}));
  CHECK(kept_series(store, Resolution::day) == model.series(std::chrono::hours{24}));
  const auto kept_waiting = waiting(store);
  CHECK(std::set<std::string>(kept_waiting.begin(), kept_waiting.end()) == model.waiting());
  CHECK(differences(store) == "");
}

TEST_CASE(
    "after any history of posts, copies, edits, deletions, late arrivals and restarts, a store says what a naive model "
    "says") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    Chance chance{seed};
    const Memory memory;
    auto store = memory.open();
    Model model;
    for (int step = 0; step < 40; ++step) {
      CAPTURE(step);
      const auto group = chance.group();
      const auto committed = store->commit(group).value();
      for (std::size_t i = 0; i < group.size(); ++i)
        for (std::size_t j = 0; j < group[i].entries.size(); ++j)
          CHECK(committed[i].outcomes[j] == model.hear(group[i].entries[j]));
      if (chance.one_in(8)) {
        store.reset();
        store = memory.open();
      }
      compare(*store, model);
    }
  }
}

}  // namespace
}  // namespace barometer
