#include "daemon/metrics_series.hpp"
#include "daemon/review/open_work.hpp"

namespace barometer {

using namespace series;

namespace {

// A verdict that was given on what was flagged, in the order of its numbers.
constexpr std::array verdicts{ReviewVerdict::right, ReviewVerdict::wrong, ReviewVerdict::not_care,
                              ReviewVerdict::duplicate, ReviewVerdict::regraded};

std::string text_of(std::string_view view) { return std::string{view}; }

}  // namespace

void Metrics::declare_reviews() {
  auto& f = *families_;
  auto& h = *handles_;
  for (const auto& theme : themes()) {
    auto& of = h.reviews[theme.theme];
    for (std::size_t i = 0; i < verdicts.size(); ++i)
      of.judged[i] = &f.reviewed.Add({{"theme", text_of(theme.id)}, {"verdict", text_of(name_of(verdicts[i]))}});
    for (std::size_t s = 0; s < of.open.size(); ++s)
      of.open[s] = &f.open_issues.Add({{"theme", text_of(theme.id)}, {"severity", std::to_string(s)}});
  }
  h.sample_fine = &f.sampled.Add({{"verdict", "fine"}});
  h.sample_missed = &f.sampled.Add({{"verdict", "miss"}});
  for (std::size_t s = 0; s < h.oldest_open.size(); ++s)
    h.oldest_open[s] = &f.oldest_open.Add({{"severity", std::to_string(s)}});
}

std::size_t Metrics::series_of_reviews() { return themes().size() * (verdicts.size() + severities) + 2 + severities; }

void Metrics::step_taken(const ReviewAction& step) {
  if (step.verdict == ReviewVerdict::fine) handles_->sample_fine->Increment();
  if (step.verdict == ReviewVerdict::missed) handles_->sample_missed->Increment();
  for (std::size_t i = 0; i < verdicts.size(); ++i)
    if (step.verdict == verdicts[i])
      for (const auto& concern : step.concerns)
        if (const auto of = handles_->reviews.find(concern.theme); of != handles_->reviews.end())
          of->second.judged[i]->Increment();
}

void Metrics::open_work(const OpenWork& work) {
  for (const auto& [theme, of] : handles_->reviews) {
    const auto open = work.issues.find(theme);
    for (std::size_t s = 0; s < of.open.size(); ++s)
      of.open[s]->Set(open == work.issues.end() ? 0 : static_cast<double>(open->second[s]));
  }
  for (std::size_t s = 0; s < work.oldest.size(); ++s)
    handles_->oldest_open[s]->Set(
        work.oldest[s] ? std::chrono::duration<double>(work.oldest[s]->time_since_epoch()).count() : 0);
}

}  // namespace barometer
