#include "analysis/assessment.hpp"

namespace barometer {

std::string_view name_of(Sentiment sentiment) {
  constexpr std::string_view names[] = {"negative", "neutral", "positive"};
  return names[static_cast<std::size_t>(sentiment)];
}

std::string_view name_of(Voice voice) {
  constexpr std::string_view names[] = {"unknown", "patient", "carer", "staff", "press", "politician", "organisation"};
  return names[static_cast<std::size_t>(voice)];
}

}  // namespace barometer
