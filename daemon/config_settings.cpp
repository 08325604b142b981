#include "daemon/config_settings.hpp"

#include <array>
#include <charconv>
#include <optional>

#include "daemon/config_values.hpp"

namespace barometer {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t second = 1000;
constexpr std::int64_t hour = 3600 * second;
constexpr std::int64_t megabyte = 1'000'000;

const std::array store_table{
    Setting<Config::StoreConfig>{"path", &Config::StoreConfig::path,
                                 "Folder of the store; made if it is missing. Relative to where barometer is started."},
    Setting<Config::StoreConfig>{"sync", &Config::StoreConfig::sync,
                                 "Wait for the disk at each commit. Without it a power cut can lose the last seconds."},
};

const std::array http_table{
    Setting<HttpSettings>{
        "user_agent", &HttpSettings::user_agent,
        "What we tell servers about us; add a contact, as \"Barometer (+mailto:comms@trust.example)\". "
        "Empty: barometer and its version."},
    Setting<HttpSettings>{"proxy", &HttpSettings::proxy,
                          "Proxy for every request: http://, https:// or socks5h:// address; empty: none."},
    Setting<HttpSettings>{"proxy_login_file", &HttpSettings::proxy_login_file,
                          "File with USER:PASSWORD for the proxy in its first line; empty: it asks for none."},
    Setting<HttpSettings>{"no_proxy", &HttpSettings::no_proxy, "Hosts asked directly, with commas between them."},
    Setting<HttpSettings>{"ca_file", &HttpSettings::ca_file,
                          "PEM file of the authorities to trust; empty: the system's."},
    Setting<HttpSettings>{
        "connect_timeout", &HttpSettings::connect_timeout, "Longest wait for a connection.", {100, hour}},
    Setting<HttpSettings>{
        "total_timeout", &HttpSettings::total_timeout, "Longest wait for a whole answer.", {100, hour}},
    Setting<HttpSettings>{"max_body",
                          &HttpSettings::max_body,
                          "Largest answer that is read, after decompression.",
                          {1000, 1000 * megabyte},
                          Count::bytes},
    Setting<HttpSettings>{
        "max_redirects", &HttpSettings::max_redirects, "Redirects followed for one request.", {0, 20}},
};

const std::array polling_table{
    Setting<Config>{
        "host_pace", &Config::host_pace, "Least time between two requests to one host, over all sources.", {0, hour}},
    Setting<Config>{"host_burst",
                    &Config::host_burst,
                    "Requests to one host that may follow each other at once after it was left in peace.",
                    {1, 100}},
    Setting<Config>{"requests_at_once",
                    &Config::requests_at_once,
                    "Requests under way at the same time, over all sources.",
                    {1, 1000}},
    Setting<Config>{"retry_ceiling",
                    &Config::retry_ceiling,
                    "Longest wait before a failing source is asked again; waits double up to it.",
                    {second, 24 * hour}},
};

const std::array recheck_table{
    Setting<Config::RecheckConfig>{"every",
                                   &Config::RecheckConfig::every,
                                   "Each kept post is asked about once in this time.",
                                   {1000, 30 * 24 * hour}},
    Setting<Config::RecheckConfig>{"age",
                                   &Config::RecheckConfig::age,
                                   "Posts that were made longer ago are not asked about.",
                                   {hour, 400 * 24 * hour}},
};

constexpr std::int64_t day = 24 * hour;
constexpr std::int64_t ten_years = 3653 * day;

const std::array retention_table{
    Setting<RetentionConfig>{"text", &RetentionConfig::text, "Titles, texts and hashtags.", {second, ten_years}},
    Setting<RetentionConfig>{"author",
                             &RetentionConfig::author,
                             "Pseudonyms of authors, and the ids and links of their posts.",
                             {second, ten_years}},
    Setting<RetentionConfig>{"labels",
                             &RetentionConfig::labels,
                             "What was said of a post (sentiment, concerns, severity); with this the post is gone.",
                             {second, ten_years}},
    Setting<RetentionConfig>{
        "counts",
        &RetentionConfig::counts,
        "Counts of posts that are gone, from when these were made; 0s: for ever. At least `labels`; "
        "the same as `labels`: counts go with their posts.",
        {0, 10 * ten_years}},
    Setting<RetentionConfig>{"audit",
                             &RetentionConfig::audit,
                             "Alerts: which role was told when, of which theme. At least `labels`.",
                             {second, ten_years}},
    Setting<RetentionConfig>{"tombstones",
                             &RetentionConfig::tombstones,
                             "Hashes of the ids of posts that went, since a copy was heard last; they keep copies out.",
                             {second, ten_years}},
    Setting<RetentionConfig>{
        "every", &RetentionConfig::every, "How often all that is kept is gone through.", {second, 30 * day}},
};

const std::array hold_table{
    Setting<HoldConfig>{
        "name", &HoldConfig::name, "What it is for, for people.", {}, Count::plain, true, "\"inquiry of 2026\""},
    Setting<HoldConfig>{"tag", &HoldConfig::tag, "Posts that count under this tag; empty: any."},
    Setting<HoldConfig>{"source", &HoldConfig::source, "Posts that this source was first with; empty: any."},
    Setting<HoldConfig>{"from", &HoldConfig::from, "Posts made at or after this time (UTC); empty: any."},
    Setting<HoldConfig>{"to", &HoldConfig::to, "Posts made before this time (UTC); empty: any."},
};

const std::array analysis_table{
    Setting<Config>{"threads", &Config::assess_threads, "Threads that judge posts.", {1, 256}},
    Setting<Config>{"rules_file", &Config::rules_file,
                    "Rules of your own, read after the built-in ones; try them with `barometer preview-rules`. Empty: "
                    "none."},
    Setting<Config>{"organisations_file", &Config::organisations_file,
                    "Organisations that posts may be about besides `services`, in place of the built-in list of the "
                    "NHS; `barometer organisations` prints that, to be edited. Empty: the built-in list."},
};

const std::array tag_table{
    Setting<TagConfig>{"name",
                       &TagConfig::name,
                       "What the page, the series and the metrics call it; left out: the words of `match`.",
                       {},
                       Count::plain,
                       false,
                       "nhssm"},
    Setting<TagConfig>{"match",
                       &TagConfig::match,
                       "\"#hashtag\", \"@account\" or the words of a phrase: a term. A tag has this, or any, or all.",
                       {},
                       Count::plain,
                       false,
                       "\"#nhssm\""},
    Setting<TagConfig>{"kind",
                       &TagConfig::kind,
                       "hashtag, account or phrase; left out: # means a hashtag, @ an account, words a phrase.",
                       {},
                       Count::plain,
                       false,
                       "hashtag"},
    Setting<TagConfig>{"us", &TagConfig::us,
                       "Its accounts are our own: what they say counts under \"us\" too. Write them whole, as "
                       "@name@server where the platform has servers."},
};

const std::array tag_list_table{
    SettingList<TagConfig>{"any", &TagConfig::any, "Terms of which one must be there.",
                           "[\"#nhssm\", \"corridor care\"]"},
    SettingList<TagConfig>{"all", &TagConfig::all, "Terms that must all be there.", "[\"marlbeck\", \"car park\"]"},
    SettingList<TagConfig>{"none", &TagConfig::none, "Terms that must not be there.",
                           "[\"marlbeck town fc\", \"@marlbecktownfc\"]"},
    SettingList<TagConfig>{
        "lang", &TagConfig::lang,
        "Languages, by their codes of two or three letters; posts whose platform names none count too.", "[en, cy]"},
    SettingList<TagConfig>{"source", &TagConfig::source, "Names of sources, or platforms, to which the tag is kept.",
                           "[feed, mastodon]"},
};

const std::array service_table{
    Setting<Service>{"id", &Service::id, "What issues, alerts and filters call it; used once.", {}, Count::plain, true},
    Setting<Service>{"name", &Service::name, "Its name, as people write it.", {}, Count::plain, true},
    Setting<Service>{"ods", &Service::ods, "Its code in the Organisation Data Service; empty if it has none."},
    Setting<Service>{"parent", &Service::parent, "Id of the service that it is a part of, as a ward of its hospital."},
};

const std::array service_list_table{
    SettingList<Service>{"aliases", &Service::aliases, "Other names that people use.", "[\"the infirmary\", MRI]",
                         "none"},
};

const std::array chat_table{
    Setting<ChatConfig>{"tag", &ChatConfig::tag, "Name of the tag that the chat is held under."},
    Setting<ChatConfig>{"weekday", &ChatConfig::weekday, "Day of the week."},
    Setting<ChatConfig>{"from", &ChatConfig::from, "When it begins, by the clock in the United Kingdom."},
    Setting<ChatConfig>{"to", &ChatConfig::to, "When it ends."},
};

const std::array source_table{
    Setting<SourceConfig>{"name",
                          &SourceConfig::name,
                          "What the page, the metrics and the logs call it; used once.",
                          {},
                          Count::plain,
                          true},
    Setting<SourceConfig>{"platform", &SourceConfig::platform, "Which platform it speaks.", {}, Count::plain, true},
};

const std::array listen_table{
    Setting<ListenConfig>{
        "every", &ListenConfig::every, "Time between two requests while there is something new.", {100, 7 * 24 * hour}},
    Setting<ListenConfig>{"every_at_most",
                          &ListenConfig::every_at_most,
                          "Time that it grows to when there is nothing new for long; 0ms: three times `every`.",
                          {0, 30 * 24 * hour}},
    Setting<ListenConfig>{
        "first_age",
        &ListenConfig::first_age,
        "Posts that were older than this when the source was first listened to are not taken; what is "
        "handed over (csv, ndjson, push) always is.",
        {hour, 36500 * 24 * hour}},
    Setting<ListenConfig>{"proxy", &ListenConfig::proxy,
                          "Proxy for this source; \"none\": it is asked directly; empty: as http.proxy says."},
    Setting<ListenConfig>{"proxy_login_file", &ListenConfig::proxy_login_file,
                          "File with USER:PASSWORD for this source's proxy; empty: it asks for none."},
    Setting<ListenConfig>{"ca_file", &ListenConfig::ca_file,
                          "PEM file of the authorities to trust for this source; empty: as http.ca_file says."},
    Setting<ListenConfig>{
        "tag", &ListenConfig::tag,
        "Name of the tag that every post of this source counts under; empty: the tags its text matches."},
    Setting<ListenConfig>{"only_watched", &ListenConfig::only_watched,
                          "Drop posts that match no tag; otherwise they count under \"other\"."},
};

const std::array busy_hours_table{
    Setting<BusyHoursConfig>{
        "when", &BusyHoursConfig::when,
        "Days (Mon, Mon-Fri, daily) and clock time in the United Kingdom, as \"Wed 20:00-21:00\"."},
    Setting<BusyHoursConfig>{
        "every", &BusyHoursConfig::every, "Every source is asked at least this often then.", {1000, hour}},
};

const std::array mail_table{
    Setting<MailConfig>{"server", &MailConfig::server,
                        "smtp://host:587 (STARTTLS) or smtps://host:465; empty: no mail is sent."},
    Setting<MailConfig>{"user", &MailConfig::user, "Name to sign in with; empty: no sign-in."},
    Setting<MailConfig>{"password_file", &MailConfig::password_file,
                        "File that holds the password and nothing else, readable by barometer's user only."},
    Setting<MailConfig>{"from", &MailConfig::from, "Sender's address."},
    Setting<MailConfig>{"require_tls", &MailConfig::require_tls, "Send nothing over a connection without TLS."},
    Setting<MailConfig>{"ca_file", &MailConfig::ca_file,
                        "PEM file of the authorities to trust for the mail server; empty: the system's."},
    Setting<MailConfig>{"retry_every",
                        &MailConfig::retry_every,
                        "First wait after a failure to send; it doubles, up to an hour.",
                        {100, hour}},
};

struct KindName {
  TagKind kind;
  std::string_view name;
};
constexpr std::array kind_names{KindName{TagKind::hashtag, "hashtag"}, KindName{TagKind::account, "account"},
                                KindName{TagKind::phrase, "phrase"}};

// --- as text

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string text_of(const std::string& value, Count) { return quoted(value); }
std::string text_of(const std::filesystem::path& value, Count) { return quoted(value.string()); }
std::string text_of(bool value, Count) { return value ? "true" : "false"; }
std::string text_of(int value, Count) { return std::to_string(value); }
std::string text_of(std::size_t value, Count count) {
  return count == Count::bytes ? size_text(value) : std::to_string(value);
}
std::string text_of(milliseconds value, Count) { return duration_text(value); }
std::string text_of(TagKind value, Count) {
  for (const auto& row : kind_names) {
    if (row.kind == value) return std::string{row.name};
  }
  return {};
}

// --- from text: what is wrong, or empty

std::string outside(const std::string& least, const std::string& most) {
  return "is out of range: write a value from " + least + " to " + most;
}

std::string take(std::string& into, const std::string& text, Limits, Count) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) return "has a control character in it: write it on one line";
  }
  into = text;
  return {};
}

std::string take(std::filesystem::path& into, const std::string& text, Limits limits, Count count) {
  std::string plain;
  if (auto wrong = take(plain, text, limits, count); !wrong.empty()) return wrong;
  into = plain;
  return {};
}

std::string take(bool& into, const std::string& text, Limits, Count) {
  if (text != "true" && text != "false") return "is neither: write true or false";
  into = text == "true";
  return {};
}

std::optional<std::int64_t> whole_number(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return number;
}

template <class Number>
std::string take_number(Number& into, const std::string& text, Limits limits) {
  const auto number = whole_number(text);
  if (!number) return "is no whole number: write one, as " + std::to_string(limits.least);
  if (*number < limits.least || *number > limits.most) {
    return outside(std::to_string(limits.least), std::to_string(limits.most));
  }
  into = static_cast<Number>(*number);
  return {};
}

std::string take(int& into, const std::string& text, Limits limits, Count) { return take_number(into, text, limits); }

std::string take(std::size_t& into, const std::string& text, Limits limits, Count count) {
  if (count == Count::plain) return take_number(into, text, limits);
  const auto bytes = parse_size(text);
  if (!bytes) return "is no size: write a number and a unit, as 10MB or 512KiB";
  const auto least = static_cast<std::size_t>(limits.least);
  const auto most = static_cast<std::size_t>(limits.most);
  if (*bytes < least || *bytes > most) return outside(size_text(least), size_text(most));
  into = *bytes;
  return {};
}

std::string take(milliseconds& into, const std::string& text, Limits limits, Count) {
  const auto time = parse_duration(text);
  if (!time) return "is no duration: write a number and a unit, as 30s, 5m, 2h or 1d";
  if (time->count() < limits.least || time->count() > limits.most) {
    return outside(duration_text(milliseconds{limits.least}), duration_text(milliseconds{limits.most}));
  }
  into = *time;
  return {};
}

std::string take(TagKind& into, const std::string& text, Limits, Count) {
  for (const auto& row : kind_names) {
    if (row.name != text) continue;
    into = row.kind;
    return {};
  }
  return "is no kind of tag: write hashtag, account or phrase";
}

}  // namespace

std::span<const Setting<Config::StoreConfig>> store_settings() { return store_table; }
std::span<const Setting<HttpSettings>> http_settings() { return http_table; }
std::span<const Setting<Config>> polling_settings() { return polling_table; }
std::span<const Setting<Config::RecheckConfig>> recheck_settings() { return recheck_table; }
std::span<const Setting<RetentionConfig>> retention_settings() { return retention_table; }
std::span<const Setting<HoldConfig>> hold_settings() { return hold_table; }
std::span<const Setting<Config>> analysis_settings() { return analysis_table; }
std::span<const Setting<TagConfig>> tag_settings() { return tag_table; }
std::span<const SettingList<TagConfig>> tag_lists() { return tag_list_table; }
std::span<const Setting<Service>> service_settings() { return service_table; }
std::span<const SettingList<Service>> service_lists() { return service_list_table; }
std::span<const Setting<ChatConfig>> chat_settings() { return chat_table; }
std::span<const Setting<SourceConfig>> source_settings() { return source_table; }
std::span<const Setting<ListenConfig>> listen_settings() { return listen_table; }
std::span<const Setting<BusyHoursConfig>> busy_hours_settings() { return busy_hours_table; }
std::span<const Setting<MailConfig>> mail_settings() { return mail_table; }

template <class T>
std::string value_text(const T& section, const Setting<T>& setting) {
  return std::visit([&](auto member) { return text_of(section.*member, setting.count); }, setting.member);
}

template <class T>
std::string put_value(T& section, const Setting<T>& setting, const std::string& text) {
  return std::visit([&](auto member) { return take(section.*member, text, setting.limits, setting.count); },
                    setting.member);
}

#define BAROMETER_SETTINGS_OF(T)                                   \
  template std::string value_text<T>(const T&, const Setting<T>&); \
  template std::string put_value<T>(T&, const Setting<T>&, const std::string&)
BAROMETER_SETTINGS_OF(Config::StoreConfig);
BAROMETER_SETTINGS_OF(Config::WebConfig);
BAROMETER_SETTINGS_OF(HttpSettings);
BAROMETER_SETTINGS_OF(Config::RecheckConfig);
BAROMETER_SETTINGS_OF(RetentionConfig);
BAROMETER_SETTINGS_OF(HoldConfig);
BAROMETER_SETTINGS_OF(Config);
BAROMETER_SETTINGS_OF(TagConfig);
BAROMETER_SETTINGS_OF(Service);
BAROMETER_SETTINGS_OF(ChatConfig);
BAROMETER_SETTINGS_OF(SourceConfig);
BAROMETER_SETTINGS_OF(ListenConfig);
BAROMETER_SETTINGS_OF(BusyHoursConfig);
BAROMETER_SETTINGS_OF(MailConfig);
BAROMETER_SETTINGS_OF(RecipientConfig);
BAROMETER_SETTINGS_OF(AlertsConfig);
BAROMETER_SETTINGS_OF(RouteConfig);
BAROMETER_SETTINGS_OF(SilenceConfig);
BAROMETER_SETTINGS_OF(AlertmanagerConfig);
BAROMETER_SETTINGS_OF(EventConfig);
#undef BAROMETER_SETTINGS_OF

}  // namespace barometer
