#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include "connectors/curl_loop.hpp"
#include "daemon/alerts/alertmanager.hpp"
#include "daemon/alerts/mail_actions.hpp"
#include "daemon/alerts/rounds.hpp"
#include "daemon/committer.hpp"
#include "daemon/config.hpp"
#include "daemon/control.hpp"
#include "daemon/expiry.hpp"
#include "daemon/http_server.hpp"
#include "daemon/listening.hpp"
#include "daemon/mailer.hpp"
#include "daemon/metrics.hpp"
#include "daemon/pipeline.hpp"
#include "daemon/prometheus/remote_read.hpp"
#include "daemon/source_book.hpp"
#include "daemon/source_state.hpp"
#include "daemon/web/site.hpp"
#include "daemon/webhook.hpp"
#include "storage/store.hpp"

namespace barometer {

// The daemon: builds each part once, in the order they are needed, and ends them in the reverse order.
class App {
 public:
  // `file` is where the settings came from, for a reload. Throws std::runtime_error, with the remedy, when it cannot start.
  App(Config config, std::filesystem::path file, bool demo);

  // Until SIGTERM or SIGINT; SIGHUP reads the settings again.
  void run();

 private:
  asio::awaitable<void> live();
  asio::awaitable<void> until_asked_to_stop();
  asio::awaitable<void> reload();
  void listen_to(const Config& config);
  asio::awaitable<void> keep_house();
  void route();
  Result<void> encrypt(const Config& config);
  HttpReply ready() const;
  Committer::Events committer_events();
  Pipeline::Events pipeline_events();
  Mailer::Events mailer_events();
  SourceBook::Events book_events();
  Expiry::Events expiry_events();
  Rounds::Events rounds_events();
  Alertmanager::Events alertmanager_events();
  std::function<void(const ReviewAction&)> step_taken();
  void sign_links();
  // What a command asks of the store that we have open; on `upkeep_`.
  Result<std::string> obey(const std::string& order);
  // The same for the page, which waits a moment only.
  std::optional<Result<std::string>> obey_soon(const Order& order);
  std::shared_ptr<const Rulebook> rulebook(const Config& config);
  Listening::Shared shared();

  std::filesystem::path file_;
  bool demo_;
  std::atomic<std::shared_ptr<const Config>> config_;  // read by the page on its pool
  asio::io_context loop_{1};
  std::unique_ptr<Store> store_;
  PseudonymKey key_;
  std::atomic<std::shared_ptr<const Judge>> judge_;  // of the settings; read by the page on its pool
  Metrics metrics_;
  SourceStates states_;
  std::atomic<bool> store_fails_ = false;
  asio::thread_pool workers_;     // assess pages
  asio::thread_pool parsers_{2};  // read long answers; apart from the workers, which a stream's posts need
  asio::thread_pool writer_{1};   // the only thread that writes to the store
  asio::thread_pool readers_{2};  // what the page and the metrics ask of the store
  asio::thread_pool upkeep_{1};   // erasures, expiry, backups: one after another
  Committer committer_;
  Pipeline pipeline_;
  SourceBook book_;
  CurlLoop curl_;
  Mailer mailer_;
  Rounds rounds_;
  Alertmanager alertmanager_;
  MailActions actions_;
  Webhook webhook_;
  RemoteRead remote_read_;
  Site site_;
  HttpServer server_;
  Expiry expiry_;
  Control control_;
  std::unique_ptr<Listening> listening_;
};

}  // namespace barometer
