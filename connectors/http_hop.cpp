#include "connectors/http_hop.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <netinet/in.h>
#include <new>
#include <sys/socket.h>

#include <curl/curl.h>

namespace barometer {

namespace {

constexpr std::size_t most_header_bytes = 256 * 1024;
// Spare bytes that simdjson reads, and never minds, past the end of a body (SIMDJSON_PADDING).
constexpr std::size_t padding = 64;
// What a Content-Length is believed at once; more is taken as it comes.
constexpr curl_off_t most_believed = 1 << 20;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto begin = text.find_first_not_of(blanks);
  return begin == text.npos ? std::string_view{} : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

// Text of an IPv4 or IPv6 address, else empty, which is not public.
std::string text_of(const curl_sockaddr& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const auto* const any = &address.addr;
  const void* bytes = nullptr;
  if (address.family == AF_INET) bytes = &reinterpret_cast<const sockaddr_in*>(any)->sin_addr;
  if (address.family == AF_INET6) bytes = &reinterpret_cast<const sockaddr_in6*>(any)->sin6_addr;
  if (!bytes || !inet_ntop(address.family, bytes, text.data(), text.size())) return {};
  return text.data();
}

}  // namespace

void HttpHop::CloseEasy::operator()(CURL* easy) const { curl_easy_cleanup(easy); }

HttpHop::HttpHop(const HttpSettings& settings, const Rules& rules, Onward onward)
    : settings_(settings), rules_(rules), onward_(std::move(onward)), easy_(curl_easy_init()) {
  static_assert(sizeof error_ >= CURL_ERROR_SIZE);
  if (!easy_) throw std::bad_alloc();
}

HttpHop::~HttpHop() { curl_slist_free_all(static_cast<curl_slist*>(header_list_)); }

void HttpHop::set_up(const HttpRequest& request, const std::string& url, std::chrono::milliseconds time_left) {
  CURL* const easy = easy_.get();
  const auto set = [easy](auto option, auto value) { curl_easy_setopt(easy, option, value); };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);  // redirects have rules of their own
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(CURLOPT_ACCEPT_ENCODING, "");  // all that curl can undo
  if (request.method == "HEAD") set(CURLOPT_NOBODY, 1L);
  if (request.method != "GET" && request.method != "HEAD") {
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(CURLOPT_POSTFIELDS, request.body.data());
  }
  if (!settings_.user_agent.empty()) set(CURLOPT_USERAGENT, settings_.user_agent.c_str());
  for (const auto& [name, value] : request.headers) {
    const std::string line = value.empty() ? name + ";" : name + ": " + value;
    auto* const longer = curl_slist_append(static_cast<curl_slist*>(header_list_), line.c_str());
    if (!longer) throw std::bad_alloc();
    header_list_ = longer;
  }
  set(CURLOPT_HTTPHEADER, static_cast<curl_slist*>(header_list_));

  // Set even where empty, else the environment would decide.
  set(CURLOPT_PROXY, rules_.by_proxy ? settings_.proxy.c_str() : "");
  if (rules_.by_proxy && !settings_.proxy_login.empty()) set(CURLOPT_PROXYUSERPWD, settings_.proxy_login.c_str());
  set(CURLOPT_NOPROXY, "");
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (!settings_.ca_file.empty()) {
    set(CURLOPT_CAINFO, settings_.ca_file.c_str());
    set(CURLOPT_PROXY_CAINFO, settings_.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));  // in place of the system's, not beside them
    set(CURLOPT_PROXY_CAPATH, static_cast<const char*>(nullptr));
  }

  if (!onward_.take) set(CURLOPT_TIMEOUT_MS, static_cast<long>(time_left.count()));
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(settings_.connect_timeout, time_left).count()));
  if (!onward_.take) set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(settings_.max_body));
  if (onward_.take) set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_ERRORBUFFER, error_);

  const auto open = +[](void* self, curlsocktype purpose, curl_sockaddr* address) -> curl_socket_t {
    return open_socket(self, purpose, address);
  };
  set(CURLOPT_OPENSOCKETFUNCTION, open);
  set(CURLOPT_OPENSOCKETDATA, this);
  set(CURLOPT_PREREQFUNCTION, &HttpHop::before_request);
  set(CURLOPT_PREREQDATA, this);
  set(CURLOPT_HEADERFUNCTION, &HttpHop::on_header);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, &HttpHop::on_body);
  set(CURLOPT_WRITEDATA, this);
}

std::string HttpHop::redirect() const {
  constexpr std::array redirects{301, 302, 303, 307, 308};
  char* target = nullptr;
  curl_easy_getinfo(easy_.get(), CURLINFO_REDIRECT_URL, &target);
  const bool is_one = std::find(redirects.begin(), redirects.end(), response_.status) != redirects.end();
  return is_one && target ? target : std::string{};
}

HttpResponse HttpHop::take_response() {
  response_.body.reserve(response_.body.size() + padding);
  return std::move(response_);
}

// Before a new connection: what is inside is not even knocked at.
int HttpHop::open_socket(void* self, int, void* address) {
  auto& hop = *static_cast<HttpHop*>(self);
  const auto& where = *static_cast<const curl_sockaddr*>(address);
  if (hop.rules_.only_public && !hop.rules_.by_proxy && !hop.rules_.is_public(text_of(where))) {
    hop.refused_inside_ = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(where.family, where.socktype | SOCK_CLOEXEC, where.protocol);
}

// Before each request, so on kept connections as well, which another source may have opened.
int HttpHop::before_request(void* self, char* remote_ip, char*, int, int) {
  auto& hop = *static_cast<HttpHop*>(self);
  hop.inside_ = !hop.rules_.by_proxy && !hop.rules_.is_public(remote_ip ? remote_ip : "");
  if (!hop.inside_ || !hop.rules_.only_public) return CURL_PREREQFUNC_OK;
  hop.refused_inside_ = true;
  return CURL_PREREQFUNC_ABORT;
}

std::size_t HttpHop::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
  return static_cast<HttpHop*>(self)->take_header({bytes, size * count}) ? size * count : 0;
}

std::size_t HttpHop::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& hop = *static_cast<HttpHop*>(self);
  if (hop.hands_on_) return hop.onward_.take({bytes, size * count}) ? size * count : CURL_WRITEFUNC_PAUSE;
  return hop.take_body({bytes, size * count}) ? size * count : 0;
}

bool HttpHop::take_header(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > most_header_bytes) {
    too_long_ = true;
    return false;
  }
  if (trimmed(line).empty()) {
    end_head();
    return true;
  }
  if (line.starts_with("HTTP/")) {  // a new answer; the one before was a 100 or 103
    response_.headers.clear();
    const auto blank = std::min(line.find(' ') + 1, line.size());
    std::from_chars(line.data() + blank, line.data() + line.size(), response_.status);
    return true;
  }
  const bool continues = line.front() == ' ' || line.front() == '\t';
  if (continues && !response_.headers.empty()) {
    response_.headers.back().second += ' ';
    response_.headers.back().second += trimmed(line);
    return true;
  }
  const auto colon = line.find(':');
  if (colon == line.npos) return true;
  std::string name(trimmed(line.substr(0, colon)));
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  response_.headers.emplace_back(std::move(name), trimmed(line.substr(colon + 1)));
  return true;
}

// Trailers end with an empty line as well.
void HttpHop::end_head() {
  if (!onward_.take || hands_on_ || response_.status / 100 != 2) return;
  hands_on_ = true;
  onward_.begun();
}

bool HttpHop::take_body(std::string_view bytes) {
  std::string& body = response_.body;
  if (bytes.size() > settings_.max_body - body.size()) {
    too_long_ = true;
    return false;
  }
  if (body.empty()) {
    curl_off_t announced = -1;
    curl_easy_getinfo(easy_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
    const auto believed = static_cast<std::size_t>(std::clamp<curl_off_t>(announced, 0, most_believed));
    body.reserve(std::max(believed, bytes.size()) + padding);
  }
  body += bytes;
  return true;
}

}  // namespace barometer
