#pragma once

#include <string>
#include <string_view>

namespace barometer {

// host[:port] of an http or https address, in lower case, without user names; empty for anything else.
std::string host_of(std::string_view url);

// Whether it begins with a scheme ("https:", "urn:", "tag:") and so means the same wherever it stands.
bool is_absolute_url(std::string_view url);

// A reference as seen from a base (RFC 3986 section 5). Either may be empty; what cannot be resolved stays as it is.
std::string resolve_url(std::string_view base, std::string_view reference);

// Percent-encodes all but RFC 3986's unreserved characters: a path segment or a query value.
std::string percent_encoded(std::string_view text);

}  // namespace barometer
