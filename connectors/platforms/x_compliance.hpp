#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "connectors/http_client.hpp"
#include "connectors/platforms/x.hpp"

namespace barometer {

// X's batch compliance: which of the kept posts must go, asked for without paying for a look at each. A job is made, the
// ids are uploaded to an address that X names, X works on it, and what must go is downloaded from another such address.
// API: docs.x.com/x-api/compliance

inline constexpr std::size_t x_compliance_limit = 10'000;      // ids a job that we ask for; X takes more
inline constexpr std::chrono::seconds x_compliance_pause{30};  // between two looks at a job
inline constexpr std::chrono::hours x_compliance_patience{6};  // then the job is given up and made anew
inline constexpr std::string_view x_compliance_path = "/2/compliance/jobs";

struct XJob {
  enum class State : std::uint8_t { under_way, complete, lost };
  std::string id = {};
  std::string upload_url = {};
  std::string download_url = {};
  State state = State::under_way;
};

HttpRequest x_job_request(const XConfig& config);
HttpRequest x_job_state_request(const XConfig& config, const XJob& job);
// The answer to either. Failures: x_refusal; retry when it is no job, or its addresses are less safe than the API's own.
Result<XJob> x_job_answer(const XConfig& config, const HttpResponse& response, UtcTime now);
// Neither carries the token: what they may do is in their addresses.
HttpRequest x_upload_request(const XConfig& config, const XJob& job, const std::set<std::string>& ids);
HttpRequest x_download_request(const XConfig& config, const XJob& job);
// The ids of posts that were deleted, or whose authors are suspended, gone or protected: a JSON object a line. What only lost its place
// on the map stays. Failures: as x_job_answer; retry when a line cannot be read, because a whole file is exact or worth nothing.
Result<std::set<std::string>> x_gone(const HttpResponse& response, UtcTime now);

// One job after the other. Used on the loop's thread.
class XCompliance {
 public:
  XCompliance(const XConfig& config, HttpClient& http) : config_(config), http_(http) {}

  // Of those native ids, the ones that must go; nothing while X works on it: ask again after x_compliance_pause, with the
  // same ids. Ids that the job under way does not know begin another.
  asio::awaitable<Result<std::optional<std::set<std::string>>>> gone(std::set<std::string> ids, UtcTime now);

 private:
  struct UnderWay {
    XJob job = {};
    std::set<std::string> ids = {};
    UtcTime began = {};
  };
  asio::awaitable<std::optional<Failure>> begin(std::set<std::string> ids, UtcTime now);

  const XConfig& config_;
  HttpClient& http_;
  std::optional<UnderWay> under_way_ = {};
};

}  // namespace barometer
