#pragma once

#include "daemon/web/look.hpp"
#include "daemon/web/visit.hpp"

namespace barometer {

// Files to take away, for a spreadsheet (CSV, RFC 4180) or a program (JSON): `format` is csv or json, the other fields are those of the
// page that shows the same. A file is whole or is not made: beyond `rows_exported` it says to ask for less. That one was made is in the
// record of who did what, with how many rows, and without what was searched for.
constexpr std::size_t rows_exported = 20'000;

HttpReply export_posts(const Desk& desk, const Visit& visit);   // labels and pseudonyms; neither words nor links
HttpReply export_issues(const Desk& desk, const Visit& visit);  //
HttpReply export_series(const Desk& desk, const Visit& visit);  // tag, source, resolution, from, to
// The same posts with their words and links, for who gives a reason (`text`), which is noted as well. Any thread.
HttpReply export_words(const Desk& desk, const Visit& visit);

// For the partial template export_links: the way to the files of what a page shows by this query. `what` is posts, issues or series.
View export_view(const Visit& visit, const char* what, Fields query);

}  // namespace barometer
