#pragma once

#include <memory>
#include <optional>
#include <string>

#include "daemon/commands/commands.hpp"
#include "storage/store.hpp"

namespace barometer {

// Opens the chosen store for reading beside a running daemon. On trouble says so and sets `exit_code`.
std::unique_ptr<Store> open_to_read(const StoreChoice& where, int& exit_code);

// What a query's words mean; complaints are printed, and nothing is returned, when a word is not known.
std::optional<PostFilter> post_filter(const QueryOptions& options);
std::optional<SeriesFilter> series_filter(const QueryOptions& options);

// A time as people write it; false, and a complaint, when it is none. Empty text leaves `out` as it is.
bool read_time(const std::string& text, const char* option, std::optional<UtcTime>& out);

// Says why work failed; returns exit_failed.
int report(const Failure& failure);

}  // namespace barometer
