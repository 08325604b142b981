#include "daemon/web/export.hpp"

#include <fmt/format.h>
#include <functional>
#include <sstream>

#include "analysis/identifiers.hpp"
#include "connectors/time.hpp"
#include "daemon/assess.hpp"
#include "daemon/commands/json.hpp"
#include "daemon/commands/rows.hpp"
#include "daemon/issue_view.hpp"
#include "daemon/web/api.hpp"
#include "daemon/web/form_answers.hpp"
#include "daemon/web/issues.hpp"
#include "daemon/web/look.hpp"
#include "daemon/web/post_search.hpp"

namespace barometer {

namespace {

constexpr std::size_t posts_looked_through = 500'000;  // that do not match
constexpr std::size_t longest_reason = 300;

using Cells = std::vector<std::string>;

// Rows in one of the two forms. As JSON they are a member of one object, named after what they are.
class Sheet {
 public:
  Sheet(const char* name, bool csv, Cells columns)
      : name_(name), csv_(csv), rows_(out_, csv ? Format::csv : Format::json, std::move(columns)) {
    if (!csv_) out_ << "{\"" << name << "\":[\n";
  }
  bool csv() const { return csv_; }
  std::size_t size() const { return size_; }
  // Of JSON the object is taken, of CSV the cells; only one of them is made.
  void add(const std::function<std::string()>& object, const std::function<Cells()>& cells) {
    if (!csv_ && size_ > 0) out_ << ',';
    ++size_;
    rows_.add(csv_ ? std::string() : object(), csv_ ? cells() : Cells{});
  }
  HttpReply done(UtcTime now) {
    if (!csv_) out_ << "]}\n";
    const auto day = to_iso(now).substr(0, 10);
    const auto file = fmt::format("barometer-{}-{}.{}", name_, day, csv_ ? "csv" : "json");
    return {.content_type = csv_ ? "text/csv; charset=utf-8" : "application/json",
            .body = std::move(out_).str(),
            .headers = {{"Content-Disposition", "attachment; filename=\"" + file + "\""}}};
  }

 private:
  const char* name_;
  bool csv_;
  std::ostringstream out_;
  Rows rows_;
  std::size_t size_ = 0;
};

HttpReply too_many(const Visit& visit) {
  return form_trouble(visit, 400, "This is too much for one file",
                      fmt::format("More than {} rows would be in it, or too much would have to be looked through: ask "
                                  "for a shorter time, or for less.",
                                  grouped(rows_exported)));
}

bool wants_csv(const Fields& fields) { return fields.of("format") != "json"; }

// What was made is noted, or it is not given.
HttpReply given(const Desk& desk, const Visit& visit, Sheet& sheet, const char* what, const std::string& reason = {}) {
  const auto about =
      fmt::format("{}: {} as {}{}", what, counted(static_cast<std::int64_t>(sheet.size()), "row", "rows"),
                  sheet.csv() ? "CSV" : "JSON", reason.empty() ? "" : ", because: " + reason);
  if (!visit.open)
    if (const auto noted = desk.audit.note(visit.viewer.name, "exported", about, visit.now); !noted)
      return form_refused(visit, noted.error());
  return sheet.done(visit.now);
}

std::string list(const std::vector<std::string>& words) { return joined(words, ";"); }

std::string concerns_of(const Assessment& assessment) {
  std::vector<std::string> out;
  for (const auto& concern : assessment.concerns)
    out.push_back(std::string(info(concern.theme).id) + ':' + std::to_string(concern.severity));
  return list(out);
}

Cells post_cells(const StoredPost& kept, bool with_words) {
  const auto& post = kept.post;
  const auto& judged = kept.assessment;
  Cells out{post_key(kept),
            to_iso(post.made_at),
            post.platform,
            post.source,
            list(kept.watched),
            post.author,
            post.lang.value_or(""),
            std::string(name_of(judged.sentiment)),
            decimal(judged.score),
            std::to_string(judged.severity),
            concerns_of(judged),
            std::string(name_of(judged.voice)),
            kept.place,
            judged.abusive ? "yes" : "no"};
  if (with_words) out.insert(out.end(), {is_web_address(post.url) ? post.url : "", text_of(post)});
  return out;
}

Cells post_columns(bool with_words) {
  Cells out{"key",       "made_at", "platform", "source",   "tags",  "author", "lang",
            "sentiment", "score",   "severity", "concerns", "voice", "place",  "abusive"};
  if (with_words) out.insert(out.end(), {"url", "text"});
  return out;
}

HttpReply posts_sheet(const Desk& desk, const Visit& visit, const Fields& asked, bool with_words,
                      const std::string& reason) {
  auto search = read_search(asked);
  if (!search.wrong.empty()) return form_trouble(visit, 400, "This was not done", search.wrong.front());
  search.filter.after.reset();
  search.filter.reads = posts_looked_through;
  Sheet sheet("posts", wants_csv(asked), post_columns(with_words));
  bool whole = true;
  const auto gave_up = desk.store.posts(search.filter, true, [&](const StoredPost& kept) {
    whole = sheet.size() < rows_exported;
    if (whole) sheet.add([&] { return post_json(kept, with_words); }, [&] { return post_cells(kept, with_words); });
    return whole;
  });
  if (!gave_up) return form_refused(visit, gave_up.error());
  if (!whole || *gave_up) return too_many(visit);
  return given(desk, visit, sheet, with_words ? "posts with their words" : "posts", reason);
}

Cells issue_cells(const Issue& issue, UtcTime now) {
  return {issue.id,
          to_iso(issue.opened_at),
          std::string(name_of(issue.kind)),
          std::string(name_of(issue.state_at(now))),
          std::to_string(issue.severity),
          std::string(info(issue.theme).id),
          issue.place,
          issue.tag,
          std::to_string(issue.posts),
          std::to_string(issue.voices),
          decimal(issue.evidence.expected),
          std::to_string(issue.evidence.window.count()),
          to_iso(issue.first_post_at),
          to_iso(issue.last_post_at),
          list(issue.sources),
          list(issue.rules),
          issue.merged_into};
}

Cells series_cells(const SeriesPoint& point) {
  std::vector<std::string> concerns;
  for (const auto& one : point.concerns)
    concerns.push_back(fmt::format("{}:{}={}", info(one.theme).id, one.severity, one.posts));
  Cells out{point.tag, point.source, to_iso(point.bucket), std::to_string(posts_in(point))};
  for (const auto one : {Sentiment::negative, Sentiment::neutral, Sentiment::positive})
    out.push_back(std::to_string(posts_in(point, one)));
  out.push_back(list(concerns));
  return out;
}

}  // namespace

HttpReply export_posts(const Desk& desk, const Visit& visit) {
  return posts_sheet(desk, visit, visit.query, false, {});
}

HttpReply export_words(const Desk& desk, const Visit& visit) {
  auto reason = mask_identifiers(tidied(visit.form.of("text"))).text;
  if (reason.empty() || reason.size() > longest_reason)
    return form_trouble(visit, 400, "This was not done", "Say why the words are needed, in 300 characters.");
  return posts_sheet(desk, visit, visit.form, true, reason);
}

HttpReply export_issues(const Desk& desk, const Visit& visit) {
  const auto issues = asked_issues(desk.store, visit.query);
  if (!issues) return form_refused(visit, issues.error());
  if (issues->size() > rows_exported) return too_many(visit);
  Sheet sheet("issues", wants_csv(visit.query),
              {"id", "opened_at", "kind", "state", "severity", "theme", "place", "tag", "posts", "voices", "expected",
               "window_hours", "first_post_at", "last_post_at", "sources", "rules", "merged_into"});
  for (const auto& issue : *issues)
    sheet.add([&] { return issue_json(issue, visit.now); }, [&] { return issue_cells(issue, visit.now); });
  return given(desk, visit, sheet, "issues");
}

HttpReply export_series(const Desk& desk, const Visit& visit) {
  const auto filter = asked_series(visit.query);
  if (!filter) return form_refused(visit, filter.error());
  Sheet sheet("series", wants_csv(visit.query),
              {"tag", "source", "bucket", "posts", "negative", "neutral", "positive", "concerns"});
  bool whole = true;
  const auto read = desk.store.series(*filter, [&](const SeriesPoint& point) {
    whole = sheet.size() < rows_exported;
    if (whole) sheet.add([&] { return series_json(point, filter->resolution); }, [&] { return series_cells(point); });
    return whole;
  });
  if (!read) return form_refused(visit, read.error());
  if (!whole) return too_many(visit);
  return given(desk, visit, sheet, "series");
}

View export_view(const Visit& visit, const char* what, Fields query) {
  for (const char* name : {"before", "format"}) query.set(name, "");
  View out{kainjow::mustache::object{}};
  const bool posts = what == std::string_view("posts");
  out.set("what", what);
  out.set("query", query.empty() ? "" : query.encoded() + "&");
  out.set("plain", View{posts});
  out.set("words", View{posts && !visit.open && may(visit.viewer.rights, Right::decide)});
  out.set("form_token", visit.viewer.form_token);
  Views fields;
  for (const auto& [name, value] : query.pairs()) {
    if (value.empty() || name == "text") continue;
    View field{kainjow::mustache::object{}};
    field.set("name", name);
    field.set("value", value);
    fields.push_back(field);
  }
  out.set("fields", View{fields});
  return out;
}

}  // namespace barometer
