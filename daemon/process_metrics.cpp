#include "daemon/process_metrics.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace barometer {
namespace {

double number(std::string_view text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const auto end = line.find_first_of(" \n");
    if (end != 0) words.push_back(line.substr(0, end));
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  }
  return words;
}

std::string read_file(const char* path) {
  std::ifstream in{path};
  return {std::istreambuf_iterator<char>{in}, {}};
}

double boot_time() {
  const auto text = read_file("/proc/stat");
  const auto at = text.find("\nbtime ");
  return at == std::string::npos ? 0 : number(std::string_view{text}.substr(at + 7));
}

double open_files() {
  std::error_code odd;
  const std::filesystem::directory_iterator files{"/proc/self/fd", odd};
  if (odd) return 0;
  return static_cast<double>(std::distance(begin(files), end(files)));
}

}  // namespace

ProcessFigures parse_stat(std::string_view line, const SystemFigures& system) {
  const auto name_end = line.rfind(')');
  if (name_end == std::string_view::npos) return {};
  const auto words = words_of(line.substr(name_end + 1));  // from field 3 on
  const auto field = [&words](std::size_t n) { return words.size() > n - 3 ? number(words[n - 3]) : 0; };
  ProcessFigures out;
  out.cpu_seconds = (field(14) + field(15)) / system.ticks_per_second;
  out.start_time_seconds = system.boot_time_seconds + field(22) / system.ticks_per_second;
  out.virtual_bytes = field(23);
  out.resident_bytes = field(24) * system.page_bytes;
  return out;
}

ProcessFigures process_figures() {
  static const SystemFigures system{static_cast<double>(sysconf(_SC_CLK_TCK)),
                                    static_cast<double>(sysconf(_SC_PAGESIZE)), boot_time()};
  auto out = parse_stat(read_file("/proc/self/stat"), system);
  out.open_fds = open_files();
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) out.max_fds = static_cast<double>(limit.rlim_cur);
  return out;
}

}  // namespace barometer
