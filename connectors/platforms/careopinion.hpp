#pragma once

#include <memory>
#include <string>

#include "connectors/http_client.hpp"
#include "connectors/offset_sweep.hpp"
#include "connectors/registry.hpp"
#include "connectors/source.hpp"

namespace barometer {

// Stories of patients on Care Opinion, by its API v2 (a subscription with API access).
struct CareOpinionConfig {
  std::string name = {};
  std::string api = {};     // https://HOST/api/v2, no slash at the end
  std::string key = {};     // the subscription key, of the header; the one that goes into addresses ends after a day
  std::string search = {};  // further parameters of the site's story search, as "tag=diabetes&author=carer"
  int limit = 100;          // stories a request
  bool details = false;     // ask for the tags and the services of each new story
};

// Stories from the day before the newest known on, the first published first: the API's dates are whole days.
HttpRequest careopinion_request(const CareOpinionConfig& config, const Cursor& cursor, UtcTime now);
Result<Page> careopinion_page(const CareOpinionConfig& config, const Cursor& cursor, const HttpResponse& response,
                              UtcTime now);

// One story (part empty), or its "tags" or "healthservices".
HttpRequest careopinion_story_request(const CareOpinionConfig& config, const std::string& native_id,
                                      const std::string& part = {});
// What has become of a story that we keep: a tombstone when it was withdrawn, else the story as it now reads.
Result<Page> careopinion_story_page(const CareOpinionConfig& config, const KeptPost& kept, const HttpResponse& response,
                                    UtcTime now);
// Tags' names, or services' ODS codes, that an answer lists.
Result<std::vector<std::string>> careopinion_names(const HttpResponse& response, UtcTime now);

// For `barometer parse`. Kinds: opinions, opinion, responses, tags, healthservices; the latter two hold no posts.
Result<Page> parse_careopinion(std::string body, const ParseOptions& options);

class CareOpinionSource : public Source {
 public:
  CareOpinionSource(CareOpinionConfig config, HttpClient& http);

  const std::string& name() const override { return config_.name; }
  const std::string& host() const override { return host_; }
  asio::awaitable<Result<Page>> fetch(Cursor cursor, UtcTime now) override;
  std::size_t recheck_limit() const override { return 20; }
  asio::awaitable<Result<Page>> recheck(std::vector<KeptPost> kept, UtcTime now) override;

 private:
  asio::awaitable<Result<Page>> with_details(Page page, std::optional<UtcTime> known, UtcTime now);

  CareOpinionConfig config_;
  std::string host_;
  HttpClient& http_;
};

// The registry's row.
Connector careopinion_connector();

}  // namespace barometer
