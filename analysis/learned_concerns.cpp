#include "analysis/learned_concerns.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "analysis/voice.hpp"

namespace barometer {

namespace {

constexpr std::string_view learned_rule = "learned.";
constexpr std::string_view suggested = "suggest.";
constexpr std::size_t reach_of_phrase = 6;  // words on either side of a ground
constexpr float found_bonus = 0.3F;         // for a theme that rules found: it carries a learned severity before others
constexpr float weight_of_theme = 0.8F;     // against that of the severity, where both must speak for a flag
constexpr float weight_of_doubt = 0.5F;     // against that of a flag
constexpr float through_a_guard = 0.9F;     // how far above a flag a post must be that a guard silences
constexpr int most_in_doubt = 1;            // a person should look

// The taxonomy knows no red flag of the other themes; what is worse in a post belongs to another theme that it has.
int worst_of(Theme theme) {
  constexpr std::array with_red_flags = {Theme::basic_care,
                                         Theme::call_bell,
                                         Theme::pain,
                                         Theme::medication,
                                         Theme::diagnosis,
                                         Theme::falls,
                                         Theme::infection,
                                         Theme::never_event,
                                         Theme::restraint_mh,
                                         Theme::abuse,
                                         Theme::death_concern,
                                         Theme::discrimination,
                                         Theme::waiting,
                                         Theme::discharge,
                                         Theme::confidentiality,
                                         Theme::complaint_ignored,
                                         Theme::staff_concern,
                                         Theme::abuse_of_staff};
  return std::ranges::find(with_red_flags, theme) != with_red_flags.end() ? severities - 1 : severities - 2;
}

float above_threshold(const ConcernModel& model, const ConcernModel::Scores& scores, std::size_t column) {
  return scores[column] - model.thresholds[column];
}

// How much the post sounds like a flag, and not like those that use the words of care and report nothing: a tale, a question of
// principle, another trade.
float sound_of_flag(const ConcernModel::Scores& scores) {
  return scores[ConcernModel::at_least(2)] - weight_of_doubt * scores[ConcernModel::doubt];
}

// How far it is above being flagged. What is grave is often told without the words of a complaint, so both speak for it.
float above_flag(const ConcernModel& model, const ConcernModel::Scores& scores) {
  return sound_of_flag(scores) - model.thresholds[ConcernModel::at_least(2)] +
         above_threshold(model, scores, ConcernModel::at_least(severities - 1));
}

// Whether what rules found is to be left to a person: the post sounds too little like a flag, and not like a red flag. Not asked where
// praise is found, so that praise added to a complaint takes nothing from it, nor of reporters and politicians, who have a bound of
// their own.
bool is_doubted(const ConcernModel& model, const ConcernModel::Scores& scores, const Findings& findings) {
  const auto praise = [](const Concern& concern) { return concern.theme == Theme::praise; };
  return sound_of_flag(scores) < model.thresholds[ConcernModel::doubt] &&
         above_threshold(model, scores, ConcernModel::at_least(severities - 1)) <= 0 &&
         severity_cap(findings.voice) == severities - 1 && std::ranges::none_of(findings.concerns, praise);
}

// Some guards see one word of another trade or country, and silence a whole post; what sounds grave enough is heard all the same,
// unless a guard of an added file says otherwise.
bool is_silenced(const ConcernModel& model, const ConcernModel::Scores& scores, const Findings& findings) {
  return findings.silent_for_good || (findings.post_silent && above_flag(model, scores) <= through_a_guard);
}

// What is doubted is left to a person. Threats and other lanes of their own are not care, and not doubted; nor is what a trust's own
// rules found.
int severity_of(const Concern& concern, const Findings& findings, bool doubted) {
  const bool doubtful = info(concern.theme).care && (findings.certain & bit_of(concern.theme)) == 0;
  return doubted && doubtful ? std::min(concern.severity, most_in_doubt) : concern.severity;
}

int worst_of(const Findings& findings, bool doubted) {
  int worst = 0;
  for (const Concern& concern : findings.concerns) worst = std::max(worst, severity_of(concern, findings, doubted));
  return worst;
}

// Of the themes of care that the post has a ground for, how far the loudest is above its threshold. A post that sounds grave and is
// about nothing in particular is a figure of style.
float loudest_theme(const ConcernModel& model, const ConcernModel::Scores& scores, const Findings& findings) {
  ThemeSet grounded = 0;
  for (const Findings::Ground& ground : findings.grounds) grounded |= ground.themes;
  float loudest = std::numeric_limits<float>::lowest();
  for (const ThemeInfo& theme : themes())
    if (theme.care && (grounded & bit_of(theme.theme)) != 0)
      loudest = std::max(loudest, above_threshold(model, scores, ConcernModel::column(theme.theme)));
  return loudest;
}

int learned_severity(const ConcernModel& model, const ConcernModel::Scores& scores, const Findings& findings) {
  const auto above = [&](int level) { return above_threshold(model, scores, ConcernModel::at_least(level)); };
  const float flag = above_flag(model, scores);
  const bool flagged = flag > 0 && flag + weight_of_theme * loudest_theme(model, scores, findings) > 0;
  if (!flagged) return above(1) > 0 ? 1 : 0;
  return above(4) > 0 ? 4 : above(3) > 0 ? 3 : 2;
}

// How loudly each token speaks for a theme being raised as a flag.
std::vector<float> voices_of(const ConcernModel& model, std::size_t column, const Tokens& tokens,
                             const Reading& reading) {
  std::vector<float> said(tokens.size());
  const std::size_t flag = ConcernModel::at_least(2);
  for (const Feature& feature : reading.ngrams.block(Block::words)) {
    if (feature.token() >= tokens.size()) continue;  // the text is empty: only its ends were seen
    if (!ConcernModel::reads(feature)) continue;
    const ConcernModel::Row& row = model.weights[ConcernModel::word_slot(feature)];
    const float share = static_cast<float>(row[column] + row[flag]) * model.scale / static_cast<float>(feature.span());
    for (std::size_t i = 0; i < feature.span(); ++i) said[feature.token() + i] += share;
  }
  if (model.words.empty()) return said;
  for (const KnownWord& word : reading.lexicon.known) {
    const ConcernModel::Row& row = model.words[word.entry];
    said[word.token] += static_cast<float>(row[column] + row[flag]) * model.word_scale;
  }
  return said;
}

bool tells(const Token& token) {
  return token.kind == TokenKind::word || token.kind == TokenKind::number || token.kind == TokenKind::hashtag;
}

// The words of one statement that speak for a theme: from its ground outward on either side as far as they add to the sum.
class Phrase {
 public:
  Phrase(const std::vector<float>& said, const Tokens& tokens, const Findings::Ground& ground)
      : said_{said}, tokens_{tokens} {
    first_ = index_of(ground.word.begin);
    last_ = std::max(first_, index_of(ground.word.end) - 1);
    for (std::ptrdiff_t i = first_; i <= last_; ++i) sum_ += said_[at(i)];
    sum_ += extend(last_, +1, ground.statement) + extend(first_, -1, ground.statement);
  }

  float sum() const { return sum_; }
  Findings::Bytes bytes() const { return {tokens_[at(first_)].begin, tokens_[at(last_)].end}; }

 private:
  static std::size_t at(std::ptrdiff_t i) { return static_cast<std::size_t>(i); }

  std::ptrdiff_t index_of(std::uint32_t byte) const {
    const auto token = std::ranges::lower_bound(tokens_, byte, {}, &Token::begin);
    return token - tokens_.begin();
  }

  // Moves `edge` to where the words beyond it have said the most; how much that was.
  float extend(std::ptrdiff_t& edge, std::ptrdiff_t step, const Findings::Bytes& within) const {
    float best = 0;
    float sum = 0;
    std::ptrdiff_t i = edge;
    for (std::size_t taken = 0; taken < reach_of_phrase; ++taken) {
      i += step;
      if (i < 0 || at(i) >= tokens_.size() || tokens_[at(i)].begin < within.begin || tokens_[at(i)].end > within.end)
        break;
      if (!tells(tokens_[at(i)])) continue;
      sum += said_[at(i)];
      if (sum <= best) continue;
      best = sum;
      edge = i;
    }
    return best;
  }

  const std::vector<float>& said_;
  const Tokens& tokens_;
  std::ptrdiff_t first_ = 0;
  std::ptrdiff_t last_ = 0;
  float sum_ = 0;
};

class Joining {
 public:
  Joining(const ConcernModel& model, const ConcernModel::Scores& scores, const Tokens& tokens, const Reading& reading,
          Findings& findings)
      : model_{model}, scores_{scores}, tokens_{tokens}, reading_{reading}, findings_{findings} {}

  void join() {
    const int both = joint_severity(model_, scores_, findings_);
    const bool doubted = findings_.about_care && is_doubted(model_, scores_, findings_);
    for (Concern& concern : findings_.concerns) concern.severity = severity_of(concern, findings_, doubted);
    const int by_rules = worst_of(findings_, doubted);
    if (!findings_.about_care || is_silenced(model_, scores_, findings_)) return;
    if (both > by_rules) raise(both);
    for (const ThemeInfo& theme : themes())
      if ((both > 0 || !theme.care) && above(theme.theme) > 0 && !found(theme.theme))
        add(theme.theme, std::min(both, 2));
    std::ranges::stable_sort(findings_.concerns, std::ranges::greater{}, &Concern::severity);
  }

 private:
  float above(Theme theme) const { return above_threshold(model_, scores_, ConcernModel::column(theme)); }

  Concern* found(Theme theme) {
    const auto at = std::ranges::find(findings_.concerns, theme, &Concern::theme);
    return at == findings_.concerns.end() ? nullptr : &*at;
  }

  // Whatever theme speaks loudest carries the severity; where its phrase is taken back, the next.
  void raise(int severity) {
    std::vector<std::pair<float, Theme>> order;
    for (const ThemeInfo& theme : themes())
      if (theme.theme != Theme::praise && theme.theme != Theme::distress)
        order.emplace_back(above(theme.theme) + (found(theme.theme) ? found_bonus : 0), theme.theme);
    std::ranges::stable_sort(order, std::ranges::greater{}, &std::pair<float, Theme>::first);
    for (const auto& [score, theme] : order)
      if (add(theme, std::min(severity, worst_of(theme)))) return;
  }

  bool add(Theme theme, int severity) {
    Concern* same = found(theme);
    const auto phrase = same ? std::optional{Findings::Bytes{same->begin, same->end}} : phrase_for(theme);
    if (!phrase) return false;
    if (theme == Theme::praise) severity = 0;
    Concern concern{theme, severity,
                    std::string{severity == 1 ? suggested : learned_rule} + std::string{info(theme).id}, phrase->begin,
                    phrase->end};
    if (same)
      *same = std::move(concern);
    else
      findings_.concerns.push_back(std::move(concern));
    return true;
  }

  // The loudest phrase round a ground of the theme that no guard takes back.
  std::optional<Findings::Bytes> phrase_for(Theme theme) const {
    const auto said = voices_of(model_, ConcernModel::column(theme), tokens_, reading_);
    std::optional<Phrase> best;
    for (const Findings::Ground& ground : findings_.grounds) {
      if ((ground.themes & bit_of(theme)) == 0) continue;
      const Phrase phrase(said, tokens_, ground);
      if (!silent(phrase.bytes()) && (!best || phrase.sum() > best->sum())) best.emplace(phrase);
    }
    return best ? std::optional{best->bytes()} : std::nullopt;
  }

  bool silent(const Findings::Bytes& phrase) const {
    return std::ranges::any_of(findings_.silent, [&](const Findings::Bytes& taken) {
      return phrase.begin < taken.end && taken.begin < phrase.end;
    });
  }

  const ConcernModel& model_;
  const ConcernModel::Scores& scores_;
  const Tokens& tokens_;
  const Reading& reading_;
  Findings& findings_;
};

}  // namespace

int joint_severity(const ConcernModel& model, const ConcernModel::Scores& scores, const Findings& findings) {
  if (!findings.about_care) return worst_of(findings, false);
  const bool doubted = is_doubted(model, scores, findings);
  const int by_rules = worst_of(findings, doubted);
  if (is_silenced(model, scores, findings)) return by_rules;
  // Reporters and politicians tell of care in the words of those who had it; only rules flag what they say.
  const bool own_story = severity_cap(findings.voice) == severities - 1;
  const int most = !own_story ? 1 : findings.grave ? severities - 1 : severities - 2;
  const int learned = findings.grounds.empty() ? 0 : std::min(learned_severity(model, scores, findings), most);
  return std::max(learned, by_rules);
}

bool is_learned(const Concern& concern) {
  return concern.rule.starts_with(learned_rule) || concern.rule.starts_with(suggested);
}

void add_learned_concerns(const ConcernModel& model, const ConcernModel::Scores& scores, const Tokens& tokens,
                          const Reading& reading, Findings& findings) {
  Joining{model, scores, tokens, reading, findings}.join();
}

}  // namespace barometer
