#pragma once

#include <string>
#include <vector>

#include "daemon/alerts/mail_body.hpp"

namespace barometer {

// A message as chats show it: short lines under headings. Pure.
struct ChatSection {
  std::string heading = {};
  std::vector<std::string> lines = {};  // each one line of valid UTF-8
};

// As many of the sections as fit into so many bytes, the first of them first; then one that says that there are more.
std::vector<ChatSection> chat_sections(const MailBody& body, std::size_t most);

}  // namespace barometer
