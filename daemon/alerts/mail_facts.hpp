#pragma once

#include "connectors/result.hpp"
#include "daemon/alerts/dispatch.hpp"
#include "daemon/alerts/issue_mail.hpp"

namespace barometer {

// What the message needs that only the store and the settings know, at the moment when it leaves. Reads the store; any thread.
Result<IssueMailFacts> mail_facts(const Store& store, const Parcel& parcel, const Config& config);

}  // namespace barometer
