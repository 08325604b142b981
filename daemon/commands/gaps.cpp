#include <algorithm>
#include <array>
#include <iostream>

#include "connectors/time.hpp"
#include "daemon/clock.hpp"
#include "daemon/commands/query.hpp"
#include "daemon/commands/rows.hpp"
#include "daemon/source_view.hpp"

namespace barometer {

namespace {

constexpr std::array reasons{GapReason::down, GapReason::limited, GapReason::misconfigured, GapReason::restarted,
                             GapReason::capped};

bool read_reason(const std::string& text, std::optional<GapReason>& out) {
  if (text.empty()) return true;
  for (const GapReason reason : reasons)
    if (text == name_of(reason)) out = reason;
  if (out) return true;
  std::cerr << "barometer: --reason is down, limited, misconfigured, restarted or capped, not '" << text << "'\n";
  return false;
}

}  // namespace

int gaps_command(const GapsCommand& options) {
  GapFilter filter;
  if (!options.source.empty()) filter.source = options.source;
  if (!read_reason(options.reason, filter.reason) || !read_time(options.from, "from", filter.from) ||
      !read_time(options.to, "to", filter.to))
    return exit_usage;
  int code = exit_done;
  const auto store = open_to_read(options.where, code);
  if (!store) return code;
  std::vector<Gap> gaps;
  const auto read = store->gaps(filter, [&](const Gap& gap) { return gaps.push_back(gap), true; });
  std::stable_sort(gaps.begin(), gaps.end(), [](const Gap& a, const Gap& b) { return a.from > b.from; });
  if (options.limit > 0 && gaps.size() > options.limit) gaps.resize(options.limit);

  const UtcTime now = utc_now();
  Rows rows(std::cout, options.format, {"source", "reason", "from", "to", "length", "caught_up"});
  for (const Gap& gap : gaps)
    rows.add(options.format == Format::json ? gap_json(gap, now) : "",
             {gap.source, name_of(gap.reason), to_iso(gap.from), gap.to ? to_iso(*gap.to) : "",
              length_text(gap.to.value_or(now) - gap.from),
              !gap.caught_up   ? ""
              : *gap.caught_up ? "yes"
                               : "no"});
  rows.finish();
  return read ? exit_done : report(read.error());
}

}  // namespace barometer
