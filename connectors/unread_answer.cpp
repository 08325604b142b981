#include "connectors/unread_answer.hpp"

namespace barometer {
namespace {

std::size_t first_mark(std::string_view body) { return body.find_first_not_of(" \t\r\n\xEF\xBB\xBF"); }

}  // namespace

bool looks_like_mark_up(std::string_view body) {
  const auto at = first_mark(body);
  return at != std::string_view::npos && body[at] == '<';
}

Failure unread_answer(std::string_view body, std::string_view advice) {
  if (first_mark(body) == std::string_view::npos) return Failure{Remedy::retry, "an empty answer came"};
  if (looks_like_mark_up(body))
    return Failure{Remedy::ask_operator, "a web page came instead of JSON: " + std::string(advice)};
  return Failure{Remedy::retry, "the answer is no JSON, or breaks off"};
}

}  // namespace barometer
