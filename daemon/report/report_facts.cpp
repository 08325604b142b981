#include "daemon/report/report_facts.hpp"

#include <algorithm>

#include "daemon/alerts/dispatch.hpp"
#include "daemon/alerts/issue_words.hpp"
#include "daemon/review/review_state.hpp"

namespace barometer {
namespace {

// How much of one time lies in another.
std::chrono::milliseconds shared(UtcTime from, UtcTime to, UtcTime begin, UtcTime end) {
  return std::max(std::min(to, end) - std::max(from, begin), std::chrono::milliseconds{0});
}

Result<ListeningFacts> listening_facts(const Store& store, const Config& config, UtcTime from, UtcTime to) {
  ListeningFacts out;
  const auto configured = names_of_sources(config);
  std::map<std::string, UtcTime> began;  // of those in the settings; without settings, of all that are listened to
  const auto records = store.sources({}, [&](const std::string& name, const SourceRecord& record) {
    const bool listed =
        config.sources.empty() ? !record.retired : std::ranges::find(configured, name) != configured.end();
    if (listed) began[name] = std::max(from, record.began.value_or(from));
    return true;
  });
  if (!records) return records.error();
  for (const auto& row : began) {
    const auto begin = row.second;
    if (begin >= to) continue;
    ++out.sources;
    out.possible += to - begin;
    const GapFilter of_source{.source = row.first, .from = begin, .to = to};
    const auto gaps = store.gaps(of_source, [&](const Gap& gap) {
      const auto length = shared(gap.from, gap.to.value_or(to), begin, to);
      out.blind += length;
      if (gap.caught_up.value_or(false)) out.caught_up += length;
      return true;
    });
    if (!gaps) return gaps.error();
  }
  return out;
}

Result<void> count_posts(const Store& store, ReportFacts& facts) {
  const SeriesFilter hours{.resolution = Resolution::hour, .from = facts.from, .to = facts.to};
  return store.series(hours, [&](const SeriesPoint& point) {
    for (std::size_t sentiment = 0; sentiment < point.posts.size(); ++sentiment)
      for (const auto posts : point.posts[sentiment]) facts.posts.at(sentiment) += static_cast<std::uint64_t>(posts);
    for (const auto& concern : point.concerns) {
      if (!info(concern.theme).care) continue;
      facts.concerns.at(static_cast<std::size_t>(concern.severity)) += static_cast<std::uint64_t>(concern.posts);
      facts.themes[title_of(concern.theme)] += static_cast<std::uint64_t>(concern.posts);
    }
    return true;
  });
}

void keep_earliest(std::optional<UtcTime>& kept, std::optional<UtcTime> other) {
  if (other) kept = std::min(kept.value_or(*other), *other);
}

// What people did with each of the issues.
Result<void> add_reviews(const Store& store, ReportFacts& facts, UtcTime now) {
  for (auto& row : facts.issues) {
    auto steps = store.review_of(ReviewSubject{.issue = row.issue.id});
    if (!steps) return steps.error();
    if (steps->empty()) continue;
    keep_earliest(row.acknowledged_at, steps->front().at);
    const auto did = [&](ReviewStep step) {
      return std::ranges::find(*steps, step, &ReviewAction::step) != steps->end();
    };
    row.change_planned = did(ReviewStep::planned);
    row.change_made = did(ReviewStep::made);
    row.conclusion = issue_review(row.issue, std::move(*steps), now).conclusion;
  }
  const auto figures = review_figures(store, facts.from, facts.to);
  if (!figures) return figures.error();
  facts.sampled = figures->sample;
  for (const auto& [kind, precision] : figures->issues) {
    facts.judged.right += precision.right;
    facts.judged.judged += precision.judged;
  }
  return {};
}

Result<void> count_messages(const Store& store, ReportFacts& facts) {
  std::map<std::string, IssueFacts*> by_id;
  for (auto& row : facts.issues) by_id[row.issue.id] = &row;
  return store.alerts([&](const Alert& alert) {
    if (const auto row = by_id.find(alert.issue.id); row != by_id.end()) {
      keep_earliest(row->second->told_at, alert.sent_at);
      keep_earliest(row->second->acknowledged_at, alert.acknowledged_at);
    }
    if (alert.raised_at < facts.from || alert.raised_at >= facts.to) return true;
    if (alert.sent_at) ++facts.sent[std::string(name_of(alert.kind))];
    facts.unsent += alert.waits() && overdue(alert) ? 1 : 0;
    facts.withheld += alert.withheld.empty() ? 0 : 1;
    return true;
  });
}

}  // namespace

Result<ReportFacts> report_facts(const Store& store, const Config& config, UtcTime from, UtcTime to, UtcTime now) {
  ReportFacts facts{.from = from, .to = std::min(to, now), .recipients = config.mail.recipients.size()};
  const auto listening = listening_facts(store, config, facts.from, facts.to);
  if (!listening) return listening.error();
  facts.listening = *listening;
  if (const auto counted = count_posts(store, facts); !counted) return counted.error();
  const auto issues = store.issues({}, [&](const Issue& issue) {
    const bool then = issue.opened_at >= facts.from && issue.opened_at < facts.to;
    if (then && issue.merged_into.empty()) facts.issues.push_back({.issue = issue});
    return true;
  });
  if (!issues) return issues.error();
  if (const auto counted = count_messages(store, facts); !counted) return counted.error();
  if (const auto added = add_reviews(store, facts, now); !added) return added.error();
  return facts;
}

}  // namespace barometer
