// Hostile answers about X's compliance jobs: a job has a number and addresses as safe as the API's, and only ids are listed.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "connectors/platforms/x_compliance.hpp"
#include "connectors/time.hpp"

using namespace barometer;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const UtcTime now = *parse_iso("2026-11-21T20:00:00Z");
  static const XConfig config;
  HttpResponse response;
  response.status = 200;
  response.body.assign(reinterpret_cast<const char*>(data), size);
  if (const auto job = x_job_answer(config, response, now); job.has_value()) {
    if (job->id.empty() || job->id.find_first_not_of("0123456789") != job->id.npos) std::abort();
    if (!job->upload_url.starts_with("https://") || !job->download_url.starts_with("https://")) std::abort();
  }
  if (const auto gone = x_gone(response, now); gone.has_value())
    for (const auto& id : *gone)
      if (id.empty() || id.size() > size) std::abort();
  return 0;
}
