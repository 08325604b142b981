#include "analysis/abuse_train.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "analysis/hints.hpp"
#include "analysis/quantise.hpp"

namespace barometer {

namespace {

constexpr std::size_t abuse = 1;  // the class

struct Scored {
  float score = 0;
  bool abusive = false;
};

Examples examples_of(const AbuseLessons& lessons, const Lexicon& lexicon, const ModelHints& hints,
                     std::size_t abuse_counts) {
  Examples examples;
  Tokens tokens;
  Reading reading;
  std::vector<float> said;
  const auto add = [&](std::string_view text, bool abusive, std::size_t times) {
    tokenise(text, tokens);
    reading.ngrams.fill(tokens);
    read_lexicon(tokens, lexicon, reading.lexicon);
    hints.read(reading, said);
    for (std::size_t i = 0; i < times; ++i) examples.add(reading, abusive ? 1 : 0, said);
  };
  for (const auto& tweet : lessons.tweets) add(tweet.text, tweet.abusive, 1);
  for (const auto& post : lessons.corpus) add(post.text, post.abusive, post.abusive ? abuse_counts : 1);
  return examples;
}

std::vector<std::string_view> texts_of(std::span<const AbuseText> tweets) {
  std::vector<std::string_view> texts;
  for (const AbuseText& tweet : tweets) texts.push_back(tweet.text);
  return texts;
}

// The scores of each tweet by weights that have not learnt from it.
std::vector<Scored> out_of_fold(const Examples& examples, std::size_t tweets, const AbuseTraining& options) {
  std::vector<Scored> scored(tweets);
  for (std::size_t fold = 0; fold < options.folds; ++fold) {
    std::vector<std::size_t> others;
    for (std::size_t row = 0; row < examples.size(); ++row)
      if (row >= tweets || row % options.folds != fold) others.push_back(row);
    const auto fitted = fit_logistic(examples, options.logistic, others);
    for (std::size_t row = fold; row < tweets; row += options.folds)
      scored[row] = {score(fitted, examples, row)[abuse], examples.label(row) == abuse};
  }
  return scored;
}

double f1(std::size_t hit, std::size_t said, std::size_t meant) {
  return said + meant == 0 ? 0 : 2 * static_cast<double>(hit) / static_cast<double>(said + meant);
}

struct Choice {
  float threshold = 0;
  double macro_f1 = 0;
};

// Macro F1 at each place where the order of the scores can be cut. The curve is flat near its top: of the cuts that come near
// the best, the one that calls the fewest texts abusive.
Choice best_threshold(std::vector<Scored> scored) {
  constexpr double near_best = 0.002;
  std::ranges::sort(scored, std::ranges::greater{}, &Scored::score);
  const auto meant = static_cast<std::size_t>(std::ranges::count(scored, true, &Scored::abusive));
  const std::size_t others = scored.size() - meant;
  std::vector<Choice> cuts;
  std::size_t hit = 0;
  for (std::size_t said = 1; said < scored.size(); ++said) {
    hit += scored[said - 1].abusive ? 1 : 0;
    const std::size_t left_alone = scored.size() - said;
    cuts.push_back({(scored[said - 1].score + scored[said].score) / 2,
                    (f1(hit, said, meant) + f1(others - (said - hit), left_alone, others)) / 2});
  }
  if (cuts.empty()) return {};
  const double best = std::ranges::max_element(cuts, {}, &Choice::macro_f1)->macro_f1;
  return *std::ranges::find_if(cuts, [&](const Choice& cut) { return cut.macro_f1 >= best - near_best; });
}

Rows<std::int8_t> all_in_steps(std::span<const float> weights, float step) {
  Rows<std::int8_t> bytes;
  for (const float weight : weights) bytes.push_back(in_steps(weight, step));
  return bytes;
}

void quantise(AbuseModel& model, const LogisticWeights& fitted) {
  constexpr std::size_t lanes = ClassWeights::classes;
  std::vector<float> ngrams;
  for (std::size_t slot = 0; slot < slot_count; ++slot) ngrams.push_back(fitted.weights[slot * lanes + abuse]);
  model.bias = fitted.bias[abuse];
  model.scale = step_for(ngrams);
  model.ngrams = all_in_steps(ngrams, model.scale);
  std::vector<float> words;
  for (const auto& row : fitted.words) words.push_back(row[abuse]);
  model.word_scale = step_for(words);
  model.words = all_in_steps(words, model.word_scale);
  for (std::size_t i = 0; i < lexicon_feature_count; ++i)
    model.lexicon.push_back(fitted.weights[(slot_count + i) * lanes + abuse]);
}

}  // namespace

Result<std::vector<AbuseText>> parse_abuse_tsv(std::string_view bytes, std::string_view file_name) {
  std::vector<AbuseText> texts;
  for (std::size_t line = 1; !bytes.empty(); ++line) {
    const auto length = bytes.find('\n');
    const auto row = bytes.substr(0, length);
    bytes.remove_prefix(length == bytes.npos ? bytes.size() : length + 1);
    if (row.empty()) continue;
    const auto tab = row.find('\t');
    const auto label = row.substr(0, tab);
    if (tab == row.npos || (label != "offensive" && label != "not-offensive")) {
      return Failure{Remedy::ask_operator, std::string(file_name) + ":" + std::to_string(line) +
                                               ": expected offensive or not-offensive, a tab and a text"};
    }
    texts.push_back({label == "offensive", std::string(row.substr(tab + 1))});
  }
  return texts;
}

AbuseTrained train_abuse(const AbuseLessons& lessons, const AbuseTraining& options) {
  const Lexicon lexicon = with_words(lessons.lexicon, lessons.vectors.words);
  ModelHints hints;
  hints.learn(lessons.moods, lexicon);
  hints.learn(lessons.posts, lexicon);
  hints.place(lessons.vectors, lexicon, texts_of(lessons.tweets));
  Examples examples = examples_of(lessons, lexicon, hints, options.abuse_counts);
  const auto changes = examples.standardise_hints(options.hint_deviation);
  const Choice choice = best_threshold(out_of_fold(examples, lessons.tweets.size(), options));
  auto fitted = fit_logistic(examples, options.logistic);
  hints.fold(changes, fitted);
  AbuseTrained trained{.macro_f1 = choice.macro_f1};
  trained.model.version = options.version;
  trained.model.threshold = choice.threshold;
  trained.model.known = lexicon.fingerprint();
  quantise(trained.model, fitted);
  return trained;
}

}  // namespace barometer
