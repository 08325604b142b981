#include "daemon/app.hpp"

#include <algorithm>
#include <csignal>
#include <future>
#include <iterator>
#include <stdexcept>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "connectors/run_on.hpp"
#include "daemon/alerts/policy.hpp"
#include "daemon/clock.hpp"
#include "daemon/key_file.hpp"
#include "daemon/log.hpp"
#include "daemon/mood.hpp"
#include "daemon/orders.hpp"
#include "daemon/own_rules.hpp"
#include "daemon/review/open_work.hpp"
#include "daemon/version.hpp"
#include "daemon/wire.hpp"

namespace barometer {

namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

constexpr auto house_every = 5s;  // how often what only the store knows is told to Prometheus

template <class T>
T or_throw(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().detail);
  return std::move(*result);
}

// The demo is a source like any other; its pages follow each other as fast as its host may be asked.
Config with_demo(Config config, bool demo) {
  if (demo) config.sources.push_back({.source = {.name = "demo", .platform = "demo"}, .every = 5s});
  if (config.http.user_agent.empty()) config.http.user_agent = std::string("Barometer/") + version;
  return config;
}

std::string scheme_of(const Config& config) { return config.web.tls_key_file.empty() ? "http://" : "https://"; }

HttpReply not_for_everybody() {
  return {.status = 401, .body = "A token is needed from elsewhere.\n", .headers = {{"WWW-Authenticate", "Bearer"}}};
}

}  // namespace

App::App(Config config, std::filesystem::path file, bool demo)
    : file_(std::move(file)),
      demo_(demo),
      config_(std::make_shared<const Config>(with_demo(std::move(config), demo))),
      store_(or_throw(Store::open({.path = config_.load()->store.path, .sync = config_.load()->store.sync}))),
      key_(or_throw(pseudonym_key(config_.load()->store.path))),
      judge_(or_throw(judge_with(config_.load()->rules_file))),
      metrics_(names_of_sources(*config_.load()), names_of_tags(*config_.load())),
      workers_(config_.load()->assess_threads),
      committer_(loop_.get_executor(), writer_, *store_, committer_events()),
      pipeline_(workers_, committer_, rulebook(*config_.load()), pipeline_events(), config_.load()->assess_threads),
      book_(loop_.get_executor(), committer_, states_, or_throw(SourceBook::recall(*store_, utc_now())), utc_now,
            book_events()),
      curl_(loop_.get_executor()),
      mailer_(*store_, writer_, *config_.load(), mailer_events()),
      rounds_(loop_.get_executor(), writer_, *store_, utc_now, rounds_events()),
      alertmanager_(loop_.get_executor(), readers_, *store_, utc_now, alertmanager_events()),
      actions_({*store_, writer_, [this] { return config_.load(); }, utc_now, step_taken()}),
      webhook_({pipeline_, *store_, readers_, metrics_, states_, book_}, utc_now),
      remote_read_(*store_, readers_),
      site_({*store_, states_, [this] { return config_.load(); }, utc_now,
             config_.load()->store.path / AuditLog::file_name, step_taken(), [this] { return judge_.load(); },
             [this](const Order& order) { return obey_soon(order); }}),
      server_(loop_.get_executor(), readers_),
      expiry_(loop_.get_executor(), upkeep_, *store_, utc_now, expiry_events()),
      control_(loop_.get_executor(), upkeep_, config_.load()->store.path,
               [this](const std::string& order) { return obey(order); }) {
  // A write to a closed connection, or beyond a limit on file sizes, is an error where it happens and not the end.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  webhook_.configure(*config_.load());
  expiry_.configure(*config_.load());
  rounds_.configure(*config_.load());
  alertmanager_.configure(*config_.load());
  sign_links();
  store_->tell_of_issues(telling(*config_.load()));
  route();
  if (const auto tls = encrypt(*config_.load()); !tls) throw std::runtime_error(tls.error().detail);
  const auto address = parse_listen(config_.load()->web.listen);
  if (!address)
    throw std::runtime_error("web.listen '" + config_.load()->web.listen + "' is no address; write 127.0.0.1:9468");
  const auto port = or_throw(server_.listen(*address));
  metrics_.config_reloaded(true, utc_now());
  log_info("started", {{"version", version},
                       {"address", scheme_of(*config_.load()) + address->host + ":" + std::to_string(port) + "/"},
                       {"sources", std::to_string(config_.load()->sources.size())},
                       {"store", config_.load()->store.path.string()}});
}

Result<void> App::encrypt(const Config& config) {
  if (config.web.tls_key_file.empty()) {
    server_.use_tls(nullptr);
    return {};
  }
  auto tls = server_tls({config.web.tls_certificate_file, config.web.tls_key_file});
  if (!tls) return tls.error();
  server_.use_tls(std::move(*tls));
  return {};
}

void App::run() {
  Task life(loop_.get_executor(), live());
  loop_.run();
}

asio::awaitable<void> App::live() {
  Task commits(loop_.get_executor(), committer_.run());
  Task mail(loop_.get_executor(), mailer_.run());
  Task web(loop_.get_executor(), server_.serve());
  Task house(loop_.get_executor(), keep_house());
  Task expiry(loop_.get_executor(), expiry_.run());
  Task rounds(loop_.get_executor(), rounds_.run());
  Task service(loop_.get_executor(), alertmanager_.run());
  Task orders(loop_.get_executor(), control_.serve());
  listen_to(*config_.load());
  listening_ = std::make_unique<Listening>(*config_.load(), shared());
  Task book(loop_.get_executor(), book_.run());

  co_await until_asked_to_stop();

  log_info("stopping");
  co_await listening_->stop();
  book.cancel();
  co_await book.ended();
  co_await book_.write_down();
  committer_.close();
  co_await commits.ended();
  mailer_.stop();
  co_await mail.ended();
  for (Task* task : {&orders, &service, &expiry, &rounds, &house}) {
    task->cancel();
    co_await task->ended();
  }
  web.cancel();
  co_await web.ended();
  log_info("stopped");
}

asio::awaitable<void> App::until_asked_to_stop() {
  asio::signal_set signals(loop_, SIGTERM, SIGINT, SIGHUP);
  while (co_await signals.async_wait(asio::use_awaitable) == SIGHUP) co_await reload();
}

asio::awaitable<void> App::reload() {
  auto work = [file = file_] { return std::make_shared<ConfigRead>(read_config(file)); };
  const auto read = co_await run_on(readers_, std::move(work));
  for (const Complaint& complaint : read->complaints)
    log_error("bad_setting",
              {{"file", complaint.file}, {"line", std::to_string(complaint.line)}, {"detail", complaint.message}});
  if (!read->complaints.empty()) {
    log_error("reload_refused", {{"detail", "the settings in force stay; mend the file and send SIGHUP again"}});
    metrics_.config_reloaded(false, utc_now());
    co_return;
  }
  const auto before = config_.load();
  const auto after = std::make_shared<const Config>(with_demo(std::move(read->config), demo_));
  if (after->store.path != before->store.path || after->web.listen != before->web.listen)
    log_warn("restart_needed", {{"detail", "store.path and web.listen change only with a restart"}});

  co_await listening_->stop();
  const std::vector<std::string> listened = names_of_sources(*after);
  for (const std::string& name : names_of_sources(*before))
    if (std::find(listened.begin(), listened.end(), name) == listened.end()) metrics_.retire_source(name);
  for (const std::string& name : listened) metrics_.declare_source(name);
  for (const std::string& name : names_of_tags(*after)) metrics_.declare_tag(name);
  config_ = after;
  pipeline_.use(rulebook(*after));
  auto tell = [this, after] { store_->tell_of_issues(telling(*after)); };
  asio::post(writer_, std::move(tell));  // it takes its turn with what is being written
  mailer_.configure(*after);
  listen_to(*after);  // those that left are written off as they were last
  states_.clear();
  webhook_.configure(*after);
  if (const auto tls = encrypt(*after); !tls)
    log_error("certificate_unusable", {{"remedy", "that of before stays"}, {"detail", tls.error().detail}});
  if (const auto known = site_.configure(*after); !known)
    log_error("people_unread", {{"remedy", "the people of before stay"}, {"detail", known.error().detail}});
  expiry_.configure(*after);
  rounds_.configure(*after);
  alertmanager_.configure(*after);
  listening_ = std::make_unique<Listening>(*after, shared());
  metrics_.config_reloaded(true, utc_now());
  log_info("reloaded", {{"sources", std::to_string(after->sources.size())}});
}

void App::listen_to(const Config& config) {
  book_.listen_to(names_of_sources(config));
  for (const std::string& name : names_of_pushed_sources(config)) book_.can_hear(name);
}

// What only the store knows, told to Prometheus now and then.
asio::awaitable<void> App::keep_house() {
  struct House {
    StoreSize size = {};
    std::vector<Alert> waiting = {};
    std::vector<TagMood> moods = {};
    OpenWork work = {};
  };
  constexpr std::size_t most_counted = 100'000;
  asio::steady_timer timer(loop_);
  for (;;) {
    auto work = [this, config = config_.load()] {
      House house{.size = store_->size()};
      if (auto waiting = store_->waiting_alerts(most_counted))
        std::ranges::copy_if(*waiting, std::back_inserter(house.waiting), overdue);
      if (auto moods = read_moods(*store_, names_of_tags(*config), utc_now())) house.moods = std::move(*moods);
      if (auto open = open_work(*store_, utc_now())) house.work = std::move(*open);
      return house;
    };
    const House house = co_await run_on(readers_, std::move(work));
    metrics_.store_size(house.size);
    metrics_.open_work(house.work);
    metrics_.alerts_waiting(house.waiting.size(),
                            house.waiting.empty() ? std::nullopt : std::optional(house.waiting.front().raised_at));
    for (const TagMood& mood : house.moods) {
      metrics_.sentiment_negative_ratio(mood.name, Window::day, mood.day.negative_ratio());
      metrics_.sentiment_negative_ratio(mood.name, Window::week, mood.week.negative_ratio());
    }
    timer.expires_after(house_every);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

Listening::Shared App::shared() {
  return {loop_.get_executor(), curl_, pipeline_, *store_, readers_, parsers_, metrics_, states_, book_};
}

std::shared_ptr<const Rulebook> App::rulebook(const Config& config) {
  if (auto judge = judge_with(config.rules_file))
    judge_ = *judge;
  else  // it was read when the settings were checked, and went since
    log_error("rules_unread", {{"remedy", "the rules of before stay"}, {"detail", judge.error().detail}});
  return std::make_shared<const Rulebook>(config, judge_.load(), key_);
}

Committer::Events App::committer_events() {
  return {.queue = [this](std::size_t waiting) { metrics_.queue(QueueOf::commit, waiting, Committer::queue_limit); },
          .committed =
              [this](double seconds) {
                metrics_.stage_seconds(Stage::commit, seconds);
                if (store_fails_.exchange(false)) log_info("store_recovered");
              },
          .failed =
              [this](const Failure& failure) {
                metrics_.commit_failed();
                if (!store_fails_.exchange(true))
                  log_error("store_failed", {{"remedy", name_of(failure.remedy)}, {"detail", failure.detail}});
              }};
}

Pipeline::Events App::pipeline_events() {
  const auto kept = [this](const Entry& entry, Outcome outcome) {
    const Post& post = entry.post;
    if (outcome == Outcome::deleted) metrics_.post_deleted(post.source);
    if (outcome == Outcome::duplicate) metrics_.posts_dropped(post.source, DropReason::duplicate);
    if (outcome != Outcome::duplicate) server_.tell_listeners();
    if (outcome != Outcome::stored) return;
    const bool late = post.seen_at - post.made_at > Metrics::late_after;
    for (const std::string& tag : entry.watched) metrics_.posts_ingested(post.source, tag, late);
    metrics_.posts_scored(post.source, entry.assessment.sentiment);
    for (const Concern& concern : entry.assessment.concerns) metrics_.concern_flagged(concern.theme, concern.severity);
  };
  return {.kept = kept,
          .dropped = [this](const std::string& source, DropReason reason) { metrics_.posts_dropped(source, reason); },
          .alerted = [this](std::size_t) { mailer_.wake(); },
          .assessed = [this](double seconds) { metrics_.stage_seconds(Stage::assess, seconds); },
          .assessing =
              [this](std::size_t pages) { metrics_.queue(QueueOf::assess, pages, config_.load()->sources.size()); }};
}

SourceBook::Events App::book_events() {
  return {.blind = [this](const std::string& source, GapReason reason,
                          std::chrono::milliseconds longer) { metrics_.source_blind(source, reason, longer); },
          .recheck_lag = [this](const std::string& source,
                                std::chrono::milliseconds lag) { metrics_.recheck_lag(source, lag); }};
}

Mailer::Events App::mailer_events() {
  return {.sent =
              [this](std::string_view channel, const Alert& alert) {
                metrics_.message_sent(channel, utc_now());
                log_info("alert_sent",
                         {{"alert", alert.id}, {"recipient", alert.recipient}, {"channel", std::string(channel)}});
              },
          .failed = [this](std::string_view channel, SendReason reason) { metrics_.message_failed(channel, reason); },
          .trouble =
              [](const std::string& what, const SendFault& fault) {
                log_error("mail_failed",
                          {{"what", what}, {"reason", std::string(name_of(fault.reason))}, {"detail", fault.detail}});
              },
          .recovered =
              [](const std::string& what) {
                log_info("mail_recovered", {{"what", what}});
              },
          .withheld =
              [](const Alert& alert, const std::string& reason) {
                log_info("alert_withheld", {{"alert", alert.id}, {"recipient", alert.recipient}, {"reason", reason}});
              },
          .bad_silence =
              [](const Complaint& complaint) {
                log_error("bad_silence", {{"file", complaint.file},
                                          {"line", std::to_string(complaint.line)},
                                          {"detail", complaint.message}});
              }};
}

Rounds::Events App::rounds_events() {
  return {.raised = [this](std::size_t) { mailer_.wake(); },
          .failed =
              [](const Failure& failure) {
                log_error("round_failed", {{"remedy", name_of(failure.remedy)}, {"detail", failure.detail}});
              }};
}

Alertmanager::Events App::alertmanager_events() {
  static constexpr std::string_view channel = "alertmanager";
  return {.told = [this] { metrics_.message_sent(channel, utc_now()); },
          .failed = [this](SendReason reason) { metrics_.message_failed(channel, reason); },
          .trouble =
              [](const SendFault& fault) {
                log_error("alertmanager_failed",
                          {{"reason", std::string(name_of(fault.reason))}, {"detail", fault.detail}});
              },
          .recovered = [] { log_info("alertmanager_recovered"); }};
}

std::function<void(const ReviewAction&)> App::step_taken() {
  return [this](const ReviewAction& step) {
    metrics_.step_taken(step);
    auto tell = [this] { server_.tell_listeners(); };
    asio::post(loop_, std::move(tell));  // steps are taken on the page's pool
  };
}

Expiry::Events App::expiry_events() {
  return {.passed =
              [](const TakenAway& taken) {
                if (taken == TakenAway{}) return;
                log_info("expired", {{"texts", std::to_string(taken.texts)},
                                     {"authors", std::to_string(taken.authors)},
                                     {"posts", std::to_string(taken.posts)},
                                     {"alerts", std::to_string(taken.alerts)},
                                     {"tombstones", std::to_string(taken.tombstones)},
                                     {"counts", std::to_string(taken.counts)}});
              },
          .failed =
              [](const Failure& failure) {
                log_error("expiry_failed", {{"remedy", name_of(failure.remedy)}, {"detail", failure.detail}});
              },
          .record_over = [this](UtcTime until) { return site_.shorten_record(until); }};
}

void App::sign_links() {
  mailer_.sign_links_with(link_key(key_.bytes));
  actions_.sign_links_with(link_key(key_.bytes));
}

Result<std::string> App::obey(const std::string& text) {
  const auto order = read_order(text);
  if (!order) return order.error();
  const auto config = config_.load();
  auto done = carry_out(*order, *store_, *config, utc_now());
  const bool new_key = order->does == Order::Does::rotate_key || order->does == Order::Does::destroy_keys;
  if (done && new_key) {
    auto key = pseudonym_key(config->store.path);
    if (!key) return key.error();
    auto take = [this, key = std::move(*key)]() mutable {
      key_ = std::move(key);
      sign_links();
      pipeline_.use(rulebook(*config_.load()));
    };
    asio::post(loop_, std::move(take));
  }
  if (done)
    log_info("order_done", {{"result", *done}});
  else
    log_error("order_failed", {{"detail", done.error().detail}});
  return done;
}

std::optional<Result<std::string>> App::obey_soon(const Order& order) {
  constexpr auto moment = 10s;
  auto done = std::make_shared<std::promise<Result<std::string>>>();
  auto waiting = done->get_future();
  auto work = [this, done, text = order_text(order)] { done->set_value(obey(text)); };
  asio::post(upkeep_, std::move(work));
  if (waiting.wait_for(moment) != std::future_status::ready) return std::nullopt;
  return waiting.get();
}

void App::route() {
  server_.on_pool("/metrics", [this](const WebRequest& request) {
    if (!site_.may_measure(request)) return not_for_everybody();
    return HttpReply{.content_type = Metrics::content_type, .body = metrics_.text()};
  });
  server_.on_loop("/-/healthy", [](const WebRequest&) { return HttpReply{.body = "healthy\n"}; });
  server_.on_loop("/-/ready", [this](const WebRequest&) { return ready(); });
  server_.otherwise([this](const WebRequest& request) { return site_.answer(request); });
  server_.on_post(
      std::string(MailActions::prefix), [this](WebRequest post) { return actions_.act(std::move(post)); },
      [this](const WebRequest& request) { return actions_.page(request); });
  server_.on_post(std::string(RemoteRead::path), [this](WebRequest post) -> asio::awaitable<HttpReply> {
    if (!site_.may_measure(post)) co_return not_for_everybody();
    co_return co_await remote_read_.answer(std::move(post), utc_now());
  });
  server_.on_post(std::string(Webhook::prefix), [this](WebRequest post) { return webhook_.take(std::move(post)); });
}

HttpReply App::ready() const {
  if (store_fails_) return {.status = 503, .body = "the store cannot be written; the log says what to do\n"};
  return {.body = "ready\n"};
}

}  // namespace barometer
