#include "connectors/filed_token.hpp"

#include <stdexcept>
#include <utility>

#include "connectors/settings.hpp"

namespace barometer {

FiledToken::FiledToken(std::string file) : file_(std::move(file)), filed_(read_secret(file_)), text_(filed_) {}

bool FiledToken::take(std::string token) {
  if (token.empty() || token == text_) return false;
  text_ = std::move(token);
  return true;
}

bool FiledToken::take_from_file() {
  auto token = secret_if_there(file_);
  if (token == filed_) return false;
  filed_ = token;
  return take(std::move(token));
}

std::string secret_if_there(const std::string& file) {
  try {
    return read_secret(file);
  } catch (const std::runtime_error&) {
    return {};
  }
}

}  // namespace barometer
