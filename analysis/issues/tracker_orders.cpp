#include <algorithm>
#include <set>
#include <utility>

#include <xxhash.h>

#include "analysis/issues/tracker.hpp"

// What people order about issues: the part of the tracker that merges and splits.

namespace barometer {

namespace {

Failure refused(const std::string& why) { return {Remedy::skip, why, {}}; }

template <typename T>
void add_all_once(std::vector<T>& list, const std::vector<T>& more) {
  for (const T& one : more)
    if (std::find(list.begin(), list.end(), one) == list.end()) list.push_back(one);
}

}  // namespace

std::string IssueTracker::hexadecimal(std::uint64_t number) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (int i = 0; i < 16; ++i, number >>= 4) text += digits[number & 15];
  return text;
}

Result<IssueTracker::Live*> IssueTracker::to_arrange(const std::string& id) {
  const auto found = live_.find(id);
  if (found == live_.end())
    return refused("there is no issue " + id + " that is open or was closed within " +
                   std::to_string(reopened_within.count()) + " days");
  if (!found->second.issue.merged_into.empty())
    return refused("issue " + id + " is part of " + found->second.issue.merged_into + " already");
  return &found->second;
}

IssueTracker::Live& IssueTracker::whole_of(Live& part) {
  Live* whole = &part;
  while (!whole->issue.merged_into.empty()) whole = &live_.at(whole->issue.merged_into);
  return *whole;
}

Result<IssueTracker::Step> IssueTracker::merge(const std::string& into, const std::string& other,
                                               const std::vector<PostOfIssue>& posts, UtcTime now) {
  if (into == other) return refused("an issue cannot be merged with itself");
  const auto stays = to_arrange(into);
  if (!stays) return stays.error();
  const auto goes = to_arrange(other);
  if (!goes) return goes.error();
  Step step;
  Issue& whole = (*stays)->issue;
  Issue& part = (*goes)->issue;
  if (whole.closed_at && !part.closed_at) {
    whole.closed_at.reset();
    attach(whole);
  }
  for (const PostOfIssue& post : posts) {
    ++whole.posts;
    ++(*stays)->posts_of_voice[post.voice];
    step.joined.push_back({whole.id, post.post, post.made_at, post.heard_at, post.voice});
  }
  whole.voices = whole.told_voices = (*stays)->posts_of_voice.size();
  whole.severity = std::max(whole.severity, part.severity);
  whole.first_post_at = std::min(whole.first_post_at, part.first_post_at);
  whole.last_post_at = std::max(whole.last_post_at, part.last_post_at);
  add_all_once(whole.sources, part.sources);
  add_all_once(whole.rules, part.rules);
  if (part.unanswered_since)
    whole.unanswered_since = std::min(whole.unanswered_since.value_or(*part.unanswered_since), *part.unanswered_since);
  if (whole.evidence.window.count() == 0 && part.evidence.window.count() > 0) whole.evidence = part.evidence;
  part.merged_into = whole.id;
  part.state = IssueState::merged;
  (*goes)->posts_of_voice.clear();
  whole.state = whole.state_at(std::max(now_, now));
  nothing_ends_before_ = {};
  step.touched = {whole.id, part.id};
  return step;
}

// What its posts say of an issue, and nothing else does.
void IssueTracker::tell_of_posts(Issue& issue, const std::vector<PostOfIssue>& posts) {
  std::set<std::uint64_t> voices;
  issue.posts = posts.size();
  issue.severity = 0;
  issue.sources.clear();
  issue.rules.clear();
  issue.unanswered_since.reset();
  issue.first_post_at = UtcTime::max();
  issue.last_post_at = UtcTime::min();
  for (const PostOfIssue& post : posts) {
    voices.insert(post.voice);
    issue.severity = std::max(issue.severity, post.severity);
    issue.first_post_at = std::min(issue.first_post_at, post.made_at);
    issue.last_post_at = std::max(issue.last_post_at, post.made_at);
    if (!post.source.empty()) add_all_once(issue.sources, {post.source});
    if (!post.rule.empty()) add_all_once(issue.rules, {post.rule});
    if (post.unanswered_since)
      issue.unanswered_since =
          std::min(issue.unanswered_since.value_or(*post.unanswered_since), *post.unanswered_since);
  }
  issue.voices = voices.size();
}

Result<IssueTracker::Step> IssueTracker::split(const std::string& from, const std::vector<PostOfIssue>& stay,
                                               const std::vector<PostOfIssue>& leave, UtcTime now) {
  const auto found = to_arrange(from);
  if (!found) return found.error();
  if (stay.empty() || leave.empty())
    return refused("some of the posts of issue " + from + " are to leave it, and some to stay");
  Step step;
  Issue& old = (*found)->issue;
  std::string seed = old.id;
  for (const PostOfIssue& post : leave) seed.append(post.post.begin(), post.post.end());
  Live fresh;
  fresh.issue = old;
  fresh.issue.id = hexadecimal(XXH3_64bits(seed.data(), seed.size()));
  fresh.issue.opened_at = std::max(now_, now);
  fresh.issue.escalated_at.clear();
  fresh.issue.closed_at.reset();
  fresh.issue.spells.clear();
  fresh.issue.detector = by_hand;
  for (const PostOfIssue& post : leave) {
    ++fresh.posts_of_voice[post.voice];
    const auto voice = (*found)->posts_of_voice.find(post.voice);
    if (voice != (*found)->posts_of_voice.end() && --voice->second == 0) (*found)->posts_of_voice.erase(voice);
    step.joined.push_back({fresh.issue.id, post.post, post.made_at, post.heard_at, post.voice});
  }
  tell_of_posts(fresh.issue, leave);
  tell_of_posts(old, stay);
  fresh.issue.evidence = {.voices = static_cast<int>(fresh.issue.voices)};
  fresh.issue.told_voices = fresh.issue.voices;
  old.told_voices = std::min(old.told_voices, old.voices);
  fresh.issue.state = fresh.issue.state_at(fresh.issue.opened_at);
  nothing_ends_before_ = {};
  step.touched.push_back(old.id);
  step.changes.push_back({fresh.issue, IssueChange::opened});
  live_[fresh.issue.id] = std::move(fresh);
  return step;
}

}  // namespace barometer
