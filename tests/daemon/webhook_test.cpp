#include "daemon/webhook.hpp"

#include <fstream>
#include <functional>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "tests/support/temp_dir.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

const UtcTime morning = *parse_iso("2026-11-21T09:00:00Z");
const std::string secret = "a secret of some length";

std::string post_json(int number) {
  return "{\"platform\":\"intranet\",\"id\":\"" + std::to_string(number) +
         "\",\"made_at\":\"2026-11-21T08:00:00Z\",\"text\":\"long waits #nhssm\"}";
}

// A daemon's parts around one door, on a store of its own.
class Running {
 public:
  explicit Running(const std::filesystem::path& folder) : folder_(folder) {
    auto opened = Store::open({.path = folder / "store"});
    REQUIRE(opened.has_value());
    store_ = std::move(*opened);
    std::ofstream(folder / "secret") << secret << '\n';
    config_.tags = {{.name = "nhssm", .match = "#nhssm"}};
    config_.sources = {
        {.source = {
             .name = "the intranet", .platform = "push", .settings = {{"secret_file", (folder / "secret").string()}}}}};
    committer_.emplace(loop_.get_executor(), writer_, *store_, Committer::Events{});
    auto rules = std::make_shared<const Rulebook>(config_, Judge::built_in(), PseudonymKey{.bytes = "k"});
    pipeline_.emplace(workers_, *committer_, std::move(rules), Pipeline::Events{});
    book_.emplace(
        loop_.get_executor(), *committer_, states_, SourceBook::Memory{}, [this] { return now; }, SourceBook::Events{});
    webhook_.emplace(Webhook::Shared{*pipeline_, *store_, readers_, metrics_, states_, *book_}, [this] { return now; });
    webhook_->configure(config_);
    asio::co_spawn(loop_, committer_->run(), [](const std::exception_ptr&) {});
  }
  ~Running() {
    committer_->close();
    loop_.restart();
    loop_.run();
  }

  HttpReply take(WebRequest post) {
    std::optional<HttpReply> reply;
    asio::co_spawn(loop_, webhook_->take(std::move(post)), [&](const std::exception_ptr& error, HttpReply answer) {
      if (error) std::rethrow_exception(error);
      reply = std::move(answer);
    });
    loop_.restart();
    while (!reply) loop_.run_one();
    return *reply;
  }

  // As it should be.
  WebRequest signed_post(const std::string& body) const {
    const auto timestamp = std::to_string(std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count());
    return {.path = "/push/the%20intranet",
            .headers = {{"content-type", "application/x-ndjson"},
                        {"x-barometer-timestamp", timestamp},
                        {"x-barometer-signature", push_signature(secret, timestamp, body)}},
            .body = body};
  }

  std::vector<SourceState> states() const { return states_.all(); }

  UtcTime now = morning;

 private:
  std::filesystem::path folder_;
  Config config_;
  asio::io_context loop_{1};
  asio::thread_pool workers_{1};
  asio::thread_pool writer_{1};
  asio::thread_pool readers_{1};
  std::unique_ptr<Store> store_;
  Metrics metrics_{{"the intranet"}, {"nhssm"}};
  SourceStates states_;
  std::optional<Committer> committer_;
  std::optional<Pipeline> pipeline_;
  std::optional<SourceBook> book_;
  std::optional<Webhook> webhook_;
};

void set_header(WebRequest& post, const std::string& name, const std::string& value) {
  for (auto& [known, old] : post.headers)
    if (known == name) old = value;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the signature is HMAC-SHA-256 of the timestamp, a full stop and the body") {
  CHECK(push_signature("key", "1", "{}") == "sha256=1ba6b8171186efc613e8bcc0cbdab2748f24984d7c5a84faa2637afa0e40d224");
}

TEST_CASE("what is sent, signed, is kept once, and told in counts") {
  const TempDir folder;
  Running door(folder.path());
  auto reply = door.take(door.signed_post(post_json(1) + "\n" + post_json(2) + "\n"));
  CHECK(reply.status == 200);
  CHECK(reply.content_type == "application/json");
  CHECK(has(reply.body, "\"received\":2,\"stored\":2,\"edited\":0,\"deleted\":0,\"duplicates\":0,\"dropped\":0"));
  door.now += 1s;
  reply = door.take(door.signed_post("[" + post_json(2) + "," + post_json(3) + "]"));
  CHECK(has(reply.body, "\"stored\":1,\"edited\":0,\"deleted\":0,\"duplicates\":1"));
  REQUIRE(door.states().size() == 1);
  CHECK(door.states()[0].up());
  CHECK(door.states()[0].posts == 3);
}

TEST_CASE("what is not signed as it should be is refused, and nothing of it is kept") {
  const TempDir folder;
  Running door(folder.path());
  const auto body = post_json(1);
  struct Row {
    const char* fact;
    int status;
    std::function<void(WebRequest&)> change;
  };
  const Row rows[] = {
      {"no signature", 401, [](WebRequest& p) { set_header(p, "x-barometer-signature", ""); }},
      {"no timestamp", 401, [](WebRequest& p) { set_header(p, "x-barometer-timestamp", ""); }},
      {"a timestamp that is none", 401, [](WebRequest& p) { set_header(p, "x-barometer-timestamp", "today"); }},
      {"another body", 401, [](WebRequest& p) { p.body += ' '; }},
      {"another timestamp", 401,
       [&](WebRequest& p) {
         set_header(p, "x-barometer-timestamp", std::string(p.header("x-barometer-timestamp")) + "0");
       }},
      {"another secret", 401,
       [&](WebRequest& p) {
         set_header(p, "x-barometer-signature",
                    push_signature("another", std::string(p.header("x-barometer-timestamp")), p.body));
       }},
      {"another source", 404, [](WebRequest& p) { p.path = "/push/nobody"; }},
      {"another type", 415, [](WebRequest& p) { set_header(p, "content-type", "text/csv"); }},
  };
  for (const auto& row : rows) {
    CAPTURE(row.fact);
    auto post = door.signed_post(body);
    row.change(post);
    const auto reply = door.take(std::move(post));
    CHECK(reply.status == row.status);
    CHECK(has(reply.body, "\"error\":"));
    CHECK(has(reply.body, "\"remedy\":"));
  }
  auto post = door.signed_post(body);
  set_header(post, "content-type", "Application/JSON; charset=utf-8");
  CHECK(has(door.take(std::move(post)).body, "\"stored\":1"));
}

TEST_CASE("a signature is good for five minutes, and once") {
  const TempDir folder;
  Running door(folder.path());
  const auto post = door.signed_post(post_json(1));
  door.now = morning + 5min + 1s;
  CHECK(door.take(post).status == 401);
  door.now = morning - 5min - 1s;
  CHECK(door.take(post).status == 401);
  door.now = morning + 5min;
  CHECK(door.take(post).status == 200);
  CHECK(door.take(post).status == 401);
}

TEST_CASE("a signature that was taken is not taken again after a restart") {
  const TempDir folder;
  WebRequest post;
  {
    Running door(folder.path());
    post = door.signed_post(post_json(1));
    CHECK(door.take(post).status == 200);
  }
  Running door(folder.path());
  CHECK(door.take(post).status == 401);
  door.now += 1s;
  CHECK(has(door.take(door.signed_post(post_json(1))).body, "\"duplicates\":1"));
}

TEST_CASE("one line that is no post refuses them all, and its signature may come again") {
  const TempDir folder;
  Running door(folder.path());
  const auto bad = door.signed_post(post_json(1) + "\n{\"platform\":\"intranet\",\"id\":\"2\"}\n");
  auto reply = door.take(bad);
  CHECK(reply.status == 422);
  CHECK(has(reply.body, "\"line\":2"));
  CHECK(has(reply.body, "made_at"));
  reply = door.take(bad);
  CHECK(reply.status == 422);
  reply = door.take(door.signed_post("[" + post_json(1) + ",{}]"));
  CHECK(has(reply.body, "\"post\":2"));
  CHECK(has(door.take(door.signed_post(post_json(1))).body, "\"stored\":1"));
  CHECK_FALSE(has(reply.body, "long waits"));
}
