#pragma once

#include <chrono>
#include <string_view>

namespace barometer {

// What Linux says of this process.
struct ProcessFigures {
  double cpu_seconds = 0;
  double start_time_seconds = 0;  // since 1970
  double resident_bytes = 0;
  double virtual_bytes = 0;
  double open_fds = 0;
  double max_fds = 0;
};

struct SystemFigures {
  double ticks_per_second = 100;
  double page_bytes = 4096;
  double boot_time_seconds = 0;  // since 1970
};

// From the line of /proc/PID/stat, after proc(5). A name with blanks and brackets in it does no harm. Pure.
ProcessFigures parse_stat(std::string_view line, const SystemFigures& system);

// Of this process, now. What cannot be read is 0.
ProcessFigures process_figures();

}  // namespace barometer
