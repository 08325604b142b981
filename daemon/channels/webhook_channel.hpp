#pragma once

#include <cstddef>
#include <string>

#include "daemon/channels/channel.hpp"

namespace barometer {

// JSON for programs of the trust's own, signed as what is pushed to us is (daemon/webhook.hpp):
//   X-Barometer-Id          the message: the same again when one that may have arrived is sent twice
//   X-Barometer-Timestamp   seconds since 1970
//   X-Barometer-Signature   sha256=HEX, the HMAC-SHA256 of "TIMESTAMP.BODY" with the secret in secret_file
//
//   {"version":1,"id":…,"thread":…,"kind":"opened","recipient":"duty desk","severity":3,"title":…,"text":…,"from":…|null,"to":…|null,
//    "issues":[…],"links":[{"label":"Open","url":…}]}
// `issues` are as `barometer issues` gives them (issue_view.hpp, alerts/calendar.hpp); `kind` is AlertKind's; `from` and `to` are there when the message
// is about a time. No word of a post.
Begun begin_webhook(const Outgoing& message, const Config& config, asio::thread_pool& blocking);

std::string webhook_json(const Outgoing& message, const std::vector<EventConfig>& calendar);

// A shorter secret could be guessed.
inline constexpr std::size_t shortest_webhook_secret = 16;

}  // namespace barometer
