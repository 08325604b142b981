#pragma once

#include <functional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include "daemon/alerts/service_alerts.hpp"
#include "daemon/channels/send_fault.hpp"
#include "daemon/config.hpp"
#include "storage/store.hpp"

namespace barometer {

namespace asio = boost::asio;

// Tells an Alertmanager what is wrong with Barometer itself, every alertmanager.every while there is something to tell. There is no
// outbox: Alertmanager wants the state again and again, and what it missed of it is in the next round. On the loop's thread; the
// store is asked on `readers`.
class Alertmanager {
 public:
  struct Events {
    std::function<void()> told = {};
    std::function<void(SendReason)> failed = {};         // each round that came to nothing
    std::function<void(const SendFault&)> trouble = {};  // the first of a row of these
    std::function<void()> recovered = {};
  };

  Alertmanager(asio::any_io_executor loop, asio::thread_pool& readers, const Store& store, std::function<UtcTime()> now,
               Events events);

  // In force from the next round on.
  void configure(Config config);
  // Until cancelled. What lasts then is over for Alertmanager after some rounds without a word.
  asio::awaitable<void> run();

 private:
  asio::awaitable<void> round();
  asio::awaitable<std::optional<SendFault>> tell(std::string body);

  asio::any_io_executor loop_;
  asio::thread_pool& readers_;
  const Store& store_;
  std::function<UtcTime()> now_;
  Events events_;
  Config config_ = {};
  ServiceBoard board_ = {};
  bool failing_ = false;
};

}  // namespace barometer
