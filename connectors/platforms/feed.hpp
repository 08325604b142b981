#pragma once

#include <chrono>
#include <string>

#include "connectors/http_client.hpp"
#include "connectors/registry.hpp"
#include "connectors/source.hpp"

namespace barometer {

// One RSS, Atom or JSON Feed: a blog, a comment board, a tag or search feed.
struct FeedConfig {
  std::string name = {};
  std::string url = {};
};

// Servers' validators can hide changes: WordPress answers 304 after posts were deleted or back-dated. So once a day without them.
inline constexpr std::chrono::hours feed_unconditional_every{24};

// A conditional GET (RFC 9110 section 13) with the validators exactly as the server wrote them.
HttpRequest feed_request(const FeedConfig& config, const Cursor& cursor, UtcTime now);

// What the answer brought, oldest first; a title that the text is or begins with is left out, so that nothing counts twice. 304, or the same body as before: no posts and `unchanged`.
// Every item of a changed body is given again, known ones too: an item with the same id and other text is an edit.
// A document that breaks off gives what is complete of it and leaves the validators as they were.
Result<Page> feed_page(const FeedConfig& config, const Cursor& cursor, const HttpResponse& response, UtcTime now);

// For `barometer parse`: RSS, Atom or JSON Feed in the order of the body, items without any text included. An item of only a
// title has it as its text too.
Result<Page> parse_feed(std::string body, const ParseOptions& options);
// The same with the Content-Type header's value, for its charset, and the address within which a guid that is no URI ("42")
// is unique: with it Post::id is ADDRESS#GUID.
Result<Page> parse_feed(std::string_view body, std::string_view content_type, std::string_view scope,
                        const ParseOptions& options);

class FeedSource : public Source {
 public:
  FeedSource(FeedConfig config, HttpClient& http);

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;

 private:
  FeedConfig config_;
  std::string host_;
  HttpClient& http_;
};

// The registry's row.
Connector feed_connector();

}  // namespace barometer
