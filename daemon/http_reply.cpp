#include "daemon/http_reply.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sstream>
#include <utility>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

namespace barometer {
namespace {

namespace http = boost::beast::http;

// RFC 9110 and the usual hardening; scripts are ours alone, and make no markup out of text. A page shows what people said: caches are not to keep it.
constexpr std::pair<const char*, const char*> standing_headers[] = {
    {"Content-Security-Policy",
     "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; "
     "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cache-Control", "no-store"},
};

http::fields fields_of(const HttpReply& reply, std::chrono::system_clock::time_point now) {
  http::fields fields;
  for (const auto& [name, value] : standing_headers) fields.set(name, value);
  fields.set(http::field::date,
             fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(std::chrono::system_clock::to_time_t(now))));
  fields.set(http::field::content_type, reply.content_type);
  for (const auto& [name, value] : reply.headers) fields.set(name, value);
  return fields;
}

}  // namespace

HttpReply plain_reply(int status, std::string text) {
  HttpReply reply;
  reply.status = status;
  reply.body = std::move(text);
  return reply;
}

WebRequest query_of(std::string_view target) {
  if (const auto scheme = target.find("://"); !target.starts_with('/') && scheme != std::string_view::npos) {
    const auto path = target.find('/', scheme + 3);
    target = path == std::string_view::npos ? "/" : target.substr(path);
  }
  const auto mark = target.find('?');
  WebRequest query;
  query.path = target.substr(0, mark);
  if (mark != std::string_view::npos) query.query = target.substr(mark + 1);
  return query;
}

http::message_generator message_of(HttpReply reply, ReplyShape shape, std::chrono::system_clock::time_point now) {
  http::response_header<> header{fields_of(reply, now)};
  header.version(shape.version);
  header.result(static_cast<unsigned>(reply.status));
  const auto length = reply.body.size();
  if (shape.head) {
    http::response<http::empty_body> response{std::move(header)};
    response.content_length(length);
    response.keep_alive(shape.keep_alive);
    return response;
  }
  http::response<http::string_body> response{std::move(header), std::move(reply.body)};
  if (reply.status != 304) response.content_length(length);  // of what did not change nothing is said. RFC 9110, 8.6
  response.keep_alive(shape.keep_alive);
  return response;
}

std::string stream_header(HttpReply reply, std::chrono::system_clock::time_point now) {
  http::response<http::empty_body> response{http::response_header<>{fields_of(reply, now)}};
  response.version(11);
  response.result(static_cast<unsigned>(reply.status));
  response.keep_alive(false);
  std::ostringstream out;
  out << response;
  return std::move(out).str();
}

}  // namespace barometer
