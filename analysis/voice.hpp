#pragma once

#include <array>

#include "analysis/assessment.hpp"

namespace barometer {

inline constexpr std::size_t voices = 7;

// Weights that the voice rules gave to each Voice, by its number.
using VoiceVotes = std::array<int, voices>;

// Who seems to speak: the voice with the most weight, unknown where none has any. On a tie the more particular wins:
// politician, press, organisation, staff, carer (who speaks of themself as well), patient.
Voice voice_of(const VoiceVotes& votes);

// The highest severity that this voice can raise: what press and politicians say goes to the comms lane.
int severity_cap(Voice voice);

}  // namespace barometer
