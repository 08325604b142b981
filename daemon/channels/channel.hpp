#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include "daemon/alerts/mail_body.hpp"
#include "daemon/channels/send_fault.hpp"
#include "daemon/config.hpp"
#include "storage/store.hpp"

namespace barometer {

namespace asio = boost::asio;

// The ways that a message leaves by. What it says is made once, for all of them; a channel gives it its shape and hands it over.

// One message to one recipient.
struct Outgoing {
  MailBody body = {};
  std::vector<Alert> alerts =
      {};  // what it tells, the newest of each thread; never empty, the last one names the message
  RecipientConfig recipient = {};
  UtcTime now = {};
};

// What came of handing it over.
struct Attempt {
  bool given_up = false;                // abort() ended it: nothing is known of it
  std::optional<SendFault> fault = {};  // empty: the other side has taken charge of it
};

// A message on its way, on a connection of its own. Used on the loop's thread.
class Sending {
 public:
  virtual ~Sending() = default;
  // Hands it over; once. It has a limit of time of its own, and is never cut off by a cancellation.
  virtual asio::awaitable<Attempt> perform() = 0;
  // Ends perform() within a second or so.
  virtual void abort() = 0;
};

struct Begun {
  std::unique_ptr<Sending> sending = {};  // null if there is a fault
  std::optional<SendFault> fault = {};
};

// Adding one: a file pair in this folder and a row of the table in channel.cpp.
struct Channel {
  std::string_view name;  // in the settings; label of metrics
  // Gives the message its shape, and reads the secrets that it takes. `blocking` is for what waits without the loop.
  Begun (*begin)(const Outgoing& message, const Config& config, asio::thread_pool& blocking);
};

std::span<const Channel> channels();
const Channel* find_channel(std::string_view name);  // null if there is none

}  // namespace barometer
