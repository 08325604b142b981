#include "daemon/listening.hpp"

#include "daemon/clock.hpp"

namespace barometer {

Listening::Listening(const Config& config, Shared shared)
    : http_(shared.curl, config.http,
            [&metrics = shared.metrics](const std::string& source, int status) {
              metrics.request_finished(source, status);
            }),
      scheduler_(shared.loop, HostPace{config.host_pace}) {
  for (const ListenConfig& listen : config.sources) {
    auto source = find_connector(listen.source.platform)->make(listen.source, http_);
    auto tell = [&metrics = shared.metrics, &states = shared.states](const SourceState& state) {
      metrics.source_state(state);
      states.set(state);
    };
    listeners_.push_back(std::make_unique<Listener>(listen, std::move(source), scheduler_, shared.pipeline,
                                                    shared.store, shared.readers, config.retry_ceiling, utc_now,
                                                    std::move(tell)));
    tasks_.push_back(std::make_unique<Task>(shared.loop, listeners_.back()->listen()));
  }
}

asio::awaitable<void> Listening::stop() {
  for (const auto& task : tasks_) task->cancel();
  for (const auto& task : tasks_) co_await task->ended();
}

}  // namespace barometer
