#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "analysis/concern_evaluate.hpp"
#include "analysis/concern_model.hpp"
#include "analysis/concern_text.hpp"
#include "analysis/word_vectors.hpp"

namespace barometer {

struct ConcernTraining {
  double cost = 0.2;  // C: how much a wrong example weighs against the size of the weights
  double tolerance = 0.01;
  int rounds = 30;           // at most, over all posts
  std::size_t folds = 5;     // for thresholds on posts that were not learnt from
  std::size_t sitting = 20;  // neighbours in a file were written in one go: so many stay in one fold
  std::uint64_t seed = 2026;
  std::string version = "2026.5";
};

// A third of the posts, whole sittings at a time, to report on.
struct ConcernSplit {
  std::vector<ConcernText> learnt = {};
  std::vector<ConcernText> held_back = {};
};
ConcernSplit split_concerns(std::span<const ConcernText> posts, const ConcernTraining& options);

// One linear support vector machine with squared hinge loss for each theme and each step of severity, by dual coordinate descent
// (Hsieh et al., "A Dual Coordinate Descent Method for Large-scale Linear SVM", 2008, algorithm 1). A post whose label is doubtful
// teaches that machine nothing. Half of the flagged posts and a quarter of the others are learnt once more with a lesson of mere praise
// before or behind. N-grams and classes weigh by how rare they are, which is folded into their weights. Thresholds are
// chosen on out-of-fold scores, joined with what the rules found. A word that no post holds is known by the company it keeps: the
// machines read the sum of the words' `vectors` as well, the rarer a word the longer its vector, which is folded into a weight for each
// word that the lexicon of sentiment knows. Then quantised. Rules and sentiment are the built-in ones, so the model is to be made anew
// when they change. Of posts from elsewhere only those teach that name care and hold no word of strong_care, since the others cannot
// be flagged, or may be concerns. Pure and on one thread: the same posts, vectors and options give the same bytes.
ConcernModel train_concerns(std::span<const ConcernText> posts, const WordVectors& vectors,
                            const ConcernTraining& options);

// What rules and this model say of posts, one verdict each.
std::vector<ConcernVerdict> judge_concerns(const ConcernModel& model, std::span<const ConcernText> posts);

}  // namespace barometer
