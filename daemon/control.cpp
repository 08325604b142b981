#include "daemon/control.hpp"

#include <algorithm>
#include <fcntl.h>
#include <stdexcept>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "connectors/run_on.hpp"
#include "daemon/log.hpp"

namespace barometer {

namespace {

using Protocol = asio::local::stream_protocol;

constexpr const char* socket_name = "control";
constexpr std::size_t longest_line = 1'000'000;
constexpr std::string_view done = "done ";
constexpr std::string_view refused = "failed ";

// The path of a socket may have 107 bytes, that of a folder more: the folder is opened, and named by its number.
class Folder {
 public:
  explicit Folder(const std::filesystem::path& path)
      : descriptor_(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {}
  ~Folder() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  bool open() const { return descriptor_ >= 0; }
  Protocol::endpoint socket() const { return {"/proc/self/fd/" + std::to_string(descriptor_) + '/' + socket_name}; }

 private:
  int descriptor_;
};

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text + '\n';
}

}  // namespace

Control::Control(const asio::any_io_executor& loop, asio::thread_pool& pool, const std::filesystem::path& store,
                 Handler handler)
    : pool_(pool),
      socket_(std::filesystem::absolute(store) / socket_name),
      handler_(std::move(handler)),
      acceptor_(loop) {
  std::error_code odd;
  std::filesystem::remove(socket_, odd);
  const Folder folder(store);
  boost::system::error_code failed;
  acceptor_.open(Protocol(), failed);
  if (!failed) acceptor_.bind(folder.socket(), failed);
  if (!failed && ::chmod(socket_.c_str(), S_IRUSR | S_IWUSR) != 0)
    failed.assign(errno, boost::system::system_category());
  if (!failed) acceptor_.listen(asio::socket_base::max_listen_connections, failed);
  if (failed)
    throw std::runtime_error("cannot make the socket " + socket_.string() + " for commands (" + failed.message() +
                             "): put the store on a disk of this machine, in a folder that barometer may write to");
}

Control::~Control() {
  std::error_code odd;
  std::filesystem::remove(socket_, odd);
}

asio::awaitable<void> Control::serve() {
  for (;;) {
    auto [failed, caller] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
    if (failed == asio::error::operation_aborted) co_return;
    if (!failed) co_await answer(std::move(caller));
  }
}

asio::awaitable<void> Control::answer(Protocol::socket caller) {
  std::string line;
  const auto read = asio::dynamic_buffer(line, longest_line);
  const auto [broken, length] =
      co_await asio::async_read_until(caller, read, '\n', asio::as_tuple(asio::use_awaitable));
  if (broken) co_return;
  auto work = [this, order = line.substr(0, length - 1)] {
    const auto result = handler_(order);
    return result ? std::string(done) + *result : std::string(refused) + result.error().detail;
  };
  const std::string reply = one_line(co_await run_on(pool_, std::move(work)));
  const auto text = asio::buffer(reply);
  co_await asio::async_write(caller, text, asio::as_tuple(asio::use_awaitable));
}

std::optional<Result<std::string>> ask_daemon(const std::filesystem::path& store, const std::string& order) {
  const Folder folder(store);
  if (!folder.open()) return std::nullopt;
  asio::io_context loop;
  Protocol::socket socket(loop);
  boost::system::error_code failed;
  socket.connect(folder.socket(), failed);
  if (failed == boost::system::errc::permission_denied)
    return Failure{Remedy::ask_operator, "this user may not give orders to the barometer that has the store " +
                                             store.string() + " open: run this as the user that it runs as"};
  if (failed) return std::nullopt;
  asio::write(socket, asio::buffer(one_line(order)), failed);
  std::string reply;
  if (!failed) asio::read_until(socket, asio::dynamic_buffer(reply, longest_line), '\n', failed);
  if (failed)
    return Failure{Remedy::retry,
                   "the running barometer ended before it answered; what it had begun it finishes when it "
                   "is started again"};
  reply.pop_back();
  if (reply.starts_with(done)) return reply.substr(done.size());
  if (reply.starts_with(refused)) return Failure{Remedy::ask_operator, reply.substr(refused.size())};
  return Failure{Remedy::ask_operator,
                 "the running barometer does not understand this order: give both the same version"};
}

}  // namespace barometer
