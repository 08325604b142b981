#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/http_client.hpp"
#include "connectors/platforms/threads_door.hpp"
#include "connectors/registry.hpp"
#include "connectors/source.hpp"

namespace barometer {

// What is heard on Threads, with an own account: a search for a tag or for words, posts that mention us, or our own posts and
// the replies to them.
// API: developers.facebook.com/docs/threads
struct ThreadsConfig {
  enum class Read { search, mentions, replies };
  std::string name = {};
  std::string base = {};  // https://HOST/v1.0, no slash at the end
  Read read = Read::search;
  std::string query = {};
  bool tag = true;                  // the query is a topic tag, else words
  int limit = 100;                  // posts a request
  int first_pages = 5;              // of the first fetch
  int searches_a_day = 2000;        // our budget in rolling 24 hours; searches that find nothing are free
  std::chrono::days reply_days{7};  // how long replies to our posts are looked for
};

// What to ask next, without the token.
HttpRequest threads_request(const ThreadsConfig& config, const Cursor& cursor, UtcTime now);
Result<Page> threads_page(const ThreadsConfig& config, const Cursor& cursor, const HttpResponse& response, UtcTime now);

// Why a search must wait: those of the last 24 hours, which the cursor counts by the hour, have used up the budget.
std::optional<Failure> threads_capped(const ThreadsConfig& config, const Cursor& cursor, UtcTime now);

// For `barometer parse`: any shape that read_threads knows, in the order of the body.
Result<Page> parse_threads(std::string body, const ParseOptions& options);

class ThreadsSource : public Source {
 public:
  ThreadsSource(ThreadsConfig config, ThreadsKeys keys, HttpClient& http);

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;

 private:
  ThreadsConfig config_;
  std::string host_;
  ThreadsDoor door_;
};

// The registry's row.
Connector threads_connector();

}  // namespace barometer
