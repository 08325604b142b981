#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/issues/issue.hpp"
#include "analysis/issues/utterance.hpp"

namespace barometer {

// Whether what is said of a place, or under a tag, has turned: the share of posts that are negative, against the share that was
// usual there. A share, not a number: ten times as many posts of the same mood are no change, and praise that falls silent is one.
//
// The past is a beta distribution, never as certain as more than a hundred posts would make it, since moods drift; so the posts of a
// window are beta-binomial (Gelman and others, Bayesian Data Analysis, section 2.4). Had the mood turned, any larger share is as likely as
// any other. The ratio of both is a Bayes factor, exact at small numbers. With few posts, "not enough data" is the answer.

// Posts of one day, since 1970.
struct ToneDay {
  std::string place = {};
  std::string tag = {};  // only where there is no place
  int day = 0;
  int negative = 0;
  int all = 0;
};

class Tones {
 public:
  using Place = std::pair<std::string, std::string>;  // as in Background

  // One more post; what its day has by now.
  ToneDay count(const Place& place, int day, Tone tone);
  // From the store.
  void restore(const ToneDay& day);
  // What speaks for a turn by the end of the day before `today`; empty: not enough was heard, or nothing speaks for one.
  std::optional<Evidence> turned(const Place& place, int today) const;

  // Days after which nothing is remembered.
  static constexpr int counted = 400;

 private:
  struct Count {
    int negative = 0;
    int all = 0;
  };
  using Days = std::map<int, Count>;
  static Count within(const Days& days, int from, int to);

  std::map<Place, Days> days_ = {};
};

// Natural logarithm of the Bayes factor for "a larger share than before", `negative` of `all` posts being so where of `past_all` posts
// `past_negative` were.
double surprise_of_share(int negative, int all, int past_negative, int past_all);
// How likely so many or more are, were the share as before.
double chance_of_share(int negative, int all, int past_negative, int past_all);

}  // namespace barometer
