#pragma once

#include <string>

#include "daemon/channels/channel.hpp"

namespace barometer {

// A message to a channel of Teams', by a workflow that posts what a webhook receives: an Adaptive Card (version 1.4,
// https://adaptivecards.io/explorer) as the attachment of a message. All words are runs of text, which Teams does not read as Markdown,
// as it would in a TextBlock; without entities nobody is mentioned.
Begun begin_teams(const Outgoing& message, const Config& config, asio::thread_pool& blocking);

std::string teams_json(const Outgoing& message);

}  // namespace barometer
