#pragma once

#include "analysis/abuse_model.hpp"
#include "analysis/concern_model.hpp"
#include "analysis/framework_model.hpp"
#include "analysis/linear_model.hpp"
#include "analysis/packed.hpp"

namespace barometer {

// What models are made of, for a Packer and an Unpacker: the build reads their files, and leaves them in the binary as reading a text
// wants them, where their tables stay, so that no start has to copy four megabytes. The weights of abuse lie in the rows of sentiment, where
// one look at a row serves both.

template <class Pack>
void fields(Pack& pack, ClassWeights& weights) {
  pack(weights.scale, weights.word_scale, weights.temperature, weights.bias, weights.ngrams, weights.words,
       weights.lexicon);
}

template <class Pack>
void fields(Pack& pack, LinearModel& model) {
  pack(model.version, model.lexicon, model.posts, model.feedback, model.feedback_scale, model.feedback_bias,
       model.feedback_weights, model.very_positive, model.very_negative);
}

template <class Pack>
void fields(Pack& pack, AbuseModel& model) {
  pack(model.version, model.scale, model.word_scale, model.bias, model.threshold, model.ngrams, model.lexicon,
       model.known, model.words);
}

template <class Pack>
void fields(Pack& pack, FrameworkModel& model) {
  pack(model.version, model.scale, model.weights, model.by_length, model.thresholds);
}

template <class Pack>
void fields(Pack& pack, ConcernModel& model) {
  pack(model.version, model.scale, model.word_scale, model.bias, model.thresholds, model.dense, model.weights,
       model.words);
}

}  // namespace barometer
