#pragma once

#include "connectors/result.hpp"
#include "daemon/alerts/alert_config.hpp"

namespace barometer {

// The first moment, from `from` on, at which mail may be delivered to this recipient: within its hours by the clock in the
// United Kingdom, and not on a bank holiday. `from` itself if no hours are set, or none come within a month. Pure.
UtcTime may_deliver(const RecipientConfig& recipient, UtcTime from);

}  // namespace barometer
