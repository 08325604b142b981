#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace barometer {

// How much the n-grams of each slot count, by how few of the lessons' texts have one there (inverse document frequency: Spärck Jones,
// "A statistical interpretation of term specificity and its application in retrieval", 1972). What the trainers of many classes share.
class SlotRarity {
 public:
  explicit SlotRarity(std::size_t count) : texts_with_(count) {}

  // The slots of one text, some perhaps several times.
  void add(std::vector<std::uint32_t> of_text) {
    ++texts_;
    std::ranges::sort(of_text);
    of_text.erase(std::unique(of_text.begin(), of_text.end()), of_text.end());
    for (const auto slot : of_text) ++texts_with_[slot];
  }

  // By slot.
  std::vector<float> weights() const {
    constexpr float part = 0.25F;  // brings a text's length near that of equal weights
    std::vector<float> out;
    for (const auto count : texts_with_) {
      const double share = (1.0 + static_cast<double>(texts_)) / (1.0 + count);
      out.push_back(static_cast<float>(std::log(share) + 1) * part);
    }
    return out;
  }

 private:
  std::size_t texts_ = 0;
  std::vector<std::uint32_t> texts_with_;
};

}  // namespace barometer
