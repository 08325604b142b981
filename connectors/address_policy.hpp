#pragma once

#include <string_view>

namespace barometer {

// Which addresses are the internet, and which are somebody's inside: a redirect must not lead from the first to the second.
// Pure. Source: IANA's special-purpose address registries (RFC 6890 and updates).

// Whether that IP address (no port; brackets and a zone are allowed) is one of the public internet. Loopback, private, CGNAT,
// link-local, unique-local, multicast, documentation, benchmark and reserved ranges are not; addresses that carry an IPv4 one
// (mapped, NAT64, 6to4) are what that one is. What is no IP address is not public.
bool is_public_address(std::string_view ip);

// Whether a host, as a URL has it, is inside without asking the resolver: an IP address that is not public, or localhost.
bool is_inside_by_name(std::string_view host);

// Whether no_proxy exempts the host: "*", or a comma- or blank-separated list of domains (with all below them, leading dot
// or not) and IP addresses or ranges (10.0.0.0/8).
bool asked_directly(std::string_view host, std::string_view no_proxy);

}  // namespace barometer
