#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace barometer {

// Texts that nobody has labelled, as the numbers of their tokens: what words keep company with which.
class WordStream {
 public:
  void add(std::string_view text);

  std::size_t texts() const { return ends_.size(); }
  std::size_t tokens() const { return tokens_.size(); }

 private:
  friend class SkipGram;
  std::unordered_map<std::uint64_t, std::uint32_t> numbers_ = {};  // of the words' keys
  std::vector<std::uint64_t> keys_ = {};                           // by number
  std::vector<std::uint32_t> counts_ = {};                         // by number
  std::vector<std::uint32_t> tokens_ = {};                         // text after text
  std::vector<std::size_t> ends_ = {};                             // of each text
};

// Words as points: those that keep the same company lie in the same direction.
struct WordVectors {
  static constexpr std::size_t dimensions = 96;

  std::vector<std::uint64_t> words = {};  // lexicon_key(), the most frequent first
  std::vector<float> points = {};         // `dimensions` for each word, of length 1
};

struct WordVectorOptions {
  std::uint32_t least = 8;          // how often a word must occur
  std::size_t most_words = 50'000;  // that are told of; all that occur often enough are learnt
  std::size_t reach = 5;            // tokens to either side, at most
  int strangers = 5;   // words drawn by lot that a word is taught to keep away from, for each that it stood by
  float rate = 0.05F;  // of learning; falls to nothing
  int passes = 1;      // over all texts
  std::uint64_t seed = 2026;
};

// Skip-gram with negative sampling: Mikolov, Sutskever, Chen, Corrado and Dean, "Distributed Representations of Words and
// Phrases and their Compositionality", NIPS 2013; frequent words are left out at times, as there. One thread, fixed order: the
// same texts in the same order give the same points. A minute for each ten million tokens.
WordVectors learn_word_vectors(const WordStream& stream, const WordVectorOptions& options);

}  // namespace barometer
