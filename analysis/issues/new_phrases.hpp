#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace barometer {

// Words that stand in more texts of an issue than the weeks before would lead one to expect.
struct NewPhrase {
  std::string words = {};  // one to three that follow one another, as they are folded: "chest drain"
  int texts = 0;           // of the issue, that hold them
  int before = 0;          // of the texts before it
  double surprise = 0;     // standard deviations of the log-odds ratio from none
};

// The `most` that are most out of the ordinary, the strongest first; none that fewer than three of the issue's texts hold, so that no
// phrase points to one person. Log-odds ratio with an informative Dirichlet prior made of all texts together (Monroe, Colaresi and Quinn
// 2008, "Fightin' Words", equations 16, 19, 20 and 22), of how many texts hold a phrase. Texts are masked ones; names of accounts, hashtags, links,
// numbers and what was masked are no words here. Linear in the texts.
std::vector<NewPhrase> new_phrases(std::span<const std::string> of_issue, std::span<const std::string> before,
                                   std::size_t most);

}  // namespace barometer
