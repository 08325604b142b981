#include <algorithm>
#include <stdexcept>
#include <vector>

#include "connectors/address_policy.hpp"
#include "connectors/http_place.hpp"
#include "connectors/settings.hpp"
#include "daemon/channels/channel.hpp"
#include "daemon/channels/webhook_channel.hpp"
#include "daemon/config_draft.hpp"
#include "daemon/config_values.hpp"

namespace barometer {
namespace {

std::string place_of(std::size_t index) { return "mail.recipients[" + std::to_string(index) + "]"; }

// Whether the name is one of a channel.
bool check_name(Draft& draft, const RecipientConfig& recipient, const std::string& place) {
  if (find_channel(recipient.channel)) return true;
  std::vector<std::string_view> known;
  for (const auto& channel : channels()) known.push_back(channel.name);
  draft.complain(place + ".channel", place + ".channel: there is no channel \"" + recipient.channel +
                                         "\": use one of " + enumerated(known));
  return false;
}

void check_by_mail(Draft& draft, const RecipientConfig& recipient, const std::string& place) {
  if (recipient.address.empty())
    draft.complain(place, place + " has no address: add one (where the mail goes), or say which other channel it has");
  const auto surplus = [&](bool there, const std::string& key) {
    if (there)
      draft.complain(place + "." + key,
                     place + "." + key + " is not for mail: say which channel is meant, or take it out");
  };
  surplus(!recipient.url_file.empty(), "url_file");
  surplus(!recipient.secret_file.empty(), "secret_file");
  surplus(recipient.local_network, "local_network");
}

void check_by_http(Draft& draft, const RecipientConfig& recipient, const std::string& place) {
  const auto& channel = recipient.channel;
  const bool is_signed = channel == "webhook";
  if (!recipient.address.empty())
    draft.complain(place + ".address", place + ".address is for mail alone: take it out, or the channel");
  if (recipient.url_file.empty())
    draft.complain(place, place + " has no url_file: put the address of the " + channel +
                              " into a file that only barometer's user can read, and name that file");
  if (is_signed && recipient.secret_file.empty())
    draft.complain(place, place +
                              " has no secret_file, so its messages could not be told from forged ones: make one with "
                              "openssl rand -base64 32");
  if (!is_signed && !recipient.secret_file.empty())
    draft.complain(place + ".secret_file", place + ".secret_file is for webhooks alone: take it out");
}

void check_url_file(Draft& draft, const RecipientConfig& recipient, const std::string& place) {
  const auto where = place + ".url_file";
  try {
    const auto url = read_secret(recipient.url_file);
    const auto target = http_place(url);
    if (!target)
      return draft.complain(where, where + ": its first line is no web address: write https://HOST/PATH into it");
    const bool inside = is_inside_by_name(target->host);
    if (inside && !recipient.local_network)
      draft.complain(where,
                     where + " leads to this machine or the local network: add local_network: true if that is meant");
    if (target->scheme == "http" && !inside)
      draft.warn(where, where + " is no https address, so messages are readable on their way: use https");
  } catch (const std::runtime_error& error) {
    draft.complain(where, where + ": " + error.what());
  }
  check_private(draft, where, secret_place(recipient.url_file));
}

void check_secret_file(Draft& draft, const RecipientConfig& recipient, const std::string& place) {
  const auto where = place + ".secret_file";
  try {
    if (read_secret(recipient.secret_file).size() < shortest_webhook_secret)
      draft.complain(where, where + " holds a secret that can be guessed: fill it with openssl rand -base64 32");
  } catch (const std::runtime_error& error) {
    draft.complain(where, where + ": " + error.what());
  }
  check_private(draft, where, secret_place(recipient.secret_file));
}

}  // namespace

void check_channels(Draft& draft) {
  const auto& recipients = draft.config.mail.recipients;
  for (std::size_t i = 0; i < recipients.size(); ++i) {
    if (!check_name(draft, recipients[i], place_of(i))) continue;
    if (recipients[i].channel == "mail")
      check_by_mail(draft, recipients[i], place_of(i));
    else
      check_by_http(draft, recipients[i], place_of(i));
  }
}

void check_channel_files(Draft& draft) {
  const auto& recipients = draft.config.mail.recipients;
  for (std::size_t i = 0; i < recipients.size(); ++i) {
    if (recipients[i].channel == "mail") continue;
    if (!recipients[i].url_file.empty()) check_url_file(draft, recipients[i], place_of(i));
    if (recipients[i].channel == "webhook" && !recipients[i].secret_file.empty())
      check_secret_file(draft, recipients[i], place_of(i));
  }
}

}  // namespace barometer
