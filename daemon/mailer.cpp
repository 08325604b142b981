#include "daemon/mailer.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "connectors/run_on.hpp"
#include "daemon/mail_message.hpp"
#include "daemon/smtp_transfer.hpp"

namespace barometer {
namespace {

constexpr std::size_t outbox_page = 1000;  // alerts read at a time
// What can be unwell beside a recipient's role.
const std::string server_name = "mail server";
const std::string outbox_name = "outbox";

UtcTime wall_clock() { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

// Read at each connection, so that a new password needs no restart.
Result<std::string> password_of(const MailConfig& config) {
  if (config.user.empty()) return std::string{};
  std::ifstream file{config.password_file, std::ios::binary};
  std::string out{std::istreambuf_iterator<char>{file}, {}};
  out.erase(std::min(out.find_last_not_of("\r\n") + 1, out.size()));
  if (!file.bad() && !out.empty()) return out;
  return Failure{
      Remedy::ask_operator,
      "the file in mail.password_file cannot be read or is empty: put the password in it and let the daemon read it",
      {}};
}

}  // namespace

Mailer::Mailer(Store& store, asio::thread_pool& writer, MailConfig config, std::string public_url, Events events)
    : store_(store),
      writer_(writer),
      config_(std::move(config)),
      public_url_(std::move(public_url)),
      events_(std::move(events)) {}

Mailer::~Mailer() {
  if (transfer_) transfer_->abort();
  sender_.join();
}

asio::awaitable<void> Mailer::run() {
  // A cancellation asks to stop; it never cuts off a message whose fate the server is about to tell.
  const auto before = co_await asio::this_coro::cancellation_state;
  if (before.cancelled() != asio::cancellation_type::none) stop();
  auto filter = [this](asio::cancellation_type) {
    stop();
    return asio::cancellation_type::none;
  };
  co_await asio::this_coro::reset_cancellation_state(std::move(filter), asio::disable_cancellation());

  const auto loop = co_await asio::this_coro::executor;
  asio::steady_timer timer{loop}, grace_timer{loop};
  timer_ = &timer;
  grace_ = &grace_timer;
  while (!stopping_) {
    const auto until = co_await pass();
    co_await sleep(until);
  }
  timer_ = grace_ = nullptr;
}

void Mailer::stop() {
  if (std::exchange(stopping_, true)) return;
  if (timer_) timer_->cancel();
  if (!transfer_) return;
  grace_->expires_after(grace);
  grace_->async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled && transfer_) transfer_->abort();
  });
}

void Mailer::wake() {
  woken_ = true;
  if (timer_) timer_->cancel();
}

void Mailer::configure(MailConfig config, std::string public_url) {
  config_ = std::move(config);
  public_url_ = std::move(public_url);
  server_ = {};
  messages_.clear();
  wake();
}

asio::awaitable<void> Mailer::sleep(Clock::time_point until) {
  if (woken_ || stopping_) co_return;
  timer_->expires_at(until);
  boost::system::error_code cancelled;
  auto token = asio::redirect_error(asio::use_awaitable, cancelled);
  co_await timer_->async_wait(token);
}

asio::awaitable<Mailer::Clock::time_point> Mailer::pass() {
  news_ |= std::exchange(woken_, false);
  if (config_.server.empty()) co_return Clock::time_point::max();
  const auto turn = may_ask_server();
  if (Clock::now() < turn) co_return turn;
  news_ = false;
  const bool noted = co_await note_sent();
  if (!noted) co_return server_.until;
  co_return co_await send_waiting();
}

asio::awaitable<Mailer::Clock::time_point> Mailer::send_waiting() {
  for (std::size_t limit = outbox_page;;) {
    auto read = [this, limit] { return store_.waiting_alerts(limit); };
    const auto waiting = co_await run_on(writer_, std::move(read));
    if (!waiting) {
      const MailFault fault{MailReason::store, true, waiting.error().detail};
      tell(outbox_name, fault);
      hold(server_);
      co_return server_.until;
    }
    auto soonest = Clock::time_point::max();
    bool tried = false;
    for (const auto& alert : *waiting) {
      const auto turn = may_send(alert);
      soonest = std::min(soonest, turn);
      if (Clock::now() < turn) continue;
      tried = true;
      const bool go_on = co_await send_one(alert);
      if (!go_on) co_return server_.until;
    }
    // More may wait behind those that were read: behind a page of refused ones, only a longer page shows them.
    if (!tried && waiting->size() < limit) co_return soonest;
    if (!tried) limit *= 2;
  }
}

// False when the others need not be tried now.
asio::awaitable<bool> Mailer::send_one(const Alert& alert) {
  last_attempt_ = Clock::now();
  const auto outcome = co_await attempt(alert);
  if (outcome.given_up) co_return false;
  if (outcome.fault) {
    co_await note_failed(alert, *outcome.fault);
    co_return !outcome.fault->of_server && !stopping_;
  }
  server_ = {};
  messages_.erase(alert.id);
  well(server_name);
  well(alert.recipient);
  accepted_[alert.id] = wall_clock();
  if (events_.sent) events_.sent(alert);
  const bool noted = co_await note_sent();
  co_return noted && !stopping_;
}

asio::awaitable<Mailer::Attempt> Mailer::attempt(const Alert& alert) {
  const auto failed = [](MailReason reason, bool of_server, std::string detail) {
    return Attempt{false, MailFault{reason, of_server, std::move(detail)}};
  };
  const auto recipient = std::ranges::find(config_.recipients, alert.recipient, &RecipientConfig::name);
  if (recipient == config_.recipients.end())
    co_return failed(MailReason::settings, false,
                     "the settings name no such recipient any more: put it back under mail.recipients");
  auto message = compose(alert, *recipient, config_, public_url_, wall_clock());
  if (!message) co_return failed(MailReason::settings, false, message.error().detail);
  const auto password = password_of(config_);
  if (!password) co_return failed(MailReason::settings, true, password.error().detail);

  transfer_ = std::make_shared<SmtpTransfer>(config_, *password, std::move(*message));
  auto send = [transfer = transfer_] {
    transfer->perform();
    return Attempt{transfer->given_up(), transfer->fault()};
  };
  const auto out = co_await run_on(sender_, std::move(send));
  transfer_.reset();
  co_return out;
}

// Writes down what was sent. What cannot be written down is kept in mind and not sent again while this process lives.
asio::awaitable<bool> Mailer::note_sent() {
  while (!accepted_.empty()) {
    const auto [id, when] = *accepted_.begin();
    auto mark = [this, id = id, when = when] { return store_.mark_sent(id, when); };
    const auto marked = co_await run_on(writer_, std::move(mark));
    if (!marked) {
      const MailFault fault{MailReason::store, true, marked.error().detail};
      tell(outbox_name, fault);
      hold(server_);
      co_return false;
    }
    well(outbox_name);
    accepted_.erase(id);
  }
  co_return true;
}

asio::awaitable<void> Mailer::note_failed(const Alert& alert, const MailFault& fault) {
  if (fault.of_server) {
    hold(server_);
    tell(server_name, fault);
  } else {
    hold(messages_[alert.id]);
    tell(alert.recipient, fault);
    if (fault.reason != MailReason::settings) {  // the server did answer
      server_ = {};
      well(server_name);
    }
  }
  auto mark = [this, id = alert.id, when = wall_clock(), detail = fault.detail] {
    return store_.mark_failed(id, when, detail);
  };
  const auto marked = co_await run_on(writer_, std::move(mark));
  if (!marked) {
    const MailFault of_store{MailReason::store, true, marked.error().detail};
    tell(outbox_name, of_store);
  }
}

Mailer::Clock::time_point Mailer::may_ask_server() const {
  if (server_.failures == 0) return {};
  return news_ ? std::min(server_.until, last_attempt_ + config_.retry_every) : server_.until;
}

Mailer::Clock::time_point Mailer::may_send(const Alert& alert) const {
  if (accepted_.contains(alert.id)) return Clock::time_point::max();
  const auto held = messages_.find(alert.id);
  return held == messages_.end() ? Clock::time_point{} : held->second.until;
}

void Mailer::hold(Wait& wait) const {
  ++wait.failures;
  wait.until = Clock::now() + mail_wait(config_.retry_every, wait.failures);
}

void Mailer::tell(const std::string& what, const MailFault& fault) {
  if (events_.failed) events_.failed(fault.reason);
  if (told_[what].insert(fault.reason).second && events_.trouble) events_.trouble(what, fault);
}

void Mailer::well(const std::string& what) {
  if (told_.erase(what) != 0 && events_.recovered) events_.recovered(what);
}

}  // namespace barometer
