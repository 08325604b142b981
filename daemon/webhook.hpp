#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include "daemon/config.hpp"
#include "daemon/http_server.hpp"
#include "daemon/metrics.hpp"
#include "daemon/pipeline.hpp"
#include "daemon/source_book.hpp"
#include "daemon/source_state.hpp"
#include "storage/store.hpp"

namespace barometer {

// Takes posts that others send: POST /push/NAME, for each source of the platform push, with
//   Content-Type            application/json (an object or an array) or application/x-ndjson (an object a line)
//   X-Barometer-Timestamp   seconds since 1970, at most five minutes from our clock
//   X-Barometer-Signature   sha256=HEX, the HMAC-SHA256 of "TIMESTAMP.BODY" with the source's secret
//
// Answers, all JSON:
//   200  {"received":3,"stored":2,"edited":0,"deleted":0,"duplicates":1,"dropped":0}, once all of it is durable
//   401  no signature, a wrong one, an old one, or one that was taken already: sign again, with the present time
//   404  no such source         405  no POST          411, 413  no length, or too much at once
//   415  another content type   422  a line that is no post (which, and what to write): nothing of the body is kept
//   503  the store cannot be written: nothing is kept, send it again
// A signature is taken once. After a restart only those are taken whose time is later than the last that was kept: that
// time is committed with the posts, as the source's cursor.
//
// Used on the loop's thread. No text and no handle goes to the log.
class Webhook {
 public:
  using Clock = std::function<UtcTime()>;
  // What it shares with the other sources; all of it outlives it.
  struct Shared {
    Pipeline& pipeline;
    const Store& store;
    asio::thread_pool& readers;  // bodies are checked and read there
    Metrics& metrics;
    SourceStates& states;
    SourceBook& book;
  };

  Webhook(Shared shared, Clock now);
  ~Webhook();

  // The sources of these settings from now on. Throws std::runtime_error when a secret cannot be read.
  void configure(const Config& config);

  // Runs to its end, whatever becomes of who asked.
  asio::awaitable<HttpReply> take(WebRequest post);

  static constexpr std::string_view prefix = "/push/";
  static constexpr std::chrono::minutes tolerance{5};
  static constexpr std::size_t most_posts = 20'000;  // at once

 private:
  struct Door;

  asio::awaitable<HttpReply> enter(std::shared_ptr<Door> door, WebRequest post);
  asio::awaitable<std::optional<std::string>> open_door(Door& door);
  asio::awaitable<HttpReply> keep(Door& door, std::vector<Post> posts, UtcTime now);
  HttpReply refused(Door& door, HttpReply reply, const std::string& why);
  void note(Door& door, const HttpReply& reply, const std::string& detail);

  Shared shared_;
  Clock now_;
  std::map<std::string, std::shared_ptr<Door>> doors_;  // by name of the source
};

// The signature that belongs to a body: "sha256=…". For tests and for whoever sends.
std::string push_signature(std::string_view secret, std::string_view timestamp, std::string_view body);

}  // namespace barometer
