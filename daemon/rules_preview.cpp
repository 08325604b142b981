#include "daemon/rules_preview.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "daemon/assess.hpp"

namespace barometer {

namespace {

constexpr int flag = 2;
constexpr int red_flag = 4;

bool same(const Concern& a, const Concern& b) {
  return a.theme == b.theme && a.severity == b.severity && a.rule == b.rule && a.begin == b.begin && a.end == b.end;
}

std::vector<Concern> missing(const std::vector<Concern>& from, const std::vector<Concern>& in) {
  std::vector<Concern> out;
  for (const Concern& concern : from)
    if (std::none_of(in.begin(), in.end(), [&](const Concern& other) { return same(concern, other); }))
      out.push_back(concern);
  return out;
}

RulesPreview::Change change_of(int before, int after) {
  using Change = RulesPreview::Change;
  if (before < flag && after >= flag) return Change::flagged;
  if (before >= flag && after < flag) return Change::unflagged;
  return after > before ? Change::raised : after < before ? Change::lowered : Change::other;
}

}  // namespace

RulesPreview::RulesPreview(std::shared_ptr<const Judge> before, std::shared_ptr<const Judge> after)
    : before_(std::move(before)), after_(std::move(after)) {}

std::optional<RulesPreview::Changed> RulesPreview::judge(const StoredPost& kept) {
  if (kept.text_gone) return ++counts_.text_gone, std::nullopt;
  ++counts_.judged;
  const std::string text = text_of(kept.post);
  Judged before = before_->judge(text, kept.post.lang.value_or(""));
  Judged after = after_->judge(text, kept.post.lang.value_or(""));
  Changed changed{.what = change_of(before.assessment.severity, after.assessment.severity),
                  .text = std::move(after.text),
                  .before = std::move(before.assessment),
                  .after = std::move(after.assessment)};
  changed.added = missing(changed.after.concerns, changed.before.concerns);
  changed.dropped = missing(changed.before.concerns, changed.after.concerns);
  const bool speaker = changed.before.voice != changed.after.voice || changed.before.abusive != changed.after.abusive;
  if (changed.added.empty() && changed.dropped.empty() && !speaker) return std::nullopt;
  count(changed);
  return changed;
}

void RulesPreview::count(const Changed& changed) {
  ++counts_.changes[changed.what];
  const bool red = changed.before.severity < red_flag && changed.after.severity == red_flag;
  for (const Concern& concern : changed.added) {
    OfRule& rule = counts_.rules[concern.rule];
    rule.theme = concern.theme;
    ++rule.added;
    rule.flagged += changed.what == Change::flagged && concern.severity >= flag;
    rule.red += red && concern.severity == red_flag;
  }
  for (const Concern& concern : changed.dropped) {
    OfRule& rule = counts_.rules[concern.rule];
    rule.theme = concern.theme;
    ++rule.dropped;
  }
}

std::string_view name_of(RulesPreview::Change change) {
  constexpr std::array<std::string_view, 5> names{"flagged", "raised", "other", "lowered", "unflagged"};
  return names[static_cast<std::size_t>(change)];
}

}  // namespace barometer
