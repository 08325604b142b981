#include "connectors/platforms/x_compliance.hpp"

#include <algorithm>
#include <utility>

#include "connectors/json_document.hpp"
#include "connectors/platforms/x_problem.hpp"
#include "connectors/read_apart.hpp"
#include "connectors/refusal.hpp"
#include "connectors/url.hpp"

namespace barometer {
namespace {

constexpr int conflict = 409;

// Whether it names a host, by the same scheme as the other.
bool is_as_safe_as(std::string_view url, std::string_view other) {
  return !host_of(url).empty() && url.substr(0, url.find("://")) == other.substr(0, other.find("://"));
}

XJob::State state_of(std::string_view status) {
  if (status == "complete") return XJob::State::complete;
  const bool is_lost = status == "failed" || status == "expired";
  return is_lost ? XJob::State::lost : XJob::State::under_way;
}

bool is_number(std::string_view id) {
  return !id.empty() && std::all_of(id.begin(), id.end(), [](char digit) { return digit >= '0' && digit <= '9'; });
}

bool must_go(JsonValue line) {
  return json_text(line, "action") == "delete" && json_text(line, "reason") != "scrub_geo";
}

}  // namespace

HttpRequest x_job_request(const XConfig& config) {
  auto request = x_signed_request(config, std::string(x_compliance_path));
  request.method = "POST";
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = R"({"type":"tweets","resumable":false})";
  return request;
}

HttpRequest x_job_state_request(const XConfig& config, const XJob& job) {
  return x_signed_request(config, std::string(x_compliance_path) + "/" + job.id);
}

Result<XJob> x_job_answer(const XConfig& config, const HttpResponse& response, UtcTime now) {
  // A job of before we were started is still under way; X has room for one.
  if (response.status == conflict) return Failure{Remedy::retry, "X still works on an earlier compliance job"};
  if (response.status != 200) return x_refusal(response, now);
  JsonDocument document;
  JsonValue data;
  if (JsonDocument::read(document, response.body) || !json_field(document.root(), "data", data))
    return Failure{Remedy::retry, "X's answer about its compliance job cannot be read"};
  XJob job{json_id(data, "id"), std::string(json_text(data, "upload_url")),
           std::string(json_text(data, "download_url")), state_of(json_text(data, "status"))};
  const bool are_safe = is_as_safe_as(job.upload_url, config.api) && is_as_safe_as(job.download_url, config.api);
  if (!is_number(job.id) || !are_safe)
    return Failure{Remedy::retry, "X's answer about its compliance job lacks an id or an address"};
  return job;
}

HttpRequest x_upload_request(const XConfig& config, const XJob& job, const std::set<std::string>& ids) {
  HttpRequest request;
  request.source = config.name;
  request.method = "PUT";
  request.url = job.upload_url;
  request.headers.emplace_back("Content-Type", "text/plain");
  for (const auto& id : ids) request.body += id + "\n";
  return request;
}

HttpRequest x_download_request(const XConfig& config, const XJob& job) {
  HttpRequest request;
  request.source = config.name;
  request.url = job.download_url;
  return request;
}

Result<std::set<std::string>> x_gone(const HttpResponse& response, UtcTime now) {
  if (response.status != 200) return refusal(response, now);
  std::set<std::string> gone;
  std::string_view rest = response.body;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.find_first_not_of(" \r\t") == line.npos) continue;
    JsonDocument document;
    if (JsonDocument::read(document, line) || !is_number(json_id(document.root(), "id")))
      return Failure{Remedy::retry, "the list of X's compliance job cannot be read"};
    if (must_go(document.root())) gone.insert(json_id(document.root(), "id"));
  }
  return gone;
}

asio::awaitable<std::optional<Failure>> XCompliance::begin(std::set<std::string> ids, UtcTime now) {
  auto ask = x_job_request(config_);
  const auto made = co_await http_.send(std::move(ask));
  if (!made.has_value()) co_return made.error();
  auto job = x_job_answer(config_, *made, now);
  if (!job.has_value()) co_return job.error();
  auto upload = x_upload_request(config_, *job, ids);
  const auto taken = co_await http_.send(std::move(upload));
  if (!taken.has_value()) co_return taken.error();
  if (taken->status / 100 != 2) co_return refusal(*taken, now);
  under_way_ = UnderWay{std::move(*job), std::move(ids), now};
  co_return std::nullopt;
}

asio::awaitable<Result<std::optional<std::set<std::string>>>> XCompliance::gone(std::set<std::string> ids,
                                                                                UtcTime now) {
  using Answer = std::optional<std::set<std::string>>;
  const bool is_ours = under_way_ && now - under_way_->began < x_compliance_patience &&
                       std::includes(under_way_->ids.begin(), under_way_->ids.end(), ids.begin(), ids.end());
  if (!is_ours) {
    under_way_.reset();
    if (auto failure = co_await begin(std::move(ids), now)) co_return *failure;
    co_return Answer{};
  }
  auto ask = x_job_state_request(config_, under_way_->job);
  const auto told = co_await http_.send(std::move(ask));
  if (!told.has_value()) co_return told.error();
  const auto job = x_job_answer(config_, *told, now);
  if (!job.has_value()) co_return job.error();
  if (job->state == XJob::State::under_way) co_return Answer{};
  if (job->state == XJob::State::lost) {
    under_way_.reset();
    co_return Failure{Remedy::retry, "X did not finish its compliance job"};
  }
  auto fetch = x_download_request(config_, *job);
  const auto list = co_await http_.send(std::move(fetch));
  if (!list.has_value()) co_return list.error();
  auto read = [&list, now] { return x_gone(*list, now); };
  auto gone = co_await read_apart(*list, std::move(read));
  if (!gone.has_value()) co_return gone.error();
  under_way_.reset();
  co_return Answer{std::move(*gone)};
}

}  // namespace barometer
