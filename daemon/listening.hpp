#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include "connectors/curl_loop.hpp"
#include "connectors/http_client.hpp"
#include "connectors/scheduler.hpp"
#include "daemon/config.hpp"
#include "daemon/listener.hpp"
#include "daemon/metrics.hpp"
#include "daemon/pipeline.hpp"
#include "daemon/recheck.hpp"
#include "daemon/source_book.hpp"
#include "daemon/source_state.hpp"
#include "daemon/task.hpp"
#include "storage/store.hpp"

namespace barometer {

// All sources of one configuration, from start to stop; new settings make a new one. On the loop's thread.
class Listening {
 public:
  // What the sources share; all of it outlives them.
  struct Shared {
    asio::any_io_executor loop;
    CurlLoop& curl;
    Pipeline& pipeline;
    const Store& store;
    asio::thread_pool& readers;  // of the store
    asio::thread_pool& parsers;  // of long answers
    Metrics& metrics;
    SourceStates& states;
    SourceBook& book;
  };

  Listening(const Config& config, Shared shared);

  // Every source ends where it is, and its connections with it; a page that is being committed may still become durable.
  asio::awaitable<void> stop();

 private:
  using Way = std::tuple<std::string, std::string, std::string>;  // proxy, its login's file, authorities
  HttpClient& client_for(const Config& config, const ListenConfig& listen);

  CurlLoop& curl_;
  asio::thread_pool& parsers_;
  Metrics& metrics_;
  std::map<Way, std::unique_ptr<HttpClient>> http_;
  Scheduler scheduler_;
  std::vector<std::unique_ptr<Source>> sources_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::vector<std::unique_ptr<Recheck>> rechecks_;  // of the sources that can be asked what became of posts
  std::vector<std::unique_ptr<Task>> tasks_;
};

}  // namespace barometer
