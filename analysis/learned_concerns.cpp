#include "analysis/learned_concerns.hpp"

#include <algorithm>
#include <optional>

#include "analysis/voice.hpp"

namespace barometer {

namespace {

constexpr std::string_view learned_rule = "learned.";
constexpr std::string_view suggested = "suggest.";
constexpr std::size_t longest_phrase = 12;  // words
constexpr float least_share = 0.2F;         // a word that says less than this share of the loudest ends a phrase

int worst_of(const Findings& findings) {
  int worst = 0;
  for (const Concern& concern : findings.concerns) worst = std::max(worst, concern.severity);
  return worst;
}

int learned_severity(const ConcernModel& model, const ConcernModel::Scores& scores) {
  const auto above = [&](int level) {
    const std::size_t c = ConcernModel::at_least(level);
    return scores[c] > model.thresholds[c];
  };
  if (!above(2)) return above(1) ? 1 : 0;
  return above(4) ? 4 : above(3) ? 3 : 2;
}

// How loudly each token speaks for a theme being raised as a flag.
std::vector<float> voices_of(const ConcernModel& model, std::size_t column, const Tokens& tokens,
                             const Features& ngrams) {
  std::vector<float> said(tokens.size());
  const std::size_t flag = ConcernModel::at_least(2);
  for (const Feature& feature : ngrams.block(Block::words)) {
    if (feature.token >= tokens.size()) continue;  // the text is empty: only its ends were seen
    const ConcernModel::Row& row = model.weights[ConcernModel::word_slot(feature)];
    const float share = static_cast<float>(row[column] + row[flag]) / static_cast<float>(feature.span);
    for (std::size_t i = 0; i < feature.span; ++i) said[feature.token + i] += share;
  }
  return said;
}

bool tells(const Token& token) {
  return token.kind == TokenKind::word || token.kind == TokenKind::number || token.kind == TokenKind::hashtag;
}

// The run of words with the largest sum, each less a share of the loudest (Kadane's algorithm).
Findings::Bytes phrase_of(const std::vector<float>& said, const Tokens& tokens) {
  const float least = said.empty() ? 0 : *std::ranges::max_element(said) * least_share;
  float best = 0;
  float sum = 0;
  std::size_t begin = 0;
  Findings::Bytes phrase;
  for (std::size_t i = 0; i < said.size(); ++i) {
    if (sum <= 0 || i - begin == longest_phrase) {
      sum = 0;
      begin = i;
    }
    if (!tells(tokens[i])) {
      if (sum == 0) begin = i + 1;
      continue;
    }
    sum += said[i] - least;
    if (sum <= best && phrase.end != 0) continue;
    best = sum;
    phrase = {tokens[std::min(begin, i)].begin, tokens[i].end};
  }
  return phrase;
}

class Joining {
 public:
  Joining(const ConcernModel& model, const ConcernModel::Scores& scores, const Tokens& tokens, const Features& ngrams,
          Findings& findings)
      : model_{model}, scores_{scores}, tokens_{tokens}, ngrams_{ngrams}, findings_{findings} {}

  void join() {
    const int by_rules = worst_of(findings_);
    const int both = joint_severity(model_, scores_, findings_);
    if (findings_.post_silent || !findings_.about_care) return;
    if (both > by_rules) raise(both);
    for (const ThemeInfo& theme : themes())
      if (above(theme.theme) > 0 && !found(theme.theme)) add(theme.theme, std::min(both, 2));
    std::ranges::stable_sort(findings_.concerns, std::ranges::greater{}, &Concern::severity);
  }

 private:
  float above(Theme theme) const {
    const std::size_t c = ConcernModel::column(theme);
    return scores_[c] - model_.thresholds[c];
  }

  Concern* found(Theme theme) {
    const auto at = std::ranges::find(findings_.concerns, theme, &Concern::theme);
    return at == findings_.concerns.end() ? nullptr : &*at;
  }

  // Whatever theme speaks loudest carries the severity; where its phrase is taken back, the next.
  void raise(int severity) {
    std::vector<Theme> order;
    for (const ThemeInfo& theme : themes())
      if (theme.theme != Theme::praise && theme.theme != Theme::distress) order.push_back(theme.theme);
    std::ranges::stable_sort(order, std::ranges::greater{}, [&](Theme theme) { return above(theme); });
    for (const Theme theme : order)
      if (add(theme, severity)) return;
  }

  bool add(Theme theme, int severity) {
    const auto said = voices_of(model_, ConcernModel::column(theme), tokens_, ngrams_);
    const Findings::Bytes phrase = phrase_of(said, tokens_);
    if (phrase.end == 0 || silent(phrase)) return false;
    if (theme == Theme::praise) severity = 0;
    Concern concern{theme, severity,
                    std::string{severity == 1 ? suggested : learned_rule} + std::string{info(theme).id}, phrase.begin,
                    phrase.end};
    if (Concern* same = found(theme))
      *same = std::move(concern);
    else
      findings_.concerns.push_back(std::move(concern));
    return true;
  }

  bool silent(const Findings::Bytes& phrase) const {
    return std::ranges::any_of(findings_.silent, [&](const Findings::Bytes& taken) {
      return phrase.begin < taken.end && taken.begin < phrase.end;
    });
  }

  const ConcernModel& model_;
  const ConcernModel::Scores& scores_;
  const Tokens& tokens_;
  const Features& ngrams_;
  Findings& findings_;
};

}  // namespace

int joint_severity(const ConcernModel& model, const ConcernModel::Scores& scores, const Findings& findings) {
  const int by_rules = worst_of(findings);
  if (!findings.about_care || findings.post_silent) return by_rules;
  // Reporters and politicians tell of care in the words of those who had it; only rules flag what they say.
  const bool own_story = severity_cap(findings.voice) == severities - 1;
  const int learned = std::min(learned_severity(model, scores), own_story ? severities - 1 : 1);
  return std::max(learned, by_rules);
}

bool is_learned(const Concern& concern) {
  return concern.rule.starts_with(learned_rule) || concern.rule.starts_with(suggested);
}

void add_learned_concerns(const ConcernModel& model, const ConcernModel::Scores& scores, const Tokens& tokens,
                          const Features& ngrams, Findings& findings) {
  Joining{model, scores, tokens, ngrams, findings}.join();
}

}  // namespace barometer
