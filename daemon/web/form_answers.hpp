#pragma once

#include <string>
#include <string_view>

#include "connectors/result.hpp"
#include "daemon/http_server.hpp"
#include "daemon/web/visit.hpp"

namespace barometer {

// How a form, or what a program sent in its place, is answered when it was not done: a page for people, JSON for programs. Pure.
HttpReply form_trouble(const Visit& visit, int status, const char* title, const std::string& sentence);

// By what is to be done about it: 400 if what was asked is not possible (skip), 409 if others were quicker or work on it (wait, retry),
// 503 if it could not be kept.
HttpReply form_refused(const Visit& visit, const Failure& why);

// What people typed: lines end where their words do; what is no character is dropped.
std::string tidied(std::string_view text);

// A number from 0 to `most`; 0 if it is none.
int small_number(std::string_view text, int most);

}  // namespace barometer
