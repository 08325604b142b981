#pragma once

#include <filesystem>
#include <vector>

#include "connectors/pseudonym.hpp"
#include "connectors/result.hpp"

namespace barometer {

// The key that authors are stored under: <store>/pseudonym.key, 32 random bytes, readable by its owner alone.
// Made at first use, and durable before it is returned: a key lost after posts were stored would make known authors new ones.
Result<PseudonymKey> pseudonym_key(const std::filesystem::path& store);

// Those that authors of kept posts may stand under: the one in use, then retired ones, the newest first. Empty if there is no
// key: nothing was ever stored.
Result<std::vector<PseudonymKey>> pseudonym_keys(const std::filesystem::path& store);

// A new key from now on. The old one is retired to <store>/pseudonym.key.retired: an author looks like a new one, and can
// still be forgotten by handle in what was kept before.
Result<void> rotate_pseudonym_key(const std::filesystem::path& store);

// A new key, and every old one overwritten and removed: nobody can lead a stored pseudonym back to a handle any more, or
// tell whether one was a given person's. Copies of the keys elsewhere (backups) are not reached.
Result<void> destroy_pseudonym_keys(const std::filesystem::path& store);

// Names of the files, for backups.
std::vector<std::string> pseudonym_key_files();

}  // namespace barometer
