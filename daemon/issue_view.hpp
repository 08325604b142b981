#pragma once

#include <string>

#include "analysis/issues/issue.hpp"
#include "daemon/json_object.hpp"

namespace barometer {

// An issue as JSON, one object: what `barometer issues` and the API give. Its state is that of `now`.
//
//   {"id":…,"kind":"burst","state":"active","theme":"call_bell","place":"ward-7"|null,"tag":"nhssm","severity":3,
//    "first_post_at":…,"opened_at":…,"escalated_at":[…],"last_post_at":…,"closed_at":…|null,"posts":7,"voices":5,"sources":[…],
//    "rules":[…],"evidence":{"voices":5,"expected":0.4,"window_hours":72,"chance":0.0002,"surprise":4.1,"blind_hours":0,"posts_heard":0},
//    "unanswered_since":…|null,"coordinated":false,"merged_into":…|null,"detector":…}
// What else there is to say is put behind it: put_story() (issue_story.hpp), put_events() (alerts/calendar.hpp).
JsonObject issue_object(const Issue& issue, UtcTime now);
std::string issue_json(const Issue& issue, UtcTime now);

}  // namespace barometer
