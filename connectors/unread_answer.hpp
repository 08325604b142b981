#pragma once

#include <string>
#include <string_view>

#include "connectors/result.hpp"

namespace barometer {

// What to do about an answer with status 200 that should have been JSON and is not:
//   nothing, or JSON that breaks off     retry
//   a web page                           ask_operator, with `advice` as what to try
// The detail repeats nothing of the answer.
Failure unread_answer(std::string_view body, std::string_view advice);

// Whether the first thing in it that is no white space begins mark-up.
bool looks_like_mark_up(std::string_view body);

}  // namespace barometer
