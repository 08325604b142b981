#include "analysis/concerns.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <span>
#include <string>
#include <utility>

#include "analysis/pattern_index.hpp"
#include "analysis/voice.hpp"

namespace barometer {

namespace {

constexpr int negation_reach = 4;  // words before a phrase in which a negator undoes it

struct Match {
  Asked asked = {};
  std::uint32_t statement = 0;
  Found at = {};
  int main = 0;           // word where the pattern's first part begins
  std::uint64_t own = 0;  // words of the statement that belong to one of its parts
};

}  // namespace

// One text under examination.
class ConcernFinder::Search {
 public:
  // Memory that one text leaves to the next.
  struct Memory {
    HitList hits = {};
    std::vector<std::size_t> ends = {};
    std::vector<Statement> statements = {};
    std::vector<Match> matches = {};
    std::vector<Match> qualifiers = {};
    std::vector<ClassId> keys = {};
    std::vector<std::uint32_t> tried = {};
    std::vector<char> is_tried = {};
    PatternIndex::Classes present = {};
    std::vector<char> known = {};
  };

  Search(const ConcernFinder& finder, const Statements& statements, Memory& memory)
      : rules_{*finder.rules_},
        index_{*finder.index_},
        source_{statements},
        hits_{memory.hits},
        ends_{memory.ends},
        statements_{memory.statements},
        matches_{memory.matches},
        qualifiers_{memory.qualifiers},
        keys_{memory.keys},
        tried_{memory.tried},
        is_tried_{memory.is_tried},
        present_{memory.present},
        known_{memory.known} {
    hits_.clear();
    statements_.clear();
    matches_.clear();
    qualifiers_.clear();
    known_.clear();
    is_tried_.resize(index_.size());
    annotate();
    match(PatternIndex::findings, matches_);
    const bool found = std::any_of(matches_.begin(), matches_.end(),
                                   [](const Match& match) { return match.asked.owner != Owner::voice; });
    if (found || about_care_) match(PatternIndex::qualifiers, qualifiers_);  // of other posts nobody asks for them
  }

  Findings findings() {
    Findings found;
    VoiceVotes votes{};
    for (const Match& match : qualifiers_) {
      if (match.asked.owner == Owner::guard) note_guard(rules_.guards[match.asked.index]);
      if (match.asked.owner == Owner::modifier) modified_ = true;
    }
    for (const Match& match : matches_) {
      if (match.asked.owner == Owner::voice) {
        const VoiceRule& rule = rules_.voices[match.asked.index];
        int& vote = votes[static_cast<std::size_t>(rule.voice)];
        vote = std::max(vote, rule.weight) + 1;
      }
      if (match.asked.owner == Owner::abuse && !silenced(match, 0)) found.abusive = true;
    }
    found.voice = voice_of(votes);
    cap_ = severity_cap(found.voice);
    collect(found.concerns);
    found.certain = certain_;
    found.about_care = about_care_;
    if (about_care_) note_evidence(found);
    return found;
  }

 private:
  void annotate() {
    ends_.clear();
    for (std::size_t i = 0; i < source_.size(); ++i) {
      rules_.words.annotate(source_[i], hits_);
      ends_.push_back(hits_.size());
    }
    std::size_t begin = 0;
    for (std::size_t i = 0; i < source_.size(); ++i) {
      const std::span<const Hit> hits = std::as_const(hits_).all().subspan(begin, ends_[i] - begin);
      const Statement& statement = statements_.emplace_back(source_[i], hits, rules_.negator);
      statement.each(rules_.care, [this](const Hit&) { about_care_ = true; });
      begin = ends_[i];
    }
  }

  void match(PatternIndex::Round round, std::vector<Match>& matches) {
    for (std::uint32_t i = 0; i < statements_.size(); ++i) match_statement(i, round, matches);
  }

  void match_statement(std::uint32_t number, PatternIndex::Round round, std::vector<Match>& matches) {
    const Statement& statement = statements_[number];
    find_keys(statement.hits(), round);
    for (const ClassId key : keys_)
      for (const PatternIndex::Candidate candidate : index_.keyed(round, key)) {
        if (!statement.may_have(candidate.need) || (candidate.of_care && !about_care_)) continue;
        const std::uint32_t i = candidate.pattern;
        if (is_tried_[i] != 0 || !index_.may_hold(i, statement)) continue;
        is_tried_[i] = 1;
        tried_.push_back(i);
        const Asked& asked = index_.asked(i);
        if (auto match = holds(*asked.pattern, statement)) {
          match->asked = asked;
          match->statement = number;
          matches.push_back(*match);
        }
      }
    for (const std::uint32_t i : tried_) is_tried_[i] = 0;
    tried_.clear();
  }

  // Each class that is a key of some pattern, once. Without a branch, since about half of them are.
  void find_keys(std::span<const Hit> hits, PatternIndex::Round round) {
    keys_.resize(hits.size());
    ClassId* next = keys_.data();
    ClassId last = PatternIndex::end_mark;
    for (const Hit& hit : hits) {
      *next = hit.of;
      next += (hit.of != last) & index_.is_key(round, hit.of);
      last = hit.of;
    }
    keys_.resize(static_cast<std::size_t>(next - keys_.data()));
  }

  static std::uint64_t words_of(const Found& found) {
    return ((std::uint64_t{1} << (found.end - found.begin)) - 1) << found.begin;
  }

  // Where the pattern holds in this statement: the words of its first part, widened by other parts that stand near.
  std::optional<Match> holds(const Pattern& pattern, const Statement& statement) {
    constexpr int near = 12;
    const auto main = barometer::find(index_.script(pattern.parts.front()), statement);
    if (!main) return std::nullopt;
    Match match{.at = *main, .main = main->begin, .own = words_of(*main)};
    for (std::size_t i = 1; i < pattern.parts.size(); ++i) {
      const Pattern::Part& part = pattern.parts[i];
      if (part.anywhere && anywhere(part) != part.wanted) return std::nullopt;
      if (part.anywhere && !part.wanted) continue;
      const auto found = barometer::find(index_.script(part), statement);
      if (!part.anywhere && found.has_value() != part.wanted) return std::nullopt;
      if (!found) continue;
      match.own |= words_of(*found);
      if (part.anywhere) continue;
      const Found wider{std::min(match.at.begin, found->begin), std::max(match.at.end, found->end)};
      if (wider.end - wider.begin <= near + (main->end - main->begin)) match.at = wider;
    }
    return match;
  }

  bool anywhere(const Pattern::Part& part) {
    enum : char { unknown, no, yes };
    if (known_.empty()) known_.assign(rules_.parts, unknown);
    char& answer = known_[part.number];
    if (answer == unknown)
      answer = std::any_of(statements_.begin(), statements_.end(),
                           [&](const Statement& s) { return barometer::find(index_.script(part), s).has_value(); })
                   ? yes
                   : no;
    return answer == yes;
  }

  // In some statement, and not as what is denied: "I'm not dead yet".
  bool holds_somewhere(const Pattern& pattern) {
    for (std::uint32_t i = 0; i < statements_.size(); ++i) {
      auto match = holds(pattern, statements_[i]);
      if (!match) continue;
      match->statement = i;
      if (!negated(*match)) return true;
    }
    return false;
  }

  void note_evidence(Findings& found) {
    found.raised = modified_;
    found.post_silent = post_guards_[static_cast<std::size_t>(Effect::silence)] != 0;
    found.silent_for_good = silent_for_good_;
    present_.assign(rules_.words.size() / 64 + 1, 0);
    for (const Hit& hit : hits_.all()) present_[hit.of / 64] |= std::uint64_t{1} << (hit.of % 64);
    found.classes.reserve(hits_.size());
    for (std::size_t word = 0; word < present_.size(); ++word)
      for (std::uint64_t bits = present_[word]; bits != 0; bits &= bits - 1)
        found.classes.push_back(static_cast<ClassId>(64 * word + static_cast<std::size_t>(std::countr_zero(bits))));
    const auto added = std::ranges::lower_bound(found.classes, rules_.taught);
    found.classes.erase(added, found.classes.end());
    note_grounds(found);
    found.grave = rules_.grave && std::ranges::binary_search(found.classes, *rules_.grave);
    for (const Match& match : qualifiers_) {
      if (match.asked.owner != Owner::guard) continue;
      const Guard& guard = rules_.guards[match.asked.index];
      found.guards[static_cast<std::size_t>(guard.reach)] |= bit(guard.kind);
      if (guard.effect == Effect::silence && guard.reach != Reach::post) found.silent.push_back(reached(guard, match));
    }
  }

  void note_grounds(Findings& found) const {
    for (const Statement& statement : statements_)
      for (const Hit& hit : statement.hits()) {
        const ThemeSet themes = rules_.grounds[hit.of];
        if (themes == 0) continue;
        const auto words = statement.words();
        const std::size_t last = std::size_t{hit.begin} + hit.length - 1;
        found.grounds.push_back(
            {themes, {words[hit.begin].begin, words[last].end}, {words.front().begin, words.back().end}});
      }
  }

  // The bytes that a guard of a statement takes back: all of it, or from the guard up to a "but".
  Findings::Bytes reached(const Guard& guard, const Match& match) const {
    const auto words = statements_[match.statement].words();
    if (guard.reach == Reach::statement) return {words.front().begin, words.back().end};
    auto last = static_cast<std::size_t>(match.at.end);
    while (last < words.size() && words[last].text != "but") ++last;
    return {words[static_cast<std::size_t>(match.at.begin)].begin, words[last - 1].end};
  }

  static std::uint32_t bit(GuardKind kind) { return 1u << static_cast<unsigned>(kind); }

  void note_guard(const Guard& guard) {
    if (guard.reach != Reach::post) return;
    post_guards_[static_cast<std::size_t>(guard.effect)] |= bit(guard.kind);
    silent_for_good_ |= guard.added && guard.effect == Effect::silence;
  }

  // "never", "not" … within a few words before the phrase, no comma between, and not itself one of the pattern's words.
  bool negated(const Match& match) const {
    const Statement& statement = statements_[match.statement];
    for (int i = match.main - 1; i >= 0 && i >= match.main - negation_reach; --i) {
      if (statement.words()[static_cast<std::size_t>(i)].after != Pause::none) return false;
      if (match.own >> i & 1) return false;
      if (statement.negators() >> i & 1) return true;
    }
    return false;
  }

  // Whether a guard takes the match's word away; `despite` are the kinds that do not.
  bool silenced(const Match& match, std::uint32_t despite) const { return guarded(match, despite, Effect::silence); }

  bool guarded(const Match& match, std::uint32_t despite, Effect effect) const {
    if (post_guards_[static_cast<std::size_t>(effect)] & ~despite) return true;
    const auto [from, to] =
        std::equal_range(qualifiers_.begin(), qualifiers_.end(), match, [](const Match& a, const Match& b) {
          return a.statement < b.statement;  // they were found statement by statement
        });
    return std::any_of(from, to, [&](const Match& other) {
      if (other.asked.owner != Owner::guard) return false;
      const Guard& guard = rules_.guards[other.asked.index];
      if (guard.effect != effect || (despite & bit(guard.kind))) return false;
      return guard.reach == Reach::statement || (guard.reach == Reach::after && reaches(other, match));
    });
  }

  // From the guard's first word up to a "but".
  bool reaches(const Match& guard, const Match& match) const {
    if (match.at.end <= guard.at.begin) return false;
    const auto words = statements_[match.statement].words();
    for (int i = guard.at.end; i < match.at.begin; ++i)
      if (words[static_cast<std::size_t>(i)].text == "but") return false;
    return true;
  }

  int severity(const Rule& rule, bool lowered) {
    int level = rule.severity;
    const bool care = info(rule.theme).care;
    if (care && modified_ && (level == 2 || level == 3)) ++level;
    for (const Raise& raise : rule.raise)
      if (raise.to > level && holds_somewhere(raise.when)) level = raise.to;
    if (lowered && level > 0) --level;
    return std::min(level, cap_);
  }

  void collect(std::vector<Concern>& concerns) {
    const bool any = std::any_of(matches_.begin(), matches_.end(),
                                 [](const Match& match) { return match.asked.owner == Owner::rule; });
    if (!any) return;
    std::vector<const Match*> first(rules_.rules.size(), nullptr);
    std::vector<char> lowered(rules_.rules.size(), 0);
    for (const Match& match : matches_) {
      if (match.asked.owner != Owner::rule) continue;
      const Rule& rule = rules_.rules[match.asked.index];
      if (!(rule.despite & bit(GuardKind::negation)) && negated(match)) continue;
      if (silenced(match, rule.despite)) continue;
      const bool less = guarded(match, rule.despite, Effect::lower);
      const Match*& kept = first[match.asked.index];
      if (kept && (!lowered[match.asked.index] || less)) continue;
      kept = &match;
      lowered[match.asked.index] = less;
    }
    for (std::size_t i = 0; i < first.size(); ++i)
      if (first[i]) add(concerns, rules_.rules[i], *first[i], lowered[i] != 0);
    std::stable_sort(concerns.begin(), concerns.end(),
                     [](const Concern& a, const Concern& b) { return a.severity > b.severity; });
  }

  void add(std::vector<Concern>& concerns, const Rule& rule, const Match& match, bool lowered) {
    if (rule.added) certain_ |= bit_of(rule.theme);
    const auto words = statements_[match.statement].words();
    Concern concern{rule.theme, severity(rule, lowered), rule.about.id,
                    words[static_cast<std::size_t>(match.at.begin)].begin,
                    words[static_cast<std::size_t>(match.at.end - 1)].end};
    const auto same =
        std::find_if(concerns.begin(), concerns.end(), [&](const Concern& c) { return c.theme == rule.theme; });
    if (same == concerns.end())
      concerns.push_back(std::move(concern));
    else if (concern.severity > same->severity)
      *same = std::move(concern);
  }

  const Rules& rules_;
  const PatternIndex& index_;
  const Statements& source_;
  HitList& hits_;
  std::vector<std::size_t>& ends_;  // by statement: index past its last hit
  std::vector<Statement>& statements_;
  std::vector<Match>& matches_;        // of rules, voices and abuse
  std::vector<Match>& qualifiers_;     // of guards and modifiers, looked for where a rule or abuse was found
  std::vector<ClassId>& keys_;         // of this statement
  std::vector<std::uint32_t>& tried_;  // patterns, in this statement
  std::vector<char>& is_tried_;        // by pattern; all 0 between statements
  PatternIndex::Classes& present_;     // in the text
  std::vector<char>& known_;           // by part: whether it stands anywhere in the text
  std::array<std::uint32_t, 2> post_guards_ = {};  // by effect: kinds of guards that reach the whole post
  bool silent_for_good_ = false;
  ThemeSet certain_ = 0;
  bool about_care_ = false;
  bool modified_ = false;
  int cap_ = severities - 1;
};

ConcernFinder::ConcernFinder(std::shared_ptr<const Rules> rules)
    : rules_{std::move(rules)}, index_{std::make_unique<const PatternIndex>(*rules_)} {}
ConcernFinder::~ConcernFinder() = default;

Findings ConcernFinder::find(const Statements& statements) const {
  thread_local Search::Memory memory;
  return Search{*this, statements, memory}.findings();
}

}  // namespace barometer
