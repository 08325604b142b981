#pragma once

#include <cstddef>
#include <list>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

namespace barometer {

namespace asio = boost::asio;

// So many places, each for one at a time. Who waits is served in the order of asking, the urgent before all others.
// Used only on the loop's thread.
class Places {
 public:
  explicit Places(std::size_t number) : free_(number) {}
  Places(const Places&) = delete;
  Places& operator=(const Places&) = delete;

  // Free again when it goes. The places outlive it.
  class Place {
   public:
    explicit Place(Places* places) : places_(places) {}
    Place(Place&& other) noexcept : places_(std::exchange(other.places_, nullptr)) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (places_) places_->give_back();
    }

   private:
    Places* places_;
  };

  // Cancellable, as an exception.
  asio::awaitable<Place> take(bool urgent = false);

 private:
  struct Waiting {
    asio::steady_timer given;  // is over when it has its place
    bool urgent = false;
  };
  void give_back();

  std::size_t free_;
  std::list<Waiting> waiting_;
};

}  // namespace barometer
