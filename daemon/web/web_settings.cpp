#include <array>

#include "daemon/config_settings.hpp"

namespace barometer {
namespace {

const std::array web_table{
    Setting<Config::WebConfig>{"listen", &Config::WebConfig::listen,
                               "Address and port to serve on; beyond this machine only with users_file."},
    Setting<Config::WebConfig>{"public_url", &Config::WebConfig::public_url,
                               "How people reach the page, for links in mail; empty: mail has no link."},
    Setting<Config::WebConfig>{"users_file", &Config::WebConfig::users_file,
                               "File of people and tokens, made with `barometer user` and `barometer token`. Empty: "
                               "whoever reaches the page can read it, and nothing can be changed there."},
    Setting<Config::WebConfig>{"tls_certificate_file", &Config::WebConfig::tls_certificate_file,
                               "PEM file with the certificate to serve with, and those between it and a root behind "
                               "it. Empty: no TLS. Read again, with its key, at a reload."},
    Setting<Config::WebConfig>{"tls_key_file", &Config::WebConfig::tls_key_file,
                               "PEM file with the key of that certificate, for barometer's user alone."},
    Setting<Config::WebConfig>{"sign_on_header", &Config::WebConfig::sign_on_header,
                               "Header in which a proxy with single sign-on names who is there, as X-Remote-User; "
                               "the name needs its line in users_file. Empty: people sign in here."},
    Setting<Config::WebConfig>{"sign_on_proxies", &Config::WebConfig::sign_on_proxies,
                               "Addresses whose sign_on_header is believed, with commas between them."},
    Setting<Config::WebConfig>{"api_requests",
                               &Config::WebConfig::api_requests,
                               "Requests a minute to /api by one person, token or address; 0: any number.",
                               {0, 1'000'000}},
};

}  // namespace

std::span<const Setting<Config::WebConfig>> web_settings() { return web_table; }

}  // namespace barometer
