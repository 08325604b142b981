#include "connectors/places.hpp"

#include <algorithm>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace barometer {

// A place that is given back goes straight to who is first, so that nobody is overtaken.
asio::awaitable<Places::Place> Places::take(bool urgent) {
  if (free_ > 0) {
    --free_;
    co_return Place(this);
  }
  const auto loop = co_await asio::this_coro::executor;
  const auto before = urgent
                          ? std::find_if(waiting_.begin(), waiting_.end(), [](const Waiting& w) { return !w.urgent; })
                          : waiting_.end();
  asio::steady_timer given(loop, asio::steady_timer::time_point::max());
  const auto mine = waiting_.insert(before, Waiting{std::move(given), urgent});
  struct Leave {
    std::list<Waiting>& waiting;
    std::list<Waiting>::iterator mine;
    ~Leave() { waiting.erase(mine); }
  } const leave{waiting_, mine};
  co_await mine->given.async_wait(asio::as_tuple(asio::use_awaitable));
  const bool is_given = mine->given.expiry() != asio::steady_timer::time_point::max();
  const auto state = co_await asio::this_coro::cancellation_state;
  if (is_given && state.cancelled() == asio::cancellation_type::none) co_return Place(this);
  if (is_given) give_back();  // came too late
  throw boost::system::system_error(asio::error::operation_aborted);
}

void Places::give_back() {
  for (auto& [given, urgent] : waiting_) {
    if (given.expiry() != asio::steady_timer::time_point::max()) continue;  // has its place already, and is on its way
    given.expires_at(asio::steady_timer::time_point::min());
    return;
  }
  ++free_;
}

}  // namespace barometer
