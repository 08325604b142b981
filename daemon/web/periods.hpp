#pragma once

#include "daemon/web/visit.hpp"

namespace barometer {

// What is told of a time: the same words and figures as the mails have. Nobody's words and nobody's name are among them. Any thread.
HttpReply answer_board(const Desk& desk,
                       const Visit& visit);  // from, to: days; the month that was over last if left out
HttpReply answer_digest(const Desk& desk, const Visit& visit);  // what `recipient` would be told of the last 7 days
HttpReply answer_chats(const Desk& desk, const Visit& visit);   // recaps of the last eight chats
HttpReply api_board(const Desk& desk, const Visit& visit);
HttpReply api_digest(const Desk& desk, const Visit& visit);
HttpReply api_chats(const Desk& desk, const Visit& visit);

}  // namespace barometer
