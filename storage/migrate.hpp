#pragma once

#include <cstdint>
#include <string>

#include "storage/open_db.hpp"

namespace barometer {

// Brings the rows of an older store up to date, but for the index of words (word_index.hpp), which has a scheme of its own. Cut
// short, it is done again, or goes on; who calls writes the new schema last.
Result<void> migrate(const OpenDb& db, const std::string& path, std::uint64_t schema);

}  // namespace barometer
