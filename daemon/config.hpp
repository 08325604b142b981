#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "analysis/issues/services.hpp"
#include "connectors/http_client.hpp"
#include "connectors/registry.hpp"
#include "daemon/alerts/alert_config.hpp"

namespace barometer {

enum class TagKind { hashtag, account, phrase };

// What is watched. Its name is a label of metrics and series.
struct TagConfig {
  std::string name = {};
  std::string match = {};  // "#nhssm", "@nhsemployers" or words; as written
  TagKind kind = TagKind::hashtag;
  bool us = false;                       // its accounts are our own
  std::vector<std::string> any = {};     // terms, written as `match` is: one of them, or of `match`, must be there
  std::vector<std::string> all = {};     // each of them must
  std::vector<std::string> none = {};    // none of them may
  std::vector<std::string> lang = {};    // codes of languages; empty: any
  std::vector<std::string> source = {};  // names of sources, or platforms; empty: any
};

// An hour of the week in which people meet under a tag. What is said there is expected: it makes no issue by itself.
struct ChatConfig {
  std::string tag = "nhssm";
  std::string weekday = "Wednesday";
  std::string from = "20:00";  // clock time in the United Kingdom
  std::string to = "21:00";
};

struct ListenConfig {
  SourceConfig source = {};
  std::chrono::milliseconds every{120'000};
  std::chrono::milliseconds every_at_most{0};  // 0: three times `every`
  // Posts that were this old when the source was first listened to are not taken. Those handed over always are.
  std::chrono::milliseconds first_age{30LL * 24 * 3'600'000};
  std::string proxy = {};                       // in place of http.proxy; "none": ask directly
  std::filesystem::path proxy_login_file = {};  // of that proxy
  std::string ca_file = {};                     // in place of http.ca_file
  std::string tag = {};  // every post of this source counts under it, whatever its text says; empty: by matching
  // Sources that bring nothing new for long are asked less often, down to this.
  std::chrono::milliseconds slowest() const { return every_at_most.count() > 0 ? every_at_most : 3 * every; }
  bool only_watched = false;  // drop posts that match no tag; otherwise they count under "other"
  // No setting: what `first_age` comes to, once it is known when listening began. Empty: nothing is too old.
  std::optional<UtcTime> not_before = {};
};

// Hours of the week in which more is said than usual. By default those of the #nhssm chat.
struct BusyHoursConfig {
  std::string when = "Wed 20:00-21:00";  // clock time in the United Kingdom
  std::chrono::milliseconds every{30'000};
};

struct MailConfig {
  std::string server = {};  // smtp://host:587 (STARTTLS) or smtps://host:465; empty: no mail
  std::string user = {};
  std::filesystem::path password_file = {};
  std::string from = {};
  bool require_tls = true;
  std::filesystem::path ca_file = {};
  std::chrono::milliseconds retry_every{60'000};  // first wait after a failure; doubles up to an hour
  std::vector<RecipientConfig> recipients = {};
};

// Posts that stay as they are, with their alerts, whatever the times in `retention` say: those that meet all of it.
struct HoldConfig {
  std::string name = {};    // for people: the inquiry, the claim
  std::string tag = {};     // each may be empty: any
  std::string source = {};  //
  std::string from = {};    // by when they were made; a time as people write it
  std::string to = {};      //
};

// How long what is kept stays; see Retention in storage/upkeep.hpp.
struct RetentionConfig {
  std::chrono::milliseconds text = std::chrono::days{30};
  std::chrono::milliseconds author = std::chrono::days{90};
  std::chrono::milliseconds labels = std::chrono::days{400};
  std::chrono::milliseconds counts{0};  // 0: for ever
  std::chrono::milliseconds audit = std::chrono::days{800};
  std::chrono::milliseconds tombstones = std::chrono::days{400};
  std::chrono::milliseconds every = std::chrono::days{1};
  std::vector<HoldConfig> holds = {};
};

struct Config {
  struct StoreConfig {
    std::filesystem::path path = "barometer-data";
    bool sync = true;
  } store = {};
  struct WebConfig {
    std::string listen = "127.0.0.1:9468";
    std::string public_url = {};                      // how people reach the page; for links in mail
    std::filesystem::path users_file = {};            // people and tokens; empty: nobody signs in
    std::filesystem::path tls_certificate_file = {};  // PEM; with tls_key_file or without either
    std::filesystem::path tls_key_file = {};
    std::string sign_on_header = {};  // in which a proxy says who it signed in; empty: nobody is believed
    std::string sign_on_proxies = "127.0.0.1, ::1";
    int api_requests = 600;  // a minute, of each asker; 0: any number
  } web = {};
  struct RecheckConfig {
    std::chrono::milliseconds every{24 * 3'600'000};
    std::chrono::milliseconds age{30LL * 24 * 3'600'000};
  } recheck = {};
  RetentionConfig retention = {};
  HttpSettings http = {};
  std::chrono::milliseconds host_pace{1000};
  int host_burst = 3;
  std::size_t requests_at_once = 100;
  std::chrono::milliseconds retry_ceiling{600'000};  // the longest wait after failures
  std::vector<BusyHoursConfig> busy_hours = {{}};
  std::size_t assess_threads = 2;
  std::filesystem::path rules_file = {};  // of our own, after the built-in ones; empty: none
  std::vector<TagConfig> tags = {};
  std::filesystem::path organisations_file = {};  // in place of the built-in list; empty: that list
  std::vector<Service> services = {};             // of the settings; read_config() adds those of the list
  std::vector<ChatConfig> chats = {{}};
  std::string timezone = "Europe/London";
  std::vector<ListenConfig> sources = {};
  MailConfig mail = {};
  AlertsConfig alerts = {};
  AlertmanagerConfig alertmanager = {};
  std::vector<EventConfig> calendar = {};
  bool any_tag = false;  // posts count under their own tags, watched or not; set by --store, not by a file
};

// How this source is asked: what `http` says, and what the source says otherwise. Reads the proxy's login; throws
// std::runtime_error naming the file when that cannot be read.
HttpSettings http_settings_of(const Config& config, const ListenConfig& listen);

std::vector<std::string> names_of_sources(const Config& config);
// Those whose posts are pushed to us.
std::vector<std::string> names_of_pushed_sources(const Config& config);
// Those of the settings, and "us" where accounts of ours are among them.
std::vector<std::string> names_of_tags(const Config& config);

// One thing wrong with a file: printed as FILE:LINE: message. The message ends with the remedy.
struct Complaint {
  std::string file = {};
  int line = 0;  // from 1; 0 when it is about the file as a whole
  std::string message = {};
};

struct ConfigRead {
  Config config = {};                      // meaningful only if there are no complaints
  std::vector<Complaint> complaints = {};  // by line
  std::vector<Complaint> warnings = {};    // odd but allowed
};

// Reads and checks a file: syntax, meaning, and that files it names can be read. Never throws for a bad file.
ConfigRead read_config(const std::filesystem::path& file);
ConfigRead parse_config(std::string_view yaml, const std::string& file_name);

// Every setting with its default, unit and a sentence; itself a valid file.
std::string print_config();

}  // namespace barometer
