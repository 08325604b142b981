#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include "daemon/mailer.hpp"
#include "tests/storage/samples.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/support/refusing_store.hpp"
#include "tests/support/temp_dir.hpp"

using namespace barometer;
using namespace std::chrono_literals;
using asio::ip::tcp;

namespace {

// An outbox in memory, before a store with nothing in it. The mailer writes to it on a thread of its own.
class Outbox : public RefusingStore {
 public:
  using RefusingStore::RefusingStore;
  void add(const std::string& id, const std::string& recipient) {
    Alert alert;
    alert.id = id;
    alert.recipient = recipient;
    alert.issue.sources = {"feed"};
    alert.issue.severity = 4;
    alert.issue.theme = Theme::falls;
    const std::lock_guard lock(mutex_);
    waiting_.push_back(alert);
  }
  Result<std::vector<Alert>> waiting_alerts(std::size_t limit) const override {
    const std::lock_guard lock(mutex_);
    const auto number = static_cast<std::ptrdiff_t>(std::min(limit, waiting_.size()));
    return std::vector<Alert>(waiting_.begin(), waiting_.begin() + number);
  }
  Result<void> mark_sent(const std::string& id, UtcTime) override {
    if (broken) return Failure{Remedy::ask_operator, "disk full: make room", {}};
    const std::lock_guard lock(mutex_);
    std::erase_if(waiting_, [&](const Alert& alert) { return alert.id == id; });
    sent_.push_back(id);
    return {};
  }
  Result<void> mark_failed(const std::string& id, UtcTime, const std::string& error) override {
    const std::lock_guard lock(mutex_);
    failures_.push_back(id + ": " + error);
    return {};
  }
  Result<void> withhold(const std::string& id, UtcTime, const std::string& reason) override {
    const std::lock_guard lock(mutex_);
    std::erase_if(waiting_, [&](const Alert& alert) { return alert.id == id; });
    withheld_.push_back(id + ": " + reason);
    return {};
  }

  std::vector<std::string> sent() const {
    const std::lock_guard lock(mutex_);
    return sent_;
  }
  std::vector<std::string> failures() const {
    const std::lock_guard lock(mutex_);
    return failures_;
  }
  std::atomic<bool> broken = false;

 private:
  mutable std::mutex mutex_;
  std::vector<Alert> waiting_ = {};
  std::vector<std::string> sent_ = {};
  std::vector<std::string> failures_ = {};
  std::vector<std::string> withheld_ = {};
};

// A mail server in plain text that refuses some recipients.
class Postbox {
 public:
  explicit Postbox(asio::io_context& loop) : acceptor_(loop, {asio::ip::address_v4::loopback(), 0}) {
    asio::co_spawn(loop, accept(), asio::detached);
  }
  std::string address() const { return "smtp://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }

  std::set<std::string> refused = {};
  bool closed = false;
  std::vector<std::string> messages = {};  // recipient and text

 private:
  asio::awaitable<void> accept() {
    for (;;) {
      auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
      asio::co_spawn(acceptor_.get_executor(), serve(std::move(socket)), asio::detached);
    }
  }
  asio::awaitable<void> serve(tcp::socket socket) {
    std::string read, to;
    std::string reply = closed ? "421 closed\r\n" : "220 ready\r\n";
    for (;;) {
      co_await asio::async_write(socket, asio::buffer(reply), asio::use_awaitable);
      if (reply.starts_with("221")) co_return;
      const bool data = reply.starts_with("354");
      const std::string end = data ? "\r\n.\r\n" : "\r\n";
      const auto size = co_await asio::async_read_until(socket, asio::dynamic_buffer(read), end, asio::use_awaitable);
      const auto said = read.substr(0, size);
      read.erase(0, size);
      if (data) messages.push_back(to + "\n" + said);
      reply = data ? "250 taken\r\n" : answer(said, to);
    }
  }
  std::string answer(const std::string& line, std::string& to) const {
    if (line.starts_with("EHLO")) return "250-here\r\n250 SIZE\r\n";
    if (line.starts_with("DATA")) return "354 go on\r\n";
    if (line.starts_with("QUIT")) return "221 bye\r\n";
    if (!line.starts_with("RCPT")) return "250 ok\r\n";
    to = line.substr(line.find('<') + 1, line.find('>') - line.find('<') - 1);
    return refused.contains(to) ? "550 5.1.1 <" + to + ">: no such person\r\n" : "250 ok\r\n";
  }
  tcp::acceptor acceptor_;
};

// A mailer at work, with what it told.
struct Office {
  asio::io_context loop;
  asio::thread_pool writer{1};
  Memory memory;
  std::unique_ptr<Store> disk = memory.open();
  Outbox outbox{*disk};
  Postbox postbox{loop};
  std::vector<std::string> told;
  std::vector<std::string> left;  // channel and alert
  std::optional<Mailer> mailer;
  bool ended = false;

  void open(const std::string& server) { open(settings(server)); }
  void open(const Config& config) {
    Mailer::Events events;
    events.trouble = [this](const std::string& what, const SendFault& fault) {
      told.push_back(what + ": " + std::string{name_of(fault.reason)});
    };
    events.sent = [this](std::string_view channel, const Alert& alert) {
      left.push_back(std::string(channel) + " " + alert.id);
    };
    events.recovered = [this](const std::string& what) { told.push_back(what + ": well"); };
    mailer.emplace(outbox, writer, config, events);
    asio::co_spawn(loop, mailer->run(), [this](std::exception_ptr) { ended = true; });
  }
  static Config settings(const std::string& server) {
    Config config;
    config.mail.server = server;
    config.mail.from = "barometer@trust.example";
    config.mail.require_tls = false;
    config.mail.retry_every = 5ms;
    config.mail.recipients = {{"lead", "lead@trust.example", 4}, {"deputy", "deputy@trust.example", 4}};
    config.alerts.group_wait = 0ms;
    config.alerts.silences_file = "/nowhere/silences.yaml";
    return config;
  }
  bool until(const std::function<bool()>& fact) {
    const auto limit = std::chrono::steady_clock::now() + 20s;
    while (!fact() && std::chrono::steady_clock::now() < limit) loop.run_one_for(100ms);
    return fact();
  }
  ~Office() {
    if (mailer) mailer->stop();
    until([this] { return ended || !mailer; });
    writer.join();
  }
};

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("what waits in the outbox leaves, oldest first, each once") {
  Office office;
  for (int i = 0; i < 5; ++i) office.outbox.add("a" + std::to_string(i), i % 2 == 0 ? "lead" : "deputy");
  office.open(office.postbox.address());
  REQUIRE(office.until([&] { return office.outbox.sent().size() == 5; }));
  CHECK(office.outbox.sent() == Words{"a0", "a1", "a2", "a3", "a4"});
  REQUIRE(office.postbox.messages.size() == 5);
  CHECK(office.postbox.messages[1].starts_with("deputy@trust.example\n"));
  CHECK(office.postbox.messages[1].find("Message-ID: <a1@trust.example>") != std::string::npos);
  CHECK(office.told.empty());
}

TEST_CASE("an alert that is raised later leaves as soon as the mailer is woken") {
  Office office;
  office.open(office.postbox.address());
  office.until([&] { return office.loop.poll() == 0; });
  office.outbox.add("a", "lead");
  office.mailer->wake();
  CHECK(office.until([&] { return office.outbox.sent().size() == 1; }));
}

TEST_CASE("a refused recipient hurts nobody else, is told once, and tried until it works") {
  Office office;
  office.postbox.refused = {"lead@trust.example"};
  office.outbox.add("a", "lead");
  office.outbox.add("b", "deputy");
  office.open(office.postbox.address());
  REQUIRE(office.until([&] { return office.outbox.failures().size() >= 3; }));
  CHECK(office.outbox.sent() == Words{"b"});
  CHECK(office.told == Words{"lead: refused"});
  CHECK(office.outbox.failures()[0].find("550 5.1.1") != std::string::npos);
  CHECK(office.outbox.failures()[0].find('@') == std::string::npos);
  office.postbox.refused.clear();
  REQUIRE(office.until([&] { return office.outbox.sent().size() == 2; }));
  CHECK(office.told == Words{"lead: refused", "lead: well"});
}

TEST_CASE("a server that takes nothing is told once and asked again") {
  Office office;
  office.postbox.closed = true;
  office.outbox.add("a", "lead");
  office.outbox.add("b", "deputy");
  office.open(office.postbox.address());
  REQUIRE(office.until([&] { return office.outbox.failures().size() >= 3; }));
  CHECK(office.told == Words{"mail server: busy"});
  for (const auto& failure : office.outbox.failures())
    CHECK(failure.starts_with("a: "));  // the others are not even tried
  office.postbox.closed = false;
  REQUIRE(office.until([&] { return office.outbox.sent().size() == 2; }));
  CHECK(office.told == Words{"mail server: busy", "mail server: well"});
}

TEST_CASE("new settings are used at once") {
  Office office;
  office.outbox.add("a", "lead");
  office.open("smtp://127.0.0.1:1");
  REQUIRE(office.until([&] { return !office.outbox.failures().empty(); }));
  CHECK(office.told == Words{"mail server: unreachable"});
  office.mailer->configure(Office::settings(office.postbox.address()));
  CHECK(office.until([&] { return office.outbox.sent().size() == 1; }));
}

TEST_CASE("a message that left is not sent again while the store cannot note it") {
  Office office;
  office.outbox.broken = true;
  office.outbox.add("a", "lead");
  office.open(office.postbox.address());
  REQUIRE(office.until([&] { return office.told == Words{"outbox: store"}; }));
  office.outbox.broken = false;
  REQUIRE(office.until([&] { return office.told == Words{"outbox: store", "outbox: well"}; }));
  CHECK(office.outbox.sent().size() == 1);
  CHECK(office.postbox.messages.size() == 1);
}

TEST_CASE("a recipient that left the settings is told by role, and the alert waits") {
  Office office;
  office.outbox.add("a", "former lead");
  office.open(office.postbox.address());
  REQUIRE(office.until([&] { return !office.outbox.failures().empty(); }));
  CHECK(office.told == Words{"former lead: settings"});
  CHECK(office.postbox.messages.empty());
}

TEST_CASE("a webhook that fails holds up nobody else, and has its message once it is well") {
  std::atomic<int> status = 500;
  LoopbackServer hook([&](const std::string&) { return reply_with(status, {}, ""); });
  TempDir folder;
  std::ofstream(folder.path() / "url") << hook.url("/hook") << "\n";
  std::ofstream(folder.path() / "secret") << "a secret of both sides\n";
  auto settings = Office::settings("");
  settings.mail.recipients.push_back({.name = "desk",
                                      .channel = "webhook",
                                      .url_file = folder.path() / "url",
                                      .secret_file = folder.path() / "secret",
                                      .local_network = true});
  Office office;
  office.outbox.add("a", "desk");
  office.outbox.add("b", "deputy");
  office.outbox.add("c", "desk");
  settings.mail.server = office.postbox.address();
  office.open(settings);
  REQUIRE(office.until([&] { return office.outbox.failures().size() >= 2 && office.outbox.sent().size() == 1; }));
  CHECK(office.left == Words{"mail b"});
  CHECK(office.told == Words{"desk: busy"});
  for (const auto& failure : office.outbox.failures())
    CHECK(failure.starts_with("a: the server answered 500; "));  // what waits behind it is not even tried
  status = 200;
  REQUIRE(office.until([&] { return office.outbox.sent().size() == 3; }));
  CHECK(office.left == Words{"mail b", "webhook a", "webhook c"});
  CHECK(office.told == Words{"desk: busy", "desk: well"});
}

TEST_CASE("without a mail server those who are reached otherwise are told, and mail waits without a word") {
  LoopbackServer hook([](const std::string&) { return reply_with(204, {}, ""); });
  TempDir folder;
  std::ofstream(folder.path() / "url") << hook.url() << "\n";
  std::ofstream(folder.path() / "secret") << "a secret of both sides\n";
  auto settings = Office::settings("");
  settings.mail.recipients[0].channel = "webhook";
  settings.mail.recipients[0].url_file = folder.path() / "url";
  settings.mail.recipients[0].secret_file = folder.path() / "secret";
  settings.mail.recipients[0].local_network = true;
  Office office;
  office.outbox.add("a", "deputy");
  office.outbox.add("b", "lead");
  office.open(settings);
  REQUIRE(office.until([&] { return office.outbox.sent().size() == 1; }));
  CHECK(office.left == Words{"webhook b"});
  CHECK(office.told.empty());
  CHECK(office.outbox.failures().empty());
}

TEST_CASE("a cancelled mailer ends by itself") {
  Office office;
  office.open("");
  office.until([&] { return office.loop.poll() == 0; });
  office.mailer->stop();
  CHECK(office.until([&] { return office.ended; }));
}
