#include "connectors/http_stream.hpp"

#include <curl/curl.h>

#include "connectors/http_failure.hpp"

namespace barometer {

HttpStream::HttpStream(const HttpSettings& settings, const HttpHop::Rules& rules)
    : hop_(settings, rules, {[this] { begin(); }, [this](std::string_view bytes) { return take(bytes); }}) {}

HttpStream::~HttpStream() = default;

void HttpStream::begin() {
  begun_ = true;
  heard_at_ = Clock::now();
  transfer_->wake();
}

bool HttpStream::take(std::string_view bytes) {
  if (unread_.size() >= most_unread) {
    paused_ = true;
    return false;
  }
  unread_ += bytes;
  heard_at_ = Clock::now();
  transfer_->wake();
  return true;
}

asio::awaitable<int> HttpStream::head(CurlLoop& curl, std::chrono::milliseconds time_left, std::string host) {
  host_ = std::move(host);
  const auto until = Clock::now() + time_left;
  transfer_.emplace(curl, hop_.handle());
  while (!begun_ && !transfer_->over()) {
    if (Clock::now() >= until) {
      transfer_->stop();
      co_return CURLE_OPERATION_TIMEDOUT;
    }
    co_await transfer_->woken(until);
  }
  co_return begun_ ? CURLE_OK : transfer_->code();
}

asio::awaitable<bool> HttpStream::ready(std::chrono::milliseconds at_most) {
  const auto until = Clock::now() + at_most;
  while (!has_news() && Clock::now() < until) co_await transfer_->woken(until);
  co_return has_news();
}

std::chrono::milliseconds HttpStream::silent_for() const {
  return std::chrono::floor<std::chrono::milliseconds>(Clock::now() - heard_at_);
}

asio::awaitable<Result<std::string>> HttpStream::read(std::chrono::milliseconds idle_timeout) {
  const bool spoke = co_await ready(idle_timeout);
  if (!unread_.empty()) {
    std::string bytes = std::exchange(unread_, {});
    if (std::exchange(paused_, false)) transfer_->resume();
    co_return bytes;
  }
  if (broken_) co_return *broken_;
  if (spoke && transfer_->code() == CURLE_OK) co_return std::string();
  if (spoke) {
    broken_ = http_failure(transfer_->code(), host_, hop_.what_curl_says());
  } else {
    transfer_->stop();
    const auto waited = std::chrono::ceil<std::chrono::seconds>(idle_timeout).count();
    broken_ = Failure{};
    broken_->detail = host_ + ": nothing came on the open connection for " + std::to_string(waited) + " s";
  }
  co_return *broken_;
}

}  // namespace barometer
