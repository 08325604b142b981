#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/alerts/mail_body.hpp"
#include "daemon/report/report_facts.hpp"

namespace barometer {

// The board report: what Barometer found in a time, how early, what was done, on the six words of the evaluation cycle of the Government
// Communication Service (https://gcs.civilservice.gov.uk/publications/gcs-evaluation-cycle/). Every figure says of how many. Pure.

struct ReportRow {
  std::string measure = {};
  std::string value = {};
  std::string sample = {};  // of how many: "12 issues", "744 hours of 3 sources"
};

struct ReportSection {
  std::string word = {};     // "Outtakes"
  std::string meaning = {};  // what it asks, in a sentence
  std::vector<ReportRow> rows = {};
};

std::vector<ReportSection> board_report(const ReportFacts& facts);

// As a message; `reference` names it, `page` is where people read more (empty: no link).
MailBody report_mail(const ReportFacts& facts, const std::string& reference, const std::string& page);

// "1 March 2026 to 31 March 2026", on the clock in the United Kingdom.
std::string report_span(UtcTime from, UtcTime to);

// The calendar month in the United Kingdom that was over last, if a report on it is due: from the first of a month at that clock time on.
struct ReportMonth {
  UtcTime from = {};
  UtcTime to = {};
  UtcTime due = {};
};
ReportMonth month_to_report(std::chrono::minutes clock, UtcTime now);

}  // namespace barometer
