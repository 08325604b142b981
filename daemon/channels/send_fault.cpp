#include "daemon/channels/send_fault.hpp"

#include <algorithm>

namespace barometer {
namespace {

constexpr std::chrono::milliseconds ceiling = std::chrono::hours{1};

}  // namespace

std::string_view name_of(SendReason reason) {
  switch (reason) {
    case SendReason::settings: return "settings";
    case SendReason::unreachable: return "unreachable";
    case SendReason::tls: return "tls";
    case SendReason::login: return "login";
    case SendReason::timeout: return "timeout";
    case SendReason::busy: return "busy";
    case SendReason::refused: return "refused";
    case SendReason::store: return "store";
  }
  return "";
}

std::chrono::milliseconds send_wait(std::chrono::milliseconds first, int failures) {
  auto wait = std::max(first, std::chrono::milliseconds{1});
  for (int i = 1; i < failures && wait < ceiling; ++i) wait *= 2;
  return std::min(wait, ceiling);
}

std::chrono::milliseconds send_wait(std::chrono::milliseconds first, int failures, const SendFault& fault) {
  return std::min(std::max(send_wait(first, failures), fault.wait.value_or(std::chrono::milliseconds{0})), ceiling);
}

}  // namespace barometer
