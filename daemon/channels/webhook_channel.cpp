#include "daemon/channels/webhook_channel.hpp"

#include <chrono>
#include <stdexcept>
#include <vector>

#include "connectors/settings.hpp"
#include "daemon/alerts/calendar.hpp"
#include "daemon/channels/json_post.hpp"
#include "daemon/issue_view.hpp"
#include "daemon/mail_encoding.hpp"
#include "daemon/webhook.hpp"

namespace barometer {
std::string webhook_json(const Outgoing& message, const std::vector<EventConfig>& calendar) {
  const auto& last = message.alerts.back();
  const auto time = [](UtcTime value) { return value == UtcTime{} ? std::nullopt : std::optional(value); };
  JsonObject out;
  out.number("version", 1);
  out.text("id", last.id);
  out.text("thread", last.thread.empty() ? last.id : last.thread);
  out.text("kind", name_of(last.kind));
  out.text("recipient", message.recipient.name);
  out.number("severity", message.body.severity);
  out.text("title", one_line(message.body.subject, 400));
  out.text("text", one_line(message.body.opening, 1000));
  out.time("from", time(last.from));
  out.time("to", time(last.to));
  std::vector<std::string> issues;
  for (const auto& alert : message.alerts) {
    if (alert.issue.theme == Theme{}) continue;
    auto issue = issue_object(alert.issue, message.now);
    put_events(issue, alert.issue, calendar);
    issues.push_back(issue.done());
  }
  out.raw("issues", json_list(issues));
  std::vector<std::string> links;
  for (const auto& button : message.body.buttons) {
    const auto url = safe_link(button.url);
    if (url.empty()) continue;
    JsonObject link;
    link.text("label", button.label);
    link.text("url", url);
    links.push_back(link.done());
  }
  out.raw("links", json_list(links));
  return out.done();
}

Begun begin_webhook(const Outgoing& message, const Config& config, asio::thread_pool&) {
  const auto fault = [](std::string detail) {
    return Begun{nullptr, SendFault{SendReason::settings, true, std::move(detail), {}}};
  };
  std::string secret;
  try {
    secret = read_secret(message.recipient.secret_file);
  } catch (const std::runtime_error& error) {
    return fault(error.what());
  }
  if (secret.size() < shortest_webhook_secret)
    return fault("the recipient's secret_file holds no secret: write 16 random characters or more into its first line");
  const auto seconds = std::chrono::floor<std::chrono::seconds>(message.now.time_since_epoch()).count();
  const auto timestamp = std::to_string(seconds);
  auto json = webhook_json(message, config.calendar);
  std::vector<std::pair<std::string, std::string>> headers{
      {"X-Barometer-Id", message.alerts.back().id},
      {"X-Barometer-Timestamp", timestamp},
      {"X-Barometer-Signature", push_signature(secret, timestamp, json)}};
  return begin_json_post(message, config, std::move(json), std::move(headers));
}

}  // namespace barometer
