#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "connectors/http_client.hpp"
#include "connectors/result.hpp"

namespace barometer {

// A long-lived token of Threads' ends after 60 days. While it is good and older than a day it can be exchanged for one that
// lives 60 days more, so we do that every week, and keep the new one in a file of our own.
inline constexpr std::chrono::days threads_renew_every{7};
inline constexpr std::chrono::days threads_try_every{
    1};  // after an exchange that failed, and with a token of unknown age

struct ThreadsKeys {
  std::string api = {};         // https://HOST, no slash at the end
  std::string token_file = {};  // what the operator wrote; a changed one counts before what we kept
  std::string kept_file =
      {};  // where the renewed one is kept, of mode 0600; where that cannot be written, none is renewed
};

// What kept_file holds:  {"origin":"sha256 of token_file's token","token":…,"try_at":"2026-11-28T12:00:00.000Z"}
struct ThreadsToken {
  std::string origin = {};
  std::string token = {};
  UtcTime try_at = {};  // when it is to be exchanged next
};
// The kept token; or that of token_file, to be exchanged in a day, where there is none or the operator has written another since.
// Its text is empty where token_file cannot be read just now.
ThreadsToken read_threads_token(const ThreadsKeys& keys, UtcTime now);
bool write_threads_token(const ThreadsKeys& keys, const ThreadsToken& token);

// Asks with the token, after exchanging it when its time has come; once more with token_file's where it is refused and the
// operator has written another there. Used only on the loop's thread.
class ThreadsDoor {
 public:
  // Throws std::runtime_error naming the file when a secret cannot be read. The client outlives the door.
  ThreadsDoor(ThreadsKeys keys, HttpClient& http);
  asio::awaitable<Result<HttpResponse>> ask(HttpRequest request, UtcTime now);

 private:
  asio::awaitable<void> exchange(std::string source, UtcTime now);

  ThreadsKeys keys_;
  HttpClient& http_;
  std::optional<ThreadsToken> token_ = {};
};

}  // namespace barometer
