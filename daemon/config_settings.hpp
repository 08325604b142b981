#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "daemon/config.hpp"

namespace barometer {

// The one table of settings. Reading, checking and printing all walk it; a default is what the struct holds when it is made.

template <class T>
using Member = std::variant<std::string T::*, std::filesystem::path T::*, bool T::*, int T::*, std::size_t T::*,
                            std::chrono::milliseconds T::*, TagKind T::*>;

enum class Count { plain, bytes };  // how a std::size_t is written

// What a number may be: milliseconds, bytes or a plain count, as its member is.
struct Limits {
  std::int64_t least = 0;
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
};

template <class T>
struct Setting {
  std::string_view key;
  Member<T> member;
  std::string_view sentence;  // what it does, for people
  Limits limits = {};
  Count count = Count::plain;
  bool required = false;
  std::string_view example = {};  // shown where a list has no default to show
};

std::span<const Setting<Config::StoreConfig>> store_settings();
std::span<const Setting<Config::WebConfig>> web_settings();
std::span<const Setting<HttpSettings>> http_settings();
std::span<const Setting<Config>> polling_settings();
std::span<const Setting<Config::RecheckConfig>> recheck_settings();
std::span<const Setting<RetentionConfig>> retention_settings();
std::span<const Setting<HoldConfig>> hold_settings();
std::span<const Setting<Config>> analysis_settings();
std::span<const Setting<TagConfig>> tag_settings();
// A setting that holds several values.
template <class T>
struct SettingList {
  std::string_view key;
  std::vector<std::string> T::*member;
  std::string_view sentence;
  std::string_view example;
  std::string_view otherwise = "any";  // what it means to leave it out
};
std::span<const SettingList<TagConfig>> tag_lists();
std::span<const Setting<Service>> service_settings();
std::span<const SettingList<Service>> service_lists();
std::span<const Setting<ChatConfig>> chat_settings();
std::span<const Setting<SourceConfig>> source_settings();  // what every source has …
std::span<const Setting<ListenConfig>> listen_settings();  // … and how it is listened to
std::span<const Setting<BusyHoursConfig>> busy_hours_settings();
std::span<const Setting<MailConfig>> mail_settings();
std::span<const Setting<RecipientConfig>> recipient_settings();
std::span<const SettingList<RecipientConfig>> recipient_lists();
std::span<const SettingList<IssueMatch>> match_lists();
std::span<const Setting<AlertsConfig>> alerts_settings();
std::span<const SettingList<AlertsConfig>> alerts_lists();
std::span<const Setting<RouteConfig>> route_settings();
std::span<const SettingList<RouteConfig>> route_lists();
std::span<const SettingList<InhibitConfig>> inhibit_lists();
std::span<const Setting<SilenceConfig>> silence_settings();
std::span<const Setting<AlertmanagerConfig>> alertmanager_settings();
std::span<const Setting<EventConfig>> event_settings();
std::span<const SettingList<EventConfig>> event_lists();

// visit(name, sentence, T& section, span of its settings), in the order of the file.
template <class Visit>
void each_section(Config& config, Visit visit) {
  visit("store", "Where posts, counts and waiting mail are kept.", config.store, store_settings());
  visit("web", "The page for people, and the metrics for Prometheus.", config.web, web_settings());
  visit("http", "How other servers are asked.", config.http, http_settings());
  visit("polling", "How often other servers are asked.", config, polling_settings());
  visit("recheck", "Whether posts that are kept were deleted since, where the platform does not tell.", config.recheck,
        recheck_settings());
  visit("retention",
        "How long what is kept stays, from when it was first heard. What goes, goes from the disk; counts stay unless "
        "told.",
        config.retention, retention_settings());
  visit("analysis", "How posts are judged.", config, analysis_settings());
  visit("mail", "Alerts by mail about issues that may need someone.", config.mail, mail_settings());
  visit("alerts", "When those who are to be told are told; red flags at once, whatever it says here.", config.alerts,
        alerts_settings());
  visit("alertmanager",
        "Prometheus's Alertmanager is told what is wrong with Barometer itself (a source that is blind, messages that "
        "do not "
        "leave, a store that is nearly full), never of an issue.",
        config.alertmanager, alertmanager_settings());
}

// The value as it would be written in a file.
template <class T>
std::string value_text(const T& section, const Setting<T>& setting);

// Puts a value as written in a file into its place. Empty when that went well, else what is wrong and what to write.
template <class T>
std::string put_value(T& section, const Setting<T>& setting, const std::string& text);

}  // namespace barometer
