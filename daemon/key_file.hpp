#pragma once

#include <filesystem>

#include "connectors/pseudonym.hpp"
#include "connectors/result.hpp"

namespace barometer {

// The key that authors are stored under: <store>/pseudonym.key, 32 random bytes, readable by its owner alone.
// Made at first use, and durable before it is returned: a key lost after posts were stored would make known authors new ones.
Result<PseudonymKey> pseudonym_key(const std::filesystem::path& store);

}  // namespace barometer
