#include <iostream>

#include "connectors/time.hpp"
#include "daemon/clock.hpp"
#include "daemon/commands/query.hpp"
#include "daemon/commands/rows.hpp"
#include "daemon/json_object.hpp"
#include "daemon/report/board_report.hpp"

namespace barometer {
namespace {

// One figure with the section that it stands in.
std::string row_json(const ReportFacts& facts, const ReportSection& section, const ReportRow& row) {
  JsonObject out;
  out.text("from", to_iso(facts.from));
  out.text("to", to_iso(facts.to));
  out.text("section", section.word);
  out.text("measure", row.measure);
  out.text("value", row.value);
  out.text("sample", row.sample);
  return out.done();
}

void print_rows(const ReportFacts& facts, Format format) {
  Rows rows(std::cout, format, {"from", "to", "section", "measure", "value", "sample"});
  for (const auto& section : board_report(facts))
    for (const auto& row : section.rows)
      rows.add(row_json(facts, section, row),
               {to_iso(facts.from), to_iso(facts.to), section.word, row.measure, row.value, row.sample});
  rows.finish();
}

}  // namespace

int report_command(const ReportCommand& options) {
  const auto now = utc_now();
  const auto last_month = month_to_report(std::chrono::minutes{0}, now);
  std::optional<UtcTime> from, to;
  if (!read_time(options.from, "from", from) || !read_time(options.to, "to", to)) return exit_usage;
  const auto begin = from.value_or(to ? UtcTime{} : last_month.from), end = to.value_or(from ? now : last_month.to);
  if (end <= begin) {
    std::cerr << "barometer: --to is not after --from\n";
    return exit_usage;
  }
  const auto config = chosen_config(options.where);
  if (!config) return exit_bad_config;
  int code = exit_done;
  const auto store = open_to_read(options.where, code);
  if (!store) return code;
  const auto facts = report_facts(*store, *config, begin, end, now);
  if (!facts) return report(facts.error());
  const auto body = report_mail(*facts, "barometer report", config->web.public_url);
  if (options.format == Format::html)
    std::cout << html(body);
  else if (options.format == Format::table)
    std::cout << body.subject << "\n\n" << plain_text(body);
  else
    print_rows(*facts, options.format);
  return exit_done;
}

}  // namespace barometer
