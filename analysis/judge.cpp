#include "analysis/judge.hpp"

#include <array>

#include "analysis/abuse_model.hpp"
#include "analysis/compiled_rules.hpp"
#include "analysis/concern_model.hpp"
#include "analysis/concerns.hpp"
#include "analysis/framework_model.hpp"
#include "analysis/identifiers.hpp"
#include "analysis/language.hpp"
#include "analysis/learned_concerns.hpp"
#include "analysis/sentiment.hpp"

namespace barometer {

namespace {

constexpr std::string_view built_in_name = "the built-in rules";

AbuseModel::Counts counts_of_abuse(const NgramSums& said) {
  AbuseModel::Counts counts = {};
  for (std::size_t b = 0; b < block_count; ++b) counts[b] = said.blocks[b].back();
  counts.back() = said.words.back();
  return counts;
}

const FrameworkModel& framework_model() {
  static const auto model = FrameworkModel::built_in();
  return *model;
}

const ConcernModel& concern_model() {
  static const auto model = ConcernModel::built_in();
  return *model;
}

// Rules, and what asks them.
struct Ruled {
  explicit Ruled(Rules read)
      : rules{std::make_shared<const Rules>(std::move(read))},
        finder{rules},
        class_slots{ConcernModel::class_slots(rules->words)} {}

  std::shared_ptr<const Rules> rules;
  ConcernFinder finder;
  std::vector<std::uint32_t> class_slots;  // of the learned part, by the class of these rules
};

// Read when they are first asked for: who wants a feeling, or the version of a model, does not wait for rules.
const Ruled& built_in_ruled() {
  static const Ruled ruled{built_in_compiled_rules()};
  return ruled;
}

}  // namespace

struct Judge::Parts {
  std::shared_ptr<const SentimentModel> model = SentimentModel::built_in();
  std::shared_ptr<const AbuseModel> abuse = AbuseModel::built_in();
  std::unique_ptr<const Ruled> own = {};  // the built-in ones if none

  const Ruled& ruled() const { return own ? *own : built_in_ruled(); }
};

namespace {

// What we say of the feeling in a text whose language the model was not taught: nothing.
constexpr double no_confidence = 0;

// Working memory of one thread: filled anew by each text, so that judging one allocates little.
struct Scratch {
  Tokens tokens = {};
  Reading reading = {};
  Statements statements = {};
  ConcernEvidence evidence = {};
};

}  // namespace

Judge::Judge(std::unique_ptr<const Parts> parts) : parts_{std::move(parts)} {}
Judge::~Judge() = default;

std::shared_ptr<const Judge> Judge::built_in() {
  static const std::shared_ptr<const Judge> judge{new Judge{std::make_unique<const Parts>()}};
  return judge;
}

Result<std::shared_ptr<const Judge>> Judge::with_own_rules(std::string_view rules, std::string_view name) {
  const std::array<RulesText, 2> files{{{built_in_rules(), built_in_name}, {rules, name}}};
  auto read = read_rules(files);
  if (!read) return read.error();
  auto parts = std::make_unique<Parts>();
  parts->own = std::make_unique<const Ruled>(std::move(*read));
  return std::shared_ptr<const Judge>{new Judge{std::move(parts)}};
}

Judged Judge::judge(std::string_view text, std::string_view lang, Tasks tasks) const {
  thread_local Scratch scratch;
  Judged judged;
  Masked masked = tasks.identifiers ? mask_identifiers(text) : Masked{.text = std::string(text)};
  judged.text = std::move(masked.text);
  Assessment& assessment = judged.assessment;
  assessment.identifiers = std::move(masked.kinds);
  tokenise(judged.text, scratch.tokens);
  assessment.lang = language_of(scratch.tokens, lang);
  // Rules and model are English: on another language they would invent. A person reads those posts.
  if (assessment.lang != "en") {
    assessment.confidence = no_confidence;
    return judged;
  }
  const bool feels = tasks.sentiment || tasks.concerns;
  const Feeling feeling = feels ? parts_->model->feeling(scratch.tokens, scratch.reading) : Feeling{};
  if (tasks.sentiment) {
    assessment.sentiment = feeling.sentiment;
    assessment.score = feeling.score;
    assessment.confidence = feeling.confidence;
    assessment.level = feeling.level;
    assessment.why = parts_->model->why(scratch.tokens, scratch.reading);
  }
  if (!feels && tasks.themes) parts_->model->read(scratch.tokens, scratch.reading);
  Findings findings;
  if (tasks.concerns || (tasks.themes && !scratch.reading.feedback)) {
    scratch.statements.read(judged.text, scratch.tokens);
    findings = parts_->ruled().finder.find(scratch.statements);
  }
  // Of what is neither about care nor told as patients are asked to, the framework of their experience knows nothing.
  if (tasks.themes && (findings.about_care || scratch.reading.feedback)) {
    const auto scores = framework_model().score(scratch.reading.ngrams, scratch.tokens.size());
    assessment.themes = framework_model().labels(scores, scratch.reading.feedback);
  }
  if (tasks.concerns) {
    // Where rules found nothing, what is learned needs a ground to stand on.
    if (findings.about_care && !(findings.concerns.empty() && findings.grounds.empty())) {
      scratch.evidence.read(scratch.reading, findings, feeling, parts_->ruled().class_slots);
      const auto scores = concern_model().score(scratch.evidence);
      add_learned_concerns(concern_model(), scores, scratch.tokens, scratch.reading, findings);
    }
    assessment.concerns = std::move(findings.concerns);
    assessment.voice = findings.voice;
    assessment.abusive =
        findings.abusive || parts_->abuse->abusive(scratch.reading, counts_of_abuse(scratch.reading.said));
    if (!assessment.concerns.empty()) assessment.severity = assessment.concerns.front().severity;
  }
  return judged;
}

std::string_view Judge::model_version() const { return parts_->model->version(); }
std::string_view Judge::rules_version() const { return parts_->ruled().rules->version; }

std::string explain(const Judged& judged, const Judge& judge) {
  const Assessment& a = judged.assessment;
  const auto quoted = [&](std::uint32_t begin, std::uint32_t end) {
    return '"' + judged.text.substr(begin, end - begin) + '"';
  };
  std::string out = judged.text + "\n\n";
  out += std::string{name_of(a.sentiment)} + ", score " + std::to_string(a.score).substr(0, a.score < 0 ? 5 : 4) +
         ", confidence " + std::to_string(a.confidence).substr(0, 4) + "; language " +
         (a.lang.empty() ? "unknown" : a.lang) + ", voice " + std::string{name_of(a.voice)} +
         (a.abusive ? ", abusive" : "") + "\n";
  for (const Cue& cue : a.why)
    out += "  " + quoted(cue.begin, cue.end) + (cue.weight < 0 ? " speaks against\n" : " speaks for\n");
  for (std::size_t label = 0; label < framework_size; ++label)
    if ((a.themes >> label & 1) != 0) out += "about: " + std::string{framework()[label].title} + "\n";
  if (a.concerns.empty()) out += "no concern found\n";
  for (const Concern& concern : a.concerns) {
    out += std::string{info(concern.theme).title} + " (" + std::string{info(concern.theme).id} + "), severity " +
           std::to_string(concern.severity) + " " + std::string{severity_name(concern.severity)} + ": says " +
           quoted(concern.begin, concern.end) + "\n";
    for (const Rule& rule : judge.parts_->ruled().rules->rules)
      if (rule.about.id == concern.rule)
        out += "  rule " + rule.about.id + " version " + std::to_string(rule.about.version) + " of " + rule.about.date +
               ": " + rule.about.why + "\n";
    if (is_learned(concern))
      out += "  learned part version " + concern_model().version +
             (concern.severity > 1 ? "" : ", unsure: a person should look") + "\n";
  }
  for (const std::string& kind : a.identifiers) out += "masked: " + kind + "\n";
  out += "model " + std::string{judge.model_version()} + ", rules " + std::string{judge.rules_version()} +
         ", taxonomy " + std::string{taxonomy_version} + "\n";
  return out;
}

}  // namespace barometer
