#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <system_error>

#include "connectors/settings.hpp"
#include "connectors/time.hpp"
#include "daemon/busy_hours.hpp"
#include "daemon/config_draft.hpp"
#include "daemon/config_values.hpp"
#include "daemon/organisations.hpp"
#include "daemon/own_rules.hpp"

namespace barometer {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::size_t longest_name = 100;  // bytes; names are labels of series

std::string item(const char* list, std::size_t index) { return list + ("[" + std::to_string(index)) + "]"; }

// Complains about the second of two equal names.
template <class Items, class NameOf>
void check_names(Draft& draft, const char* list, const Items& items, NameOf name_of) {
  std::map<std::string, std::size_t> first;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string& name = name_of(items[i]);
    if (name.empty()) continue;  // complained about where it was read
    const auto place = item(list, i) + ".name";
    if (name.size() > longest_name) draft.complain(place, place + " is too long: use at most 100 characters");
    const auto [where, fresh] = first.emplace(name, i);
    if (fresh) continue;
    draft.complain(place, "the name \"" + name + "\" is taken by " + item(list, where->second) + " on line " +
                              std::to_string(draft.line_of(item(list, where->second))) + ": give each its own");
  }
}

void check_tag_names(Draft& draft) {
  check_names(draft, "tags", draft.config.tags, [](const TagConfig& t) -> const std::string& { return t.name; });
  if (draft.config.tags.empty())
    draft.warn({}, "no tags are watched, so every post counts under \"other\": add a list of tags");
}

void check_platform(Draft& draft, const ListenConfig& listen, const std::string& place) {
  const auto& platform = listen.source.platform;
  if (platform.empty()) return;
  const auto* connector = find_connector(platform);
  if (connector == nullptr) {
    std::vector<std::string_view> known;
    for (const auto& row : connectors()) known.push_back(row.name);
    draft.complain(place + ".platform", "there is no platform \"" + platform + "\": use one of " + enumerated(known));
    return;
  }
  for (const auto& complaint : connector->check(listen.source)) {
    const auto where = complaint.key.empty() ? place : place + "." + complaint.key;
    draft.complain(where, where + " " + complaint.message);
  }
}

void check_proxy(Draft& draft, const std::string& proxy, const std::string& place) {
  static constexpr std::string_view schemes[] = {"http://", "https://", "socks5h://", "socks5://"};
  const bool known = std::any_of(std::begin(schemes), std::end(schemes), [&](auto s) { return proxy.starts_with(s); });
  if (!proxy.empty() && !known)
    draft.complain(place, place + " is no proxy address: begin it with http://, https:// or socks5h://");
  if (holds_password(proxy))
    draft.complain(place, place + " has a password in it: take it out and name a file that holds USER:PASSWORD with " +
                              place + "_login_file");
}

void check_source(Draft& draft, const ListenConfig& listen, const std::string& place) {
  check_platform(draft, listen, place);
  if (listen.proxy != "none") check_proxy(draft, listen.proxy, place + ".proxy");
  if (!listen.proxy_login_file.empty() && (listen.proxy.empty() || listen.proxy == "none")) {
    draft.complain(place + ".proxy_login_file",
                   place + ".proxy_login_file is set but " + place + ".proxy is not: add the proxy's address");
  }
  const auto& tags = draft.config.tags;
  const bool known = std::any_of(tags.begin(), tags.end(), [&](const TagConfig& t) { return t.name == listen.tag; });
  if (!listen.tag.empty() && !known) {
    std::vector<std::string_view> names;
    for (const auto& tag : tags) names.push_back(tag.name);
    draft.complain(place + ".tag",
                   place + ".tag: there is no tag named \"" + listen.tag + "\": " +
                       (names.empty() ? "add it to tags" : "add it to tags, or use one of " + enumerated(names)));
  }
  for (const auto& [key, value] : listen.source.settings) {
    if (!holds_password(value)) continue;
    draft.complain(
        place + "." + key,
        place + "." + key + " has a password in it: take it out; a source with a secret reads it from a file");
  }
}

void check_sources(Draft& draft) {
  const auto& sources = draft.config.sources;
  for (std::size_t i = 0; i < sources.size(); ++i) check_source(draft, sources[i], item("sources", i));
  check_names(draft, "sources", sources, [](const ListenConfig& s) -> const std::string& { return s.source.name; });
  if (sources.empty()) draft.warn({}, "there are no sources, so nothing is heard: add a list of sources");
}

void check_http(Draft& draft) {
  const auto& http = draft.config.http;
  check_proxy(draft, http.proxy, "http.proxy");
  if (http.connect_timeout > http.total_timeout) {
    draft.complain("http.connect_timeout",
                   "http.connect_timeout is longer than http.total_timeout: lower it to at most " +
                       duration_text(http.total_timeout));
  }
}

void check_polling(Draft& draft) {
  const auto& hours = draft.config.busy_hours;
  for (std::size_t i = 0; i < hours.size(); ++i) {
    const auto place = item("polling.busy_hours", i) + ".when";
    if (!parse_weekly_hours(hours[i].when))
      draft.complain(place,
                     place + ": \"" + hours[i].when +
                         "\" is no time of the week: write one as \"Wed 20:00-21:00\" or \"Mon-Fri 9:00-17:00\"");
  }
}

void check_services(Draft& draft) {
  const auto& services = draft.config.services;
  check_names(draft, "services", services, [](const Service& service) -> const std::string& { return service.id; });
  for (std::size_t i = 0; i < services.size(); ++i) {
    const auto& parent = services[i].parent;
    const auto place = item("services", i) + ".parent";
    if (is_listed(services[i].id))
      draft.complain(item("services", i) + ".id",
                     item("services", i) + ".id begins as those of the list of organisations: give it another");
    const auto is_parent = [&](const Service& one) { return one.id == parent; };
    if (parent == services[i].id && !parent.empty())
      draft.complain(place, place + " is the service itself: name what it is a part of, or leave it out");
    else if (!parent.empty() && std::none_of(services.begin(), services.end(), is_parent))
      draft.complain(place, place + ": there is no service \"" + parent + "\": add one with this id, or leave it out");
  }
}

// Beside the services of the settings; whoever names none hears of all organisations.
void add_organisations(Draft& draft) {
  auto& config = draft.config;
  const auto listed = organisations_of(config.organisations_file);
  if (!listed)
    return draft.complain("analysis.organisations_file", "analysis.organisations_file: " + listed.error().detail);
  if (config.services.empty())
    for (auto& recipient : config.mail.recipients) recipient.elsewhere = true;
  config.services = with_organisations(std::move(config.services), *listed);
  const Services all{config.services};
  for (std::size_t i = 0; i < config.mail.recipients.size(); ++i)
    for (const auto* match : {&config.mail.recipients[i].wanted, &config.mail.recipients[i].except})
      for (const std::string& id : match->places)
        if (is_listed(id) && all.by_id(id) == nullptr)
          draft.complain(item("mail.recipients", i), "mail.recipients: there is no organisation \"" + id +
                                                         "\" in the list: see `barometer organisations`");
}

void check_chats(Draft& draft) {
  for (std::size_t i = 0; i < draft.config.chats.size(); ++i) {
    const auto& chat = draft.config.chats[i];
    const auto place = item("chats", i);
    if (!weekly_hours_of(chat))
      draft.complain(place, place + ": \"" + chat.weekday + " " + chat.from + "-" + chat.to +
                                "\" is no time of the week: write weekday: Wednesday, from: \"20:00\", to: \"21:00\"");
  }
  if (draft.config.timezone != Config{}.timezone)
    draft.complain("timezone",
                   "timezone: \"" + draft.config.timezone + "\" is not known: write Europe/London, or leave it out");
}

// What the data protection impact assessment assumes: the defaults.
void check_length(Draft& draft, const char* key, std::chrono::milliseconds RetentionConfig::*member) {
  const auto place = std::string("retention.") + key;
  const auto assumed = RetentionConfig{}.*member;
  if (draft.config.retention.*member > assumed)
    draft.warn(place, place + " is longer than the " + duration_text(assumed) +
                          " that the data protection impact assessment assumes: lower it, or have yours say why");
}

void check_retention(Draft& draft) {
  const auto& times = draft.config.retention;
  check_length(draft, "text", &RetentionConfig::text);
  check_length(draft, "author", &RetentionConfig::author);
  check_length(draft, "labels", &RetentionConfig::labels);
  check_length(draft, "audit", &RetentionConfig::audit);
  const auto labels = duration_text(times.labels);
  if (times.text > times.labels || times.author > times.labels) {
    const std::string place = times.text > times.labels ? "retention.text" : "retention.author";
    draft.complain(
        place, place + " is longer than retention.labels, with which the post is gone: lower it to at most " + labels);
  }
  if (times.counts.count() > 0 && times.counts < times.labels)
    draft.complain("retention.counts",
                   "retention.counts is shorter than retention.labels, and posts that are there are counted: write at "
                   "least " +
                       labels + ", or 0s for ever");
  if (times.audit < times.labels)
    draft.complain(
        "retention.audit",
        "retention.audit is shorter than retention.labels, and an alert outlives its post: write at least " + labels);
  for (std::size_t i = 0; i < times.holds.size(); ++i) {
    const auto& hold = times.holds[i];
    const auto place = item("retention.holds", i);
    for (const auto& [key, text] : {std::pair("from", hold.from), std::pair("to", hold.to)})
      if (!text.empty() && !parse_time(text))
        draft.complain(place + "." + key,
                       place + "." + key + ": \"" + text + "\" is no time: write 2026-11-21 or 2026-11-21T20:15:00Z");
    if (hold.tag.empty() && hold.source.empty() && hold.from.empty() && hold.to.empty())
      draft.complain(place, place + " holds everything that is kept: name a tag, a source, from or to");
  }
  check_names(draft, "retention.holds", times.holds, [](const HoldConfig& h) -> const std::string& { return h.name; });
}

void check_recipient(Draft& draft, const RecipientConfig& recipient, const std::string& place) {
  if (recipient.address.empty() || recipient.channel != "mail") return;  // complained about with its channel
  const auto address = mail_address(recipient.address);
  if (address.empty()) {
    draft.complain(place + ".address", place + ".address: \"" + recipient.address +
                                           "\" is no mail address: write one as name@trust.nhs.uk");
    return;
  }
  const auto domain = address.substr(address.find('@'));
  const bool nhs =
      domain == "@nhs.net" || domain == "@nhs.uk" || domain.ends_with(".nhs.uk") || domain.ends_with(".nhs.net");
  if (!nhs) {
    draft.warn(place + ".address",
               "the recipient \"" + recipient.name +
                   "\" is outside nhs.uk and nhs.net: make sure that your data protection lead agrees");
  }
}

void check_mail_server(Draft& draft) {
  const auto& mail = draft.config.mail;
  if (!mail.server.starts_with("smtp://") && !mail.server.starts_with("smtps://")) {
    draft.complain("mail.server", "mail.server is no mail server's address: write smtp://host:587 or smtps://host:465");
  }
  if (mail.server.find('@') != std::string::npos) {
    draft.complain("mail.server", "mail.server has a user in it: use mail.user and mail.password_file");
  }
  if (mail.from.empty())
    draft.complain("mail.server", "mail.server is set but mail.from is not: add the sender's address");
  if (mail.recipients.empty()) {
    draft.complain("mail.server", "mail.server is set but mail.recipients is empty: add who is to be told");
  }
  if (!mail.require_tls) {
    draft.warn("mail.require_tls",
               "mail may leave without TLS, readable on its way: set mail.require_tls to true unless the server is "
               "this machine");
  }
}

void check_mail(Draft& draft) {
  const auto& mail = draft.config.mail;
  for (std::size_t i = 0; i < mail.recipients.size(); ++i) {
    check_recipient(draft, mail.recipients[i], item("mail.recipients", i));
  }
  check_names(draft, "mail.recipients", mail.recipients,
              [](const RecipientConfig& r) -> const std::string& { return r.name; });
  if (!mail.from.empty() && mail_address(mail.from).empty()) {
    draft.complain("mail.from",
                   "mail.from: \"" + mail.from + "\" is no mail address: write one as barometer@trust.nhs.uk");
  }
  if (!mail.user.empty() && mail.password_file.empty()) {
    draft.complain("mail.user",
                   "mail.user is set but mail.password_file is not: name the file that holds the password");
  }
  if (mail.user.empty() && !mail.password_file.empty()) {
    draft.complain("mail.password_file",
                   "mail.password_file is set but mail.user is not: add the name to sign in with");
  }
  if (!mail.server.empty()) return check_mail_server(draft);
  const auto by_mail = [](const RecipientConfig& recipient) { return recipient.channel == "mail"; };
  if (std::ranges::any_of(mail.recipients, by_mail))
    draft.warn("mail.recipients", "there are recipients of mail but no mail.server, so they are not told: add one");
}

void check_rules(Draft& draft) {
  const auto judge = judge_with(draft.config.rules_file);
  if (!judge) draft.complain("analysis.rules_file", "analysis.rules_file: " + judge.error().detail);
}

void check_password(Draft& draft, const fs::path& file) {
  check_readable(draft, "mail.password_file", file,
                 "make it, with the password and nothing else in it, readable by barometer's user");
  std::error_code odd;
  const auto state = fs::status(file, odd);
  if (odd || !fs::is_regular_file(state)) return;
  if (fs::file_size(file, odd) == 0 && !odd) {
    draft.complain("mail.password_file",
                   "mail.password_file: " + file.string() + " is empty: write the password into it");
  }
  check_private(draft, "mail.password_file", file);
}

void check_store(Draft& draft) {
  const auto& path = draft.config.store.path;
  if (path.empty()) return draft.complain("store.path", "store.path is empty: name the folder for the store");
  std::error_code odd;
  const auto state = fs::status(path, odd);
  if (fs::exists(state)) {
    if (!fs::is_directory(state))
      draft.complain("store.path", "store.path: " + path.string() + " is not a folder: name another");
    return;
  }
  // The store makes what is missing, below the first thing that is there.
  auto parent = fs::absolute(path, odd).lexically_normal().parent_path();
  while (!fs::exists(parent, odd) && parent.has_relative_path()) parent = parent.parent_path();
  if (!fs::is_directory(parent, odd)) {
    draft.complain("store.path", "store.path: " + parent.string() + " is not a folder: name another place");
  }
}

}  // namespace

void check_readable(Draft& draft, const std::string& place, const fs::path& file, const std::string& remedy) {
  if (file.empty()) return;
  std::error_code odd;
  if (fs::is_directory(file, odd)) {
    draft.complain(place, place + ": " + file.string() + " is a folder: name a file");
  } else if (!std::ifstream{file}) {
    draft.complain(place, place + ": " + file.string() + " cannot be read: " + remedy);
  }
}

void check_private(Draft& draft, const std::string& place, const fs::path& file) {
  std::error_code odd;
  const auto state = fs::status(file, odd);
  if (odd || !fs::is_regular_file(state)) return;
  if ((state.permissions() & (fs::perms::group_read | fs::perms::others_read)) != fs::perms::none)
    draft.warn(place, file.string() + " can be read by others on this machine: run chmod 600 " + file.string());
}

void check_meaning(Draft& draft) {
  check_web(draft);
  check_http(draft);
  check_polling(draft);
  check_services(draft);
  check_chats(draft);
  check_retention(draft);
  check_tags(draft);
  check_tag_names(draft);
  check_sources(draft);
  check_mail(draft);
  check_channels(draft);
  check_alerts(draft);
}

void check_surroundings(Draft& draft) {
  const auto& config = draft.config;
  check_store(draft);
  check_readable(draft, "http.ca_file", config.http.ca_file, "name a PEM file, or leave it empty for the system's");
  check_readable(draft, "mail.ca_file", config.mail.ca_file, "name a PEM file, or leave it empty for the system's");
  check_password(draft, config.mail.password_file);
  check_channel_files(draft);
  check_readable(draft, "alertmanager.login_file", secret_place(config.alertmanager.login_file),
                 "make it, with USER:PASSWORD in its first line, readable by barometer's user");
  check_private(draft, "alertmanager.login_file", secret_place(config.alertmanager.login_file));
  check_rules(draft);
  add_organisations(draft);
  const std::string login = "make it, with USER:PASSWORD in its first line, readable by barometer's user";
  check_readable(draft, "http.proxy_login_file", config.http.proxy_login_file, login);
  for (std::size_t i = 0; i < config.sources.size(); ++i) {
    const auto place = item("sources", i);
    check_readable(draft, place + ".ca_file", config.sources[i].ca_file, "name a PEM file, or leave it out");
    check_readable(draft, place + ".proxy_login_file", config.sources[i].proxy_login_file, login);
  }
}

}  // namespace barometer
