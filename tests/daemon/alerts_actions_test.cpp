#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "daemon/alerts/mail_actions.hpp"
#include "daemon/alerts/silence.hpp"
#include "tests/storage/samples.hpp"
#include "tests/support/temp_dir.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

const UtcTime noon = parse_iso("2026-03-04T12:00:00Z").value();
const std::string key(32, 'k');

Alert some_alert(int severity) {
  Alert alert{.id = "00ab", .recipient = "lead", .thread = "00ab", .raised_at = noon};
  alert.issue = {.id = "00ff", .theme = Theme::falls, .place = "ward-7", .severity = severity, .voices = 3};
  return alert;
}

// The buttons of one mail, and what becomes of them.
struct Desk {
  TempDir folder;
  Memory memory;
  std::unique_ptr<Store> store = memory.open();
  asio::thread_pool writer{1};
  UtcTime now = noon;
  std::shared_ptr<Config> config = std::make_shared<Config>();
  MailActions actions{{*store, writer, [this] { return config; }, [this] { return now; }}};
  std::vector<MailButton> buttons;

  explicit Desk(int severity = 3) {
    config->alerts.silences_file = folder.path() / "silences.yaml";
    const auto alert = some_alert(severity);
    store->raise({&alert, 1}).value();
    store->mark_sent(alert.id, noon).value();
    actions.sign_links_with(key);
    buttons = action_buttons(alert, "https://barometer.trust.example/", key, noon);
  }
  ~Desk() { writer.join(); }

  static WebRequest to(const std::string& url) { return {.path = url.substr(url.find("/act/"))}; }
  HttpReply get(std::size_t button) const { return actions.page(to(buttons.at(button).url)); }
  HttpReply post(const std::string& url) {
    asio::io_context loop;
    HttpReply reply;
    auto request = to(url);
    auto acting = actions.act(std::move(request));
    asio::co_spawn(loop, std::move(acting), [&](std::exception_ptr, HttpReply got) { reply = std::move(got); });
    loop.run();
    return reply;
  }
  std::optional<UtcTime> acknowledged() const {
    std::optional<UtcTime> out;
    store->alerts([&](const Alert& alert) { return out = alert.acknowledged_at, true; }).value();
    return out;
  }
};

bool holds(const HttpReply& reply, std::string_view what) { return reply.body.find(what) != std::string::npos; }

}  // namespace

TEST_CASE("a link is what was signed, to the letter") {
  const ActionLink link{MailAction::silence, "00ab", noon};
  const auto token = action_token(link, key);
  const auto read = read_action_token(token, key);
  REQUIRE(read.has_value());
  CHECK(read->does == MailAction::silence);
  CHECK(read->alert == "00ab");
  CHECK(read->until == noon);
  CHECK_FALSE(read_action_token(token, std::string(32, 'x')).has_value());
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto bent = token;
    bent[i] = bent[i] == 'a' ? 'b' : 'a';
    CHECK_FALSE(read_action_token(bent, key).has_value());
  }
  for (const auto* odd : {"", "-", "a", "a-b-c", "a-00ab-69a7-", "-----"})
    CHECK_FALSE(read_action_token(odd, key).has_value());
}

TEST_CASE("opening a link does nothing, the button on its page does it, once") {
  Desk desk;
  REQUIRE(desk.buttons.size() == 3);
  CHECK(desk.buttons[0].label == "Acknowledge");
  const auto page = desk.get(0);
  CHECK(page.status == 200);
  CHECK(holds(page, "falls"));
  CHECK(holds(page, "<form method=\"post\""));
  CHECK_FALSE(desk.acknowledged().has_value());

  desk.now += 1h;
  CHECK(desk.post(desk.buttons[0].url).status == 200);
  CHECK(desk.acknowledged() == noon + 1h);
  desk.now += 1h;
  CHECK(desk.post(desk.buttons[0].url).status == 410);
  CHECK(desk.get(0).status == 410);
  CHECK(desk.acknowledged() == noon + 1h);
}

TEST_CASE("the silence of a mail is its theme at its place, for a day, in the recipient's name, once") {
  Desk desk;
  CHECK(desk.buttons[2].label == "Silence 24 h");
  CHECK(desk.post(desk.buttons[2].url).status == 200);
  const auto read = read_silences(silences_file(*desk.config));
  REQUIRE(read.silences.size() == 1);
  CHECK(read.silences[0].owner == "lead");
  CHECK(read.silences[0].until == noon + 24h);
  CHECK(read.silences[0].match.themes == std::vector<std::string>{"falls"});
  CHECK(read.silences[0].match.places == std::vector<std::string>{"ward-7"});
  CHECK(desk.post(desk.buttons[2].url).status == 410);
  CHECK(read_silences(silences_file(*desk.config)).silences.size() == 1);
}

TEST_CASE("a red flag has no button to silence it, and none works that was kept from before") {
  Desk desk{4};
  REQUIRE(desk.buttons.size() == 2);
  const auto token = action_token({MailAction::silence, "00ab", noon + 24h}, key);
  CHECK(desk.post("/act/" + token).status == 409);
  CHECK_FALSE(std::filesystem::exists(silences_file(*desk.config)));
}

TEST_CASE("what is no concern is noted with the issue, once, and asks nobody to look at it any more") {
  Desk desk;
  CHECK(desk.buttons[1].label == "Not a concern");
  CHECK(holds(desk.get(1), "It is not a concern?"));
  CHECK(desk.store->review_of({.issue = "00ff"}).value().empty());
  desk.now += 1h;
  CHECK(desk.post(desk.buttons[1].url).status == 200);
  const auto steps = desk.store->review_of({.issue = "00ff"}).value();
  REQUIRE(steps.size() == 1);
  CHECK(steps[0].who == "mail to lead");
  CHECK(steps[0].status == ReviewStatus::not_care);
  CHECK(steps[0].verdict == ReviewVerdict::not_care);
  CHECK(desk.acknowledged() == noon + 1h);
  CHECK(desk.post(desk.buttons[1].url).status == 410);
  CHECK(desk.store->review_of({.issue = "00ff"}).value().size() == 1);
}

TEST_CASE("a button of a mail does nothing to an issue that somebody works on, but acknowledges its message") {
  Desk desk;
  const ReviewAction claim{
      .step = ReviewStep::claimed, .who = "anna", .at = noon, .about = "anna", .until = noon + 30min};
  desk.store->add_review({.issue = "00ff"}, 0, claim).value();
  CHECK(desk.post(desk.buttons[1].url).status == 409);
  CHECK(holds(desk.get(1), "anna works on this until"));
  CHECK_FALSE(desk.acknowledged().has_value());
  CHECK(desk.post(desk.buttons[0].url).status == 200);
  CHECK(desk.acknowledged() == noon);
  CHECK(desk.store->review_of({.issue = "00ff"}).value().size() == 1);
}

TEST_CASE("a link that is old, strange or about what is gone says so") {
  Desk desk;
  desk.now = noon + link_lasts;
  CHECK(desk.post(desk.buttons[0].url).status == 410);
  desk.now = noon;
  CHECK(desk.post("/act/a-00ab-ffffffff-00").status == 404);
  CHECK(desk.post("/act/" + action_token({MailAction::acknowledge, "00cd", noon + 24h}, key)).status == 410);
  CHECK_FALSE(desk.acknowledged().has_value());
}

TEST_CASE("without a public address, or when an issue is over, a mail has no buttons") {
  auto alert = some_alert(3);
  CHECK(action_buttons(alert, "", key, noon).empty());
  CHECK(action_buttons(alert, "https://x.example", "", noon).empty());
  alert.kind = AlertKind::closed;
  CHECK(action_buttons(alert, "https://x.example", key, noon).empty());
}
