#include "daemon/issue_story.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "daemon/assess.hpp"

namespace barometer {

namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr days weeks_before{28};
constexpr std::size_t most_texts = 2000;  // before: enough to know what is usual
constexpr std::size_t most_phrases = 5;
constexpr std::size_t most_similar = 5;

// What each of its people said first; a copy is nobody's.
Result<std::vector<std::string>> texts_of(const Store& store, const Issue& issue) {
  std::vector<std::string> texts;
  std::set<std::string> authors;
  std::set<std::string> said;
  const auto read = store.posts_of_issue(issue.id, [&](const StoredPost& kept) {
    const auto text = text_of(kept.post);
    const bool fresh = !kept.text_gone && authors.insert(kept.post.author + '\n' + kept.post.platform).second;
    if (fresh && said.insert(text).second) texts.push_back(text);
    return true;
  });
  if (!read) return read.error();
  return texts;
}

Result<std::vector<std::string>> texts_before(const Store& store, const Issue& issue) {
  PostFilter filter{.from = issue.first_post_at - weeks_before, .to = issue.first_post_at};
  if (issue.place.empty())
    filter.tag = issue.tag;
  else
    filter.place = issue.place;
  std::vector<std::string> texts;
  const auto read = store.posts(filter, true, [&](const StoredPost& kept) {
    if (!kept.text_gone && !kept.post.repost_of) texts.push_back(text_of(kept.post));
    return texts.size() < most_texts;
  });
  if (!read) return read.error();
  return texts;
}

Result<std::vector<IssueStory::Blind>> blind_before(const Store& store, const Issue& issue) {
  const UtcTime from = issue.opened_at - std::max<hours>(issue.evidence.window, days{1});
  std::map<std::string, UtcTime::duration> blind;
  const auto read = store.gaps({.from = from, .to = issue.opened_at}, [&](const Gap& gap) {
    if (!gap.caught_up.value_or(false))
      blind[gap.source] += std::min(gap.to.value_or(issue.opened_at), issue.opened_at) - std::max(gap.from, from);
    return true;
  });
  if (!read) return read.error();
  std::vector<IssueStory::Blind> told;
  for (const auto& [source, length] : blind) told.push_back({source, std::chrono::ceil<hours>(length)});
  return told;
}

Result<std::vector<std::string>> similar_to(const Store& store, const Issue& issue) {
  IssueFilter filter{.theme = issue.theme, .place = issue.place};
  if (issue.place.empty()) filter.tag = issue.tag;
  std::vector<std::string> ids;
  const auto read = store.issues(filter, [&](const Issue& one) {
    if (one.id != issue.id && one.opened_at < issue.opened_at) ids.push_back(one.id);
    return true;
  });
  if (!read) return read.error();
  std::reverse(ids.begin(), ids.end());
  ids.resize(std::min(ids.size(), most_similar));
  return ids;
}

}  // namespace

Result<IssueStory> story_of(const Store& store, const Issue& issue) {
  const auto said = texts_of(store, issue);
  if (!said) return said.error();
  const auto before = texts_before(store, issue);
  if (!before) return before.error();
  auto blind = blind_before(store, issue);
  if (!blind) return blind.error();
  auto similar = similar_to(store, issue);
  if (!similar) return similar.error();
  return IssueStory{new_phrases(*said, *before, most_phrases), std::move(*blind), std::move(*similar)};
}

void put_story(JsonObject& out, const IssueStory& story) {
  std::vector<std::string> phrases;
  for (const NewPhrase& phrase : story.phrases) {
    JsonObject one;
    one.text("words", phrase.words);
    one.number("texts", phrase.texts);
    one.number("before", phrase.before);
    phrases.push_back(one.done());
  }
  out.raw("phrases", json_list(phrases));
  std::vector<std::string> blind;
  for (const IssueStory::Blind& gap : story.could_not_hear) {
    JsonObject one;
    one.text("source", gap.source);
    one.number("hours", gap.length.count());
    blind.push_back(one.done());
  }
  out.raw("could_not_hear", json_list(blind));
  out.texts("similar", story.similar);
}

}  // namespace barometer
