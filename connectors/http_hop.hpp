#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/http_client.hpp"

typedef void CURL;

namespace barometer {

// One request without its redirects: a handle of curl's, set up, and what comes back through its callbacks.
// Stays where it is made while curl performs it.
class HttpHop {
 public:
  struct Rules {
    HttpClient::AddressRule is_public = nullptr;
    bool only_public = false;  // refuse addresses inside
    bool by_proxy = false;     // the address connected to is the proxy's and says nothing
  };

  // For a body that goes on: it is handed on when the status is 2xx, without limits of time and size, and not kept.
  struct Onward {
    std::function<void()> begun = {};                 // its head is there
    std::function<bool(std::string_view)> take = {};  // false: full; curl pauses, and gives the same bytes again
  };

  HttpHop(const HttpSettings& settings, const Rules& rules, Onward onward);
  HttpHop(const HttpSettings& settings, const Rules& rules) : HttpHop(settings, rules, Onward()) {}
  ~HttpHop();
  HttpHop(const HttpHop&) = delete;
  HttpHop& operator=(const HttpHop&) = delete;

  // `request` stays where it is until the hop is over; `url` is where its journey has led so far.
  // The time limit of a hop that hands on is its caller's to keep.
  void set_up(const HttpRequest& request, const std::string& url, std::chrono::milliseconds time_left);
  CURL* handle() const { return easy_.get(); }

  // After curl performed it:
  bool refused_inside() const { return refused_inside_; }  // an address inside, and only_public: nothing was sent
  bool inside() const { return inside_; }                  // the address connected to is inside
  bool too_long() const { return too_long_; }              // the body, or the headers
  std::string redirect() const;  // absolute, when the answer is a redirect that names a target
  std::string_view what_curl_says() const { return error_; }
  // Moves out the answer; its addresses are left to the caller.
  HttpResponse take_response();

 private:
  static int open_socket(void* self, int purpose, void* address);
  static int before_request(void* self, char* remote_ip, char* local_ip, int remote_port, int local_port);
  static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
  bool take_header(std::string_view line);
  bool take_body(std::string_view bytes);
  void end_head();

  struct CloseEasy {
    void operator()(CURL* easy) const;
  };

  const HttpSettings& settings_;
  Rules rules_;
  Onward onward_;
  bool hands_on_ = false;
  std::unique_ptr<CURL, CloseEasy> easy_;
  void* header_list_ = nullptr;  // curl_slist
  HttpResponse response_;
  std::size_t header_bytes_ = 0;
  bool refused_inside_ = false;
  bool inside_ = false;
  bool too_long_ = false;
  char error_[256] = {};  // CURL_ERROR_SIZE
};

}  // namespace barometer
