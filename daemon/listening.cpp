#include "daemon/listening.hpp"

#include "daemon/clock.hpp"

namespace barometer {

Listening::Listening(const Config& config, Shared shared)
    : curl_(shared.curl),
      parsers_(shared.parsers),
      metrics_(shared.metrics),
      scheduler_(shared.loop, HostPace{config.host_pace, config.host_burst}, config.requests_at_once) {
  const auto busy_hours = std::make_shared<const BusyHours>(config.busy_hours);
  for (const ListenConfig& listen : config.sources) {
    if (find_connector(listen.source.platform)->make == nullptr) continue;  // its posts are pushed to us
    sources_.push_back(find_connector(listen.source.platform)->make(listen.source, client_for(config, listen)));
    Source& source = *sources_.back();
    auto tell = [&metrics = shared.metrics, &states = shared.states](const SourceState& state) {
      metrics.source_state(state);
      states.set(state);
    };
    listeners_.push_back(std::make_unique<Listener>(listen, source, scheduler_, shared.pipeline, shared.book,
                                                    shared.store, shared.readers, config.retry_ceiling, busy_hours,
                                                    utc_now, std::move(tell)));
    tasks_.push_back(std::make_unique<Task>(shared.loop, listeners_.back()->listen()));
    if (source.recheck_limit() == 0) continue;
    rechecks_.push_back(std::make_unique<Recheck>(listen, config.recheck, source, scheduler_, shared.pipeline,
                                                  shared.book, shared.store, shared.readers, config.retry_ceiling,
                                                  utc_now));
    tasks_.push_back(std::make_unique<Task>(shared.loop, rechecks_.back()->run()));
  }
}

// One for all sources that are asked in the same way.
HttpClient& Listening::client_for(const Config& config, const ListenConfig& listen) {
  auto& client = http_[{listen.proxy, listen.proxy_login_file.string(), listen.ca_file}];
  if (!client) {
    auto note = [&metrics = metrics_](const std::string& source, int status) {
      metrics.request_finished(source, status);
    };
    client = std::make_unique<HttpClient>(curl_, http_settings_of(config, listen), std::move(note));
    client->read_on(parsers_);
  }
  return *client;
}

asio::awaitable<void> Listening::stop() {
  for (const auto& task : tasks_) task->cancel();
  for (const auto& task : tasks_) co_await task->ended();
  // A connection that stands open would keep the loop at work.
  tasks_.clear();
  rechecks_.clear();
  listeners_.clear();
  sources_.clear();
}

}  // namespace barometer
