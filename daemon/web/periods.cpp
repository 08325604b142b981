#include "daemon/web/periods.hpp"

#include <array>

#include "connectors/time.hpp"
#include "daemon/alerts/due_alerts.hpp"
#include "daemon/alerts/period_mail.hpp"
#include "daemon/busy_hours.hpp"
#include "daemon/json_object.hpp"
#include "daemon/report/board_report.hpp"
#include "daemon/web/api.hpp"
#include "daemon/web/form_answers.hpp"
#include "daemon/web/frame.hpp"
#include "daemon/web/post_search.hpp"
#include "daemon/web/tables.hpp"

namespace barometer {

namespace {

constexpr int chats_shown = 8;
constexpr std::chrono::hours week{7 * 24};

constexpr std::array pages = {PageLink{"/reports", "How often we are right"},
                              PageLink{"/reports/board", "Board report"}, PageLink{"/reports/digest", "Digest"},
                              PageLink{"/reports/chats", "Chats"}};

HttpReply report_page(const Visit& visit, const std::string& title, const std::string& lede,
                      const std::vector<Table>& tables) {
  Frame frame = frame_for(visit);
  frame.title = title;
  frame.here = "/reports";
  frame.below = true;
  std::vector<PageLink> links(pages.begin(), pages.end());
  for (auto& link : links) link.here = visit.request.path == link.address;
  return tables_page(frame, lede, tables, links);
}

// A part of a message as a table: its facts, or else its points.
Table table_of(const MailSection& section) {
  Table out{.title = section.heading, .none = joined(section.sentences, " ")};
  if (!section.facts.empty()) {
    out.columns = {"What", "How much"};
    out.sentence = joined(section.sentences, " ");
    for (const auto& [name, value] : section.facts) out.rows.push_back({name, value});
  } else {
    out.columns = {section.heading};
    for (const auto& point : section.points) out.rows.push_back({point});
  }
  return out;
}

Result<ReportFacts> asked_report(const Desk& desk, const Visit& visit) {
  const auto month = month_to_report(std::chrono::minutes{0}, visit.now);
  const auto& query = visit.query;
  const auto from = day_or_moment(query.of("from"), false);
  const auto to = day_or_moment(query.of("to"), true);
  if ((!from && !query.of("from").empty()) || (!to && !query.of("to").empty()))
    return Failure{Remedy::skip, "A day could not be read: write it as 2026-03-04.", {}};
  const auto begin = from.value_or(month.from);
  const auto end = to.value_or(from ? visit.now : month.to);
  if (end <= begin) return Failure{Remedy::skip, "The span must begin before it ends.", {}};
  return report_facts(desk.store, *desk.config, begin, end, visit.now);
}

Result<MailBody> digest_of(const Desk& desk, const Visit& visit) {
  const auto& recipients = desk.config->mail.recipients;
  if (recipients.empty())
    return Failure{Remedy::skip, "Nobody is told of anything yet: add recipients under mail in the settings.", {}};
  std::string name(visit.query.of("recipient"));
  if (name.empty()) name = recipients.front().name;
  const Alert alert{.id = "preview",
                    .kind = AlertKind::digest,
                    .recipient = name,
                    .raised_at = visit.now,
                    .from = visit.now - week,
                    .to = visit.now};
  const auto facts = period_facts(desk.store, alert, *desk.config);
  if (!facts) return facts.error();
  return digest_mail(alert, desk.config->alerts, *facts);
}

// The last chats of each tag, the newest first.
Result<std::vector<MailBody>> recaps(const Desk& desk, UtcTime now) {
  std::vector<MailBody> out;
  for (const auto& chat : desk.config->chats) {
    const auto begins = parse_clock(chat.from);
    const auto ends = parse_clock(chat.to);
    const auto day = parse_weekday(chat.weekday.substr(0, 3));
    if (!begins || !ends || !day) continue;
    auto end = last_at(*ends, *day, now);
    for (int i = 0; i < chats_shown; ++i) {
      const Alert alert{
          .id = "preview", .kind = AlertKind::recap, .raised_at = now, .from = last_at(*begins, *day, end), .to = end};
      const auto facts = chat_facts(desk.store, alert, *desk.config);
      if (!facts) return facts.error();
      if (facts->posts > 0) out.push_back(recap_mail(alert, *facts));
      end = last_at(*ends, *day, end - std::chrono::minutes{1});
    }
  }
  return out;
}

std::string mail_json(const MailBody& body) {
  JsonObject out;
  out.text("subject", body.subject);
  out.text("opening", body.opening);
  std::vector<std::string> sections;
  for (const auto& section : body.sections) {
    JsonObject one;
    one.text("heading", section.heading);
    one.texts("sentences", section.sentences);
    JsonObject facts;
    for (const auto& [name, value] : section.facts) facts.text(name, value);
    one.raw("facts", facts.done());
    one.texts("points", section.points);
    sections.push_back(one.done());
  }
  out.raw("sections", json_list(sections));
  return out.done();
}

}  // namespace

HttpReply answer_board(const Desk& desk, const Visit& visit) {
  const auto facts = asked_report(desk, visit);
  if (!facts) return form_refused(visit, facts.error());
  std::vector<Table> tables;
  for (const auto& section : board_report(*facts)) {
    Table table{.title = section.word, .sentence = section.meaning, .columns = {"Measure", "Value", "Of how many"}};
    for (const auto& row : section.rows) table.rows.push_back({row.measure, row.value, row.sample});
    tables.push_back(std::move(table));
  }
  return report_page(visit, "Board report",
                     "What was found, how early and what was done: " + report_span(facts->from, facts->to) + ".",
                     tables);
}

HttpReply answer_digest(const Desk& desk, const Visit& visit) {
  const auto body = digest_of(desk, visit);
  if (!body) return report_page(visit, "Digest", body.error().detail, {});
  std::vector<Table> tables;
  for (const auto& section : body->sections) tables.push_back(table_of(section));
  return report_page(visit, "Digest", "If it left now: “" + body->subject + "”. " + body->opening, tables);
}

HttpReply answer_chats(const Desk& desk, const Visit& visit) {
  const auto bodies = recaps(desk, visit.now);
  if (!bodies) return form_refused(visit, bodies.error());
  std::vector<Table> tables;
  for (const auto& body : *bodies) {
    Table table{.title = body.subject, .sentence = body.opening, .columns = {"What", "How much"}};
    for (const auto& section : body.sections) {
      for (const auto& [name, value] : section.facts) table.rows.push_back({name, value});
      if (!section.points.empty()) table.rows.push_back({section.heading, joined(section.points, ", ")});
    }
    tables.push_back(std::move(table));
  }
  return report_page(visit, "Chats",
                     bodies->empty() ? "In the hours of the last chats nothing was heard under their tags."
                                     : "What the last chats were about, the newest first.",
                     tables);
}

HttpReply api_board(const Desk& desk, const Visit& visit) {
  const auto facts = asked_report(desk, visit);
  if (!facts) return form_refused(visit, facts.error());
  std::vector<std::string> rows;
  for (const auto& section : board_report(*facts)) {
    for (const auto& row : section.rows) {
      JsonObject one;
      one.text("section", section.word);
      one.text("measure", row.measure);
      one.text("value", row.value);
      one.text("sample", row.sample);
      rows.push_back(one.done());
    }
  }
  JsonObject out;
  out.time("from", facts->from);
  out.time("to", facts->to);
  out.raw("rows", json_list(rows));
  return json_reply(out.done());
}

HttpReply api_digest(const Desk& desk, const Visit& visit) {
  const auto body = digest_of(desk, visit);
  return body ? json_reply(mail_json(*body)) : form_refused(visit, body.error());
}

HttpReply api_chats(const Desk& desk, const Visit& visit) {
  const auto bodies = recaps(desk, visit.now);
  if (!bodies) return form_refused(visit, bodies.error());
  std::vector<std::string> rows;
  for (const auto& body : *bodies) rows.push_back(mail_json(body));
  return json_reply("{\"chats\":" + json_list(rows) + "}");
}

}  // namespace barometer
