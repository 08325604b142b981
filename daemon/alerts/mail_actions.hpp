#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include "daemon/alerts/mail_body.hpp"
#include "daemon/alerts/signed_link.hpp"
#include "daemon/config.hpp"
#include "daemon/http_server.hpp"
#include "storage/store.hpp"

namespace barometer {

namespace asio = boost::asio;

// What the buttons of a mail lead to: GET shows what would be done and a button, because mail scanners open every link; POST does it.
// A link works once, for two weeks, and only with its signature. Acknowledging is noted with the alert, and with the issue as what is
// not a concern is; a silence goes to the file of silences, in the name of the alert's recipient, for a day.
class MailActions {
 public:
  struct Of {
    Store& store;
    asio::thread_pool& writer;
    std::function<std::shared_ptr<const Config>()> config;
    std::function<UtcTime()> now;
    std::function<void(const ReviewAction&)> reviewed = {};  // a step of a review was taken
  };
  explicit MailActions(Of of);

  // Links signed with this key work from now on, and no others; any thread.
  void sign_links_with(std::string key);

  static constexpr std::string_view prefix = "/act/";

  HttpReply page(const WebRequest& request) const;     // any thread; reads the store
  asio::awaitable<HttpReply> act(WebRequest request);  // on the loop

 private:
  struct Asked;
  Asked asked(const WebRequest& request, UtcTime now) const;
  HttpReply done(const Asked& asked, UtcTime now);
  Result<void> review(const Asked& asked, UtcTime now);

  Of of_;
  std::atomic<std::shared_ptr<const std::string>> key_;  // null: no link works
};

// The buttons of a mail about this alert: Acknowledge, Not a concern, and Silence unless it is a red flag. None without a public address.
std::vector<MailButton> action_buttons(const Alert& alert, std::string_view public_url, std::string_view key,
                                       UtcTime now);

}  // namespace barometer
