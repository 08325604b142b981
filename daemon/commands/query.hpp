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

// Says why work failed; returns exit_failed.
int report(const Failure& failure);

}  // namespace barometer
