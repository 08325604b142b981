#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>

#include <boost/asio/awaitable.hpp>

#include "connectors/http_message.hpp"
#include "connectors/result.hpp"
#include "connectors/run_on.hpp"

namespace barometer {

// The loop never reads a long body, hostile or merely large: that would hold up every other source, the page and mail.
// Shorter ones are read where they are, sooner than another thread would be told of them.
inline constexpr std::size_t longest_read_on_the_loop = 16 * 1024;  // bytes

// Runs read(), which reads that answer, on the pool that the answer came with (HttpClient::read_on) when its body is long, and
// here when it is short or there is no pool. Gives what read() gives, on the caller's thread; throws what it throws.
// What has begun is finished before the caller goes on or is cancelled, so that `read` may refer to what the caller holds, as
// long as nobody changes that meanwhile. Name `read`, then move it in (see run_on).
template <class Read, class Out = std::invoke_result_t<Read&>>
asio::awaitable<Out> read_apart(const HttpResponse& response, Read read) {
  if (response.readers == nullptr || response.body.size() <= longest_read_on_the_loop) co_return read();
  auto work = [&read] { return std::make_shared<Out>(read()); };
  const auto out = co_await run_on(*response.readers, std::move(work));
  co_return std::move(*out);
}

// The same for the shape that platforms' functions have: page(config, cursor or kept posts, response, now). All are the
// caller's, and stay until it goes on.
template <class Config, class About, class Out>
asio::awaitable<Out> read_apart(Out (*page)(const Config&, const About&, const HttpResponse&, UtcTime),
                                const Config& config, const About& about, const HttpResponse& response, UtcTime now) {
  auto read = [page, &config, &about, &response, now] { return page(config, about, response, now); };
  co_return co_await read_apart(response, std::move(read));
}

}  // namespace barometer
