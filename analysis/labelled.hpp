#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/assessment.hpp"
#include "connectors/result.hpp"

namespace barometer {

// A text that a person has judged.
struct LabelledText {
  Sentiment label = Sentiment::neutral;
  std::string text = {};
  bool feedback = false;  // a patient's answer to a service that asked, not a post
  int level = 0;          // of feedback: 1 very positive .. 5 very negative
};

// Tab-separated lines without header, in one of two shapes, told apart line by line:
//   negative|neutral|positive <tab> … <tab> text                      columns in between are ignored
//   categories <tab> 1..5 or - <tab> question <tab> text              patient feedback (question: what_good, could_improve or
//                                                                     nonspecific): 1 and 2 are positive, 3 neutral, 4 and 5
//                                                                     negative, - not judged (left out)
// A line of neither shape is a failure (ask_operator) that says "file_name:line: what is wrong".
Result<std::vector<LabelledText>> parse_labelled_tsv(std::string_view bytes, std::string_view file_name);

}  // namespace barometer
