#pragma once

#include <string_view>
#include <vector>

#include "daemon/web/tables.hpp"
#include "daemon/web/visit.hpp"

namespace barometer {

// What administrators look after, to be read: settings are changed in their file. Secrets are in files of their own and are never
// shown, nor is an address that has a password in it. Any thread.
HttpReply answer_settings(const Desk& desk, const Visit& visit);       // what is in force, section by section
HttpReply answer_subscriptions(const Desk& desk, const Visit& visit);  // who is told of what
// How long what stays, what is held, proof of what went.
HttpReply answer_retention(const Desk& desk, const Visit& visit);
// Links to all pages of administration; `here` is the address of one.
std::vector<PageLink> administration_links(std::string_view here);
HttpReply api_settings(const Desk& desk, const Visit& visit);
HttpReply api_subscriptions(const Desk& desk, const Visit& visit);
HttpReply api_retention(const Desk& desk, const Visit& visit);

}  // namespace barometer
