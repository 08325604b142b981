#pragma once

#include <string>
#include <string_view>

#include "connectors/http_message.hpp"
#include "connectors/result.hpp"
#include "connectors/source.hpp"

namespace barometer {

// What answers say about asking again, and about themselves. All pure, for any bytes; unreadable headers count as absent.

// A status that brings no page, as what to do about it:
//   429, 420                     wait, when Retry-After (RFC 9110) or a reset header says until when; else retry
//   any 5xx, 408, 425            wait, when Retry-After says so, or a used-up limit's reset; else retry
//   403 with a used-up limit     wait until its reset
//   all others of 400..499       ask_operator, with what to do (404 and 410 as well: a connector that reads them as
//                                "nothing there" decides that before it calls)
//   3xx                          ask_operator: a redirect that could not be followed
//   others                       skip
// Reset headers are x-ratelimit-reset, x-rate-limit-reset, ratelimit-reset (an ISO time as Mastodon's, seconds or milliseconds
// since 1970, or seconds left) and the t= of ratelimit.
Failure refusal(const HttpResponse& response, UtcTime now);

// Cache-Control's max-age (less Age), Retry-After on a success, and the rate limit's remaining requests and reset;
// none remaining means not before the reset.
Hints hints_from(const HttpResponse& response, UtcTime now);

// Target of the first Link (RFC 8288) of that relation, as the server wrote it: it may be relative to response.url.
// Empty when there is none. Links about another resource (anchor) are passed over.
std::string link_header(const HttpResponse& response, std::string_view relation);

// By Content-Type, with +json and +xml suffixes; a missing type is none of them.
bool is_json(const HttpResponse& response);
bool is_xml(const HttpResponse& response);
bool is_html(const HttpResponse& response);

}  // namespace barometer
