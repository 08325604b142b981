// Any bytes are judged, and every range of the answer lies in the text that it speaks of.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "analysis/judge.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto judge = barometer::Judge::built_in();
  const barometer::Judged one = judge->judge({reinterpret_cast<const char*>(data), size});
  for (const barometer::Concern& concern : one.assessment.concerns)
    if (concern.begin >= concern.end || concern.end > one.text.size() || concern.severity < 0 || concern.severity > 4)
      std::abort();
  for (const barometer::Cue& cue : one.assessment.why)
    if (cue.begin >= cue.end || cue.end > one.text.size()) std::abort();
  if (barometer::to_json(one.assessment, one.text, judge->model_version()).find('\n') != std::string::npos)
    std::abort();
  return 0;
}
