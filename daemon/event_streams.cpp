#include "daemon/event_streams.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace barometer {

namespace {

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr std::string_view news = "event: news\ndata: news\n\n";
constexpr std::string_view nothing = ":\n\n";

}  // namespace

void EventStreams::tell() {
  ++told_;
  for (auto& listener : listeners_)
    if (std::exchange(listener.waits, false)) listener.timer.cancel();
}

void EventStreams::close() {
  closed_ = true;
  for (auto& listener : listeners_) listener.timer.cancel();
}

asio::awaitable<bool> EventStreams::send(Wire& wire, std::string_view text) {
  wire.expires_after(limits_.write);
  const auto [odd, sent] = co_await asio::async_write(wire, asio::buffer(text), no_throw);
  co_return !odd && !closed_;
}

asio::awaitable<void> EventStreams::stream(Wire& wire, std::string header, StillMay still_may) {
  const auto place = listeners_.emplace(listeners_.end(), loop_);
  auto& [timer, waits] = *place;
  auto seen = told_;
  bool here = co_await send(wire, header);
  while (here && !closed_) {
    // Nothing else runs between these lines, so nothing is told unheard.
    if (seen == told_) {
      timer.expires_after(limits_.heartbeat);
      waits = true;
      co_await timer.async_wait(no_throw);
      waits = false;
    }
    if (closed_) break;
    if (seen == told_) {
      here = co_await still_may();
      if (here) here = co_await send(wire, nothing);
      continue;
    }
    seen = told_;
    here = co_await send(wire, news);
    if (!here || closed_) break;
    timer.expires_after(limits_.pace);
    co_await timer.async_wait(no_throw);
  }
  listeners_.erase(place);
}

}  // namespace barometer
