#include "daemon/config_draft.hpp"
#include "daemon/listen_address.hpp"
#include "daemon/web/people.hpp"
#include "daemon/web/sign_on.hpp"
#include "daemon/wire.hpp"

namespace barometer {
namespace {

void check_tls(Draft& draft) {
  const auto& web = draft.config.web;
  if (web.tls_certificate_file.empty() != web.tls_key_file.empty()) {
    const std::string missing = web.tls_key_file.empty() ? "tls_key_file" : "tls_certificate_file";
    draft.complain("web", "web." + missing + " is not set: TLS needs a certificate and its key, or neither");
  } else if (!web.tls_key_file.empty()) {
    const auto tls = server_tls({web.tls_certificate_file, web.tls_key_file});
    if (!tls) draft.complain("web.tls_certificate_file", tls.error().detail);
    check_private(draft, "web.tls_key_file", web.tls_key_file);
  }
}

void check_sign_on(Draft& draft) {
  const auto& web = draft.config.web;
  if (web.sign_on_header.empty()) return;
  if (web.users_file.empty())
    draft.complain("web.sign_on_header",
                   "web.sign_on_header: nobody is known here, so nobody can be signed in: set web.users_file");
  const auto sign_on = SignOn::read(web.sign_on_header, web.sign_on_proxies);
  if (!sign_on) draft.complain("web.sign_on_proxies", sign_on.error().detail);
}

}  // namespace

void check_web(Draft& draft) {
  const auto& web = draft.config.web;
  const auto address = parse_listen(web.listen);
  if (!address) {
    draft.complain("web.listen",
                   "web.listen: \"" + web.listen +
                       "\" is no address to listen on: write one as 127.0.0.1:9468, [::1]:9468 or :9468 for all");
  } else if (!address->loopback() && web.users_file.empty()) {
    draft.complain("web.listen", "web.listen: whoever reaches " + web.listen +
                                     " could read what was said: set web.users_file, or listen on 127.0.0.1");
  } else if (!address->loopback() && web.tls_certificate_file.empty()) {
    draft.warn("web.listen",
               "passwords go over the network to " + web.listen +
                   " as they are: set web.tls_certificate_file, or listen on 127.0.0.1 behind a proxy with TLS");
  }
  check_tls(draft);
  check_sign_on(draft);
  if (!web.users_file.empty()) {
    const auto people = read_people(web.users_file);
    if (!people) draft.complain("web.users_file", "web.users_file: " + people.error().detail);
  }
  const bool url = web.public_url.starts_with("http://") || web.public_url.starts_with("https://");
  if (!web.public_url.empty() && !url) {
    draft.complain("web.public_url",
                   "web.public_url: \"" + web.public_url + "\" is no web address: begin it with https://");
  }
}

}  // namespace barometer
