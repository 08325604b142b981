#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace barometer {

// What a text says, short enough to keep: of the least hashes of its pairs of neighbouring words (MinHash: A. Broder 1997) the last 8 bits
// (b-bit minwise hashing: P. Li and A. C. König 2010); two that differ seem equal once in 256. Says nothing of the words themselves. All zero
// for a text too short to tell copies by.
using Sketch = std::array<std::uint8_t, 16>;

// Without names of accounts, hashtags and links, which copies change. Linear in the text.
Sketch sketch_of(std::string_view text);

// Share of pairs of words that two texts have in common, estimated; 0 if either is too short.
double likeness(const Sketch& a, const Sketch& b);

}  // namespace barometer
