#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include "connectors/result.hpp"
#include "daemon/alerts/dispatch.hpp"
#include "daemon/channels/channel.hpp"
#include "daemon/config.hpp"
#include "storage/store.hpp"

namespace barometer {

namespace asio = boost::asio;

// Takes alerts out of the store's outbox and sends them over their recipients' channels, one message at a time, when and with what
// alerts/dispatch.hpp says. Used on the loop's thread.
//
// Nothing lost: an alert leaves the outbox only when the server has taken charge of it (250 after the data of a mail, 2xx of HTTP)
// and that is on disk, or when it is withheld with a reason that `barometer alerts` shows.
// Sent once, but for one window: a process that dies, or a connection that breaks, between the server's decision and our note
// of it sends the message again, with the same Message-ID (webhook-id). Neither SMTP nor HTTP has a way to close that window; mail
// readers fold such twins.
//
// A server that cannot be used is asked again after mail.retry_every, doubling up to an hour, or when it says; a new alert shortens
// a longer wait to mail.retry_every. Each recipient of another channel than mail has a server of its own, and one that fails holds
// up no other. A message that its server will not take waits by itself in the same way, and the others go on.
class Mailer {
 public:
  struct Events {
    // Each message that a server has taken charge of: its channel and its last alert.
    std::function<void(std::string_view channel, const Alert&)> sent = {};
    std::function<void(std::string_view channel, SendReason)> failed = {};  // each attempt that came to nothing
    // Told once when something starts to go wrong (and once more for each other reason), and once when it is well again.
    // `what` is "mail server", "outbox" or the recipient's role; the detail ends with the remedy.
    std::function<void(const std::string& what, const SendFault&)> trouble = {};
    std::function<void(const std::string& what)> recovered = {};
    std::function<void(const Alert&, const std::string& reason)> withheld = {};
    std::function<void(const Complaint&)> bad_silence = {};  // once each, while it stands in the file
  };

  // A message under way when run() is asked to stop is given this long.
  static constexpr std::chrono::seconds grace{10};

  // The references outlive run(). The store is only touched on `writer`; messages leave from a thread of the mailer's own,
  // so that no mail server can hold up the loop.
  Mailer(Store& store, asio::thread_pool& writer, Config config, Events events);
  ~Mailer();  // ends a message under way, within a second or so
  Mailer(const Mailer&) = delete;
  Mailer& operator=(const Mailer&) = delete;

  // Sends until it is cancelled (by any type of cancellation) or stop() is called; then it ends by itself, within `grace`.
  asio::awaitable<void> run();
  void stop();

  // Buttons in mail are links signed with this key from now on (signed_link.hpp); without one there are none.
  void sign_links_with(std::string key);
  // Alerts were raised.
  void wake();
  // New settings: everything that waited is tried again.
  void configure(Config config);

 private:
  using Clock = std::chrono::steady_clock;
  struct Wait {
    int failures = 0;
    Clock::time_point until = {};
  };
  // A server that several messages may go to.
  struct Server {
    Wait wait = {};
    Clock::time_point last_attempt = {};
    bool news = false;  // an alert was raised since it was last asked
  };
  // How one parcel would leave; null in place of what the settings do not have.
  struct Way {
    const RecipientConfig* recipient = nullptr;
    const Channel* channel = nullptr;
    std::string server = {};          // what tell() calls it
    std::string_view label = "mail";  // of the channel
  };

  // Each gives the moment at which there is something to do again.
  asio::awaitable<Clock::time_point> pass();
  asio::awaitable<Clock::time_point> send_waiting();
  asio::awaitable<bool> send_one(const Parcel& parcel);
  asio::awaitable<Attempt> attempt(const Parcel& parcel, const Way& way);
  asio::awaitable<Begun> begin(const Parcel& parcel, const Way& way);
  asio::awaitable<bool> note_sent();
  asio::awaitable<void> note_failed(const Parcel& parcel, const Way& way, const SendFault& fault);
  asio::awaitable<bool> withhold(const Plan& plan, const std::vector<Alert>& waiting);
  asio::awaitable<void> sleep(Clock::time_point until);
  bool sends_nothing() const;
  Way way_of(const Parcel& parcel) const;
  Clock::time_point may_send(const Parcel& parcel) const;
  void tell_silences(const std::vector<Complaint>& complaints);
  void hold(Wait& wait, const SendFault& fault) const;
  void store_failed(const Failure& failure);
  void tell(const std::string& what, std::string_view channel, const SendFault& fault);
  void well(const std::string& what);

  Store& store_;
  asio::thread_pool& writer_;
  Config config_;
  std::string link_key_ = {};
  Events events_;

  asio::steady_timer* timer_ = nullptr;  // of run(), while it sleeps or could
  asio::steady_timer* grace_ = nullptr;
  std::unique_ptr<Sending> sending_ = {};  // the message under way
  bool stopping_ = false;
  bool woken_ = true;                                           // there may be news: look before sleeping
  Wait outbox_ = {};                                            // while the store fails
  std::map<std::string, Server> servers_ = {};                  // by what tell() calls them
  std::map<std::string, Wait> messages_ = {};                   // by the last alert of a parcel: refused before
  std::vector<std::pair<std::string, UtcTime>> accepted_ = {};  // sent, but not yet noted in the store, in that order
  std::optional<Told> group_told_ = {};                         // empty: not yet read from the store
  std::set<std::string> bad_silences_ = {};                     // that were told
  std::map<std::string, std::set<SendReason>> told_ = {};       // by what is unwell: the reasons that were told
  asio::thread_pool sender_{1};
};

}  // namespace barometer
