#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/framework.hpp"
#include "analysis/taxonomy.hpp"

namespace barometer {

// The numbers are on disk: never reused.
enum class Sentiment : std::uint8_t { negative = 0, neutral = 1, positive = 2 };
enum class Voice : std::uint8_t {
  unknown = 0,
  patient = 1,
  carer = 2,
  staff = 3,
  press = 4,
  politician = 5,
  organisation = 6
};

// Words that spoke for or against: bytes [begin, end) of the assessed text, and how much they moved the score.
struct Cue {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  float weight = 0;  // below 0 towards negative, above 0 towards positive
};

// One theme that a post raises, at the severity of its worst statement.
struct Concern {
  Theme theme = {};
  int severity = 0;         // 0 .. 4
  std::string rule = {};    // id of the rule that carried it
  std::uint32_t begin = 0;  // the phrase: bytes [begin, end) of the assessed text
  std::uint32_t end = 0;
};

// What analysis says of one post, and why. Made once, then only read.
struct Assessment {
  Sentiment sentiment = Sentiment::neutral;
  double score = 0;       // -1 negative .. +1 positive
  double confidence = 0;  // 0 .. 1: probability of the class given
  int level = 0;          // 1 very positive .. 5 very negative, as patients' comments are sorted; 0: not judged
  std::vector<Concern> concerns = {};         // one a theme, worst first
  int severity = 0;                           // the worst of its concerns
  FrameworkSet themes = 0;                    // labels of the patient-experience framework
  Voice voice = Voice::unknown;               //
  bool abusive = false;                       // the post itself abuses or threatens someone
  std::string lang = {};                      // BCP 47; empty when not known
  std::vector<std::string> identifiers = {};  // kinds that were masked in the text: "nhs_number", "phone", …
  std::vector<Cue> why = {};                  // the strongest first
};

std::string_view name_of(Sentiment sentiment);
std::string_view name_of(Voice voice);

}  // namespace barometer
