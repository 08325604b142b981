#pragma once

#include <string>

#include "connectors/http_client.hpp"
#include "connectors/platforms/feed.hpp"
#include "connectors/registry.hpp"
#include "connectors/source.hpp"

namespace barometer {

// The Atom feed of a phpBB board, of one forum or of one topic.
struct PhpbbConfig {
  FeedConfig feed = {};  // its address, made of the settings
};

// As feed_page(), with what phpBB adds taken away again: the line "Statistics: Posted by …" under each post, and titles that only
// repeat the forum's and the topic's.
Result<Page> phpbb_page(const PhpbbConfig& config, const Cursor& cursor, const HttpResponse& response, UtcTime now);

// For `barometer parse`. Kind: feed.
Result<Page> parse_phpbb(std::string body, const ParseOptions& options);

// {board}/{script} and the part that the settings choose; of "feed.php", the form of phpBB 3.0.
std::string phpbb_feed_url(const std::string& board, const std::string& script, const std::string& mode,
                           const std::string& forum, const std::string& topic);

class PhpbbSource : public Source {
 public:
  PhpbbSource(PhpbbConfig config, HttpClient& http);

  const std::string& name() const override { return config_.feed.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;

 private:
  PhpbbConfig config_;
  std::string host_;
  HttpClient& http_;
};

// The registry's row.
Connector phpbb_connector();

}  // namespace barometer
