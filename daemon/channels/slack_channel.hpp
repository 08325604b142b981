#pragma once

#include <string>

#include "daemon/channels/channel.hpp"

namespace barometer {

// A message to a channel of Slack's, by an incoming webhook: blocks of plain text, which Slack does not read as its mark-up
// (https://docs.slack.dev/reference/block-kit/composition-objects/text-object), and `text` for notifications, escaped. So nothing in it
// mentions anybody, links anywhere, or looks like one of our buttons; nor does Slack look into links to show what is behind them.
Begun begin_slack(const Outgoing& message, const Config& config, asio::thread_pool& blocking);

std::string slack_json(const Outgoing& message);

}  // namespace barometer
