#include "connectors/curl_loop.hpp"

#include <chrono>
#include <exception>
#include <map>
#include <new>
#include <utility>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <curl/curl.h>

namespace barometer {

namespace {

using boost::system::error_code;

void start_curl_once() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) throw std::bad_alloc();
}

// A socket of curl's, watched. Asio only borrows the descriptor: curl opens and closes it, its resolver's pipe included, and
// says CURL_POLL_REMOVE before it closes one, so release() there is right and own open and close callbacks would miss some.
struct Watch {
  Watch(const asio::any_io_executor& loop, curl_socket_t fd) : socket(loop, fd) {}
  ~Watch() { socket.release(); }
  asio::posix::stream_descriptor socket;
  int wanted = 0;  // CURL_POLL_IN | CURL_POLL_OUT
  int armed = 0;
};

struct Transfer {
  explicit Transfer(const asio::any_io_executor& loop) : done(loop) {
    done.expires_at(asio::steady_timer::time_point::max());
  }
  // Waking through a timer's end always goes by way of the loop, never inline from the callback that brought it about.
  void finish(int outcome) {
    code = outcome;
    finished = true;
    done.expires_at(asio::steady_timer::time_point::min());
  }
  asio::steady_timer done;
  int code = CURLE_ABORTED_BY_CALLBACK;
  bool finished = false;
};

}  // namespace

class CurlLoop::Impl : public std::enable_shared_from_this<Impl> {
 public:
  explicit Impl(asio::any_io_executor loop) : loop_(std::move(loop)), timer_(loop_) {
    start_curl_once();
    multi_ = curl_multi_init();
    if (!multi_) throw std::bad_alloc();
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Impl::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Impl::on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  }
  ~Impl() { shut(); }

  bool add(CURL* easy, Transfer& transfer) {
    if (!multi_) return false;
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    // Else giving up on a name would wait, with the whole loop, for the resolver's thread.
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    if (curl_multi_add_handle(multi_, easy) != CURLM_OK) return false;
    transfers_.emplace(easy, &transfer);
    return true;
  }

  void remove(CURL* easy) {
    if (transfers_.erase(easy) != 0) curl_multi_remove_handle(multi_, easy);
  }

  void finish(CURL* easy, int code) {
    const auto found = transfers_.find(easy);
    if (found == transfers_.end()) return;
    Transfer& transfer = *found->second;
    remove(easy);
    transfer.finish(code);
  }

  void shut() {
    if (!multi_) return;
    while (!transfers_.empty()) finish(transfers_.begin()->first, CURLE_ABORTED_BY_CALLBACK);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, nullptr);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, nullptr);
    timer_.cancel();
    watches_.clear();
    curl_multi_cleanup(std::exchange(multi_, nullptr));
  }

  const asio::any_io_executor& loop() const { return loop_; }

 private:
  // Both callbacks only note what curl wants: calling curl from inside them is forbidden.
  static int on_socket(CURL*, curl_socket_t fd, int what, void* self, void*) {
    try {
      static_cast<Impl*>(self)->watch(fd, what);
    } catch (const std::exception&) {
      // The kernel watches no more sockets: this transfer ends at its time limit. Saying -1 instead would fail all transfers, and
      // curl 7.88 trips over those that have no connection yet.
    }
    return 0;
  }
  static int on_timer(CURLM*, long milliseconds, void* self) {
    static_cast<Impl*>(self)->set_timer(milliseconds);
    return 0;
  }

  void watch(curl_socket_t fd, int what) {
    if (what == CURL_POLL_REMOVE) {
      // Let go of at once, not with the last owner: a handler further up may hold the watch while curl takes the socket up again.
      const auto found = watches_.find(fd);
      if (found == watches_.end()) return;
      found->second->socket.release();
      watches_.erase(found);
      return;
    }
    auto found = watches_.find(fd);
    if (found == watches_.end()) found = watches_.emplace(fd, std::make_shared<Watch>(loop_, fd)).first;
    found->second->wanted = what & CURL_POLL_INOUT;
    arm(fd, found->second);
  }

  void arm(curl_socket_t fd, const std::shared_ptr<Watch>& watch) {
    arm_one(fd, watch, CURL_POLL_IN, CURL_CSELECT_IN, asio::posix::descriptor_base::wait_read);
    arm_one(fd, watch, CURL_POLL_OUT, CURL_CSELECT_OUT, asio::posix::descriptor_base::wait_write);
  }

  void arm_one(curl_socket_t fd, const std::shared_ptr<Watch>& watch, int direction, int event,
               asio::posix::descriptor_base::wait_type type) {
    if ((watch->wanted & ~watch->armed & direction) == 0) return;
    watch->armed |= direction;
    watch->socket.async_wait(
        type, [weak = weak_from_this(), which = std::weak_ptr(watch), fd, direction, event](error_code error) {
          const auto self = weak.lock();
          const auto waited = which.lock();
          if (!self || !waited) return;
          waited->armed &= ~direction;
          // A released descriptor's number may already belong to another connection.
          const auto holds = [&] {
            const auto found = self->watches_.find(fd);
            return found != self->watches_.end() && found->second == waited;
          };
          if (error == asio::error::operation_aborted || !holds()) return;
          if ((waited->wanted & direction) == 0) return;
          self->act(fd, error ? CURL_CSELECT_ERR : event);
          if (holds()) self->arm(fd, waited);
        });
  }

  void set_timer(long milliseconds) {
    if (milliseconds < 0) {
      timer_.cancel();
      return;
    }
    timer_.expires_after(std::chrono::milliseconds(milliseconds));
    timer_.async_wait([weak = weak_from_this()](error_code error) {
      const auto self = weak.lock();
      if (self && !error) self->act(CURL_SOCKET_TIMEOUT, 0);
    });
  }

  void act(curl_socket_t fd, int event) {
    if (!multi_) return;
    int running = 0;
    curl_multi_socket_action(multi_, fd, event, &running);
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
    }
  }

  asio::any_io_executor loop_;
  asio::steady_timer timer_;
  CURLM* multi_ = nullptr;  // null once shut
  std::map<curl_socket_t, std::shared_ptr<Watch>> watches_;
  std::map<CURL*, Transfer*> transfers_;
};

CurlLoop::CurlLoop(asio::any_io_executor loop) : impl_(std::make_shared<Impl>(std::move(loop))) {}

CurlLoop::~CurlLoop() { impl_->shut(); }

void CurlLoop::stop(CURL* easy) { impl_->finish(easy, CURLE_ABORTED_BY_CALLBACK); }

asio::awaitable<int> CurlLoop::perform(CURL* easy) {
  const auto impl = impl_;  // *this may be gone when the coroutine goes on
  Transfer transfer(impl->loop());
  if (!impl->add(easy, transfer)) co_return CURLE_ABORTED_BY_CALLBACK;
  // Cancelled or destroyed, the frame takes its transfer along.
  struct Removal {
    Impl& from;
    CURL* easy;
    ~Removal() { from.remove(easy); }
  } const removal{*impl, easy};
  error_code ignored;
  auto token = asio::redirect_error(asio::use_awaitable, ignored);
  while (!transfer.finished && !ignored) co_await transfer.done.async_wait(token);
  // A cancelled wait ends with an error and without `finished`: the state tells them apart.
  if (!transfer.finished) {
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) throw boost::system::system_error(ignored);
  }
  co_return transfer.code;
}

}  // namespace barometer
