#pragma once

#include <array>
#include <utility>
#include <vector>

#include "analysis/assessment.hpp"
#include "analysis/linear_model.hpp"

namespace barometer {

// What a model says of a text, before it is turned into a probability, and what a person said.
struct Scored {
  ClassWeights::Row scores = {};
  Sentiment label = Sentiment::neutral;
  int level = 0;  // 1 very positive .. 5 very negative, or 0
};

std::array<double, ClassWeights::classes> probabilities(const ClassWeights::Row& scores, float temperature);

// 1 .. 5: neutral is 3, the two kinds of positive and of negative part at these probabilities.
int level_of(Sentiment said, double probability, float very_positive, float very_negative);

// Temperature scaling (Guo et al., "On Calibration of Modern Neural Networks", 2017): surprises least.
float best_temperature(const std::vector<Scored>& scored);

// What is added to the score of neutral, a rare class that a fair chooser hardly ever says: the smallest shift whose macro recall
// comes within a standard error of the best one (the one-standard-error rule: L. Breiman and others, Classification and
// Regression Trees, 1984), since each takes something from the other classes, and a complaint that reads as neutral is lost.
float best_neutral_shift(const std::vector<Scored>& scored);

// The two probabilities of level_of: best for the macro recall of the five levels.
std::pair<float, float> best_levels(const std::vector<Scored>& scored, float temperature);

// Mean recall of the classes that occur.
double class_recall(const std::vector<Scored>& scored);
double level_recall(const std::vector<Scored>& scored, float temperature, std::pair<float, float> bounds);

}  // namespace barometer
