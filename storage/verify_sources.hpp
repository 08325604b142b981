#pragma once

#include <functional>
#include <string>

#include <rocksdb/options.h>

#include "storage/open_db.hpp"

namespace barometer {

// Checks what is remembered of sources: every row can be read and stands under its own key, gaps do not overlap, and only
// the last gap of a source is open.
Result<void> check_sources(const OpenDb& db, const rocksdb::ReadOptions& options, const std::string& path,
                           const std::function<void(std::string)>& differ);

}  // namespace barometer
