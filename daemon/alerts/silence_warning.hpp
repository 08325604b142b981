#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "daemon/alerts/mail_body.hpp"
#include "daemon/alerts/silence.hpp"
#include "storage/store.hpp"

namespace barometer {

// Before a silence ends its owner is told, once: who forgot it is reminded before the messages come, who needs it prolongs it. Pure.

// When to tell: so long before the end, but not in the first half of its time, where it is known when it was made. Empty: never.
std::optional<UtcTime> warning_due(const Silence& silence, std::chrono::milliseconds before);

// What is told to that recipient. A silence that was changed is another one.
Alert silence_warning(const Silence& silence, const std::string& recipient, UtcTime now);

// The silence that a waiting warning is about; null if it is over, or stands in the file no more.
const Silence* warned_of(const Alert& warning, const std::vector<Silence>& silences, UtcTime now);

MailBody silence_mail(const Alert& warning, const Silence& silence);

}  // namespace barometer
