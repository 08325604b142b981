#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/http_stream.hpp"
#include "connectors/platforms/x.hpp"

namespace barometer {

// X's filtered stream: one rule, which is the source's query, kept at X; a post a line, empty lines to show that it lives.
// API: docs.x.com/x-api/posts/filtered-stream

// The app's rules, and what must change so that the query is one of them.
HttpRequest x_rules_request(const XConfig& config);
struct XRules {
  std::set<std::string> ours = {};    // ids of the rules that are the query
  std::vector<std::string> old = {};  // ids of rules that this source once made for another query
};
Result<XRules> x_rules(const XConfig& config, const HttpResponse& response, UtcTime now);
HttpRequest x_add_rule_request(const XConfig& config);
HttpRequest x_delete_rules_request(const XConfig& config, const std::vector<std::string>& ids);

HttpRequest x_stream_request(const XConfig& config);

// The lines of a stream, as they come.
class XLines {
 public:
  struct Heard {
    XAnswer answer = {};
    std::optional<Failure> closed = {};  // X said that it closes the stream
  };
  // Forgets what was left of a line before.
  void begin() { rest_.clear(); }
  // Posts of the whole lines in it that match one of those rules; posts of other rules of the app are not ours.
  Heard take(std::string_view bytes, const std::set<std::string>& rules, const ParseOptions& options);

 private:
  std::string rest_;
};

// How long to wait before the stream is opened again after that many losses in a row. X asks for 250 ms more each time while the
// connection fails, 5 s doubling up to 320 s after an error, a minute doubling after 429.
std::chrono::milliseconds x_pause_after(int losses, int status);

// The stream is opened first, recent search asked until nothing is missing, and what comes after that is heard on the stream.
// Two minutes later search is asked once more, for what its index did not have yet. While the stream is not open, search goes on.
class XStreamSource : public Source {
 public:
  XStreamSource(XConfig config, HttpClient& http);

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return search_.host(); }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;
  std::size_t recheck_limit() const override { return search_.recheck_limit(); }
  asio::awaitable<Result<Page>> recheck(std::vector<KeptPost> kept, UtcTime now) override;

 private:
  asio::awaitable<void> open(UtcTime now);
  asio::awaitable<Result<Page>> catch_up(Cursor cursor, UtcTime now);
  asio::awaitable<Result<Page>> hear(Cursor cursor, UtcTime now);
  asio::awaitable<std::optional<Failure>> keep_rules(UtcTime now);
  void lose(UtcTime now, int status, std::optional<Failure> why);

  XConfig config_;
  HttpClient& http_;
  XSource search_;
  XLines lines_;
  std::set<std::string> rules_;
  std::unique_ptr<HttpStream> stream_;
  UtcTime heard_since_ = {};        // what was made from then on is heard on the stream, if all its pages were kept
  Cursor given_ = {};               // with the last page; another one now means that it was not kept
  UtcTime reopen_at_ = {};          // not before
  int losses_ = 0;                  // in a row
  std::optional<Failure> trouble_;  // why it is not open
};

}  // namespace barometer
