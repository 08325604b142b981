#pragma once

#include "storage/store.hpp"

namespace barometer {

// A real store whose commits can be made to fail, as on a full disk.
class RefusingStore : public Store {
 public:
  explicit RefusingStore(Store& disk) : disk_(disk) {}

  bool refuse = false;

  Result<std::vector<Committed>> commit(std::span<const Batch> batches) override {
    if (refuse) return Failure{Remedy::ask_operator, "no space left on the disk of the store; make room"};
    return disk_.commit(batches);
  }
  Result<Cursor> cursor(const std::string& source) const override { return disk_.cursor(source); }
  Result<bool> has(const std::string& id) const override { return disk_.has(id); }
  Result<std::optional<StoredPost>> post(const std::string& id) const override { return disk_.post(id); }
  Result<std::optional<PostPlace>> posts(const PostFilter& filter, bool newest_first,
                                         const std::function<bool(const StoredPost&)>& each) const override {
    return disk_.posts(filter, newest_first, each);
  }
  Result<void> series(const SeriesFilter& filter, const std::function<bool(const SeriesPoint&)>& each) const override {
    return disk_.series(filter, each);
  }
  Result<void> gaps(const GapFilter& filter, const std::function<bool(const Gap&)>& each) const override {
    return disk_.gaps(filter, each);
  }
  Result<void> sources(const std::optional<std::string>& source,
                       const std::function<bool(const std::string&, const SourceRecord&)>& each) const override {
    return disk_.sources(source, each);
  }
  Result<std::vector<HourTally>> tallies(const std::string& source, UtcTime now) const override {
    return disk_.tallies(source, now);
  }
  Result<std::optional<UtcTime>> alive() const override { return disk_.alive(); }
  Result<KeptPage> kept_posts(const KeptFilter& filter) const override { return disk_.kept_posts(filter); }
  Result<std::uint64_t> kept_posts_after(const KeptFilter& filter) const override {
    return disk_.kept_posts_after(filter);
  }
  Result<void> issues(const IssueFilter& filter, const std::function<bool(const Issue&)>& each) const override {
    return disk_.issues(filter, each);
  }
  Result<void> posts_of_issue(const std::string& issue,
                              const std::function<bool(const StoredPost&)>& each) const override {
    return disk_.posts_of_issue(issue, each);
  }
  Result<void> moods_of_places(UtcTime from, UtcTime to,
                               const std::function<void(const ToneDay&)>& each) const override {
    return disk_.moods_of_places(from, to, each);
  }
  Result<Issue> arrange(const IssueOrder& order) override { return disk_.arrange(order); }
  Result<void> issue_orders(const std::function<bool(const IssueOrder&)>& each) const override {
    return disk_.issue_orders(each);
  }
  void tell_of_issues(TellOfIssue tell) override { disk_.tell_of_issues(std::move(tell)); }
  Result<std::vector<Alert>> waiting_alerts(std::size_t limit) const override { return disk_.waiting_alerts(limit); }
  Result<void> alerts(const std::function<bool(const Alert&)>& each) const override { return disk_.alerts(each); }
  Result<void> mark_sent(const std::string& id, UtcTime when) override { return disk_.mark_sent(id, when); }
  Result<void> mark_failed(const std::string& id, UtcTime when, const std::string& error) override {
    return disk_.mark_failed(id, when, error);
  }
  Result<void> withhold(const std::string& id, UtcTime when, const std::string& reason) override {
    return disk_.withhold(id, when, reason);
  }
  Result<void> acknowledge(const std::string& id, UtcTime when) override { return disk_.acknowledge(id, when); }
  Result<std::size_t> raise(std::span<const Alert> alerts) override { return disk_.raise(alerts); }
  Result<std::vector<ReviewAction>> review_of(const ReviewSubject& subject) const override {
    return disk_.review_of(subject);
  }
  Result<void> reviews(const EachReview& each) const override { return disk_.reviews(each); }
  Result<void> add_review(const ReviewSubject& subject, std::size_t after, const ReviewAction& action) override {
    return disk_.add_review(subject, after, action);
  }
  Result<Verified> verify(const VerifyOrder& order) const override { return disk_.verify(order); }
  StoreSize size() const override { return disk_.size(); }
  Result<Deletion> forget(std::span<const Erasure> what, const std::vector<PostFilter>& holds, UtcTime now) override {
    return disk_.forget(what, holds, now);
  }
  Result<Swept> expire(const Retention& retention, UtcTime now, const std::string& after, std::size_t limit) override {
    return disk_.expire(retention, now, after, limit);
  }
  Result<void> deletions(const std::function<bool(const Deletion&)>& each) const override {
    return disk_.deletions(each);
  }
  Result<BackupMade> backup(const BackupOrder& order) override { return disk_.backup(order); }

 private:
  Store& disk_;
};

}  // namespace barometer
