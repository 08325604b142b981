#include <map>
#include <random>
#include <set>

#include <doctest/doctest.h>

#include "tests/storage/samples.hpp"

namespace barometer {
namespace {

constexpr std::chrono::days tombstone_renewed{20};

// What a store should say after any history, in the most obvious way: a map of posts, recounted for every question.
class Model {
 public:
  Outcome hear(const Entry& entry) {
    const auto& id = entry.post.id;
    const auto now = entry.post.seen_at;
    if (erased_ids_.contains(id) || deleted_.contains(id)) {
      if (const auto found = deleted_.find(id); found != deleted_.end() && now - found->second >= tombstone_renewed)
        found->second = now;
      return Outcome::duplicate;
    }
    if (entry.post.deleted) return remove(id, now);
    if (barred(entry.post) || erased_ids_.contains(entry.post.repost_of.value_or(""))) return Outcome::duplicate;
    if (!posts_.contains(id)) {
      posts_[id] = {entry, now};
      raise(entry);
      return Outcome::stored;
    }
    const auto first = posts_[id];
    if (first.entry.post.text == entry.post.text || !newer(entry.post, first.entry.post)) return Outcome::duplicate;
    auto& kept = posts_[id] = {entry, first.since};
    kept.entry.post.made_at = first.entry.post.made_at;
    kept.entry.post.source = first.entry.post.source;
    kept.entry.post.seen_at = first.since;
    raise(entry);
    return Outcome::edited;
  }

  void forget(const Erasure& erasure, UtcTime now) {
    if (erasure.kind == ErasureKind::author) authors_.insert(erasure.what);
    if (erasure.kind == ErasureKind::url) urls_.insert(erasure.what);
    if (erasure.kind == ErasureKind::source) {
      sources_[erasure.what] = now;
      std::erase_if(settled_, [&](const Entry& entry) { return entry.post.source == erasure.what; });
    }
    for (bool more = true; more;) {
      more = false;
      for (const auto& [id, kept] : std::map(posts_)) {
        auto post = kept.entry.post;
        if (kept.author_gone) post.author = "";
        const bool passed_on = !kept.author_gone && erased_ids_.contains(post.repost_of.value_or(""));
        if (!passed_on && !barred(post)) continue;
        remove(id, now);
        deleted_.erase(id);
        erased_ids_.insert(id);
        more = true;
      }
    }
  }

  void sweep(const Retention& retention, UtcTime now) {
    for (auto& [id, kept] : std::map(posts_)) {
      auto& here = posts_[id];
      here.text_gone = here.text_gone || now - kept.since >= retention.text;
      here.author_gone = here.author_gone || now - kept.since >= retention.author;
      if (now - kept.since < retention.labels) continue;
      if (retention.counts.count() == 0 || now - kept.entry.post.made_at < retention.counts)
        settled_.push_back(kept.entry);
      remove(id, now);
    }
    std::erase_if(deleted_, [&](const auto& tombstone) { return now - tombstone.second >= retention.tombstones; });
    std::erase_if(settled_, [&](const Entry& entry) {
      return retention.counts.count() > 0 && now - entry.post.made_at >= retention.counts;
    });
  }

  using Cell = std::tuple<std::string, std::string, std::int64_t, std::string>;  // tag, source, bucket, what
  std::map<Cell, std::int64_t> series(std::chrono::milliseconds bucket) const {
    std::map<Cell, std::int64_t> cells;
    const auto add = [&](const Entry& entry) {
      const auto made = entry.post.made_at.time_since_epoch();
      const auto begin = (made - made % bucket).count();
      for (const auto& tag : std::set<std::string>(entry.watched.begin(), entry.watched.end())) {
        const auto count = [&](const std::string& what) { ++cells[{tag, entry.post.source, begin, what}]; };
        count(cell("sentiment", static_cast<int>(entry.assessment.sentiment), entry.assessment.severity));
        for (const auto& concern : entry.assessment.concerns)
          count(cell("concern", static_cast<int>(concern.theme), concern.severity));
      }
    };
    for (const auto& [id, kept] : posts_) add(kept.entry);
    for (const auto& entry : settled_) add(entry);
    return cells;
  }

  // By when it was made and of which source, for what has no id any more; with the text that it still has.
  std::multiset<std::string> texts() const {
    std::multiset<std::string> texts;
    for (const auto& [id, kept] : posts_)
      texts.insert(line(kept.author_gone ? "" : id, kept.entry.post, kept.text_gone ? "" : kept.entry.post.text));
    return texts;
  }

  static std::string line(const std::string& id, const Post& post, const std::string& text) {
    return id + '|' + post.source + '|' + std::to_string(post.made_at.time_since_epoch().count()) + '|' + text;
  }

  const std::set<std::string>& waiting() const { return waiting_; }
  const std::set<std::string>& erased_ids() const { return erased_ids_; }

  static std::string cell(const char* kind, int number, int severity) {
    return std::string(kind) + ' ' + std::to_string(number) + ' ' + std::to_string(severity);
  }

 private:
  struct Kept {
    Entry entry = {};
    UtcTime since = {};
    bool text_gone = false;
    bool author_gone = false;
  };

  static bool newer(const Post& heard, const Post& kept) {
    if (heard.edited_at == kept.edited_at) return heard.source == kept.source;
    return heard.edited_at.value_or(UtcTime::min()) > kept.edited_at.value_or(UtcTime::min());
  }

  bool barred(const Post& post) const {
    const auto source = sources_.find(post.source);
    return authors_.contains(post.author) || urls_.contains(post.id) ||
           (source != sources_.end() && post.seen_at <= source->second);
  }

  Outcome remove(const std::string& id, UtcTime now) {
    deleted_[id] = now;
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

  std::map<std::string, Kept> posts_;
  std::vector<Entry> settled_;
  std::map<std::string, UtcTime> deleted_;  // and when it was heard of last
  std::set<std::string> erased_ids_;
  std::set<std::string> authors_, urls_;
  std::map<std::string, UtcTime> sources_;
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

  std::string id() { return "post " + std::to_string(below(25)); }
  std::string author() { return "~author " + std::to_string(below(12)); }

  Entry entry(UtcTime now) {
    const auto id = this->id();
    if (one_in(12)) {
      auto gone = tombstone(id);
      gone.post.seen_at = now;
      return gone;
    }
    std::vector<Concern> concerns;
    if (one_in(3)) concerns.push_back({.theme = Theme::pain, .severity = below(5)});
    if (one_in(3)) concerns.push_back({.theme = Theme::waiting, .severity = below(5)});
    auto entry =
        heard(id, evening + below(3) * 1441 + below(90), static_cast<Sentiment>(below(3)), std::move(concerns));
    entry.post.seen_at = now;
    entry.post.author = author();
    if (one_in(3)) entry.post.source = "other.example";
    if (one_in(6)) entry.post.repost_of = this->id();
    if (one_in(4)) entry.post.reply_to = this->id();
    if (one_in(4)) entry.watched.push_back("trust");
    if (one_in(2)) entry.post.text = "Version " + std::to_string(below(4));
    if (one_in(3)) entry.post.edited_at = entry.post.made_at + std::chrono::minutes{below(20)};
    if (entry.assessment.severity == 4) entry.alerts = {alert("alert of " + id, entry)};
    return entry;
  }

  Erasure erasure() {
    switch (below(6)) {
      case 0: return {ErasureKind::source, one_in(2) ? "social.example" : "other.example"};
      case 1:
      case 2: return {ErasureKind::author, author()};
      default: return {ErasureKind::url, id()};
    }
  }

  std::vector<Batch> group(UtcTime now) {
    std::vector<Batch> group(static_cast<std::size_t>(1 + below(3)));
    for (auto& batch : group) {
      batch.source = "social.example";
      for (int left = below(6); left > 0; --left) batch.entries.push_back(entry(now));
    }
    return group;
  }

 private:
  std::mt19937 random_;
};

void compare(const Store& store, const Model& model) {
  std::multiset<std::string> texts;
  for (const auto& kept : all_posts(store)) {
    texts.insert(Model::line(kept.post.id, kept.post, kept.post.text));
    CHECK(kept.author_gone == kept.post.id.empty());
    CHECK(kept.text_gone == kept.post.text.empty());
  }
  CHECK(texts == model.texts());
  CHECK(kept_series(store, Resolution::minute) == model.series(std::chrono::minutes{1}));
  CHECK(kept_series(store, Resolution::hour) == model.series(std::chrono::hours{1}));
  CHECK(kept_series(store, Resolution::day) == model.series(std::chrono::hours{24}));
  const auto kept_waiting = waiting(store);
  CHECK(std::set<std::string>(kept_waiting.begin(), kept_waiting.end()) == model.waiting());
  CHECK(differences(store) == "");
}

// Each step a group of pages, then perhaps a restart, an erasure, or a pass of expiry; the clock goes on by `stride`.
void live(unsigned seed, int steps, std::chrono::minutes stride, const Retention& retention) {
  CAPTURE(seed);
  Chance chance{seed};
  const Memory memory;
  auto store = memory.open();
  Model model;
  auto now = at_minute(evening + 5 * 1440);
  for (int step = 0; step < steps; ++step, now += stride) {
    CAPTURE(step);
    const auto group = chance.group(now);
    const auto committed = store->commit(group).value();
    for (std::size_t i = 0; i < group.size(); ++i)
      for (std::size_t j = 0; j < group[i].entries.size(); ++j)
        CHECK(committed[i].outcomes[j] == model.hear(group[i].entries[j]));
    if (chance.one_in(8)) {
      store.reset();
      store = memory.open();
    }
    if (chance.one_in(14)) {
      const std::vector<Erasure> erasure{chance.erasure()};
      CHECK(store->forget(erasure, {}, now).value().finished);
      model.forget(erasure[0], now);
      for (const auto& kept : all_posts(*store))
        CHECK_FALSE(model.erased_ids().contains(kept.post.reply_to.value_or("")));
    }
    if (chance.one_in(5)) {
      std::string next;
      do next = store->expire(retention, now, next, 3).value().next;
      while (!next.empty());
      model.sweep(retention, now);
    }
    compare(*store, model);
  }
}

TEST_CASE(
    "after any history of posts, copies, edits, deletions, late arrivals, erasures and restarts, a store says what a "
    "naive model says") {
  for (unsigned seed = 1; seed <= 20; ++seed) live(seed, 40, std::chrono::minutes{1}, {});
}

TEST_CASE("and so it does while what is kept grows old and goes, class by class") {
  using std::chrono::days;
  for (unsigned seed = 1; seed <= 12; ++seed)
    live(seed, 60, days{1},
         {.text = days{3},
          .author = days{6},
          .labels = days{12},
          .counts = days{seed % 3 * 12},
          .tombstones = days{25}});
}

}  // namespace
}  // namespace barometer
