#pragma once

#include "analysis/concern_model.hpp"
#include "analysis/concerns.hpp"
#include "analysis/linear_model.hpp"
#include "analysis/text.hpp"

namespace barometer {

// How severe the post is by rules and learned part together, 0 to 4: the worse of the two. Nothing is learned of a post that does not
// name care or has no ground of any theme, nor of one that a guard takes back, unless it sounds much like a concern all the same
// and no guard of an added file says so; and no red flag of one without a grave word.
// One thing lowers: a post that sounds like a tale, a joke or another trade in words of care is doubted, and what rules found of care
// is then severity 1, for a person to look at. Nothing is doubted where praise is found, so that praise beside a concern cannot take
// back what a rule found, nor what sounds like a red flag, a threat, or what a trust's own rules found.
int joint_severity(const ConcernModel& model, const ConcernModel::Scores& scores, const Findings& findings);

// Whether the learned part raised it.
bool is_learned(const Concern& concern);

// Brings what the learned part says into the findings: severities after joint_severity(), and the themes that rules did not find.
// Such a concern's rule is "learned.THEME", or "suggest.THEME" where it asks a person to look (severity 1); its phrase is one of the
// theme's grounds with the words of its statement round it that spoke loudest, or what a rule found. No ground, or a phrase that a guard
// takes back, carries nothing.
void add_learned_concerns(const ConcernModel& model, const ConcernModel::Scores& scores, const Tokens& tokens,
                          const Reading& reading, Findings& findings);

}  // namespace barometer
