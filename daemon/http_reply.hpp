#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <boost/beast/http/message_generator.hpp>

#include "daemon/http_server.hpp"

namespace barometer {

// Requests and replies, apart from the sockets that they go through. Pure.

struct ReplyShape {
  bool keep_alive = false;
  bool head = false;      // headers only, with the length that the body would have
  unsigned version = 11;  // 10 or 11
};

HttpReply plain_reply(int status, std::string text);

// "/posts?tag=nhssm" → path and query. A target in absolute form ("http://host/path") loses its host.
WebRequest query_of(std::string_view target);

boost::beast::http::message_generator message_of(HttpReply reply, ReplyShape shape,
                                                 std::chrono::system_clock::time_point now);

// The header of a reply whose body goes on until the connection ends.
std::string stream_header(HttpReply reply, std::chrono::system_clock::time_point now);

}  // namespace barometer
