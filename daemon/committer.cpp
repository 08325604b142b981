#include "daemon/committer.hpp"

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "connectors/run_on.hpp"

namespace barometer {

namespace {

// A channel's values must be default-constructible, which a Result is not.
using Answer = std::shared_ptr<Result<Receipt>>;
using Reply = asio::experimental::channel<void(boost::system::error_code, Answer)>;
constexpr auto as_tuple_awaitable = asio::as_tuple(asio::use_awaitable);

Failure shutting_down() { return {Remedy::retry, "the store is closing"}; }

}  // namespace

// What waits to be committed, and where its answer goes.
struct Committer::Request {
  Batch batch = {};
  std::shared_ptr<Reply> reply = {};
};

struct Committer::Queue {
  explicit Queue(const asio::any_io_executor& loop) : channel(loop, queue_limit) {}
  asio::experimental::channel<void(boost::system::error_code, std::shared_ptr<Request>)> channel;
  std::size_t waiting = 0;
  bool closing = false;
};

Committer::Committer(asio::any_io_executor loop, asio::thread_pool& writer, Store& store, Events events)
    : loop_(std::move(loop)),
      writer_(writer),
      store_(store),
      events_(std::move(events)),
      queue_(std::make_unique<Queue>(loop_)) {}

Committer::~Committer() = default;

asio::awaitable<Result<Receipt>> Committer::commit(Batch batch) {
  if (queue_->closing) co_return shutting_down();
  const auto request = std::make_shared<Request>();
  request->batch = std::move(batch);
  request->reply = std::make_shared<Reply>(loop_, 1);
  ++queue_->waiting;
  if (events_.queue) events_.queue(queue_->waiting);
  const auto [refused] = co_await queue_->channel.async_send(boost::system::error_code{}, request, as_tuple_awaitable);
  if (refused) {
    --queue_->waiting;
    if (events_.queue) events_.queue(queue_->waiting);
    co_return shutting_down();
  }
  const auto [lost, answer] = co_await request->reply->async_receive(as_tuple_awaitable);
  if (lost) co_return shutting_down();
  co_return std::move(*answer);
}

asio::awaitable<void> Committer::run() {
  while (!queue_->closing || queue_->waiting > 0) {
    auto [cancelled, first] = co_await queue_->channel.async_receive(as_tuple_awaitable);
    if (cancelled) co_return;
    if (!first) continue;  // close() woke us
    std::vector<std::shared_ptr<Request>> group{first};
    std::size_t posts = first->batch.entries.size();
    while (posts < group_limit && queue_->channel.try_receive([&](boost::system::error_code, auto request) {
      if (!request) return;
      posts += request->batch.entries.size();
      group.push_back(std::move(request));
    })) {
    }
    queue_->waiting -= group.size();
    if (events_.queue) events_.queue(queue_->waiting);

    std::vector<Batch> batches;
    for (const auto& request : group) batches.push_back(std::move(request->batch));
    const auto begun = std::chrono::steady_clock::now();
    auto work = [this, &batches] { return std::make_shared<Result<std::vector<Committed>>>(store_.commit(batches)); };
    const auto committed = co_await run_on(writer_, std::move(work));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    if (*committed && events_.committed) events_.committed(took.count());
    if (!*committed && events_.failed) events_.failed(committed->error());
    for (std::size_t i = 0; i < group.size(); ++i) {
      auto answer = std::make_shared<Result<Receipt>>(shutting_down());
      if (*committed)
        *answer = Receipt{std::move(batches[i]), std::move((**committed)[i])};
      else
        *answer = committed->error();
      group[i]->reply->try_send(boost::system::error_code{}, std::move(answer));
    }
  }
}

// Closing the channel itself would throw away what it holds (Asio of Boost 1.81). When it is full, run() is not asleep.
void Committer::close() {
  queue_->closing = true;
  queue_->channel.try_send(boost::system::error_code{}, std::shared_ptr<Request>{});
}

}  // namespace barometer
