#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "connectors/http_client.hpp"
#include "connectors/registry.hpp"
#include "connectors/source.hpp"

namespace barometer {

// One hashtag as a server of Misskey's kind knows it (Misskey, Sharkey, Firefish, CherryPick). Every request is a POST of JSON.
// API: misskey-hub.net, notes/search-by-tag and notes/show
struct MisskeyConfig {
  std::string name = {};
  std::string url = {};    // https://HOST, no slash at the end
  std::string tag = {};    // folded, no '#'
  std::string token = {};  // where the server wants one; goes in the body, which follows no redirect elsewhere
  int limit = 100;         // notes a request; the API's most
  int first_pages = 4;     // how many pages of the past the first fetch reads
};

// What to ask next: as id_timeline.hpp says, with untilId for the page below an id and sinceId for the page just above one.
HttpRequest misskey_request(const MisskeyConfig& config, const Cursor& cursor, UtcTime now);
// What the answer to that request brought, oldest first.
Result<Page> misskey_page(const MisskeyConfig& config, const Cursor& cursor, const HttpResponse& response, UtcTime now);

// What has become of one note.
HttpRequest note_request(const MisskeyConfig& config, const KeptPost& kept);
// A tombstone when it is gone or public no more, a post when it was edited, or nothing.
Result<std::optional<Post>> note_answer(const MisskeyConfig& config, const KeptPost& kept, const HttpResponse& response,
                                        UtcTime now);

// For `barometer parse`: any shape that read_misskey_answer knows, in the order of the body.
Result<Page> parse_misskey(std::string body, const ParseOptions& options);

class MisskeySource : public Source {
 public:
  MisskeySource(MisskeyConfig config, HttpClient& http);

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;
  std::size_t recheck_limit() const override { return 5; }  // each is a request of its own
  asio::awaitable<Result<Page>> recheck(std::vector<KeptPost> kept, UtcTime now) override;

 private:
  MisskeyConfig config_;
  std::string host_;
  HttpClient& http_;
};

// The registry's row.
Connector misskey_connector();

}  // namespace barometer
