#include "daemon/config.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "analysis/issues/organisations.hpp"
#include "daemon/config_values.hpp"
#include "daemon/listen_address.hpp"
#include "tests/support/temp_dir.hpp"

using namespace barometer;
using namespace std::chrono_literals;

namespace {

std::string whole_file(const std::filesystem::path& path) {
  std::ifstream in{path};
  return {std::istreambuf_iterator<char>{in}, {}};
}

// As in the .complaints files: "LINE: message", complaints first.
std::string lines_of(const ConfigRead& read) {
  std::string out;
  for (const auto& c : read.complaints) out += std::to_string(c.line) + ": " + c.message + "\n";
  for (const auto& w : read.warnings) out += std::to_string(w.line) + ": warning: " + w.message + "\n";
  return out;
}

}  // namespace

TEST_CASE("each way to get the settings wrong is told with its line and what to write instead") {
  std::size_t files = 0;
  for (const auto& file : std::filesystem::directory_iterator{FIXTURES "/config"}) {
    if (file.path().extension() != ".yaml") continue;
    CAPTURE(file.path().filename().string());
    auto expected = file.path();
    CHECK(lines_of(read_config(file.path())) == whole_file(expected.replace_extension(".complaints")));
    ++files;
  }
  CHECK(files >= 10);
}

TEST_CASE("what print-config prints is a valid file that says what the defaults are") {
  const auto printed = print_config();
  const auto read = parse_config(printed, "printed");
  CHECK(read.complaints.empty());
  const Config defaults;
  CHECK(read.config.store.path == defaults.store.path);
  CHECK(read.config.web.listen == defaults.web.listen);
  CHECK(read.config.http.max_body == defaults.http.max_body);
  CHECK(read.config.http.total_timeout == defaults.http.total_timeout);
  CHECK(read.config.host_pace == defaults.host_pace);
  CHECK(read.config.retry_ceiling == defaults.retry_ceiling);
  CHECK(read.config.assess_threads == defaults.assess_threads);
  CHECK(read.config.mail.require_tls == defaults.mail.require_tls);
  CHECK(read.config.mail.retry_every == defaults.mail.retry_every);
  CHECK(read.config.tags.empty());
  CHECK(read.config.sources.empty());
  for (const auto& connector : connectors()) {
    for (const auto& setting : connector.settings)
      CHECK(printed.find(std::string{setting.key} + ": ") != std::string::npos);
  }
}

TEST_CASE("an empty file is all defaults, and a missing one is told") {
  CHECK(parse_config("", "empty").complaints.empty());
  const auto read = read_config("/nowhere/barometer.yaml");
  REQUIRE(read.complaints.size() == 1);
  CHECK(read.complaints[0].file == "/nowhere/barometer.yaml");
  CHECK(read_config("/").complaints.size() == 1);
}

TEST_CASE("settings arrive where they belong") {
  const auto read = parse_config(R"(
store: {path: /var/lib/barometer, sync: false}
web: {listen: "[::1]:9000", public_url: https://barometer.trust.nhs.uk/}
polling: {host_pace: 2s, retry_ceiling: 1h30m}
analysis: {threads: 3}
tags:
  - "#nhssm"
  - "@nhsemployers"
  - {name: corridor, match: corridor care}
  - {match: nhs100k, kind: hashtag}
sources:
  - {name: town square, platform: mastodon, url: "https://social.example", hashtag: nhssm, every: 90s, tag: nhssm, only_watched: true}
mail:
  server: smtps://mail.example:465
  from: "Barometer <barometer@trust.nhs.uk>"
  recipients: [{name: lead, address: lead@trust.nhs.uk, min_severity: 3}]
)",
                                 "good");
  CHECK(lines_of(read) == "");
  const auto& config = read.config;
  CHECK(config.store.path == "/var/lib/barometer");
  CHECK_FALSE(config.store.sync);
  CHECK(config.retry_ceiling == 90min);
  CHECK(config.assess_threads == 3);
  REQUIRE(config.tags.size() == 4);
  CHECK(config.tags[0].name == "nhssm");
  CHECK(config.tags[0].kind == TagKind::hashtag);
  CHECK(config.tags[1].name == "nhsemployers");
  CHECK(config.tags[1].kind == TagKind::account);
  CHECK(config.tags[2].kind == TagKind::phrase);
  CHECK(config.tags[3].kind == TagKind::hashtag);
  CHECK(config.tags[3].name == "nhs100k");
  REQUIRE(config.sources.size() == 1);
  CHECK(config.sources[0].every == 90s);
  CHECK(config.sources[0].only_watched);
  CHECK(config.sources[0].source.settings.at("hashtag") == "nhssm");
  REQUIRE(config.mail.recipients.size() == 1);
  CHECK(config.mail.recipients[0].min_severity == 3);
}

TEST_CASE("a password file that is empty or open to others is told") {
  const TempDir folder;
  const auto password = folder.path() / "password";
  const auto yaml = "tags: [\"#nhssm\"]\nmail:\n  user: alerts\n  password_file: " + password.string() + "\n";
  const auto config = folder.path() / "barometer.yaml";
  std::ofstream{config} << yaml;
  std::ofstream{password} << "";
  std::filesystem::permissions(password, std::filesystem::perms::owner_read | std::filesystem::perms::others_read);
  const auto told = lines_of(read_config(config));
  CHECK(told.find("4: mail.password_file: " + password.string() + " is empty") == 0);
  CHECK(told.find("chmod 600") != std::string::npos);
}

TEST_CASE("organisations of the list stand behind the services, be it ours or the built-in one") {
  const TempDir folder;
  const auto config = folder.path() / "barometer.yaml";
  const auto list = folder.path() / "own.tsv";
  const auto read = [&config](const std::string& yaml) {
    std::ofstream{config} << "tags: [\"#nhssm\"]\n" + yaml;
    return read_config(config);
  };
  const std::string recipient =
      "mail: {recipients: [{name: lead, address: lead@trust.example, places: [\"nhs:RGT01\"]}]}\n";
  const auto built_in = read(recipient);
  CHECK(lines_of(built_in).find("organisation") == std::string::npos);
  CHECK(built_in.config.services.size() == built_in_organisations().size());
  CHECK(built_in.config.mail.recipients.at(0).elsewhere);  // we name no service: all are ours to hear of

  const std::string own = "services: [{id: w7, name: Ward 7}]\nanalysis: {organisations_file: " + list.string() + "}\n";
  CHECK(lines_of(read(own)).find(list.string() + " cannot be read") != std::string::npos);
  std::ofstream{list} << "RGT01\t\tAddenbrooke's Hospital\n";
  const auto ours = read(own + recipient);
  CHECK(ours.config.services.size() == 2);
  CHECK(ours.config.services.back().id == "nhs:RGT01");
  CHECK_FALSE(ours.config.mail.recipients.at(0).elsewhere);
  std::ofstream{list} << "RGT01\tRGT\tAddenbrooke's Hospital\n";
  CHECK(lines_of(read(own)).find(list.string() + ":1: there is no other line with the code \"RGT\"") !=
        std::string::npos);
  std::ofstream{list} << "RGT\t\tCambridge University Hospitals\n";
  CHECK(lines_of(read(own + recipient)).find("there is no organisation \"nhs:RGT01\" in the list") !=
        std::string::npos);
  CHECK(lines_of(read("services: [{id: \"nhs:RGT\", name: Ours}]\n")).find("give it another") != std::string::npos);
}

TEST_CASE("durations, sizes, addresses") {
  CHECK(parse_duration("500ms") == 500ms);
  CHECK(parse_duration("1d") == 24h);
  CHECK(parse_duration("1h30m") == 90min);
  for (const auto* odd : {"", "5", "m", "-5s", "5 s", "30m1h", "5s5s", "99999999999999999999s", "9999999999999d"}) {
    CAPTURE(odd);
    CHECK_FALSE(parse_duration(odd));
  }
  CHECK(duration_text(90s) == "1m30s");
  CHECK(duration_text(0ms) == "0s");
  CHECK(parse_size("64KiB") == 65536);
  CHECK(parse_size("10MB") == 10'000'000);
  CHECK(parse_size("12") == 12);
  CHECK_FALSE(parse_size("10mb"));
  CHECK_FALSE(parse_size("99999999999GiB"));
  CHECK(size_text(10'000'000) == "10MB");
  CHECK(size_text(65536) == "64KiB");
  CHECK(mail_address("Barometer <a@trust.nhs.uk>") == "a@trust.nhs.uk");
  for (const auto* odd : {"", "a", "@trust.nhs.uk", "a@b@trust.nhs.uk", "a@trust", "a b@trust.nhs.uk",
                          "<a@trust.nhs.uk", "a@trust.nhs.uk\r\nBcc: x@y.z"}) {
    CAPTURE(odd);
    CHECK(mail_address(odd).empty());
  }
}

TEST_CASE("where to listen") {
  CHECK(parse_listen("127.0.0.1:9468")->loopback());
  CHECK(parse_listen("localhost:0")->host == "127.0.0.1");
  CHECK(parse_listen("[::1]:9468")->loopback());
  CHECK_FALSE(parse_listen(":9468")->loopback());
  for (const auto* odd :
       {"", "9468", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "::1:9468", "[]:1", "trust.example:80"}) {
    CAPTURE(odd);
    CHECK_FALSE(parse_listen(odd));
  }
}
