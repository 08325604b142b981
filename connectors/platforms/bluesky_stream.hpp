#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/platforms/bluesky.hpp"
#include "connectors/platforms/bluesky_event.hpp"
#include "connectors/platforms/bluesky_filter.hpp"
#include "connectors/platforms/bluesky_memory.hpp"
#include "connectors/platforms/bluesky_place.hpp"
#include "connectors/platforms/bluesky_profiles.hpp"
#include "connectors/source.hpp"
#include "connectors/web_socket.hpp"

namespace barometer {

// What became of messages since the last page.
struct BlueskyHeard {
  std::vector<Post> posts = {};
  std::vector<Missed> missed = {};
  std::uint64_t unreadable = 0;
  std::optional<Failure> ended = {};      // the server said that it is over, and why
  bool moved = false;                     // the place is another
  std::vector<std::string> renamed = {};  // dids whose handle may be another
};

// The stream without its connection: messages in, posts and places out. Pure but for its memory.
class BlueskyListener {
 public:
  explicit BlueskyListener(const BlueskyConfig& config);

  const BlueskyPlace& place() const { return place_; }
  // A connection to `server` has been asked for from there. `fresh`: we have only just begun to run.
  void begin(BlueskyPlace place, std::string server, bool fresh, UtcTime now);
  // The server says that the place is too old; it goes on from the floor, and what lay before is missed.
  void begin_at_floor(std::optional<std::int64_t> floor);
  void hear(std::string_view message, UtcTime now, BlueskyHeard& heard);
  // What was given last may not have been kept: it is to be given again.
  void give_again() { memory_.forget_versions(); }
  // A post that we keep from earlier days.
  void remember(const std::string& uri);

 private:
  void note_gap(const BlueskyEvent& event, BlueskyHeard& heard);
  void written(const BlueskyEvent& event, UtcTime now, BlueskyHeard& heard);
  void removed(const std::string& uri, BlueskyHeard& heard);

  std::string name_;
  BlueskyFilter filter_;
  BlueskyEventReader reader_;
  BlueskyMemory memory_;
  BlueskyPlace place_;
  std::string server_;
  std::optional<UtcTime> first_after_ = {};  // the time asked for, where the server may have silently begun later
  std::optional<UtcTime> missed_from_ = {};  // known to be missing, until the next message says till when
  GapReason reason_ = GapReason::down;
};

// All public posts of the network, filtered here.
class BlueskyStream : public Source {
 public:
  BlueskyStream(BlueskyConfig config, HttpClient& http);

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;
  std::size_t recheck_limit() const override;
  asio::awaitable<Result<Page>> recheck(std::vector<KeptPost> kept, UtcTime now) override;

 private:
  using Clock = std::chrono::steady_clock;

  asio::awaitable<std::optional<Failure>> connect(const Cursor& cursor, UtcTime now);
  asio::awaitable<std::optional<Failure>> connect_to(const std::string& url, const Cursor& cursor, UtcTime now);
  asio::awaitable<std::optional<Failure>> listen(BlueskyHeard& heard, Clock::time_point began, UtcTime now);
  Page page_of(BlueskyHeard& heard);

  BlueskyConfig config_;
  std::string host_;
  HttpClient& http_;
  BlueskyListener listener_;
  BlueskyProfiles profiles_;
  std::unique_ptr<WebSocket> socket_;
  std::size_t server_ = 0;       // of BlueskyConfig::streams
  std::optional<Cursor> given_;  // with the last page: where the connection stands; nothing while it is read
  bool fresh_ = true;            // no connection yet
  bool silent_ = true;           // the connection has brought nothing yet
};

}  // namespace barometer
