#include "connectors/platforms/x_compliance.hpp"

#include <doctest/doctest.h>

#include "connectors/time.hpp"
#include "tests/support/fixture.hpp"

namespace barometer {
namespace {

const UtcTime evening = *parse_iso("2026-11-21T21:00:00Z");

XConfig config() {
  XConfig config;
  config.name = "x";
  config.api = "https://x.example";
  config.token = "secret";
  return config;
}

HttpResponse answer(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

}  // namespace

TEST_CASE("a compliance job names where kept ids go, and its list those that must go") {
  const auto created =
      R"({"data":{"id":"31","type":"tweets","status":"created","upload_url":"https://bucket.example/up?s=1",)"
      R"("download_url":"https://bucket.example/down?s=2"}})";
  const auto job = x_job_answer(config(), answer(200, created), evening);
  REQUIRE_MESSAGE(job.has_value(), (job ? "" : job.error().detail));
  CHECK(job->state == XJob::State::under_way);
  const auto upload = x_upload_request(config(), *job, {"12", "7"});
  CHECK(upload.method == "PUT");
  CHECK(upload.url == "https://bucket.example/up?s=1");
  CHECK(upload.body == "12\n7\n");
  CHECK(x_job_state_request(config(), *job).url == "https://x.example/2/compliance/jobs/31");
  for (const auto& request : {upload, x_download_request(config(), *job)})
    for (const auto& header : request.headers) CHECK(header.first != "Authorization");

  const auto gone = x_gone(answer(200, R"({"id":"12","action":"delete","reason":"deleted"}
{"id":"13","action":"delete","reason":"protected","redacted_at":"2026-11-20T10:00:00.000Z"}

{"id":"14","action":"delete","reason":"scrub_geo"}
)"),
                           evening);
  REQUIRE(gone.has_value());
  CHECK(*gone == std::set<std::string>{"12", "13"});
}

TEST_CASE("a compliance job that is broken, unsafe, finished or in the way is told apart") {
  const auto told = [](const std::string& fields) {
    return x_job_answer(config(), answer(200, R"({"data":{)" + fields + "}}"), evening);
  };
  const std::string safe = R"("upload_url":"https://b.example/u","download_url":"https://b.example/d")";
  CHECK(told(R"("id":"31","status":"complete",)" + safe)->state == XJob::State::complete);
  CHECK(told(R"("id":"31","status":"failed",)" + safe)->state == XJob::State::lost);
  CHECK(told(R"("id":"31","status":"expired",)" + safe)->state == XJob::State::lost);
  const std::vector<std::string> broken_answers = {
      "",
      R"("id":"31")",
      R"("id":"../users",)" + safe,
      R"("id":"31","upload_url":"file:///etc/passwd","download_url":"https://b.example/d")",
      R"("id":"31","upload_url":"https","download_url":"https://b.example/d")",
      R"("id":"31","upload_url":"http://b.example/u","download_url":"https://b.example/d")"};
  for (const auto& broken : broken_answers) {
    CAPTURE(broken);
    REQUIRE_FALSE(told(broken).has_value());
    CHECK(told(broken).error().remedy == Remedy::retry);
  }
  CHECK(x_job_answer(config(), answer(409, "{}"), evening).error().remedy == Remedy::retry);
  CHECK(x_job_answer(config(), answer(403, "{}"), evening).error().remedy == Remedy::ask_operator);
  for (const char* list :
       {"{", "{}", "<html>", R"({"id":"1a","action":"delete"})", R"({"id":"12","action":"delete"}{"id")"}) {
    CAPTURE(list);
    CHECK(x_gone(answer(200, list), evening).error().remedy == Remedy::retry);
  }
}
TEST_CASE("a recorded compliance job of X") {
  const auto recording = std::filesystem::path(RECORDINGS) / "x" / "compliance_job.json";
  if (!std::filesystem::exists(recording)) {
    MESSAGE("skipped: no recording at " << recording.string());
    return;
  }
  const auto job = x_job_answer(config(), answer(200, file_bytes(recording)), evening);
  REQUIRE(job.has_value());
  CHECK(job->id == "1446017776678801409");
}

}  // namespace barometer
