#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/result.hpp"

namespace barometer {

// Whether ICU knows that zone: "Europe/London", "UTC".
bool is_time_zone(std::string_view zone);

// A date, or a date and time, as a register's clerk or a spreadsheet writes it. `format` is strptime's ("%d/%m/%Y %H:%M"); empty:
// an ISO or RFC 822 time, or one of the forms usual in Britain (31/12/2026, 31 Dec 2026 14:05 …), day before month.
// What names no zone is clock time in `zone`; of an hour that comes twice the first counts. A date alone is its midnight.
std::optional<UtcTime> local_time(std::string_view text, const std::string& format, std::string_view zone);

}  // namespace barometer
