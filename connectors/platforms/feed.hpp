#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "connectors/http_client.hpp"
#include "connectors/registry.hpp"
#include "connectors/source.hpp"

namespace barometer {

// One RSS, Atom or JSON Feed: a blog, a comment board, a tag or search feed.
struct FeedConfig {
  std::string name = {};
  std::string url = {};
  std::string platform = "feed";
  // For platforms that are feeds in a shape of their own: makes their posts of the feed's. Null: they stay as they are.
  void (*reshape)(Post&) = nullptr;
  std::chrono::seconds at_least{0};  // between two requests, whatever the feed says
};

// Servers' validators can hide changes: WordPress answers 304 after posts were deleted or back-dated. So once a day without them.
inline constexpr std::chrono::hours feed_unconditional_every{24};

// A permanent redirect is followed each time, and believed after so long of always the same.
inline constexpr std::chrono::days feed_moved_after{7};
// robots.txt is asked for so often; and so long a feed may answer 404 before a person is told.
inline constexpr std::chrono::hours feed_robots_every{24};
inline constexpr std::chrono::days feed_missing_after{3};
inline constexpr std::size_t feed_recheck_limit = 5;

// A conditional GET (RFC 9110 section 13) with the validators exactly as the server wrote them.
HttpRequest feed_request(const FeedConfig& config, const Cursor& cursor, UtcTime now);

// What the answer brought, oldest first; a title that the text is or begins with is left out, so that nothing counts twice. 304, or the same body as before: no posts and `unchanged`.
// Every item of a changed body is given again, known ones too: an item with the same id and other text is an edit.
// A document that breaks off gives what is complete of it and leaves the validators as they were.
// A web page that names a feed is followed once: no posts, `more`, and the cursor knows the feed's address.
Result<Page> feed_page(const FeedConfig& config, const Cursor& cursor, const HttpResponse& response, UtcTime now);

// For `barometer parse`: RSS, Atom or JSON Feed in the order of the body, items without any text included, and what there is of an
// item in which the document breaks off. An item of only a title has it as its text too.
Result<Page> parse_feed(std::string body, const ParseOptions& options);
// The same with the Content-Type header's value, for its charset, and the address within which a guid that is no URI ("42")
// is unique: with it Post::id is ADDRESS#GUID. Only whole items.
Result<Page> parse_feed(std::string_view body, std::string_view content_type, std::string_view scope,
                        const ParseOptions& options);

// Whether X-Robots-Tag asks programs to keep nothing: "none", or "noindex" addressed to us. A general "noindex" is about search
// engines; plug-ins of WordPress send it with every feed.
bool keeps_robots_out(const HttpResponse& response);

// HEAD or GET of a kept post's own page.
HttpRequest feed_recheck_request(const FeedConfig& config, const KeptPost& kept, std::string method);

class FeedSource : public Source {
 public:
  FeedSource(FeedConfig config, HttpClient& http);

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;
  // A post has been taken away when its page, on the feed's own host, is not there (404, 410) for HEAD nor for GET. That it has
  // left the feed's window says nothing.
  std::size_t recheck_limit() const override { return feed_recheck_limit; }
  asio::awaitable<Result<Page>> recheck(std::vector<KeptPost> kept, UtcTime now) override;

 private:
  asio::awaitable<bool> kept_out(std::string url, UtcTime now);
  asio::awaitable<bool> gone(KeptPost kept);
  Failure still_missing(Failure failure, UtcTime now);

  FeedConfig config_;
  std::string host_;
  HttpClient& http_;
  UtcTime robots_asked_ = {};
  bool kept_out_ = false;
  std::optional<UtcTime> missing_since_ = {};
};

// The registry's row.
Connector feed_connector();

}  // namespace barometer
