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

}  // namespace

struct CurlTransfer::State {
  State(std::shared_ptr<CurlLoop::Impl> of, CURL* handle, const asio::any_io_executor& executor)
      : loop(std::move(of)), easy(handle), bell(executor) {}
  // Waking through a timer's end always goes by way of the loop, never inline from the callback that brought it about.
  void wake() {
    rung = true;
    bell.expires_at(asio::steady_timer::time_point::min());
  }
  void finish(int outcome) {
    code = outcome;
    over = true;
    wake();
  }
  std::shared_ptr<CurlLoop::Impl> loop;
  CURL* easy;
  asio::steady_timer bell;
  int code = CURLE_ABORTED_BY_CALLBACK;
  bool over = false;
  bool rung = false;
};

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

  bool add(CURL* easy, CurlTransfer::State& transfer) {
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
    CurlTransfer::State& transfer = *found->second;
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
  std::map<CURL*, CurlTransfer::State*> transfers_;
};

CurlLoop::CurlLoop(asio::any_io_executor loop) : impl_(std::make_shared<Impl>(std::move(loop))) {}

CurlLoop::~CurlLoop() { impl_->shut(); }

void CurlLoop::stop(CURL* easy) { impl_->finish(easy, CURLE_ABORTED_BY_CALLBACK); }

asio::awaitable<int> CurlLoop::perform(CURL* easy) {
  // Cancelled or destroyed, the frame takes its transfer along.
  CurlTransfer transfer(*this, easy);
  while (!transfer.over()) co_await transfer.woken(CurlTransfer::TimePoint::max());
  co_return transfer.code();
}

CurlTransfer::CurlTransfer(CurlLoop& loop, CURL* easy)
    : state_(std::make_shared<State>(loop.impl_, easy, loop.impl_->loop())) {
  if (loop.impl_->add(easy, *state_)) return;
  state_->easy = nullptr;  // another transfer's, it may be
  state_->finish(CURLE_ABORTED_BY_CALLBACK);
}

CurlTransfer::~CurlTransfer() {
  if (!state_->over) state_->loop->remove(state_->easy);
}

bool CurlTransfer::over() const { return state_->over; }
int CurlTransfer::code() const { return state_->code; }

void CurlTransfer::stop() {
  if (!state_->over) state_->loop->finish(state_->easy, CURLE_ABORTED_BY_CALLBACK);
}

void CurlTransfer::resume() {
  if (!state_->over && curl_easy_pause(state_->easy, CURLPAUSE_CONT) != CURLE_OK) stop();
}

void CurlTransfer::wake() { state_->wake(); }

asio::awaitable<void> CurlTransfer::woken(TimePoint until) {
  const auto state = state_;  // *this may be gone when the coroutine goes on
  if (!state->rung) {
    state->bell.expires_at(until);
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    co_await state->bell.async_wait(token);
    // A cancelled wait and one whose bell was rung both end with an error: the state tells them apart.
    if (!state->rung && error) {
      const auto cancellation = co_await asio::this_coro::cancellation_state;
      if (cancellation.cancelled() != asio::cancellation_type::none) throw boost::system::system_error(error);
    }
  }
  state->rung = false;
}

}  // namespace barometer
