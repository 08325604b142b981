#include <fmt/format.h>
#include <iostream>

#include "daemon/clock.hpp"
#include "daemon/commands/query.hpp"
#include "daemon/commands/rows.hpp"
#include "daemon/review/precision.hpp"
#include "daemon/web/review_json.hpp"

namespace barometer {

int review_command(const ReviewCommand& options) {
  std::optional<UtcTime> from;
  std::optional<UtcTime> to;
  if (!read_time(options.from, "from", from) || !read_time(options.to, "to", to)) return exit_usage;
  int code = exit_done;
  const auto store = open_to_read(options.where, code);
  if (!store) return code;
  const UtcTime end = to.value_or(utc_now());
  const auto figures = review_figures(*store, from.value_or(end - review_span), end);
  if (!figures) return report(figures.error());
  Rows rows(std::cout, options.format, {"what", "name", "right", "judged", "precision", "low", "high"});
  each_row(*figures, [&](const std::string& what, const std::string& name, const Precision& precision) {
    const auto interval = wilson(precision.right, precision.judged);
    rows.add(options.format == Format::json ? precision_json(what, name, precision) : "",
             {what, name, std::to_string(precision.right), std::to_string(precision.judged),
              precision.judged == 0 ? "" : fmt::format("{:.2f}", precision.share()),
              fmt::format("{:.2f}", interval.low), fmt::format("{:.2f}", interval.high)});
  });
  rows.finish();
  return exit_done;
}

}  // namespace barometer
