#include "daemon/web/chart.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "daemon/web/look.hpp"

namespace barometer {

namespace {

constexpr double width = 760;
constexpr double height = 280;
constexpr double left = 48;
constexpr double top = 12;
constexpr double bottom = 36;
constexpr std::size_t labels_at_most = 7;
constexpr std::array fills = {"fill-negative", "fill-neutral", "fill-positive"};

struct Scale {
  UtcTime begin = {};
  UtcTime end = {};
  double highest = 1;

  double x(UtcTime time) const {
    const auto whole = std::chrono::duration<double>(end - begin).count();
    const auto part = std::chrono::duration<double>(std::clamp(time, begin, end) - begin).count();
    return left + (width - left) * (whole > 0 ? part / whole : 0);
  }
  double y(double posts) const { return height - bottom - (height - top - bottom) * posts / highest; }
};

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

void draw_grid(std::string& svg, const Scale& scale, std::int64_t step) {
  for (std::int64_t posts = 0; static_cast<double>(posts) <= scale.highest; posts += step) {
    const auto y = scale.y(static_cast<double>(posts));
    svg += fmt::format(R"(<line class="chart__grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>)", left, width, y, y);
    svg += fmt::format(R"(<text class="chart__text" text-anchor="end" x="{}" y="{:.1f}">{}</text>)", left - 6, y + 4,
                       grouped(posts));
  }
}

void draw_gaps(std::string& svg, const Scale& scale, const std::vector<Span>& gaps) {
  for (const auto& gap : gaps) {
    if (gap.end <= scale.begin || gap.begin >= scale.end) continue;
    const auto from = scale.x(gap.begin);
    const auto to = std::max(scale.x(gap.end), from + 1.5);
    svg += fmt::format(R"-(<rect fill="url(#gap)" x="{:.1f}" y="{}" width="{:.1f}" height="{}"/>)-", from, top,
                       to - from, height - top - bottom);
  }
}

void draw_column(std::string& svg, const Scale& scale, const Column& column) {
  const auto from = scale.x(column.begin);
  const auto room = scale.x(column.end) - from;
  const auto air = std::min(2.0, room / 5);
  double below = 0;
  for (std::size_t s = 0; s < fills.size(); ++s) {
    const auto posts = static_cast<double>(column.posts.posts[s]);
    if (posts > 0)
      svg += fmt::format(R"(<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>)", fills[s],
                         from + air, scale.y(below + posts), room - 2 * air, scale.y(below) - scale.y(below + posts));
    below += posts;
  }
}

void draw_labels(std::string& svg, const Scale& scale, const std::vector<Column>& columns) {
  const auto every = (columns.size() + labels_at_most - 1) / labels_at_most;
  for (std::size_t i = 0; i < columns.size(); i += every) {
    const auto x = scale.x(columns[i].begin);
    svg += fmt::format(R"(<text class="chart__text" text-anchor="{}" x="{:.1f}" y="{}">{}</text>)",
                       i == 0 ? "start" : "middle", x, height - 12, escaped(columns[i].label));
  }
}

}  // namespace

std::int64_t grid_step(std::int64_t most) {
  constexpr std::array<std::int64_t, 3> steps = {1, 2, 5};
  for (std::int64_t ten = 1;; ten *= 10)
    for (const auto step : steps)
      if (4 * step * ten >= most) return step * ten;
}

std::string drawn(const std::vector<Column>& columns, const std::vector<Span>& gaps, const std::string& sentence) {
  if (columns.empty()) return {};
  std::int64_t most = 1;
  for (const auto& column : columns) most = std::max(most, column.posts.all());
  const auto step = grid_step(most);
  const Scale scale{columns.front().begin, columns.back().end, static_cast<double>((most + step - 1) / step * step)};
  std::string svg =
      fmt::format(R"(<svg class="chart__drawing" viewBox="0 0 {} {}" role="img" aria-label="{}" focusable="false">)",
                  width, height, escaped(sentence));
  svg +=
      R"-(<defs><pattern id="gap" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">)-";
  svg += R"(<rect class="gap-ground" width="8" height="8"/><line class="gap-line" x1="0" y1="0" x2="0" y2="8"/>)";
  svg += "</pattern></defs>";
  draw_gaps(svg, scale, gaps);
  draw_grid(svg, scale, step);
  for (const auto& column : columns) draw_column(svg, scale, column);
  draw_labels(svg, scale, columns);
  return svg += "</svg>";
}

}  // namespace barometer
