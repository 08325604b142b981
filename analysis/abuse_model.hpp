#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/linear_model.hpp"
#include "connectors/result.hpp"

namespace barometer {

// Whether a post abuses or threatens someone: one linear function of what the model of sentiment reads of a text anyway.
struct AbuseModel {
  std::string version = {};  // at most 15 bytes
  float scale = 0;           // what a weight of 1 stands for
  float word_scale = 0;
  float bias = 0;
  float threshold = 0;                // a post is abusive when its score is above
  RowTable<std::int8_t> ngrams = {};  // slot_count
  std::vector<float> lexicon = {};    // lexicon_feature_count
  std::uint64_t known = 0;            // fingerprint() of the lexicon whose entries `words` are of
  RowTable<std::int8_t> words = {};   // one for each of them, or none

  // The model carried in the binary.
  static std::shared_ptr<const AbuseModel> built_in();

  // By block, the sum of its n-grams' weights; and last that of the known words'.
  using Counts = std::array<std::int32_t, block_count + 1>;
  Counts count(const Reading& reading) const;
  // `counts` are those of the reading, from whoever gathered them.
  float score(const Reading& reading, const Counts& counts) const;
  bool abusive(const Reading& reading, const Counts& counts) const { return score(reading, counts) > threshold; }
};

// The file, all numbers little-endian:
//   model := "baroabu" version:u8=2 slots:u32 words:u32 name:byte[16] scale:f32 word_scale:f32 bias:f32
//            threshold:f32 known:u64 lexicon:f32[lexicon_feature_count] ngram:i8[slots] word:i8[words] checksum:u64
// name is the model's version filled up with zeroes, checksum XXH3 (64 bits) of all before it.
std::string write_abuse_model(const AbuseModel& model);
// Refuses (ask_operator) what is cut short, altered or of another format, naming `name`.
Result<AbuseModel> read_abuse_model(std::string_view bytes, std::string_view name);

}  // namespace barometer
