#pragma once

#include "daemon/web/visit.hpp"

namespace barometer {

// Signing in and out, and the record of who did what. Any thread.
HttpReply answer_sign_in(const Desk& desk, const Visit& visit);  // GET
HttpReply do_sign_in(const Desk& desk, const Visit& visit);      // POST name, password, next
HttpReply do_sign_out(const Desk& desk, const Visit& visit);     // POST
HttpReply answer_audit(const Desk& desk, const Visit& visit);
HttpReply api_audit(const Desk& desk, const Visit& visit);  // limit: of entries, the newest first

// After a form: ask for that page now.
HttpReply go_to(const std::string& where);
// An address of ours to go on to; "/" for anything that might lead elsewhere.
std::string safe_next(std::string_view next);

}  // namespace barometer
