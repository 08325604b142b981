#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/http_message.hpp"
#include "daemon/channels/channel.hpp"

namespace barometer {

// JSON that is posted to an address of the settings: what webhooks, Slack and Teams have in common.

// A message on its way to the address in recipient.url_file: as http.* of the settings say (proxy, authorities), without following
// redirects, and to the local network only if the recipient has local_network. The file is read for each message.
Begun begin_json_post(const Outgoing& message, const Config& config, std::string json,
                      std::vector<std::pair<std::string, std::string>> headers);

// The same for any address; an empty one is a fault of the settings.
struct JsonPost {
  std::string url = {};
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};  // beside Content-Type
  bool local_network = false;  // may lead there; an IP address of it, or localhost, is asked without the proxy
};
std::unique_ptr<Sending> json_sending(JsonPost post, const Config& config);

// What an answer means. Pure. 2xx: empty. 429 and 5xx: busy, for as long as it says. 401 and 403: login. 404 and 410: nobody is
// there any more, so of the server; other 4xx are of this message alone.
std::optional<SendFault> fault_of(const HttpResponse& response, UtcTime now);

// Longest wait for a whole answer; a message that is given up then may arrive twice, never get lost.
inline constexpr std::chrono::seconds json_post_limit{10};

}  // namespace barometer
