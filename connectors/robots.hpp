#pragma once

#include <string>
#include <string_view>

namespace barometer {

// What a robots.txt (RFC 9309) says to us about one path.
enum class RobotsVerdict {
  allowed,
  disallowed_as_all,  // by a rule for everything ("/", "/*") that is addressed to all programs
  disallowed,         // by a rule that names the path, or that names us
};

// `agent` is our product token, in any case; `path` is path and query as it would be asked for. The group that names the agent
// counts, else the one for "*"; of its rules the longest that matches, and of equally long ones the one that allows. Any bytes;
// no more than the first 500 KiB are read.
RobotsVerdict robots_verdict(std::string_view robots_txt, std::string_view agent, std::string_view path);

}  // namespace barometer
