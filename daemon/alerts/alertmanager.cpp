#include "daemon/alerts/alertmanager.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <openssl/evp.h>

#include "connectors/run_on.hpp"
#include "connectors/settings.hpp"
#include "daemon/alerts/dispatch.hpp"
#include "daemon/channels/json_post.hpp"

namespace barometer {
namespace {

std::string in_base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // EVP_EncodeBlock ends with a zero
  const auto size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

constexpr std::size_t most_looked_at = 1000;  // of messages that wait, the oldest

std::optional<int> free_percent(const std::filesystem::path& store) {
  std::error_code odd;
  const auto space = std::filesystem::space(store, odd);
  if (odd || space.capacity == 0) return std::nullopt;
  return static_cast<int>(100 * (space.available / 1024) / (space.capacity / 1024 + 1));
}

// What cannot be read is not told here: the store's own failures are in the log and the metrics.
ServiceFacts facts_of(const Store& store, const Config& config, UtcTime now) {
  ServiceFacts out;
  const auto listened = names_of_sources(config);
  const auto gaps = store.gaps({.from = now}, [&](const Gap& gap) {
    if (!gap.to && std::ranges::find(listened, gap.source) != listened.end()) out.blind.push_back(gap);
    return true;
  });
  if (!gaps) out.blind.clear();
  if (const auto waiting = store.waiting_alerts(most_looked_at)) {
    const auto oldest = std::ranges::find_if(*waiting, overdue);
    if (oldest != waiting->end()) out.unsent_since = oldest->raised_at;
  }
  out.store_free = free_percent(config.store.path);
  return out;
}

}  // namespace

Alertmanager::Alertmanager(asio::any_io_executor loop, asio::thread_pool& readers, const Store& store,
                           std::function<UtcTime()> now, Events events)
    : loop_(std::move(loop)), readers_(readers), store_(store), now_(std::move(now)), events_(std::move(events)) {}

void Alertmanager::configure(Config config) { config_ = std::move(config); }

asio::awaitable<void> Alertmanager::run() {
  asio::steady_timer timer(loop_);
  for (;;) {
    if (!config_.alertmanager.url.empty()) co_await round();
    timer.expires_after(config_.alertmanager.every);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> Alertmanager::round() {
  const auto now = now_();
  auto look = [this, config = config_, now] { return facts_of(store_, config, now); };
  const auto facts = co_await run_on(readers_, std::move(look));
  const auto& told = board_.update(service_alerts(facts, config_, now), now);
  if (told.empty()) co_return;
  const auto fault = co_await tell(alertmanager_json(told, config_, now));
  const bool failed_before = std::exchange(failing_, fault.has_value());
  if (!fault && events_.told) events_.told();
  if (!fault && failed_before && events_.recovered) events_.recovered();
  if (fault && events_.failed) events_.failed(fault->reason);
  if (fault && !failed_before && events_.trouble) events_.trouble(*fault);
}

asio::awaitable<std::optional<SendFault>> Alertmanager::tell(std::string body) {
  JsonPost post{config_.alertmanager.url, std::move(body), {}, true};
  while (post.url.ends_with('/')) post.url.pop_back();
  post.url += "/api/v2/alerts";
  std::unique_ptr<Sending> sending;
  try {
    if (const auto login = read_secret(config_.alertmanager.login_file); !login.empty())
      post.headers.emplace_back("Authorization", "Basic " + in_base64(login));
    sending = json_sending(std::move(post), config_);
  } catch (const std::runtime_error& error) {
    co_return SendFault{SendReason::settings, true, error.what(), {}};
  }
  const auto attempt = co_await sending->perform();
  co_return attempt.fault;
}

}  // namespace barometer
