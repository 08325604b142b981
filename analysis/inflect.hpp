#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace barometer {

// The regular forms of an English word: "wash" -> wash, washes, washed, washing; "tray" -> tray, trays, trayed, traying.
// A verb and a noun are not told apart, since a form that nobody writes does no harm in a word list. With `doubled`
// the last letter is doubled before -ed and -ing ("stop" -> stopped, stopping). Irregular forms are for the list's author.
std::vector<std::string> inflections(std::string_view word, bool doubled);

}  // namespace barometer
