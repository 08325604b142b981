#include "connectors/http_client.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <curl/curl.h>

#include "connectors/address_policy.hpp"
#include "connectors/curl_loop.hpp"
#include "connectors/http_failure.hpp"
#include "connectors/http_hop.hpp"
#include "connectors/http_place.hpp"
#include "connectors/http_stream.hpp"

namespace barometer {

namespace {

using Clock = std::chrono::steady_clock;

Failure ask_operator(std::string detail) {
  Failure failure;
  failure.remedy = Remedy::ask_operator;
  failure.detail = std::move(detail);
  return failure;
}

// A line end inside a header would smuggle in another one.
bool is_one_line(std::string_view text) {
  constexpr std::string_view ends("\r\n\0", 3);
  return text.find_first_of(ends) == text.npos;
}

Failure failure_of(const HttpHop& hop, int code, const std::string& host, const HttpSettings& settings) {
  if (hop.refused_inside() && settings.only_public)
    return ask_operator(host +
                        ": its address is inside, and is not to be asked: check it, or allow it in the settings");
  if (hop.refused_inside()) {
    return ask_operator(
        host +
        ": a redirect leads to it from the internet, but its address is inside: check where the source's "
        "address redirects to");
  }
  if (hop.too_long()) code = CURLE_FILESIZE_EXCEEDED;
  Failure failure = http_failure(code, host, hop.what_curl_says());
  if (code == CURLE_FILESIZE_EXCEEDED) failure.detail += ", which is " + std::to_string(settings.max_body) + " bytes";
  return failure;
}

// A request on its way through redirects: what is known of it between two hops.
struct Journey {
  HttpRequest request = {};
  HttpPlace place = {};
  int redirects = 0;
  bool only_permanent = true;
  std::optional<bool> started_inside = {};

  // Goes on to where the answer points; a failure when that must not be.
  std::optional<Failure> redirected_to(const std::string& target, int status, const HttpSettings& settings) {
    if (++redirects > settings.max_redirects) {
      return ask_operator(place.host + ": more than " + std::to_string(settings.max_redirects) +
                          " redirects: check the source's address in a browser");
    }
    auto next = http_place(target);
    if (!next) return ask_operator(place.host + ": redirects to what is no web address: check the source's address");
    if (status != 307 && status != 308 && request.method != "HEAD") {
      request.method = "GET";
      request.body.clear();
    }
    if (!may_share_secrets(place, *next)) {
      if (!request.body.empty())
        return ask_operator(place.host + ": wants what we send to go to another place: check the source's address");
      std::erase_if(request.headers, [](const auto& header) { return !is_harmless_header(header.first); });
      next->url = without_login(*next);
    }
    only_permanent = only_permanent && (status == 301 || status == 308);
    place = std::move(*next);
    return std::nullopt;
  }
};

}  // namespace

class HttpClient::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(CurlLoop& curl, HttpSettings settings, Observer observer, AddressRule is_public)
      : curl_(&curl), settings_(std::move(settings)), observer_(std::move(observer)), is_public_(is_public) {}
  Impl(std::unique_ptr<CurlLoop> own, HttpSettings settings, Observer observer)
      : Impl(*own, std::move(settings), std::move(observer), &is_public_address) {
    own_ = std::move(own);
  }

  static asio::awaitable<Result<HttpResponse>> send(std::shared_ptr<Impl> self, HttpRequest request) {
    const std::string source = request.source;
    WholeHops hops(*self);
    auto result = co_await travel(*self, std::move(request), hops);
    if (self->observer_) self->observer_(source, result ? result->status : 0);
    co_return result;
  }

  static asio::awaitable<Result<HttpOpened>> open(std::shared_ptr<Impl> self, HttpRequest request) {
    const std::string source = request.source;
    OpenHops hops(*self);
    auto result = co_await travel(*self, std::move(request), hops);
    if (self->observer_) self->observer_(source, result ? result->status : 0);
    if (!result) co_return result.error();
    HttpOpened opened{std::move(*result), hops.take()};
    co_return opened;
  }

  const HttpSettings& settings() const { return settings_; }
  void read_on(asio::thread_pool& readers) { readers_ = &readers; }

  void stop() {
    observer_ = nullptr;
    for (CURL* easy : under_way_) curl_->stop(easy);
    curl_ = nullptr;  // may be gone before the coroutines that were stopped go on
    own_.reset();
  }

 private:
  // While it lives, stop() ends that transfer.
  class UnderWay {
   public:
    UnderWay(Impl& impl, CURL* easy) : impl_(impl), easy_(easy) { impl_.under_way_.insert(easy_); }
    ~UnderWay() { impl_.under_way_.erase(easy_); }
    UnderWay(const UnderWay&) = delete;
    UnderWay& operator=(const UnderWay&) = delete;

   private:
    Impl& impl_;
    CURL* easy_;
  };

  // How the hops of one journey are performed: each answer whole, or the last one's body left to be read.
  class WholeHops {
   public:
    explicit WholeHops(Impl& impl) : impl_(impl) {}
    HttpHop& next(const HttpHop::Rules& rules) { return hop_.emplace(impl_.settings_, rules); }
    asio::awaitable<int> perform(std::chrono::milliseconds, const std::string&) {
      const UnderWay entry(impl_, hop_->handle());
      if (!impl_.curl_) co_return CURLE_ABORTED_BY_CALLBACK;
      co_return co_await impl_.curl_->perform(hop_->handle());
    }

   private:
    Impl& impl_;
    std::optional<HttpHop> hop_;
  };
  class OpenHops {
   public:
    explicit OpenHops(Impl& impl) : impl_(impl) {}
    HttpHop& next(const HttpHop::Rules& rules) {
      stream_.reset();
      stream_ = std::make_unique<HttpStream>(impl_.settings_, rules);
      // Kept by the stream, and keeps the settings that its hop looks at.
      stream_->keep(std::make_shared<Kept>(impl_.shared_from_this(), stream_->hop().handle()));
      return stream_->hop();
    }
    asio::awaitable<int> perform(std::chrono::milliseconds time_left, const std::string& host) {
      if (!impl_.curl_) co_return CURLE_ABORTED_BY_CALLBACK;
      co_return co_await stream_->head(*impl_.curl_, time_left, host);
    }
    // Null when the answer is there whole.
    std::unique_ptr<HttpStream> take() { return stream_->begun() ? std::move(stream_) : nullptr; }

   private:
    struct Kept {
      Kept(std::shared_ptr<Impl> of, CURL* easy) : impl(std::move(of)), entry(*impl, easy) {}
      std::shared_ptr<Impl> impl;
      UnderWay entry;
    };
    Impl& impl_;
    std::unique_ptr<HttpStream> stream_;
  };

  // `self` is kept by send() and open().
  template <class Hops>
  static asio::awaitable<Result<HttpResponse>> travel(Impl& self, HttpRequest request, Hops& hops) {
    const HttpSettings& settings = self.settings_;
    const auto deadline = Clock::now() + settings.total_timeout;
    Journey journey;
    const auto start = http_place(request.url);
    if (!start) co_return http_failure(CURLE_URL_MALFORMAT, request.source, {});
    for (const auto& [name, value] : request.headers) {
      if (!is_one_line(name) || !is_one_line(value))
        co_return ask_operator(start->host + ": a request header has a line end in it");
    }
    journey.place = *start;
    journey.request = std::move(request);
    for (;;) {
      const HttpHop::Rules rules = self.rules_for(journey);
      if (rules.only_public && rules.by_proxy && is_inside_by_name(journey.place.host)) {
        co_return ask_operator(journey.place.host +
                               (settings.only_public
                                    ? ": it is inside, and is not to be asked: check it, or allow it in the settings"
                                    : ": a redirect leads to it from the internet: check the source's address"));
      }
      HttpHop& hop = hops.next(rules);
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
      if (left.count() <= 0) co_return http_failure(CURLE_OPERATION_TIMEDOUT, journey.place.host, {});
      hop.set_up(journey.request, journey.place.url, left);
      const int code = co_await hops.perform(left, journey.place.host);
      if (code != CURLE_OK || !self.curl_) {
        co_return failure_of(hop, code == CURLE_OK ? CURLE_ABORTED_BY_CALLBACK : code, journey.place.host, settings);
      }
      if (!journey.started_inside) {
        journey.started_inside = rules.by_proxy ? is_inside_by_name(journey.place.host) : hop.inside();
      }
      const std::string target = hop.redirect();
      HttpResponse response = hop.take_response();
      if (target.empty()) {
        response.url = without_login(journey.place);
        if (journey.redirects > 0 && journey.only_permanent) response.permanent_url = response.url;
        response.readers = self.readers_;
        co_return response;
      }
      if (auto failure = journey.redirected_to(target, response.status, settings)) co_return std::move(*failure);
    }
  }

  HttpHop::Rules rules_for(const Journey& journey) const {
    HttpHop::Rules rules;
    rules.is_public = is_public_;
    rules.by_proxy = !settings_.proxy.empty() && !asked_directly(journey.place.host, settings_.no_proxy);
    rules.only_public = settings_.only_public || (journey.started_inside && !*journey.started_inside);
    return rules;
  }

  std::unique_ptr<CurlLoop> own_;
  CurlLoop* curl_;  // null once stopped
  HttpSettings settings_;
  Observer observer_;
  AddressRule is_public_;
  asio::thread_pool* readers_ = nullptr;
  std::set<CURL*> under_way_;
};

HttpClient::HttpClient(CurlLoop& curl, HttpSettings settings, Observer observer)
    : HttpClient(curl, std::move(settings), std::move(observer), &is_public_address) {}

HttpClient::HttpClient(CurlLoop& curl, HttpSettings settings, Observer observer, AddressRule is_public)
    : impl_(std::make_shared<Impl>(curl, std::move(settings), std::move(observer), is_public)) {}

HttpClient::HttpClient(asio::any_io_executor loop, HttpSettings settings, Observer observer)
    : impl_(std::make_shared<Impl>(std::make_unique<CurlLoop>(std::move(loop)), std::move(settings),
                                   std::move(observer))) {}

HttpClient::~HttpClient() { impl_->stop(); }

const HttpSettings& HttpClient::settings() const { return impl_->settings(); }

void HttpClient::read_on(asio::thread_pool& readers) { impl_->read_on(readers); }

asio::awaitable<Result<HttpResponse>> HttpClient::send(HttpRequest request) {
  return Impl::send(impl_, std::move(request));
}

asio::awaitable<Result<HttpOpened>> HttpClient::open(HttpRequest request) {
  return Impl::open(impl_, std::move(request));
}

}  // namespace barometer
