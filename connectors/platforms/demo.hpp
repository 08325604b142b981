#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "connectors/registry.hpp"
#include "connectors/source.hpp"

namespace barometer {

// A stream to look at without a network: a fortnight at an invented trust, told in posts that we wrote (demo/posts.ndjson).
// Among praise, notices and grumbles it has a burst (the booking portal and the phones fail for two days), a slow burn (bells
// unanswered on one ward, a few different people each week), a tweet chat, red flags, look-alikes that are none, and
// identifiers to be masked.

// The story as it is told to somebody who starts it on that day, oldest first: its last day is that day, clock times are those
// of the United Kingdom, and the chat is at eight on the Wednesday before. Any thread.
std::vector<Post> demo_story(std::chrono::sys_days started);

// Tells what is past in quick time, a page after the other, and the rest of the day as it comes; then it is quiet.
// Its cursor is the day of the first start and the number of posts told ("2026-11-21 120"), so that a restart tells on.
class DemoSource : public Source {
 public:
  explicit DemoSource(std::string name);

  const std::string& name() const override { return name_; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;

 private:
  std::string name_;
  std::string host_ = "demo";
  std::optional<std::chrono::sys_days> started_ = {};  // of story_
  std::vector<Post> story_ = {};
};

inline constexpr std::size_t demo_page_size = 20;

// The registry's row. `parse` reads posts, one JSON object a line.
Connector demo_connector();

}  // namespace barometer
