#include "daemon/web/form_answers.hpp"

#include <charconv>

#include "daemon/web/api.hpp"
#include "daemon/web/frame.hpp"

namespace barometer {

HttpReply form_trouble(const Visit& visit, int status, const char* title, const std::string& sentence) {
  return for_programs(visit.request) ? api_trouble(status, sentence, "see /api/v1/openapi.json for what can be asked")
                                     : trouble_page(frame_for(visit), status, title, sentence);
}

HttpReply form_refused(const Visit& visit, const Failure& why) {
  switch (why.remedy) {
    case Remedy::skip: return form_trouble(visit, 400, "This was not done", why.detail);
    case Remedy::wait: return form_trouble(visit, 409, "Somebody else works on this", why.detail);
    case Remedy::retry: return form_trouble(visit, 409, "Others were quicker", why.detail);
    case Remedy::ask_operator: break;
  }
  return form_trouble(visit, 503, "This could not be kept", why.detail);
}

std::string tidied(std::string_view text) {
  std::string out;
  for (const char c : text) {
    while (c == '\n' && out.ends_with(' ')) out.pop_back();
    if (static_cast<unsigned char>(c) >= ' ' || c == '\n') out.push_back(c);
  }
  const auto first = out.find_first_not_of(" \n");
  if (first == std::string::npos) return {};
  return out.substr(first, out.find_last_not_of(" \n") - first + 1);
}

int small_number(std::string_view text, int most) {
  int out = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool whole = read.ec == std::errc{} && read.ptr == text.data() + text.size();
  return whole && out >= 0 && out <= most ? out : 0;
}

}  // namespace barometer
