#pragma once

#include "daemon/channels/channel.hpp"

namespace barometer {

// By SMTP (smtp_transfer.hpp), as text and HTML (mail_message.hpp). The password is read for each message, so that a new one needs
// no restart.
Begun begin_mail(const Outgoing& message, const Config& config, asio::thread_pool& blocking);

}  // namespace barometer
