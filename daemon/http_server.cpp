#include "daemon/http_server.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <list>
#include <map>
#include <memory>
#include <stop_token>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "connectors/run_on.hpp"
#include "daemon/event_streams.hpp"
#include "daemon/http_reply.hpp"
#include "daemon/log.hpp"
#include "daemon/wire.hpp"

namespace barometer {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds accept_pause{100};  // after the system refused a connection, as when files run out
constexpr std::chrono::milliseconds linger{1'000};      // for a refused client to read why
constexpr std::size_t linger_bytes = 256 * 1024;        // of what it still sends meanwhile

struct Route {
  HttpHandler handler = {};
  bool on_pool = false;
};

struct PostRoute {
  std::string prefix = {};
  HttpTaker taker = {};
  Route page = {};  // no handler: there is none
};

using Header = http::request_parser<http::empty_body>;

// Idle between two requests, asking until the whole of one is here.
enum class Stage { idle, asking, answered };

// One connection.
struct Session {
  Session(tcp::socket socket, std::shared_ptr<asio::ssl::context> tls, std::size_t buffer_bytes)
      : stream{std::move(socket), std::move(tls)}, buffer{buffer_bytes} {}
  Wire stream;
  beast::flat_buffer buffer;
  Stage stage = Stage::idle;
};

template <class Fields>
WebRequest request_of(const http::request<Fields>& header, const tcp::socket& socket) {
  auto request = query_of({header.target().data(), header.target().size()});
  request.method = header.method() == http::verb::head ? "GET" : std::string(header.method_string());
  for (const auto& field : header) {
    std::string name(field.name_string());
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    request.headers.emplace_back(std::move(name), std::string(field.value()));
  }
  error_code gone;
  request.peer = socket.remote_endpoint(gone).address().to_string();
  return request;
}

}  // namespace

std::string_view WebRequest::header(std::string_view name) const {
  const auto found =
      std::find_if(headers.begin(), headers.end(), [name](const auto& one) { return one.first == name; });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

class HttpServer::Impl {
 public:
  Impl(asio::any_io_executor loop, asio::thread_pool& pool, HttpLimits limits)
      : loop_{std::move(loop)}, pool_{pool}, limits_{limits}, acceptor_{loop_}, changed_{loop_} {
    changed_.expires_at(std::chrono::steady_clock::time_point::max());
  }

  std::map<std::string, Route, std::less<>> routes;
  Route otherwise{[](const WebRequest&) { return plain_reply(404, "There is nothing here.\n"); }, true};
  std::vector<PostRoute> post_routes;
  std::shared_ptr<asio::ssl::context> tls;

  Result<std::uint16_t> listen(const ListenAddress& address);
  asio::awaitable<void> serve();
  void tell_listeners() { streams_.tell(); }

 private:
  using Place = std::list<Session>::iterator;

  void close_one();
  void begin(tcp::socket socket);
  asio::awaitable<void> room_for_one_more();
  asio::awaitable<void> drain();
  asio::awaitable<void> talk(Place session);
  asio::awaitable<bool> answer_one(Session& session);  // whether another request may follow
  asio::awaitable<error_code> await_request(Session& session);
  asio::awaitable<bool> refuse(Session& session, error_code why);
  const PostRoute* post_route_of(std::string_view path) const;
  asio::awaitable<HttpReply> reply_to(WebRequest request);
  asio::awaitable<bool> take_in(Session& session, Header& header, const HttpTaker* taker);
  asio::awaitable<HttpReply> reply_to_post(Session& session, const HttpTaker& take, WebRequest post);
  asio::awaitable<HttpReply> reply_of(const HttpTaker& take, WebRequest post);
  asio::awaitable<bool> send(Session& session, HttpReply reply, ReplyShape shape);
  asio::awaitable<bool> stream_events(Session& session, WebRequest request, HttpReply reply);

  asio::any_io_executor loop_;
  asio::thread_pool& pool_;
  HttpLimits limits_;
  tcp::acceptor acceptor_;
  std::list<Session> sessions_;  // the longest idle first
  asio::steady_timer changed_;   // cancelled when a session ends
  EventStreams streams_{loop_};
  bool stopping_ = false;
};

Result<std::uint16_t> HttpServer::Impl::listen(const ListenAddress& address) {
  try {
    const tcp::endpoint endpoint{asio::ip::make_address(address.host), address.port};
    acceptor_ = tcp::acceptor{loop_, endpoint};  // opens, lets a port in TIME_WAIT be taken again, binds and listens
    return acceptor_.local_endpoint().port();
  } catch (const boost::system::system_error& trouble) {
    return Failure{Remedy::ask_operator,
                   "cannot listen on " + address.host + ":" + std::to_string(address.port) + " (" +
                       trouble.code().message() +
                       "): choose another address or port with web.listen, or stop what uses this one",
                   {}};
  }
}

asio::awaitable<void> HttpServer::Impl::serve() {
  // Cancellation is an answer of accept here, not an exception: what follows it is the orderly end.
  co_await asio::this_coro::throw_if_cancelled(false);
  const auto cancelled = co_await asio::this_coro::cancellation_state;
  while (cancelled.cancelled() == asio::cancellation_type::none) {
    const auto [nobody] = co_await acceptor_.async_wait(tcp::acceptor::wait_read, no_throw);
    if (nobody) continue;          // cancelled
    co_await room_for_one_more();  // only now that somebody needs it
    if (cancelled.cancelled() != asio::cancellation_type::none) break;
    auto [odd, socket] = co_await acceptor_.async_accept(no_throw);
    if (!odd) {
      begin(std::move(socket));
    } else if (odd != asio::error::operation_aborted && odd != asio::error::connection_aborted) {
      log_warn("http accept failed", {{"reason", odd.message()}, {"remedy", "retry"}});
      asio::steady_timer pause{loop_, accept_pause};
      co_await pause.async_wait(no_throw);
    }
  }
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  co_await drain();
}

// The kernel's queue holds newcomers until somebody leaves.
asio::awaitable<void> HttpServer::Impl::room_for_one_more() {
  const auto cancelled = co_await asio::this_coro::cancellation_state;
  while (sessions_.size() >= limits_.connections && cancelled.cancelled() == asio::cancellation_type::none) {
    close_one();
    co_await changed_.async_wait(no_throw);
  }
}

// The longest idle, or else whoever takes longest to ask: many who send a byte now and then (slow loris) must not keep out the others.
void HttpServer::Impl::close_one() {
  for (const Stage stage : {Stage::idle, Stage::asking}) {
    const auto of_stage = [stage](const Session& session) { return session.stage == stage; };
    const auto found = std::find_if(sessions_.begin(), sessions_.end(), of_stage);
    if (found == sessions_.end()) continue;
    found->stream.close();  // not cancel(): it may be between two operations
    return;
  }
}

void HttpServer::Impl::begin(tcp::socket socket) {
  error_code odd;  // a client that is gone already shows at the first read
  socket.set_option(tcp::no_delay{true}, odd);
  const auto place = sessions_.emplace(sessions_.end(), std::move(socket), tls, limits_.header_bytes + 4096);
  asio::co_spawn(loop_, talk(place), [this, place](std::exception_ptr trouble) {
    if (trouble) log_error("http connection ended by an error of ours", {{"remedy", "report it"}});
    sessions_.erase(place);
    changed_.cancel();
  });
}

asio::awaitable<void> HttpServer::Impl::drain() {
  stopping_ = true;
  error_code odd;
  acceptor_.close(odd);
  streams_.close();
  for (auto& session : sessions_) {
    if (session.stage == Stage::idle) session.stream.close();
  }
  asio::steady_timer limit{loop_, limits_.drain};
  limit.async_wait([this](error_code over) {
    if (over) return;
    for (auto& session : sessions_) session.stream.close();
  });
  while (!sessions_.empty()) co_await changed_.async_wait(no_throw);
}

asio::awaitable<void> HttpServer::Impl::talk(Place session) {
  auto& stream = session->stream;
  if (stream.secure()) {
    stream.expires_after(limits_.request);
    if (const auto [odd] = co_await stream.async_handshake(no_throw); odd) co_return;
  }
  while (!stopping_) {
    session->stage = Stage::idle;
    sessions_.splice(sessions_.end(), sessions_, session);
    if (!co_await answer_one(*session)) break;
  }
  error_code odd;
  stream.socket().shutdown(tcp::socket::shutdown_both, odd);
}

// Waits for the first byte as long as a connection may be idle. Empty when there is one.
asio::awaitable<error_code> HttpServer::Impl::await_request(Session& session) {
  if (session.buffer.size() > 0) co_return error_code{};
  session.stream.expires_after(limits_.idle);
  auto space = session.buffer.prepare(4096);
  const auto [odd, bytes] = co_await session.stream.async_read_some(space, no_throw);
  session.buffer.commit(bytes);
  co_return odd;
}

asio::awaitable<bool> HttpServer::Impl::answer_one(Session& session) {
  if (co_await await_request(session)) co_return false;
  session.stage = Stage::asking;
  session.stream.expires_after(limits_.request);
  Header parser;
  parser.header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
  parser.body_limit(boost::none);  // a length beyond the limit gets its answer below
  const auto [odd, bytes] = co_await http::async_read_header(session.stream, session.buffer, parser, no_throw);
  if (odd) co_return co_await refuse(session, odd);
  const auto& header = parser.get();
  const bool head = header.method() == http::verb::head;
  const bool body = parser.chunked() || parser.content_length().value_or(0) > 0;
  auto request = request_of(header, session.stream.socket());
  const auto* taken = post_route_of(request.path);
  if (header.method() == http::verb::post && (taken || !routes.contains(request.path)))
    co_return co_await take_in(session, parser, taken ? &taken->taker : nullptr);
  session.stage = Stage::answered;
  ReplyShape shape{header.keep_alive() && !stopping_ && !body, head, header.version()};
  HttpReply reply;
  if (header.method() != http::verb::get && !head) {
    reply = plain_reply(405, "Only GET and HEAD are served here.\n");
    reply.headers.emplace_back("Allow", "GET, HEAD");
  } else if (taken && !taken->page.handler) {
    reply = plain_reply(405, "Posts are sent here with POST.\n");
    reply.headers.emplace_back("Allow", "POST");
    shape.keep_alive = false;
  } else if (body) {
    reply = plain_reply(413, "Requests here have no body.\n");
  } else {
    reply = co_await reply_to(request);
    if (!head && reply.content_type == EventStreams::type)
      co_return co_await stream_events(session, std::move(request), std::move(reply));
  }
  co_return co_await send(session, std::move(reply), shape);
}

// The body of a post, within its limits, and what becomes of it. Without a taker it is a form.
asio::awaitable<bool> HttpServer::Impl::take_in(Session& session, Header& header, const HttpTaker* taker) {
  ReplyShape shape{header.get().keep_alive() && !stopping_, false, header.get().version()};
  const auto most = taker ? limits_.body_bytes : limits_.form_bytes;
  const bool too_large = header.content_length().value_or(0) > most;
  if (too_large || !header.content_length()) {
    HttpReply refusal{.status = too_large ? 413 : 411, .content_type = "application/json"};
    refusal.body = too_large
                       ? "{\"error\":\"the body is too large\",\"remedy\":\"send less at once\"}\n"
                       : "{\"error\":\"the length of the body is not told\",\"remedy\":\"send Content-Length\"}\n";
    shape.keep_alive = false;
    co_return co_await send(session, std::move(refusal), shape);
  }
  if (header.get()[http::field::expect] == "100-continue") {
    http::response<http::empty_body> go_on{http::status::continue_, header.get().version()};
    const auto [odd, sent] = co_await http::async_write(session.stream, go_on, no_throw);
    if (odd) co_return false;
  }
  http::request_parser<http::string_body> whole{std::move(header)};
  whole.body_limit(most);
  session.stream.expires_after(limits_.body);
  const auto [odd, bytes] = co_await http::async_read(session.stream, session.buffer, whole, no_throw);
  if (odd) co_return co_await refuse(session, odd);
  session.stage = Stage::answered;
  auto post = request_of(whole.get(), session.stream.socket());
  post.body = std::move(whole.get().body());
  HttpReply reply;
  if (taker)
    reply = co_await reply_to_post(session, *taker, std::move(post));
  else
    reply = co_await reply_to(std::move(post));
  shape.keep_alive = shape.keep_alive && !stopping_;
  co_return co_await send(session, std::move(reply), shape);
}

asio::awaitable<bool> HttpServer::Impl::refuse(Session& session, error_code why) {
  // The other side left or was too slow: nobody is there to read an answer. The rest of http::error is bad grammar.
  const bool grammar = why.category() == http::make_error_code(http::error::bad_method).category();
  if (!grammar || why == http::error::end_of_stream || why == http::error::partial_message) co_return false;
  const bool large = why == http::error::header_limit || why == http::error::buffer_overflow;
  auto reply = large ? plain_reply(431, "The headers of this request are too large.\n")
                     : plain_reply(400, "This request is not HTTP as it should be.\n");
  const ReplyShape shape{false, false, 11};
  co_await send(session, std::move(reply), shape);
  co_return false;
}

asio::awaitable<HttpReply> HttpServer::Impl::reply_to(WebRequest request) {
  const auto found = routes.find(request.path);
  const auto* taken = post_route_of(request.path);
  const auto& route = found != routes.end() ? found->second : taken ? taken->page : otherwise;
  try {
    if (!route.on_pool) co_return route.handler(request);
    auto work = [&route, request = std::move(request)] { return route.handler(request); };
    co_return co_await run_on(pool_, std::move(work));
  } catch (const std::exception& trouble) {
    log_error("page failed", {{"reason", trouble.what()}, {"remedy", "report it"}});
  }
  co_return plain_reply(500, "Something went wrong here; the log says what.\n");
}

const PostRoute* HttpServer::Impl::post_route_of(std::string_view path) const {
  for (const auto& route : post_routes)
    if (path.starts_with(route.prefix)) return &route;
  return nullptr;
}

// Meanwhile the socket is watched: one that ends with nothing to read was left by the other side.
asio::awaitable<HttpReply> HttpServer::Impl::reply_to_post(Session& session, const HttpTaker& take, WebRequest post) {
  std::stop_source gone;
  post.gone = gone.get_token();
  auto& socket = session.stream.socket();
  const auto watching = std::make_shared<bool>(true);  // the session may be over when a wait that was cancelled ends
  socket.async_wait(tcp::socket::wait_read, [watching, gone, &socket](error_code odd) mutable {
    if (odd || !*watching) return;
    error_code ended;
    if (socket.available(ended) == 0) gone.request_stop();
  });
  auto reply = co_await reply_of(take, std::move(post));
  *watching = false;
  error_code odd;
  socket.cancel(odd);
  co_return reply;
}

asio::awaitable<HttpReply> HttpServer::Impl::reply_of(const HttpTaker& take, WebRequest post) {
  try {
    co_return co_await take(std::move(post));
  } catch (const std::exception& trouble) {
    log_error("post failed", {{"reason", trouble.what()}, {"remedy", "report it"}});
  }
  co_return plain_reply(500, "Something went wrong here; the log says what.\n");
}

// A connection of its own; whoever asked is asked again now and then whether they still may.
asio::awaitable<bool> HttpServer::Impl::stream_events(Session& session, WebRequest request, HttpReply reply) {
  if (streams_.full()) {
    auto refusal = plain_reply(503, "Enough listen already; reload the page instead.\n");
    refusal.headers.emplace_back("Retry-After", "60");
    const ReplyShape last{false, false, 11};
    co_return co_await send(session, std::move(refusal), last);
  }
  const auto still_may = [this, &request]() -> asio::awaitable<bool> {
    const auto again = co_await reply_to(request);
    co_return again.status == 200;
  };
  EventStreams::StillMay ask = still_may;
  auto header = stream_header(std::move(reply), std::chrono::system_clock::now());
  co_await streams_.stream(session.stream, std::move(header), std::move(ask));
  co_return false;
}

asio::awaitable<bool> HttpServer::Impl::send(Session& session, HttpReply reply, ReplyShape shape) {
  session.stage = Stage::answered;
  if (session.stream.secure()) reply.headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
  auto message = message_of(std::move(reply), shape, std::chrono::system_clock::now());
  session.stream.expires_after(limits_.reply);
  const auto [odd, sent] = co_await beast::async_write(session.stream, std::move(message), no_throw);
  if (odd) co_return false;
  if (shape.keep_alive) co_return true;
  // A socket closed over unread bytes is reset, and the client may never see the answer: read on for a moment.
  session.stream.expires_after(linger);
  if (session.stream.secure()) co_await session.stream.async_shutdown(no_throw);
  error_code ignored;
  session.stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  session.stream.expires_after(linger);
  for (std::size_t read = 0; read < linger_bytes;) {
    session.buffer.clear();
    auto space = session.buffer.prepare(4096);
    const auto [over, more] = co_await session.stream.below().async_read_some(space, no_throw);
    if (over) break;
    read += more;
  }
  co_return false;
}

HttpServer::HttpServer(asio::any_io_executor loop, asio::thread_pool& pool, HttpLimits limits)
    : impl_{std::make_unique<Impl>(std::move(loop), pool, limits)} {}
HttpServer::~HttpServer() = default;

void HttpServer::on_loop(std::string path, HttpHandler handler) {
  impl_->routes[std::move(path)] = {std::move(handler), false};
}

void HttpServer::on_pool(std::string path, HttpHandler handler) {
  impl_->routes[std::move(path)] = {std::move(handler), true};
}

void HttpServer::otherwise(HttpHandler handler) { impl_->otherwise = {std::move(handler), true}; }

void HttpServer::on_post(std::string prefix, HttpTaker handler, HttpHandler page) {
  impl_->post_routes.push_back({std::move(prefix), std::move(handler), {std::move(page), true}});
}

void HttpServer::tell_listeners() { impl_->tell_listeners(); }

void HttpServer::use_tls(std::shared_ptr<asio::ssl::context> tls) { impl_->tls = std::move(tls); }

Result<std::uint16_t> HttpServer::listen(const ListenAddress& address) { return impl_->listen(address); }

asio::awaitable<void> HttpServer::serve() { return impl_->serve(); }

}  // namespace barometer
