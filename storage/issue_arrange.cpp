#include <algorithm>
#include <set>
#include <utility>

#include "storage/issue_book.hpp"
#include "storage/issue_codec.hpp"

// What people order about issues: the part of the book that finds the posts that an order is about.

namespace barometer {

namespace {

using PostOfIssue = IssueTracker::PostOfIssue;

std::set<PostHash> hashes_of(const std::vector<PostOfIssue>& members) {
  std::set<PostHash> hashes;
  for (const PostOfIssue& member : members) hashes.insert(member.post);
  return hashes;
}

// What was heard of a post is kept for less long than the post is of its issue.
Result<void> add_what_was_heard(const OpenDb& db, const std::string& path, PostOfIssue& member) {
  const auto at = post_key(member.heard_at, member.post);
  std::string record;
  const auto found = db.get(Family::utterances, at, &record);
  if (found.IsNotFound()) return {};
  if (!found.ok()) return disk_failure(found, path);
  const auto heard = decode_utterance(at, record);
  if (!heard) return heard.error();
  member.severity = heard->concerns.front().severity;
  member.rule = heard->concerns.front().rule;
  member.source = heard->source;
  member.unanswered_since = heard->unanswered_since;
  return {};
}

}  // namespace

Result<std::vector<PostOfIssue>> IssueBook::members_of(const std::string& issue) const {
  std::vector<PostOfIssue> members;
  const auto prefix = members_prefix(issue);
  const std::unique_ptr<rocksdb::Iterator> row{db_->NewIterator({}, db_.of(Family::members))};
  for (row->Seek(prefix); row->Valid() && row->key().starts_with(prefix); row->Next()) {
    const auto key = parse_post_key(row->key().ToStringView().substr(prefix.size()));
    const auto one = decode_member(row->value().ToStringView());
    if (!key) return disk_failure(rocksdb::Status::Corruption("a post of an issue has a key without sense"), path_);
    if (!one) return one.error();
    PostOfIssue member{.post = key->id, .made_at = key->made_at, .heard_at = one->heard_at, .voice = one->voice};
    if (const auto added = add_what_was_heard(db_, path_, member); !added) return added.error();
    members.push_back(std::move(member));
  }
  if (!row->status().ok()) return disk_failure(row->status(), path_);
  return members;
}

void IssueBook::leave(const std::string& issue, const std::vector<PostOfIssue>& posts) {
  for (const PostOfIssue& post : posts) {
    members_[member_key(issue, post.made_at, post.post)].reset();
    members_[membership_key(post.post, issue)].reset();
  }
}

Result<Issue> IssueBook::merge(const IssueOrder& order) {
  const auto there = members_of(order.issue);
  if (!there) return there.error();
  const auto come = members_of(order.other);
  if (!come) return come.error();
  const auto known = hashes_of(*there);
  auto fresh = *come;
  std::erase_if(fresh, [&known](const PostOfIssue& post) { return known.contains(post.post); });
  auto step = tracker_.merge(order.issue, order.other, fresh, order.at);
  if (!step) return step.error();
  leave(order.other, *come);
  keep(std::move(*step));
  return *tracker_.find(order.issue);
}

Result<Issue> IssueBook::split(const IssueOrder& order) {
  auto stay = members_of(order.issue);
  if (!stay) return stay.error();
  std::vector<PostOfIssue> leaving;
  const std::set<PostHash> named(order.posts.begin(), order.posts.end());
  const auto goes = std::stable_partition(stay->begin(), stay->end(),
                                          [&named](const PostOfIssue& post) { return !named.contains(post.post); });
  leaving.assign(goes, stay->end());
  stay->erase(goes, stay->end());
  if (leaving.size() != named.size())
    return Failure{Remedy::skip, "not all of these posts are of issue " + order.issue};
  auto step = tracker_.split(order.issue, *stay, leaving, order.at);
  if (!step) return step.error();
  leave(order.issue, leaving);
  return keep(std::move(*step)).back().issue;
}

Result<Issue> IssueBook::arrange(const IssueOrder& order) {
  auto done = order.does == IssueOrder::Does::merge ? merge(order) : split(order);
  if (!done) return done;
  const auto record = encode_issue_order(order);
  orders_[issue_order_key(order.at, record)] = record;
  return done;
}

}  // namespace barometer
