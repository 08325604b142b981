#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/abuse_model.hpp"
#include "analysis/corpus.hpp"
#include "analysis/labelled.hpp"
#include "analysis/logistic.hpp"
#include "analysis/word_vectors.hpp"

namespace barometer {

// A tweet that people called offensive, or not (OLID, Zampieri et al., 2019).
struct AbuseText {
  bool abusive = false;
  std::string text = {};
};

// Lines of offensive|not-offensive <tab> text. Any other is a failure (ask_operator) that says "file_name:line: what is wrong".
Result<std::vector<AbuseText>> parse_abuse_tsv(std::string_view bytes, std::string_view file_name);

struct AbuseLessons {
  std::vector<AbuseText> tweets = {};
  std::vector<CorpusPost> corpus = {};   // what abuse is where care is spoken of: swearing alone is none
  std::vector<LabelledText> posts = {};  // their sentiment is a hint,
  std::vector<LabelledText> moods = {};  // and so is the mood of these
  WordVectors vectors = {};              // and so they are, as for sentiment
  Lexicon lexicon = {};                  // that of the model of sentiment, which reads for this one
};

struct AbuseTraining {
  LogisticOptions logistic = {.classes = 2, .cost = 0.7};
  float hint_deviation = 0.2F;
  std::size_t abuse_counts = 10;  // how often each abusive post of the corpus is told: they are few
  std::size_t folds = 5;          // for a threshold on tweets that were not learnt from
  std::string version = "2026.4";
};

struct AbuseTrained {
  AbuseModel model = {};
  double macro_f1 = 0;  // of the tweets, out of fold, at the threshold chosen there
};

// Logistic regression; the threshold is about the best one for macro F1 on tweets out of fold. Then quantised. Pure and on one thread:
// the same lessons and options give the same bytes.
AbuseTrained train_abuse(const AbuseLessons& lessons, const AbuseTraining& options);

}  // namespace barometer
