#include "daemon/channels/webhook_channel.hpp"

#include <chrono>
#include <stdexcept>
#include <vector>

#include "connectors/json_text.hpp"
#include "connectors/settings.hpp"
#include "connectors/time.hpp"
#include "daemon/alerts/calendar.hpp"
#include "daemon/channels/json_post.hpp"
#include "daemon/issue_view.hpp"
#include "daemon/mail_encoding.hpp"
#include "daemon/webhook.hpp"

namespace barometer {
namespace {

void put(std::string& out, const char* key, std::string_view value) {
  out.append(",\"").append(key).append("\":");
  append_json_string(out, value);
}

void put_time(std::string& out, const char* key, UtcTime time) {
  if (time != UtcTime{}) return put(out, key, to_iso(time));
  out.append(",\"").append(key).append("\":null");
}

}  // namespace

std::string webhook_json(const Outgoing& message, const std::vector<EventConfig>& calendar) {
  const auto& last = message.alerts.back();
  std::string out = "{\"version\":1";
  put(out, "id", last.id);
  put(out, "thread", last.thread.empty() ? last.id : last.thread);
  put(out, "kind", name_of(last.kind));
  put(out, "recipient", message.recipient.name);
  out += ",\"severity\":" + std::to_string(message.body.severity);
  put(out, "title", one_line(message.body.subject, 400));
  put(out, "text", one_line(message.body.opening, 1000));
  put_time(out, "from", last.from);
  put_time(out, "to", last.to);
  out += ",\"issues\":[";
  bool first = true;
  for (const auto& alert : message.alerts) {
    if (alert.issue.theme == Theme{}) continue;
    if (!std::exchange(first, false)) out += ',';
    out += with_events(issue_json(alert.issue, message.now), alert.issue, calendar);
  }
  out += "],\"links\":[";
  first = true;
  for (const auto& button : message.body.buttons) {
    const auto url = safe_link(button.url);
    if (url.empty()) continue;
    if (!std::exchange(first, false)) out += ',';
    out += "{\"label\":";
    append_json_string(out, button.label);
    put(out, "url", url);
    out += '}';
  }
  return out += "]}";
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
