#include <atomic>
#include <chrono>
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

using namespace barometer;
using namespace std::chrono_literals;
using asio::ip::tcp;

namespace {

// An outbox in memory; nothing else of a store is asked for. The mailer writes to it on a thread of its own.
class Outbox : public Store {
 public:
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
  Result<void> acknowledge(const std::string&, UtcTime) override { return {}; }
  Result<std::size_t> raise(std::span<const Alert>) override { return std::size_t{0}; }
  Result<void> issues(const IssueFilter&, const std::function<bool(const Issue&)>&) const override { return {}; }
  Result<void> posts_of_issue(const std::string&, const std::function<bool(const StoredPost&)>&) const override {
    return {};
  }
  Result<std::vector<ReviewAction>> review_of(const ReviewSubject&) const override { return {}; }
  Result<void> reviews(const EachReview&) const override { return {}; }
  Result<void> add_review(const ReviewSubject&, std::size_t, const ReviewAction&) override { return {}; }
  void tell_of_issues(TellOfIssue) override {}
  Result<Issue> arrange(const IssueOrder&) override { return Issue{}; }
  Result<void> issue_orders(const std::function<bool(const IssueOrder&)>&) const override { return {}; }
  Result<std::vector<Committed>> commit(std::span<const Batch>) override { return std::vector<Committed>{}; }
  Result<Cursor> cursor(const std::string&) const override { return Cursor{}; }
  Result<bool> has(const std::string&) const override { return false; }
  Result<std::optional<StoredPost>> post(const std::string&) const override { return std::optional<StoredPost>{}; }
  Result<std::optional<PostPlace>> posts(const PostFilter&, bool,
                                         const std::function<bool(const StoredPost&)>&) const override {
    return std::optional<PostPlace>{};
  }
  Result<void> series(const SeriesFilter&, const std::function<bool(const SeriesPoint&)>&) const override { return {}; }
  Result<void> gaps(const GapFilter&, const std::function<bool(const Gap&)>&) const override { return {}; }
  Result<void> sources(const std::optional<std::string>&,
                       const std::function<bool(const std::string&, const SourceRecord&)>&) const override {
    return {};
  }
  Result<std::vector<HourTally>> tallies(const std::string&, UtcTime) const override {
    return std::vector<HourTally>{};
  }
  Result<std::optional<UtcTime>> alive() const override { return std::optional<UtcTime>{}; }
  Result<KeptPage> kept_posts(const KeptFilter&) const override { return KeptPage{}; }
  Result<std::uint64_t> kept_posts_after(const KeptFilter&) const override { return std::uint64_t{0}; }
  Result<void> alerts(const std::function<bool(const Alert&)>&) const override { return {}; }
  Result<Verified> verify(const VerifyOrder&) const override { return Verified{}; }
  StoreSize size() const override { return {}; }
  Result<Deletion> forget(std::span<const Erasure>, const std::vector<PostFilter>&, UtcTime) override {
    return Deletion{};
  }
  Result<Swept> expire(const Retention&, UtcTime, const std::string&, std::size_t) override { return Swept{}; }
  Result<void> deletions(const std::function<bool(const Deletion&)>&) const override { return {}; }
  Result<BackupMade> backup(const BackupOrder&) override { return BackupMade{}; }

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
  Outbox outbox;
  Postbox postbox{loop};
  std::vector<std::string> told;
  std::optional<Mailer> mailer;
  bool ended = false;

  void open(const std::string& server) {
    Mailer::Events events;
    events.trouble = [this](const std::string& what, const MailFault& fault) {
      told.push_back(what + ": " + std::string{name_of(fault.reason)});
    };
    events.recovered = [this](const std::string& what) { told.push_back(what + ": well"); };
    mailer.emplace(outbox, writer, settings(server), events);
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

TEST_CASE("a cancelled mailer ends by itself") {
  Office office;
  office.open("");
  office.until([&] { return office.loop.poll() == 0; });
  office.mailer->stop();
  CHECK(office.until([&] { return office.ended; }));
}
