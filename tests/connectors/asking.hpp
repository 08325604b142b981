#pragma once

#include <exception>
#include <list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "connectors/curl_loop.hpp"
#include "connectors/http_client.hpp"

namespace barometer {

// A client on a loop, whose requests run one after the other or side by side.
struct Asking {
  explicit Asking(HttpSettings settings = {}, HttpClient::AddressRule is_public = nullptr) {
    auto note = [this](const std::string& source, int status) { observed.emplace_back(source, status); };
    if (is_public) {
      client.emplace(curl, std::move(settings), note, is_public);
    } else {
      client.emplace(curl, std::move(settings), note);
    }
  }

  using Answer = std::optional<Result<HttpResponse>>;

  static asio::awaitable<void> ask(HttpClient& client, HttpRequest request, Answer& answer) {
    answer = co_await client.send(std::move(request));
  }
  void start(std::string url, Answer& answer, std::vector<std::pair<std::string, std::string>> headers = {}) {
    HttpRequest request;
    request.url = std::move(url);
    request.headers = std::move(headers);
    request.source = "a source";
    asio::co_spawn(
        loop, ask(*client, std::move(request), answer),
        asio::bind_cancellation_slot(stops.emplace_back().slot(), [this](std::exception_ptr error) { ended = error; }));
  }
  Result<HttpResponse> send(HttpRequest request) {
    Answer answer;
    loop.restart();
    asio::co_spawn(loop, ask(*client, std::move(request), answer), [](std::exception_ptr) {});
    loop.run();
    return std::move(*answer);
  }
  Result<HttpResponse> get(std::string url, std::vector<std::pair<std::string, std::string>> headers = {}) {
    Answer answer;
    start(std::move(url), answer, std::move(headers));
    loop.restart();
    loop.run();
    return std::move(*answer);
  }

  asio::io_context loop{1};
  CurlLoop curl{loop.get_executor()};
  std::vector<std::pair<std::string, int>> observed;
  std::optional<HttpClient> client;
  std::list<asio::cancellation_signal> stops;  // one a request
  std::exception_ptr ended;
};

}  // namespace barometer
