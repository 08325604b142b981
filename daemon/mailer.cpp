#include "daemon/mailer.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "connectors/run_on.hpp"
#include "daemon/alerts/issue_mail.hpp"
#include "daemon/alerts/mail_actions.hpp"
#include "daemon/alerts/mail_facts.hpp"
#include "daemon/alerts/period_mail.hpp"
#include "daemon/alerts/silence_warning.hpp"
#include "daemon/report/board_report.hpp"

namespace barometer {
namespace {

constexpr std::size_t outbox_page = 1000;  // alerts read at a time
// What can be unwell beside a recipient's role.
const std::string server_name = "mail server";
const std::string outbox_name = "outbox";

UtcTime wall_clock() { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

// What a look into the outbox and at the silences shows.
struct Seen {
  DispatchFacts facts = {};
  Told told = {};  // if `settings` were given
  std::vector<Complaint> complaints = {};
  std::optional<Failure> failure = {};
};

Seen look(const Store& store, std::size_t limit, const std::filesystem::path& silences, bool inhibits,
          const AlertsConfig* settings) {
  Seen out;
  auto waiting = store.waiting_alerts(limit);
  if (!waiting) return {{}, {}, {}, waiting.error()};
  out.facts.waiting = std::move(*waiting);
  if (inhibits) {
    const auto open = store.issues({.open = true}, [&](const Issue& i) { return out.facts.open.push_back(i), true; });
    if (!open) return {{}, {}, {}, open.error()};
  }
  auto read = read_silences(silences);
  out.facts.silences = std::move(read.silences);
  out.complaints = std::move(read.complaints);
  if (settings == nullptr) return out;
  const auto told = store.alerts([&](const Alert& alert) { return out.told.note(alert, *settings), true; });
  if (!told) out.failure = told.error();
  return out;
}

// The newest of each thread says what is told.
std::vector<Alert> newest_of_threads(const Parcel& parcel) {
  std::vector<Alert> out;
  for (const auto& alert : parcel.alerts) {
    std::erase_if(out, [&](const Alert& earlier) { return earlier.thread == alert.thread && !alert.thread.empty(); });
    out.push_back(alert);
  }
  return out;
}

Result<MailBody> body_of(const Store& store, const Parcel& parcel, const RecipientConfig& recipient,
                         const Config& config, const std::string& link_key, UtcTime now) {
  const auto& last = parcel.alerts.back();
  if (last.kind == AlertKind::recap) {
    const auto facts = chat_facts(store, last, config);
    return facts ? Result<MailBody>{recap_mail(last, *facts)} : facts.error();
  }
  if (last.kind == AlertKind::report) {
    const auto facts = report_facts(store, config, last.from, last.to, now);
    return facts ? Result<MailBody>{report_mail(*facts, last.id, config.web.public_url)} : facts.error();
  }
  if (last.kind == AlertKind::silence_ends) {
    const auto silences = read_silences(silences_file(config)).silences;
    const auto* silence = warned_of(last, silences, now);
    if (silence) return silence_mail(last, *silence);
    return Failure{Remedy::retry, "the silence has just been changed or taken out", {}};
  }
  if (last.kind == AlertKind::digest || last.kind == AlertKind::all_quiet) {
    const auto facts = period_facts(store, last, config);
    if (!facts) return facts.error();
    return last.kind == AlertKind::digest ? digest_mail(last, config.alerts, *facts) : all_quiet_mail(last, *facts);
  }
  auto facts = mail_facts(store, parcel, config);
  if (!facts) return facts.error();
  facts->actions = action_buttons(last, config.web.public_url, link_key, now);
  const auto told = newest_of_threads(parcel);
  return told.size() == 1 ? issue_mail(last, recipient, config.alerts, *facts)
                          : group_mail(told, recipient, config.alerts, *facts);
}

struct Composed {
  Outgoing message = {};
  std::optional<Failure> failure = {};
};

Composed compose(const Store& store, const Parcel& parcel, const RecipientConfig& recipient, const Config& config,
                 const std::string& link_key, UtcTime now) {
  auto body = body_of(store, parcel, recipient, config, link_key, now);
  if (!body) return {{}, body.error()};
  return {{std::move(*body), newest_of_threads(parcel), recipient, now}, {}};
}

}  // namespace

Mailer::Mailer(Store& store, asio::thread_pool& writer, Config config, Events events)
    : store_(store), writer_(writer), config_(std::move(config)), events_(std::move(events)) {}

Mailer::~Mailer() {
  if (sending_) sending_->abort();
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
  if (!sending_) return;
  grace_->expires_after(grace);
  grace_->async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled && sending_) sending_->abort();
  });
}

void Mailer::sign_links_with(std::string key) { link_key_ = std::move(key); }

void Mailer::wake() {
  woken_ = true;
  if (timer_) timer_->cancel();
}

void Mailer::configure(Config config) {
  config_ = std::move(config);
  outbox_ = {};
  servers_.clear();
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
  if (std::exchange(woken_, false))
    for (auto& [name, server] : servers_) server.news = true;
  if (sends_nothing()) co_return Clock::time_point::max();
  if (Clock::now() < outbox_.until) co_return outbox_.until;
  const bool noted = co_await note_sent();
  if (!noted) co_return outbox_.until;
  co_return co_await send_waiting();
}

asio::awaitable<Mailer::Clock::time_point> Mailer::send_waiting() {
  for (std::size_t limit = outbox_page;;) {
    auto read = [this, limit, file = silences_file(config_), settings = config_.alerts,
                 known = group_told_.has_value()] {
      return look(store_, limit, file, !settings.inhibit.empty(), known ? nullptr : &settings);
    };
    auto seen = co_await run_on(writer_, std::move(read));
    if (seen.failure) {
      store_failed(*seen.failure);
      co_return outbox_.until;
    }
    outbox_ = {};
    if (!group_told_) group_told_ = std::move(seen.told);
    tell_silences(seen.complaints);
    const bool all = seen.facts.waiting.size() < limit;
    // What left but could not be noted is not to leave again.
    std::erase_if(seen.facts.waiting, [this](const Alert& alert) {
      return std::ranges::find(accepted_, alert.id, &std::pair<std::string, UtcTime>::first) != accepted_.end();
    });

    const auto now = wall_clock();
    const auto planned = plan(seen.facts, *group_told_, config_.mail.recipients, config_.alerts, now);
    const bool withheld = co_await withhold(planned, seen.facts.waiting);
    if (!withheld) co_return outbox_.until;
    auto soonest = planned.next ? Clock::now() + (*planned.next - now) : Clock::time_point::max();
    bool tried = false;
    std::set<std::string> failed;  // servers: what waits behind the first message that they refuse is not tried
    for (const auto& parcel : planned.parcels) {
      const auto server = way_of(parcel).server;
      const auto turn = may_send(parcel);
      soonest = std::min(soonest, turn);
      if (Clock::now() < turn || failed.contains(server)) continue;
      tried = true;
      const bool go_on = co_await send_one(parcel);
      if (!go_on) co_return outbox_.until;
      if (const auto row = servers_.find(server); row != servers_.end() && row->second.wait.failures > 0)
        failed.insert(server);
    }
    // More may wait behind those that were read: behind a page of refused ones, only a longer page shows them.
    if (!tried && all) co_return soonest;
    if (!tried) limit *= 2;
  }
}

// What is never to leave leaves the outbox. False when the store cannot be written.
asio::awaitable<bool> Mailer::withhold(const Plan& planned, const std::vector<Alert>& waiting) {
  for (const auto& [id, reason] : planned.withheld) {
    auto mark = [this, id = id, reason = reason, when = wall_clock()] { return store_.withhold(id, when, reason); };
    const auto marked = co_await run_on(writer_, std::move(mark));
    if (!marked) {
      store_failed(marked.error());
      co_return false;
    }
    const auto alert = std::ranges::find(waiting, id, &Alert::id);
    if (alert != waiting.end() && events_.withheld) events_.withheld(*alert, reason);
  }
  co_return true;
}

// False when the others need not be tried now.
asio::awaitable<bool> Mailer::send_one(const Parcel& parcel) {
  const auto way = way_of(parcel);
  auto& server = servers_[way.server];
  server.last_attempt = Clock::now();
  server.news = false;
  const auto outcome = co_await attempt(parcel, way);
  if (outcome.given_up) co_return false;
  if (outcome.fault) {
    co_await note_failed(parcel, way, *outcome.fault);
    co_return !stopping_;
  }
  const auto& last = parcel.alerts.back();
  servers_.erase(way.server);
  messages_.erase(last.id);
  well(way.server);
  well(last.recipient);
  // The last one last: whatever a crash leaves of these is sent again under the same Message-ID.
  for (auto alert : parcel.alerts) {
    alert.sent_at = wall_clock();
    accepted_.emplace_back(alert.id, *alert.sent_at);
    group_told_->note(alert, config_.alerts);
  }
  if (events_.sent) events_.sent(way.label, last);
  const bool noted = co_await note_sent();
  co_return noted && !stopping_;
}

asio::awaitable<Attempt> Mailer::attempt(const Parcel& parcel, const Way& way) {
  auto begun = co_await begin(parcel, way);
  if (begun.fault) co_return Attempt{false, std::move(begun.fault)};
  sending_ = std::move(begun.sending);
  const auto out = co_await sending_->perform();
  sending_.reset();
  co_return out;
}

asio::awaitable<Begun> Mailer::begin(const Parcel& parcel, const Way& way) {
  if (!way.recipient || !way.channel)
    co_return Begun{nullptr,
                    SendFault{SendReason::settings,
                              false,
                              "the settings name no such recipient any more: put it back under mail.recipients",
                              {}}};
  auto write = [this, parcel, recipient = *way.recipient, config = config_, key = link_key_] {
    return compose(store_, parcel, recipient, config, key, wall_clock());
  };
  const auto composed = co_await run_on(writer_, std::move(write));
  if (composed.failure) co_return Begun{nullptr, SendFault{SendReason::store, true, composed.failure->detail, {}}};
  co_return way.channel->begin(composed.message, config_, sender_);
}

// Writes down what was sent. What cannot be written down is kept in mind and not sent again while this process lives.
asio::awaitable<bool> Mailer::note_sent() {
  while (!accepted_.empty()) {
    const auto [id, when] = accepted_.front();
    auto mark = [this, id = id, when = when] { return store_.mark_sent(id, when); };
    const auto marked = co_await run_on(writer_, std::move(mark));
    if (!marked) {
      store_failed(marked.error());
      co_return false;
    }
    well(outbox_name);
    accepted_.erase(accepted_.begin());
  }
  co_return true;
}

asio::awaitable<void> Mailer::note_failed(const Parcel& parcel, const Way& way, const SendFault& fault) {
  const auto& last = parcel.alerts.back();
  if (fault.of_server) {
    hold(servers_[way.server].wait, fault);
    tell(way.server, way.label, fault);
  } else {
    hold(messages_[last.id], fault);
    tell(last.recipient, way.label, fault);
    const bool answered = fault.reason != SendReason::settings;
    if (answered) servers_.erase(way.server);
    if (answered && way.server != last.recipient) well(way.server);
  }
  auto mark = [this, parcel, when = wall_clock(), detail = fault.detail] {
    Result<void> marked{};
    for (const auto& alert : parcel.alerts)
      if (marked) marked = store_.mark_failed(alert.id, when, detail);
    return marked;
  };
  const auto marked = co_await run_on(writer_, std::move(mark));
  if (!marked) store_failed(marked.error());
}

// Without a mail server what is to go by mail waits, and nobody is told: check-config did.
bool Mailer::sends_nothing() const {
  const auto by_mail = [](const RecipientConfig& recipient) { return recipient.channel == "mail"; };
  return config_.mail.server.empty() && std::ranges::all_of(config_.mail.recipients, by_mail);
}

Mailer::Way Mailer::way_of(const Parcel& parcel) const {
  const auto& all = config_.mail.recipients;
  const auto found = std::ranges::find(all, parcel.alerts.back().recipient, &RecipientConfig::name);
  if (found == all.end()) return {nullptr, nullptr, parcel.alerts.back().recipient};
  const auto* channel = find_channel(found->channel);
  if (!channel) return {&*found, nullptr, found->name};
  return {&*found, channel, found->channel == "mail" ? server_name : found->name, channel->name};
}

Mailer::Clock::time_point Mailer::may_send(const Parcel& parcel) const {
  const auto way = way_of(parcel);
  if (way.server == server_name && config_.mail.server.empty()) return Clock::time_point::max();
  const auto held = messages_.find(parcel.alerts.back().id);
  const auto turn = held == messages_.end() ? Clock::time_point{} : held->second.until;
  const auto server = servers_.find(way.server);
  if (server == servers_.end() || server->second.wait.failures == 0) return turn;
  const auto& [wait, last_attempt, news] = server->second;
  return std::max(turn, news ? std::min(wait.until, last_attempt + config_.mail.retry_every) : wait.until);
}

void Mailer::hold(Wait& wait, const SendFault& fault) const {
  ++wait.failures;
  wait.until = Clock::now() + send_wait(config_.mail.retry_every, wait.failures, fault);
}

void Mailer::store_failed(const Failure& failure) {
  const SendFault fault{SendReason::store, true, failure.detail, {}};
  tell(outbox_name, "mail", fault);
  hold(outbox_, fault);
}

void Mailer::tell(const std::string& what, std::string_view channel, const SendFault& fault) {
  if (events_.failed) events_.failed(channel, fault.reason);
  if (told_[what].insert(fault.reason).second && events_.trouble) events_.trouble(what, fault);
}

void Mailer::tell_silences(const std::vector<Complaint>& complaints) {
  std::set<std::string> standing;
  for (const auto& complaint : complaints) {
    const auto words = std::to_string(complaint.line) + complaint.message;
    standing.insert(words);
    if (!bad_silences_.contains(words) && events_.bad_silence) events_.bad_silence(complaint);
  }
  bad_silences_ = std::move(standing);
}

void Mailer::well(const std::string& what) {
  if (told_.erase(what) != 0 && events_.recovered) events_.recovered(what);
}

}  // namespace barometer
