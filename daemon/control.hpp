#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/thread_pool.hpp>

#include "connectors/result.hpp"

namespace barometer {

namespace asio = boost::asio;

// One process has the store open, so what changes it beside a running daemon is asked of the daemon: on a Unix socket in the
// store's folder, which only its owner can reach. One line with an order, one line with what came of it: "done " and text,
// or "failed " and why. Orders are carried out one after another.
class Control {
 public:
  // Runs on the pool. Its text is one line.
  using Handler = std::function<Result<std::string>(const std::string& order)>;

  // Throws std::runtime_error if the socket cannot be made. Whatever is left of a daemon that was killed is replaced: the
  // store is ours.
  Control(const asio::any_io_executor& loop, asio::thread_pool& pool, const std::filesystem::path& store,
          Handler handler);
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  asio::awaitable<void> serve();

 private:
  asio::awaitable<void> answer(asio::local::stream_protocol::socket caller);

  asio::thread_pool& pool_;
  std::filesystem::path socket_;
  Handler handler_;
  asio::local::stream_protocol::acceptor acceptor_;
};

// What came of it; empty: no daemon has this store open. Waits for as long as it takes.
std::optional<Result<std::string>> ask_daemon(const std::filesystem::path& store, const std::string& order);

}  // namespace barometer
