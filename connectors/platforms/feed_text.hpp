#pragma once

#include <string>
#include <string_view>

#include <libxml/tree.h>

#include "connectors/platforms/feed_item.hpp"

namespace barometer {

// The text of an RSS or Atom element that may hold mark-up, by its type and mode (RFC 4287 section 3.1, Atom 0.3 section 3.1):
// escaped HTML, XHTML children, base64 or plain text. RSS says nothing, there all is HTML. Empty for pictures and other data
// that are no text.
std::string construct_text(const xmlNode* node);

// The same on one line.
std::string construct_line(const xmlNode* node);

// A person as feeds write them: "mail (Name)", "Name <mail>", "Name", or elements name, email and uri inside.
FeedPerson person_of(const xmlNode* node);
FeedPerson person_of(std::string_view written);
// The name in it, else the address.
std::string person_name(std::string_view text);

}  // namespace barometer
