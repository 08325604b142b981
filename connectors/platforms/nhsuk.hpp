#pragma once

#include <memory>
#include <string>
#include <vector>

#include "connectors/http_client.hpp"
#include "connectors/offset_sweep.hpp"
#include "connectors/registry.hpp"
#include "connectors/source.hpp"

namespace barometer {

// How the API calls the parts of a review. Its answers are not public knowledge, so each name is a setting; where it is
// empty, the usual ones are tried.
struct ReviewFields {
  std::string list = {};  // of the reviews in the answer's object; an answer that is a list needs none
  std::string id = {};
  std::string title = {};
  std::string text = {};
  std::string made_at = {};
  std::string author = {};
  std::string url = {};
};

// Ratings and reviews of one kind of organisation, or of one organisation, on NHS.uk.
struct NhsUkConfig {
  std::string name = {};
  std::string api = {};           // https://HOST/PATH of the list, without its parameters
  std::string key = {};           //
  std::string key_header = {};    // name of the header that carries the key
  std::string organisation = {};  // orgType: HOS, GPB, TRU …
  std::string ods_code = {};      // of one organisation; empty: all of that type
  int limit = 100;                // reviews a request
  ReviewFields fields = {};
};

// Between two sweeps over what was removed, and how far back those go.
inline constexpr std::chrono::hours nhsuk_removed_every{6};
inline constexpr std::chrono::days nhsuk_removed_back{60};

// Published reviews from the day before the newest known on; every six hours, what was removed of the last sixty days.
HttpRequest nhsuk_request(const NhsUkConfig& config, const Cursor& cursor, UtcTime now);
Result<Page> nhsuk_page(const NhsUkConfig& config, const Cursor& cursor, const HttpResponse& response, UtcTime now);

// For `barometer parse`. Kinds: reviews, and removed, which gives tombstones.
Result<Page> parse_nhsuk(std::string body, const ParseOptions& options);

class NhsUkSource : public Source {
 public:
  NhsUkSource(NhsUkConfig config, HttpClient& http);

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;

 private:
  NhsUkConfig config_;
  std::string host_;
  HttpClient& http_;
};

// The registry's row.
Connector nhsuk_connector();

}  // namespace barometer
