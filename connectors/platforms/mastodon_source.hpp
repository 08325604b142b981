#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/http_client.hpp"
#include "connectors/http_stream.hpp"
#include "connectors/platforms/mastodon.hpp"
#include "connectors/platforms/mastodon_stream.hpp"
#include "connectors/source.hpp"

namespace barometer {

// A hashtag that is polled, or streamed: then the stream is opened first, the timeline polled until nothing is above the cursor,
// and what comes after that is heard on the stream; so nothing falls in between. When the stream breaks, or will not open,
// polling goes on, and the stream is tried again after a while that grows with each break. Whoever could mend it is told when
// polling has nothing to say either.
class MastodonSource : public Source {
 public:
  MastodonSource(MastodonConfig config, HttpClient& http);

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;
  std::size_t recheck_limit() const override;
  asio::awaitable<Result<Page>> recheck(std::vector<KeptPost> kept, UtcTime now) override;

 private:
  asio::awaitable<Result<Page>> poll(Cursor cursor, UtcTime now);
  asio::awaitable<void> ask_whether_closed(UtcTime now);
  asio::awaitable<Result<Page>> catch_up(Cursor cursor, UtcTime now);
  asio::awaitable<Page> hear(Cursor cursor, UtcTime now);
  asio::awaitable<void> open(UtcTime now);
  asio::awaitable<std::optional<Failure>> find_base(UtcTime now);
  void lose(UtcTime now, std::optional<Failure> why);

  MastodonConfig config_;
  std::string host_;
  HttpClient& http_;

  std::string base_;  // of the streaming API; empty: not known yet
  MastodonEvents events_;
  std::unique_ptr<HttpStream> stream_;
  bool caught_up_ = false;          // what is not on the stream has been polled
  bool look_back_ = false;          // the next poll begins with the newest page
  Cursor given_ = {};               // with the last page; another one now means that it was not kept
  UtcTime opened_at_ = {};          //
  UtcTime reopen_at_ = {};          // not before
  int losses_ = 0;                  // in a row
  std::optional<Failure> trouble_;  // why it is not open
  std::optional<Failure> closed_;   // why an empty timeline says nothing
  UtcTime closed_asked_at_ = {};    //
  bool asks_for_several_ = true;    // the server knows /api/v1/statuses?id[]=
};

}  // namespace barometer
