#include "daemon/alerts/mail_actions.hpp"

#include <algorithm>
#include <fmt/format.h>

#include <boost/asio/use_awaitable.hpp>

#include "connectors/run_on.hpp"
#include "daemon/alerts/issue_words.hpp"
#include "daemon/alerts/mail_body.hpp"
#include "daemon/alerts/silence.hpp"
#include "daemon/alerts/subscription.hpp"
#include "daemon/review/take_step.hpp"
#include "daemon/service_title.hpp"
#include "daemon/uk_time.hpp"
#include "daemon/web/frame.hpp"

extern "C" {
extern const char confirm_template_begin[], confirm_template_end[];
}

namespace barometer {
namespace {

constexpr std::chrono::hours silence_lasts{24};

struct Words {
  MailAction does;
  std::string_view label;   // of the button in the mail
  std::string_view effect;  // what it does, before it is done
  std::string_view button;  // that does it
  std::string_view done;    // afterwards
};
constexpr std::array words{
    Words{MailAction::acknowledge, "Acknowledge",
          "You say that you have seen this and that somebody deals with it. You are not reminded of it any more, and "
          "nobody stands "
          "in for you; news of it reaches you as before.",
          "Acknowledge", "Thank you. It is noted that this was seen."},
    Words{MailAction::not_care, "Not a concern",
          "You say that this is not about care, or not true. It is noted with the issue that your role said so, nobody "
          "is "
          "reminded of it, and it counts when Barometer says how often it is right.",
          "It is not a concern", "Thank you. It is noted that this is not a concern."},
    Words{MailAction::silence, "Silence 24 h",
          "For 24 hours nobody is told of issues of this theme at this place. Red flags are told all the same. It is "
          "noted that "
          "your role asked for it.",
          "Silence for 24 hours", "Issues of this theme at this place are silenced for 24 hours."},
};
const Words& words_of(MailAction does) { return *std::ranges::find(words, does, &Words::does); }

// Who holds the mail may say what somebody who reviews may.
ReviewAction step_for(MailAction does, const Alert& alert, UtcTime now) {
  return {.step = ReviewStep::moved,
          .who = "mail to " + alert.recipient,
          .at = now,
          .status = does == MailAction::acknowledge ? ReviewStatus::acknowledged : ReviewStatus::not_care};
}
Rights rights_of_mail() { return static_cast<Rights>(Right::review); }

Silence silence_for(const Alert& alert, UtcTime now) {
  return silence_like(alert.issue, alert.recipient, "by the button in message " + alert.id, now, now + silence_lasts);
}

}  // namespace

// What a request asks for, or why not.
struct MailActions::Asked {
  ActionLink link = {};
  Alert alert = {};
  std::optional<HttpReply> refused = {};
};

MailActions::MailActions(Of of) : of_(std::move(of)) {}

void MailActions::sign_links_with(std::string key) { key_ = std::make_shared<const std::string>(std::move(key)); }

MailActions::Asked MailActions::asked(const WebRequest& request, UtcTime now) const {
  Asked out;
  const auto refuse = [&](int status, const char* title, const std::string& sentence) {
    out.refused = trouble_page(Frame{}, status, title, sentence);
    return out;
  };
  const auto key = key_.load();
  const auto token = std::string_view(request.path).substr(prefix.size());
  const auto link = key ? read_action_token(token, *key) : std::nullopt;
  if (!link)
    return refuse(404, "This link is not known",
                  "It may have been broken by the mail program: copy it whole from the message.");
  if (now >= link->until)
    return refuse(410, "This link is too old",
                  "Links in messages work for two weeks: look for the issue on Barometer's pages.");
  out.link = *link;
  bool found = false;
  const auto read = of_.store.alerts([&](const Alert& alert) {
    found = alert.id == link->alert;
    if (found) out.alert = alert;
    return !found;
  });
  if (!read)
    return refuse(503, "Barometer cannot look it up now", "The store cannot be read: try again in some minutes.");
  if (!found || out.alert.issue.theme == Theme{})
    return refuse(410, "This message is forgotten", "What it told of is no longer kept.");
  if (link->does == MailAction::acknowledge && out.alert.acknowledged_at)
    return refuse(410, "This is done already", "It was acknowledged on " + uk_time(*out.alert.acknowledged_at) + ".");
  if (link->does == MailAction::not_care) {
    auto review = review_of(of_.store, out.alert.issue, now);
    if (!review)
      return refuse(503, "Barometer cannot look it up now", "The store cannot be read: try again in some minutes.");
    if (const auto against = objection(*review, step_for(link->does, out.alert, now), rights_of_mail()))
      return refuse(against->remedy == Remedy::wait ? 409 : 410, "This cannot be done now", against->detail);
  }
  if (link->does == MailAction::silence) {
    const auto wanted = silence_for(out.alert, now);
    for (const auto& silence : read_silences(silences_file(*of_.config())).silences)
      if (silence.reason == wanted.reason)
        return refuse(410, "This is done already", "It is silenced until " + uk_time(silence.until) + ".");
    if (red_flag(out.alert.issue))
      return refuse(409, "A red flag cannot be silenced", "Acknowledge it: then you are not reminded of it.");
  }
  return out;
}

HttpReply MailActions::page(const WebRequest& request) const {
  const auto ask = asked(request, of_.now());
  if (ask.refused) return *ask.refused;
  const auto& say = words_of(ask.link.does);
  View values{kainjow::mustache::object{}};
  values.set("heading", std::string(say.button) + "?");
  values.set("sentence", headline_of(ask.alert.issue, service_title(of_.config()->services, ask.alert.issue.place)));
  values.set("effect", std::string(say.effect));
  values.set("action", request.path);
  values.set("button", std::string(say.button));
  return page_reply(Frame{.title = std::string(say.button)},
                    carried_between(confirm_template_begin, confirm_template_end), values);
}

asio::awaitable<HttpReply> MailActions::act(WebRequest request) {
  auto work = [this, request = std::move(request), now = of_.now()] {
    const auto ask = asked(request, now);
    return ask.refused ? *ask.refused : done(ask, now);
  };
  co_return co_await run_on(of_.writer, std::move(work));
}

Result<void> MailActions::review(const Asked& ask, UtcTime now) {
  const auto taken = take_step(of_.store, ask.alert.issue, step_for(ask.link.does, ask.alert, now), rights_of_mail());
  if (taken && of_.reviewed) of_.reviewed(*taken);
  // An issue that somebody has in hand is acknowledged already; the alert is, all the same.
  if (taken || ask.link.does == MailAction::acknowledge) return {};
  return taken.error();
}

HttpReply MailActions::done(const Asked& ask, UtcTime now) {
  auto result = ask.link.does == MailAction::silence
                    ? add_silence(silences_file(*of_.config()), silence_for(ask.alert, now))
                    : review(ask, now);
  if (result && ask.link.does == MailAction::acknowledge) result = of_.store.acknowledge(ask.alert.id, now);
  if (!result)
    return trouble_page(Frame{}, 503, "This could not be noted", "Try again in some minutes. " + result.error().detail);
  return trouble_page(Frame{}, 200, "Done", std::string(words_of(ask.link.does).done));
}

std::vector<MailButton> action_buttons(const Alert& alert, std::string_view public_url, std::string_view key,
                                       UtcTime now) {
  std::vector<MailButton> out;
  if (public_url.empty() || key.empty() || alert.kind == AlertKind::closed) return out;
  std::string base(public_url);
  while (base.ends_with('/')) base.pop_back();
  for (const auto& row : words) {
    if (row.does == MailAction::silence && red_flag(alert.issue)) continue;
    const auto token = action_token({row.does, alert.id, now + link_lasts}, key);
    out.push_back({std::string(row.label), base + std::string(MailActions::prefix) + token});
  }
  return out;
}

}  // namespace barometer
