#pragma once

#include <memory>
#include <string>

#include "connectors/http_client.hpp"
#include "connectors/registry.hpp"
#include "connectors/source.hpp"

namespace barometer {

// News articles that GDELT saw, by its DOC 2.0 API (api.gdeltproject.org): titles and addresses, no bodies, newest first.
struct GdeltConfig {
  std::string name = {};
  std::string api = {};    // https://HOST, no slash at the end
  std::string query = {};  // in GDELT's language: "nhs" sourcecountry:UK sourcelang:english
  int limit = 250;         // articles a request; the API's most
  int first_pages = 4;     // of the first fetch, a week at most
};

// GDELT wants this long between two requests of one address.
inline constexpr std::chrono::seconds gdelt_pause{5};

// There is no paging: the window from what is known (less an hour; GDELT sees in steps of 15 minutes, and late) moves down,
// to the oldest moment of the answer before.
HttpRequest gdelt_request(const GdeltConfig& config, const Cursor& cursor, UtcTime now);
Result<Page> gdelt_page(const GdeltConfig& config, const Cursor& cursor, const HttpResponse& response, UtcTime now);

// For `barometer parse`. One kind: artlist, as JSON. An error that GDELT writes as plain text becomes a failure.
Result<Page> parse_gdelt(std::string body, const ParseOptions& options);

class GdeltSource : public Source {
 public:
  GdeltSource(GdeltConfig config, HttpClient& http);

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;

 private:
  GdeltConfig config_;
  std::string host_;
  HttpClient& http_;
};

// The registry's row.
Connector gdelt_connector();

}  // namespace barometer
