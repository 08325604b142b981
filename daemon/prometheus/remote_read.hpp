#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include "connectors/result.hpp"
#include "daemon/http_server.hpp"
#include "daemon/prometheus/read_messages.hpp"
#include "storage/store.hpp"

namespace barometer {

struct ReadLimits {
  std::uint64_t samples = 2'000'000;  // of one answer; more is refused, with what to do
  std::size_t at_once = 2;            // requests under way; one more is asked to come again
  std::chrono::seconds patience{30};  // for one request
};

// The answer to one request, in the form that it asks for. Reads the store only; any thread. Failures: wait when it took
// longer than the limit or `gone` was asked to stop, skip when the request asks for too much or is wrong.
Result<HttpReply> read_history(const Store& store, std::string_view body, UtcTime now, const ReadLimits& limits,
                               std::stop_token gone);

// How far apart the samples of an answer stand. A range selector, as [1d], gets the widest grid that cuts its range into a
// dozen parts; a plain one gets five minutes, which is how long Prometheus looks back, or one over a few hours.
std::chrono::seconds step_for(const ReadQuery& query);

// Serves Prometheus's remote read, POST /api/v1/read: the series of event_counters.hpp by the time that posts were made,
// so that a Prometheus with this address under remote_read answers PromQL over all that is kept, late and restated posts
// included. Used on the loop's thread; the work is done on `readers`, a few requests at a time.
//   200  the samples or chunks      400  no read request, or too much asked      429  busy, or it took too long
//   503  the store cannot be read
class RemoteRead {
 public:
  RemoteRead(const Store& store, asio::thread_pool& readers, ReadLimits limits = {});

  asio::awaitable<HttpReply> answer(WebRequest post, UtcTime now);

  static constexpr std::string_view path = "/api/v1/read";

 private:
  const Store& store_;
  asio::thread_pool& readers_;
  ReadLimits limits_;
  std::size_t under_way_ = 0;
};

}  // namespace barometer
