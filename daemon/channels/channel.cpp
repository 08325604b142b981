#include "daemon/channels/channel.hpp"

#include <algorithm>
#include <array>

#include "daemon/channels/mail_channel.hpp"
#include "daemon/channels/slack_channel.hpp"
#include "daemon/channels/teams_channel.hpp"
#include "daemon/channels/webhook_channel.hpp"

namespace barometer {
namespace {

constexpr std::array table{
    Channel{"mail", begin_mail},
    Channel{"webhook", begin_webhook},
    Channel{"slack", begin_slack},
    Channel{"teams", begin_teams},
};

}  // namespace

std::span<const Channel> channels() { return table; }

const Channel* find_channel(std::string_view name) {
  const auto row = std::ranges::find(table, name, &Channel::name);
  return row == table.end() ? nullptr : &*row;
}

}  // namespace barometer
