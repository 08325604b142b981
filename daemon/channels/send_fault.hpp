#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace barometer {

// Why a message did not leave, whatever its channel. The same word is the metric's label.
enum class SendReason : std::uint8_t {
  settings,     // nothing was tried, or in vain: a password, an address or a recipient is missing or wrong
  unreachable,  // no connection, or it broke
  tls,          // no encryption, or a certificate that is not trusted
  login,        // user, password or signature refused, or demanded
  timeout,      // the server took too long
  busy,         // the server said "later"
  refused,      // the server said "never" to this message
  store,        // the outbox could not be read or written
};
std::string_view name_of(SendReason reason);

struct SendFault {
  SendReason reason = SendReason::unreachable;
  bool of_server = true;                               // false: of this message alone; others may still leave
  std::string detail = {};                             // what happened and what to do; no address, no password
  std::optional<std::chrono::milliseconds> wait = {};  // how long the server asks us to leave it in peace
};

// How long to wait after that many failures in a row (at least one): `first`, doubling up to an hour.
std::chrono::milliseconds send_wait(std::chrono::milliseconds first, int failures);
// The same, and at least as long as the server asked for; an hour at the most.
std::chrono::milliseconds send_wait(std::chrono::milliseconds first, int failures, const SendFault& fault);

}  // namespace barometer
