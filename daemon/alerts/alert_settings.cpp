#include <array>

#include "daemon/config_settings.hpp"

namespace barometer {
namespace {

constexpr std::int64_t second = 1000;
constexpr std::int64_t day = 24 * 3600 * second;

const std::array recipient_table{
    Setting<RecipientConfig>{"name",
                             &RecipientConfig::name,
                             "The role, as logs and `barometer alerts` show it.",
                             {},
                             Count::plain,
                             true,
                             "patient experience lead"},
    Setting<RecipientConfig>{"address",
                             &RecipientConfig::address,
                             "Where the mail goes; only mail has one.",
                             {},
                             Count::plain,
                             false,
                             "patient.experience@trust.nhs.uk"},
    Setting<RecipientConfig>{"channel", &RecipientConfig::channel,
                             "mail; webhook (our own JSON, signed); slack or teams (messages in a channel)."},
    Setting<RecipientConfig>{
        "url_file", &RecipientConfig::url_file,
        "All but mail: file with the address to post to in its first line; read for each message."},
    Setting<RecipientConfig>{
        "secret_file", &RecipientConfig::secret_file,
        "webhook: file with the secret that messages are signed with; 16 characters at least, the same on both sides."},
    Setting<RecipientConfig>{"local_network", &RecipientConfig::local_network,
                             "All but mail: the address may lead to this machine or the local network."},
    Setting<RecipientConfig>{"min_severity",
                             &RecipientConfig::min_severity,
                             "1 low, 2 medium, 3 high, 4 red flag: from which severity on to tell.",
                             {1, 4}},
    Setting<RecipientConfig>{"elsewhere", &RecipientConfig::elsewhere,
                             "Also issues at organisations of the NHS that are none of `services`. Where there are no "
                             "`services`, all are told; one that `places` names is, too."},
    Setting<RecipientConfig>{"urgent_from",
                             &RecipientConfig::urgent_from,
                             "From this severity on mail leaves at once, whatever `hours` says. Red flags always do.",
                             {1, 4}},
    Setting<RecipientConfig>{"bank_holidays", &RecipientConfig::bank_holidays,
                             "Deliver on bank holidays of England and Wales as on other days."},
    Setting<RecipientConfig>{"digest", &RecipientConfig::digest,
                             "none, daily or weekly: a list of all issues that concern this role."},
    Setting<RecipientConfig>{"weekly", &RecipientConfig::weekly,
                             "Each week, when there was nothing to tell, say so, and which sources were heard."},
    Setting<RecipientConfig>{"report", &RecipientConfig::report,
                             "none or monthly: the board report on the month that is over, on the first of the next."},
    Setting<RecipientConfig>{"recap", &RecipientConfig::recap, "After each chat, what it was about."},
    Setting<RecipientConfig>{"stand_in", &RecipientConfig::stand_in,
                             "Name of the recipient who is told when this one does not acknowledge; empty: nobody."},
};

const std::array recipient_list_table{
    SettingList<RecipientConfig>{"routes", &RecipientConfig::routes, "What this role answers for.",
                                 "[patient_experience, pals]", "everything"},
    SettingList<RecipientConfig>{"hours", &RecipientConfig::hours,
                                 "When mail may be delivered, by the clock in the United Kingdom.",
                                 "[\"Mon-Fri 8:00-18:00\"]", "always"},
};

const std::array match_table{
    SettingList<IssueMatch>{"themes", &IssueMatch::themes, "Themes of concerns.", "[call_bell, falls]"},
    SettingList<IssueMatch>{"places", &IssueMatch::places, "Services, or \"unclear\" where none could be told.",
                            "[unclear]"},
    SettingList<IssueMatch>{"tags", &IssueMatch::tags, "Names of watched tags.", "[nhssm]"},
    SettingList<IssueMatch>{"kinds", &IssueMatch::kinds, "Why an issue was opened.", "[red_flag, slow_burn]"},
};

const std::array alerts_table{
    Setting<AlertsConfig>{"group_wait",
                          &AlertsConfig::group_wait,
                          "How long the first message of a group waits for others that go with it.",
                          {0, day}},
    Setting<AlertsConfig>{
        "group_interval", &AlertsConfig::group_interval, "Least time between two messages of a group.", {0, 7 * day}},
    Setting<AlertsConfig>{"repeat_interval",
                          &AlertsConfig::repeat_interval,
                          "After this an issue that goes on and that nobody acknowledged is told again; 0s: never.",
                          {0, 90 * day}},
    Setting<AlertsConfig>{"unanswered_after",
                          &AlertsConfig::unanswered_after,
                          "An urgent message that is not acknowledged for so long goes to the stand-in.",
                          {second, 30 * day}},
    Setting<AlertsConfig>{
        "silences_file", &AlertsConfig::silences_file,
        "File of silences; read anew before mail leaves. Empty: silences.yaml in the store's folder."},
    Setting<AlertsConfig>{
        "silences_warn_before",
        &AlertsConfig::silences_warn_before,
        "So long before a silence ends its owner is told, or everybody if no recipient has the owner's "
        "name; not in the first half of its time; 0s: never.",
        {0, 30 * day}},
    Setting<AlertsConfig>{"digest_at", &AlertsConfig::digest_at,
                          "Clock time in the United Kingdom at which digests and weekly mails leave."},
    Setting<AlertsConfig>{"weekly_on", &AlertsConfig::weekly_on, "Day of the week of the weekly ones."},
};

const std::array alerts_list_table{
    SettingList<AlertsConfig>{"group_by", &AlertsConfig::group_by,
                              "What issues must have in common to share a message: issue, theme, place, tag.",
                              "[issue]", "issue"},
};

const std::array route_table{
    Setting<RouteConfig>{"route",
                         &RouteConfig::route,
                         "Which role answers, where it is not as Barometer has it.",
                         {},
                         Count::plain,
                         true,
                         "safeguarding"},
};

const std::array route_list_table{
    SettingList<RouteConfig>{"themes", &RouteConfig::themes, "For which themes.", "[falls]", "none"},
};

const std::array inhibit_list_table{
    SettingList<InhibitConfig>{"equal", &InhibitConfig::equal, "What both must have in common: theme, place, tag.",
                               "[theme, tag]", "nothing"},
};

const std::array silence_table{
    Setting<SilenceConfig>{"owner", &SilenceConfig::owner, "Who answers for it: a role.", {}, Count::plain, true},
    Setting<SilenceConfig>{"reason", &SilenceConfig::reason, "Why, for whoever asks.", {}, Count::plain, true},
    Setting<SilenceConfig>{"until", &SilenceConfig::until, "When it ends (UTC).", {}, Count::plain, true},
    Setting<SilenceConfig>{"since", &SilenceConfig::since, "When it was made (UTC)."},
};

const std::array event_table{
    Setting<EventConfig>{
        "name", &EventConfig::name, "What it is called where it is named.", {}, Count::plain, true, "\"flu campaign\""},
    Setting<EventConfig>{"from",
                         &EventConfig::from,
                         "When it begins: a day in the United Kingdom, or a moment.",
                         {},
                         Count::plain,
                         true,
                         "2026-10-05"},
    Setting<EventConfig>{
        "to", &EventConfig::to, "Its last day, or the moment when it ends.", {}, Count::plain, true, "2026-10-18"},
};

const std::array event_list_table{
    SettingList<EventConfig>{"tags", &EventConfig::tags, "Names of the watched tags that it is about.", "[nhssm]"},
    SettingList<EventConfig>{"places", &EventConfig::places, "Services that it is about.", "[unclear]"},
};

const std::array alertmanager_table{
    Setting<AlertmanagerConfig>{"url", &AlertmanagerConfig::url,
                                "Its address, as http://127.0.0.1:9093; empty: it is told nothing."},
    Setting<AlertmanagerConfig>{"login_file", &AlertmanagerConfig::login_file,
                                "File with USER:PASSWORD for it in its first line; empty: it asks for none."},
    Setting<AlertmanagerConfig>{
        "every", &AlertmanagerConfig::every, "How often it is told what lasts.", {second, 3600 * second}},
    Setting<AlertmanagerConfig>{"blind_after",
                                &AlertmanagerConfig::blind_after,
                                "A source that has heard nothing for so long is told.",
                                {0, day}},
    Setting<AlertmanagerConfig>{"unsent_after",
                                &AlertmanagerConfig::unsent_after,
                                "A message that should have left and waits for so long is told.",
                                {0, day}},
    Setting<AlertmanagerConfig>{"store_free",
                                &AlertmanagerConfig::store_free,
                                "With less than so many percent free on the store's file system that is told.",
                                {0, 100}},
};

}  // namespace

std::span<const Setting<RecipientConfig>> recipient_settings() { return recipient_table; }
std::span<const SettingList<RecipientConfig>> recipient_lists() { return recipient_list_table; }
std::span<const SettingList<IssueMatch>> match_lists() { return match_table; }
std::span<const Setting<AlertsConfig>> alerts_settings() { return alerts_table; }
std::span<const SettingList<AlertsConfig>> alerts_lists() { return alerts_list_table; }
std::span<const Setting<RouteConfig>> route_settings() { return route_table; }
std::span<const SettingList<RouteConfig>> route_lists() { return route_list_table; }
std::span<const SettingList<InhibitConfig>> inhibit_lists() { return inhibit_list_table; }
std::span<const Setting<SilenceConfig>> silence_settings() { return silence_table; }
std::span<const Setting<EventConfig>> event_settings() { return event_table; }
std::span<const SettingList<EventConfig>> event_lists() { return event_list_table; }
std::span<const Setting<AlertmanagerConfig>> alertmanager_settings() { return alertmanager_table; }

}  // namespace barometer
