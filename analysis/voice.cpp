#include "analysis/voice.hpp"

namespace barometer {

namespace {

// On a tie the earlier wins.
constexpr Voice by_precedence[] = {Voice::politician, Voice::press, Voice::organisation,
                                   Voice::staff,      Voice::carer, Voice::patient};

}  // namespace

Voice voice_of(const VoiceVotes& votes) {
  Voice best = Voice::unknown;
  int most = 0;
  for (const Voice voice : by_precedence)
    if (const int weight = votes[static_cast<std::size_t>(voice)]; weight > most) {
      best = voice;
      most = weight;
    }
  return best;
}

int severity_cap(Voice voice) { return voice == Voice::press || voice == Voice::politician ? 2 : severities - 1; }

}  // namespace barometer
