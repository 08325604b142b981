#include "connectors/http_failure.hpp"

#include <algorithm>
#include <iterator>

#include <curl/curl.h>

namespace barometer {

namespace {

struct Meaning {
  CURLcode code;
  Remedy remedy;
  std::string_view sentence;
};

constexpr std::string_view certificates =
    "its certificate is not trusted: check the host name; behind a proxy that opens TLS, name the trust's root in "
    "ca_file";

constexpr Meaning meanings[] = {
    {CURLE_COULDNT_RESOLVE_HOST, Remedy::retry,
     "its name cannot be resolved: check the host name, DNS, or whether a proxy is needed"},
    {CURLE_COULDNT_RESOLVE_PROXY, Remedy::retry, "the proxy's name cannot be resolved: check the proxy setting"},
    {CURLE_COULDNT_CONNECT, Remedy::retry,
     "no connection: check that the firewall lets us out, or whether a proxy is needed"},
    {CURLE_OPERATION_TIMEDOUT, Remedy::retry, "no whole answer within the time limit"},
    {CURLE_PARTIAL_FILE, Remedy::retry, "the answer was cut short"},
    {CURLE_GOT_NOTHING, Remedy::retry, "the connection was closed without an answer"},
    {CURLE_RECV_ERROR, Remedy::retry, "the connection broke"},
    {CURLE_SEND_ERROR, Remedy::retry, "the connection broke"},
    {CURLE_HTTP2, Remedy::retry, "the connection broke (HTTP/2)"},
    {CURLE_HTTP2_STREAM, Remedy::retry, "the connection broke (HTTP/2)"},
    {CURLE_BAD_CONTENT_ENCODING, Remedy::retry, "the compressed answer is damaged"},
    {CURLE_WEIRD_SERVER_REPLY, Remedy::retry, "the answer is not HTTP"},
    {CURLE_UNSUPPORTED_PROTOCOL, Remedy::retry, "the answer is not HTTP"},
    {CURLE_SSL_CONNECT_ERROR, Remedy::retry, "no TLS connection: check that the address should begin with https"},
    {CURLE_PEER_FAILED_VERIFICATION, Remedy::ask_operator, certificates},
    {CURLE_SSL_ISSUER_ERROR, Remedy::ask_operator, certificates},
    {CURLE_SSL_CACERT_BADFILE, Remedy::ask_operator,
     "the ca_file cannot be read: check its path, rights and PEM format"},
    {CURLE_URL_MALFORMAT, Remedy::ask_operator, "the address is not a web address: check it"},
    {CURLE_PROXY, Remedy::ask_operator, "the proxy refuses: check the proxy setting and its credentials"},
    {CURLE_LOGIN_DENIED, Remedy::ask_operator, "the credentials are refused: check them"},
    {CURLE_FILESIZE_EXCEEDED, Remedy::skip, "the answer is longer than the limit"},
    {CURLE_ABORTED_BY_CALLBACK, Remedy::retry, "the request was stopped"},
};
constexpr Meaning unknown{CURLE_OK, Remedy::retry, "the request failed"};

constexpr std::size_t longest_word_of_curls = 200;

}  // namespace

Failure http_failure(int curl_code, std::string_view host, std::string_view what_curl_says) {
  const auto found =
      std::find_if(std::begin(meanings), std::end(meanings), [&](const Meaning& m) { return m.code == curl_code; });
  const Meaning& meaning = found == std::end(meanings) ? unknown : *found;
  Failure failure;
  failure.remedy = meaning.remedy;
  failure.detail = std::string(host) + ": " + std::string(meaning.sentence);
  std::string said(what_curl_says.substr(0, longest_word_of_curls));
  if (said.empty()) said = curl_easy_strerror(static_cast<CURLcode>(curl_code));
  std::replace_if(
      said.begin(), said.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  failure.detail += " (" + said + ")";
  return failure;
}

}  // namespace barometer
