#include <functional>
#include <iostream>
#include <map>
#include <string>

#include <CLI/CLI.hpp>

#include "daemon/commands/commands.hpp"
#include "daemon/log.hpp"
#include "daemon/web/people.hpp"

namespace barometer {
namespace {

using Action = std::function<int()>;

const std::map<std::string, Format> row_formats{{"json", Format::json}, {"csv", Format::csv}, {"table", Format::table}};
const std::map<std::string, Format> series_formats{
    {"json", Format::json}, {"csv", Format::csv}, {"table", Format::table}, {"openmetrics", Format::openmetrics}};
const std::map<std::string, Format> score_formats{{"json", Format::json}, {"tsv", Format::tsv}};
const std::map<std::string, Format> word_formats{{"json", Format::json}, {"text", Format::table}};
const std::map<std::string, Format> report_formats{
    {"text", Format::table}, {"html", Format::html}, {"csv", Format::csv}, {"json", Format::json}};
const std::map<std::string, LogFormat> log_formats{{"logfmt", LogFormat::logfmt}, {"json", LogFormat::json}};

void add_store(CLI::App& command, StoreChoice& where) {
  auto* config = command.add_option("--config", where.config, "configuration file that names the store");
  auto* store = command.add_option("--store", where.store, "folder of the store, with default settings and any tag");
  config->excludes(store);
  command.parse_complete_callback([&where] {
    if (where.config.empty() && where.store.empty()) throw CLI::RequiredError("--config FILE or --store DIR");
  });
}

void add_format(CLI::App& command, Format& format, const std::map<std::string, Format>& known) {
  command.add_option("--format", format, "shape of the output")->transform(CLI::CheckedTransformer(known));
}

void add_query(CLI::App& command, QueryOptions& query) {
  add_store(command, query.where);
  command.add_option("--tag", query.tag, "only this tag");
  command.add_option("--source", query.source, "only this source");
  command.add_option("--concern", query.concern, "only posts that raise this concern");
  command.add_option("--sentiment", query.sentiment, "negative, neutral or positive");
  command.add_option("--severity", query.severity, "at least this severity")->check(CLI::Range(0, 4));
  command.add_option("--from", query.from, "made at or after this time (UTC)");
  command.add_option("--to", query.to, "made before this time (UTC)");
  command.add_option("--limit", query.limit, "at most so many; 0 is all");
}

// Everything the command line can say. Options live as long as the program.
struct CommandLine {
  CLI::App app{"Barometer hears what is said in public about care, and tells the right person early."};
  std::string log_level = "info";
  LogFormat log_format = LogFormat::logfmt;
  std::filesystem::path config = {};
  std::string word = {};
  std::string role = {};
  bool demo = false;
  Format score_format = Format::json;
  std::vector<std::string> tasks = {};
  ParseCommand parse = {};
  ReplayCommand replay = {};
  QueryOptions query = {};
  VerifyCommand verify = {};
  StoreChoice store = {};
  GapsCommand gaps = {};
  IssuesCommand issues = {};
  ReviewCommand review = {};
  ArrangeCommand arrange = {};
  ExplainSourceCommand explain_source = {};
  PreviewCommand preview = {};
  ReportCommand report = {};
  PreviewRulesCommand rules = {};
  SilenceCommand silence = {};
  ForgetCommand forget = {};
  BackupCommand backup = {};
  Format deletions_format = Format::json;
  ModelCommand model = {};
  Action action = {};

  CommandLine() {
    app.require_subcommand(1);
    app.fallthrough();
    app.add_option("--log.level", log_level, "debug, info, warn or error")
        ->check(CLI::IsMember({"debug", "info", "warn", "error"}));
    app.add_option("--log.format", log_format, "logfmt or json")->transform(CLI::CheckedTransformer(log_formats));
    add_daemon();
    add_listening();
    add_judging();
    add_queries();
    add_upkeep();
  }

  CLI::App& add(const char* name, const char* sentence, Action does) {
    auto* command = app.add_subcommand(name, sentence);
    command->callback([this, does = std::move(does)] { action = does; });
    return *command;
  }

  void add_daemon() {
    auto& run = add("run", "the daemon", [this] { return run_command(config, demo); });
    run.add_option("--config", config, "configuration file")->required();
    run.add_flag("--demo", demo, "add the built-in demo stream");
    auto& check = add("check-config", "find every mistake in a configuration file",
                      [this] { return check_config_command(config); });
    check.add_option("file", config, "configuration file")->required();
    add("print-config", "every setting with its default, as a valid file", print_config_command);
    add("organisations", "the built-in list of organisations that posts may be about, to be edited",
        organisations_command);
    add("version", "version, compiler, model and taxonomy", version_command);
  }

  void add_listening() {
    auto& parsing =
        add("parse", "a platform's answer on standard input becomes posts", [this] { return parse_command(parse); });
    parsing.add_option("platform", parse.platform, "name of the platform");
    parsing.add_option("--kind", parse.kind, "shape of the answer; without it the answer tells");
    parsing.add_option("--base-url", parse.base_url, "address that the answer came from");
    parsing.add_flag("--list", parse.list, "name platforms and kinds");
    parsing.parse_complete_callback([this] {
      if (parse.platform.empty() && !parse.list) throw CLI::RequiredError("PLATFORM or --list");
    });
    auto& fetch = add("fetch", "ask one configured source once; nothing is stored",
                      [this] { return fetch_command(config, word); });
    fetch.add_option("source", word, "name of the source")->required();
    fetch.add_option("--config", config, "configuration file")->required();
    auto& replaying = add("replay", "take in posts, one JSON object a line, at full speed",
                          [this] { return replay_command(replay); });
    add_store(replaying, replay.where);
    replaying.add_option("--summary", replay.summary, "file for the summary, in place of standard output");
    replaying.add_option("posts", replay.posts, "files of posts; - is standard input");
  }

  void add_judging() {
    auto& score = add("score", "one text a line on standard input, one assessment a line",
                      [this] { return score_command(score_format, tasks); });
    add_format(score, score_format, score_formats);
    score.add_option("--tasks", tasks, "only these, comma-separated: sentiment, themes, concerns, identifiers")
        ->delimiter(',');
    auto& explain = add("explain", "why one text is judged as it is", [this] { return explain_command(word); });
    explain.add_option("text", word, "the text")->required();
    auto& train = add("train", "make a model from labelled text", [this] { return train_command(model); });
    train.add_option("task", model.task, "what to train")
        ->check(CLI::IsMember({"sentiment", "themes", "concerns", "abuse"}));
    train.add_option("--data", model.data, "folder of labelled text")->required();
    train.add_option("--lexicon", model.lexicons, "file of words and scores, tab-separated; at most two");
    train.add_option("--corpus", model.corpus, "posts of our own invention: analysis/corpus/*.tsv");
    train.add_option("--moods", model.moods, "labelled texts of another kind, whose mood is a hint");
    train.add_option("--texts", model.texts, "texts without labels, one a line, from which word vectors are learnt");
    train.add_option("--out", model.out, "file for the model")->required();
    auto& evaluate = add("evaluate", "measure the model on labelled text", [this] { return evaluate_command(model); });
    evaluate.add_option("task", model.task, "what to measure")
        ->check(CLI::IsMember({"sentiment", "themes", "concerns", "abuse", "voice", "issues"}));
    evaluate.add_option("files", model.files, "labelled TSV files; issues need none");
    evaluate.add_option("--rehearsals", model.rehearsals, "of issues: half-years at an invented trust that are tried");
  }

  void add_queries() {
    auto& posts = add("posts", "stored posts, newest first", [this] { return posts_command(query); });
    add_query(posts, query);
    posts.add_option("--word", query.phrases,
                     "only posts that say this word, or these words one after another; repeatable");
    posts.add_option("--voice", query.voice,
                     "only posts of patient, carer, staff, press, politician, organisation or unknown");
    posts.add_option("--place", query.place, "only posts about this service of the settings");
    posts.add_option("--after", query.after, "only older posts than the one with this cursor");
    add_format(posts, query.format, row_formats);
    auto& series = add("series", "counts by the time that posts were made", [this] { return series_command(query); });
    add_query(series, query);
    add_format(series, query.format, series_formats);
    series.add_option("--resolution", query.resolution, "minute, hour or day");
    auto& alerts = add("alerts", "what was raised, for which role, and whether it was sent",
                       [this] { return alerts_command(query); });
    add_query(alerts, query);
    add_format(alerts, query.format, row_formats);
    auto& previewing = add("preview-alerts", "what these settings would have sent about the issues that are kept",
                           [this] { return preview_alerts_command(preview); });
    previewing.add_option("--config", preview.config, "configuration file, to be tried")->required();
    previewing.add_option("--store", preview.store, "folder of the store; left out: that of the file");
    previewing.add_option("--from", preview.from, "of what happened at or after this time (UTC)");
    previewing.add_option("--to", preview.to, "and before this time (UTC)");
    add_format(previewing, preview.format, row_formats);
    auto& reporting = add("report", "the board report: what was found, how early, what was done",
                          [this] { return report_command(report); });
    add_store(reporting, report.where);
    add_format(reporting, report.format, report_formats);
    reporting.add_option("--from", report.from,
                         "of what was heard from this time on (UTC); left out: the last whole month");
    reporting.add_option("--to", report.to, "and before this time (UTC)");
    auto& trying = add("preview-rules", "what rules of your own would change in the posts that are kept",
                       [this] { return preview_rules_command(rules); });
    trying.add_option("rules", rules.rules, "file of rules, to be tried in place of analysis.rules_file")->required();
    add_store(trying, rules.where);
    trying.add_option("--from", rules.from, "posts made at or after this time (UTC)");
    trying.add_option("--to", rules.to, "and before this time (UTC)");
    trying.add_option("--limit", rules.limit, "changed posts to show, newest first; 0: all");
    add_format(trying, rules.format, row_formats);
    auto& issue =
        add("issues", "emerging issues, in the order they were opened", [this] { return issues_command(issues); });
    add_store(issue, issues.where);
    add_format(issue, issues.format, row_formats);
    issue.add_option("--theme", issues.theme, "only this theme, as call_bell");
    issue.add_option("--place", issues.place, "only this service, by its id in the settings");
    issue.add_option("--tag", issues.tag, "only those whose first post counts under this tag");
    issue.add_option("--kind", issues.kind, "burst, slow_burn, red_flag, direction or unanswered");
    issue.add_option("--severity", issues.severity, "at least this severity, 0 to 4");
    issue.add_option("--from", issues.from, "with a post at or after this time (UTC)");
    issue.add_option("--to", issues.to, "and one before this time (UTC)");
    issue.add_flag("--open", issues.open, "only those that are not closed");
    issue.add_flag("--explain", issues.explain, "as JSON: with new phrases, blind sources and similar issues");
    issue.add_option("--limit", issues.limit, "at most so many; 0 is all");
    add_arranging(issue);
    auto& judged =
        add("review", "how often people judged it right: by rule, theme, kind of issue, and of unflagged posts",
            [this] { return review_command(review); });
    add_store(judged, review.where);
    add_format(judged, review.format, row_formats);
    judged.add_option("--from", review.from, "judged at or after this time (UTC); left out: 90 days before the end");
    judged.add_option("--to", review.to, "and before this time (UTC)");
    auto& gap =
        add("gaps", "when sources were blind, and why, the newest first", [this] { return gaps_command(gaps); });
    add_store(gap, gaps.where);
    add_format(gap, gaps.format, row_formats);
    gap.add_option("--source", gaps.source, "only this source");
    gap.add_option("--reason", gaps.reason, "down, limited, misconfigured, restarted or capped");
    gap.add_option("--from", gaps.from, "lasting at or after this time (UTC)");
    gap.add_option("--to", gaps.to, "begun before this time (UTC)");
    gap.add_option("--limit", gaps.limit, "at most so many; 0 is all");
    auto& why = add("explain-source", "why a source, or a tag, is silent",
                    [this] { return explain_source_command(explain_source); });
    why.add_option("name", explain_source.name, "name of a source or a tag")->required();
    add_store(why, explain_source.where);
    add_format(why, explain_source.format, word_formats);
    auto& verifying =
        add("verify", "recount every series and check every index", [this] { return verify_command(verify); });
    add_store(verifying, verify.where);
    verifying.add_option("--from", verify.from, "only days (UTC) from this time on");
    verifying.add_option("--to", verify.to, "only days (UTC) that begin before this time");
    verifying.add_flag("--json", verify.as_json, "one JSON object");
  }

  // What people order about issues, below the command that lists them, which does nothing then.
  void add_arranging(CLI::App& issue) {
    issue.callback([this, &issue] {
      if (issue.get_subcommands().empty()) action = [this] { return issues_command(issues); };
    });
    const auto below = [this, &issue](const char* name, const char* sentence) -> CLI::App& {
      auto* command = issue.add_subcommand(name, sentence);
      command->callback([this] {
        action = [this] {
          arrange.where = issues.where;  // which are options of the command above
          return arrange_command(arrange);
        };
      });
      command->add_option("issue", arrange.issue, "id of the issue that stays")->required();
      return *command;
    };
    auto& merging = below("merge", "make one issue of two: the second becomes part of the first");
    merging.add_option("other", arrange.other, "id of the second")->required();
    auto& splitting = below("split", "make an issue of its own of some posts of another");
    splitting.add_option("posts", arrange.posts, "ids of the posts that leave it")->required();
  }

  void add_upkeep() {
    auto& silencing = add("silence", "for a time, tell nobody of some issues; red flags are told all the same",
                          [this] { return silence_command(silence); });
    add_store(silencing, silence.where);
    silencing.add_option("--owner", silence.owner, "role that answers for it")->required();
    silencing.add_option("--reason", silence.reason, "why")->required();
    silencing.add_option("--for", silence.lasts, "how long, as 24h or 7d");
    silencing.add_option("--theme", silence.match.themes, "only these themes")->delimiter(',');
    silencing.add_option("--place", silence.match.places, "only these services, or unclear")->delimiter(',');
    silencing.add_option("--tag", silence.match.tags, "only these tags")->delimiter(',');
    silencing.add_option("--kind", silence.match.kinds, "only these kinds of issue")->delimiter(',');
    auto& forgetting = add("forget", "erase an author, an address or a source for good, and prove it",
                           [this] { return forget_command(forget); });
    add_store(forgetting, forget.where);
    auto* what = forgetting.add_option_group("what");
    what->add_option("--author", forget.author, "handle as it stands on the platform, or a pseudonym");
    what->add_option("--url", forget.url, "link or id of one post");
    what->add_option("--source", forget.source, "name of a source: all that it brought until now");
    what->require_option(1);
    forgetting.add_option("--platform", forget.platform, "platform of the author, if the handle is known on several");
    auto& deletions = add("deletions", "proof of what was taken away for good, and when: counts only",
                          [this] { return deletions_command(store, deletions_format); });
    add_store(deletions, store);
    add_format(deletions, deletions_format, row_formats);
    auto& key = add("pseudonym-key", "rotate: a new key from now on; destroy: and no way back from any pseudonym",
                    [this] { return pseudonym_key_command(store, word); });
    add_store(key, store);
    key.add_option("what", word, "rotate or destroy")->required()->check(CLI::IsMember({"rotate", "destroy"}));
    auto& user = add("user", "make the line of a person for web.users_file; the password is read",
                     [this] { return user_command(word, role); });
    user.add_option("name", word, "what they sign in with")->required();
    user.add_option("--role", role, "what they are here for")->required()->check(CLI::IsMember(role_names()));
    auto& token = add("token", "make a token for programs, and its line for web.users_file",
                      [this] { return token_command(word, role); });
    token.add_option("name", word, "what it is for")->required();
    token.add_option("--scope", role, "what it may")->required()->check(CLI::IsMember(scope_names()));
    auto& backing_up =
        add("backup", "copy the store as it is at one moment", [this] { return backup_command(backup); });
    add_store(backing_up, backup.where);
    backing_up.add_option("folder", backup.folder, "folder for backups alone")->required();
    backing_up.add_option("--keep", backup.keep, "so many backups stay")->check(CLI::Range(1, 10'000));
    auto& restoring = add("restore", "put a backup where no store is", [this] { return restore_command(backup); });
    add_store(restoring, backup.where);
    restoring.add_option("folder", backup.folder, "folder of the backups")->required();
    restoring.add_option("--number", backup.number, "which of them; left out: the newest");
  }
};

}  // namespace
}  // namespace barometer

int main(int argc, char** argv) {
  using namespace barometer;
  std::ios::sync_with_stdio(false);
  CommandLine line;
  try {
    line.app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return line.app.exit(error) == 0 ? exit_done : exit_usage;
  }
  log_to_stderr(line.log_level, line.log_format);
  try {
    return line.action();
  } catch (const std::exception& error) {
    log_error("stopped", {{"detail", error.what()}});
    return exit_failed;
  }
}
