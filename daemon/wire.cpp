#include "daemon/wire.hpp"

#include <string>

#include <openssl/ssl.h>

namespace barometer {

namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

Failure unusable(const std::string& setting, const std::filesystem::path& file, const error_code& why) {
  return {Remedy::ask_operator,
          setting + ": " + file.string() + " cannot be used (" + why.message() +
              "): name a PEM file that barometer's user may read",
          {}};
}

}  // namespace

Result<std::shared_ptr<ssl::context>> server_tls(const TlsFiles& files) {
  const auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  context->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                       ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  error_code odd;
  context->use_certificate_chain_file(files.certificate.string(), odd);
  if (odd) return unusable("web.tls_certificate_file", files.certificate, odd);
  context->use_private_key_file(files.key.string(), ssl::context::pem, odd);
  if (odd) return unusable("web.tls_key_file", files.key, odd);
  if (SSL_CTX_check_private_key(context->native_handle()) != 1)
    return Failure{Remedy::ask_operator,
                   "web.tls_key_file: " + files.key.string() + " is not the key of " + files.certificate.string() +
                       ": name the two files that were made together",
                   {}};
  return context;
}

}  // namespace barometer
