#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "daemon/config.hpp"

// The subcommands, one function each; main.cpp fills their options from the command line. Each returns the exit code:
// 0 done, 1 failed at work, 2 wrong usage, 78 bad configuration. Data goes to standard output, all else to standard error.

namespace barometer {

inline constexpr int exit_done = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_bad_config = 78;  // EX_CONFIG of sysexits.h

enum class Format { json, csv, table, tsv, openmetrics, html };

// Where the store is: a configuration file, or a folder (the default settings, any tag).
struct StoreChoice {
  std::filesystem::path config = {};
  std::filesystem::path store = {};
};

struct QueryOptions {
  StoreChoice where = {};
  Format format = Format::json;
  std::string tag = {};
  std::string source = {};
  std::string concern = {};
  std::string sentiment = {};
  int severity = 0;         // at least
  std::string from = {};    // a time as people write it; inclusive
  std::string to = {};      // exclusive
  std::size_t limit = 100;  // 0: all
  std::string resolution = "hour";
  std::vector<std::string> phrases = {};  // posts that say all of them
  std::string voice = {};
  std::string place = {};  // id of a service
  std::string after = {};  // cursor of a post: those behind it
};

struct VerifyCommand {
  StoreChoice where = {};
  bool as_json = false;
  std::string from = {};  // only days (UTC) that have a moment in [from, to)
  std::string to = {};    //
};

struct GapsCommand {
  StoreChoice where = {};
  Format format = Format::json;
  std::string source = {};
  std::string reason = {};
  std::string from = {};    // gaps that overlap [from, to)
  std::string to = {};      //
  std::size_t limit = 100;  // 0: all
};

struct ExplainSourceCommand {
  StoreChoice where = {};
  std::string name = {};          // of a source or a tag
  Format format = Format::table;  // json, or words for people
};

struct ParseCommand {
  std::string platform = {};
  std::string kind = {};
  std::string base_url = {};
  bool list = false;
};

struct ReplayCommand {
  StoreChoice where = {};
  std::filesystem::path summary = {};   // empty: standard output
  std::vector<std::string> posts = {};  // files; "-" or none: standard input
};

// One of the three is set.
struct ForgetCommand {
  StoreChoice where = {};
  std::string author = {};  // a handle, or a pseudonym
  std::string url = {};
  std::string source = {};
  std::string platform = {};  // of the author; empty: the one that it has posts on
};

struct BackupCommand {
  StoreChoice where = {};
  std::filesystem::path folder = {};  // of the backups
  std::size_t keep = 7;
  std::uint32_t number = 0;  // to restore; 0: the newest
};

// What these settings would have sent about the issues of a store: of the settings, unless told.
struct PreviewCommand {
  std::filesystem::path config = {};
  std::filesystem::path store = {};
  Format format = Format::table;
  std::string from = {};  // what happened in [from, to)
  std::string to = {};    //
};

// What a file of own rules would change in the posts of a store, against the rules of the settings.
struct PreviewRulesCommand {
  std::filesystem::path rules = {};
  StoreChoice where = {};
  Format format = Format::table;
  std::string from = {};   // posts made in [from, to)
  std::string to = {};     //
  std::size_t limit = 20;  // changed posts that are shown; 0: all. All are counted
};

struct SilenceCommand {
  StoreChoice where = {};
  std::string owner = {};
  std::string reason = {};
  std::string lasts = "24h";
  IssueMatch match = {};
};

struct ReportCommand {
  StoreChoice where = {};
  Format format = Format::table;  // words for people
  std::string from = {};          // a time as people write it; left out: the month that was over last
  std::string to = {};            // likewise; exclusive
};

// What people judged in [from, to); left out: the last 90 days.
struct ReviewCommand {
  StoreChoice where = {};
  Format format = Format::table;
  std::string from = {};
  std::string to = {};
};

struct IssuesCommand {
  StoreChoice where = {};
  Format format = Format::table;
  std::string theme = {};
  std::string place = {};
  std::string tag = {};
  std::string kind = {};
  std::string from = {};  // issues that had a post in [from, to)
  std::string to = {};
  int severity = 0;  // at least
  bool open = false;
  std::size_t limit = 0;  // 0: all
  bool explain = false;   // as JSON: with new phrases, blind sources and similar issues
};

struct ArrangeCommand {
  StoreChoice where = {};
  std::string issue = {};
  std::string other = {};               // merge
  std::vector<std::string> posts = {};  // split
};

struct ModelCommand {
  std::string task = "sentiment";                    // or themes, abuse, voice, issues
  std::filesystem::path data = {};                   // folder with sentiment/, themes/ …
  std::vector<std::filesystem::path> lexicons = {};  // words and how people scored them
  std::vector<std::filesystem::path> corpus = {};    // posts of our own invention
  std::filesystem::path moods = {};                  // texts of another kind and what mood they are in
  std::vector<std::filesystem::path> texts = {};     // without labels, for what words keep company with which
  std::filesystem::path out = {};
  std::vector<std::filesystem::path> files = {};
  std::uint64_t rehearsals = 20;  // of issues: half-years at an invented trust
};

int run_command(const std::filesystem::path& config, bool demo);
int check_config_command(const std::filesystem::path& file);
int print_config_command();
int organisations_command();
int parse_command(const ParseCommand& options);
int fetch_command(const std::filesystem::path& config, const std::string& source);
int score_command(Format format, const std::vector<std::string>& tasks);
int explain_command(const std::string& text);
int replay_command(const ReplayCommand& options);
int posts_command(const QueryOptions& options);
int series_command(const QueryOptions& options);
int alerts_command(const QueryOptions& options);
int preview_alerts_command(const PreviewCommand& options);
int preview_rules_command(const PreviewRulesCommand& options);
int silence_command(const SilenceCommand& options);
int issues_command(const IssuesCommand& options);
int review_command(const ReviewCommand& options);
int report_command(const ReportCommand& options);
// Merges two issues, or splits posts off one.
int arrange_command(const ArrangeCommand& options);
int gaps_command(const GapsCommand& options);
int explain_source_command(const ExplainSourceCommand& options);
int forget_command(const ForgetCommand& options);
int deletions_command(const StoreChoice& where, Format format);
int pseudonym_key_command(const StoreChoice& where, const std::string& does);  // "rotate" or "destroy"
int backup_command(const BackupCommand& options);
int restore_command(const BackupCommand& options);
int verify_command(const VerifyCommand& options);
int train_command(const ModelCommand& options);
int evaluate_command(const ModelCommand& options);
int evaluate_issues_command(const ModelCommand& options);
int user_command(const std::string& name, const std::string& role);    // a line for web.users_file
int token_command(const std::string& name, const std::string& scope);  // likewise
int version_command();

// The settings that a choice stands for; complaints are printed, and nothing is returned, when the file is bad.
std::optional<Config> chosen_config(const StoreChoice& where);

}  // namespace barometer
