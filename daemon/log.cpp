#include "daemon/log.hpp"

#include <memory>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace barometer {

namespace {

LogFormat chosen_format = LogFormat::logfmt;

bool is_bare(std::string_view value) {
  if (value.empty()) return false;
  for (const unsigned char c : value)
    if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f) return false;
  return true;
}

// Other people's words can reach a log in a failure's detail: nothing of them may begin a line or a field.
std::string quoted(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += ' ';
    } else {
      out += c;
    }
  }
  return out += '"';
}

std::string line_of(std::string_view level, std::string_view event, std::initializer_list<Field> fields) {
  std::string line;
  if (chosen_format == LogFormat::json) {
    line.append("\"level\":").append(quoted(level)).append(",\"event\":").append(quoted(event));
    for (const Field& field : fields)
      line.append(",").append(quoted(field.key)).append(":").append(quoted(field.value));
    return line;
  }
  line.append("level=").append(level).append(" event=").append(event);
  for (const Field& field : fields)
    line.append(" ").append(field.key).append("=").append(is_bare(field.value) ? field.value : quoted(field.value));
  return line;
}

spdlog::logger& logger() {
  static const auto instance = spdlog::stderr_logger_mt("barometer");
  return *instance;
}

}  // namespace

void log_to_stderr(std::string_view level, LogFormat format) {
  chosen_format = format;
  logger().set_level(spdlog::level::from_str(std::string(level)));
  const char* pattern =
      format == LogFormat::json ? "{\"ts\":\"%Y-%m-%dT%H:%M:%S.%eZ\",%v}" : "ts=%Y-%m-%dT%H:%M:%S.%eZ %v";
  logger().set_formatter(std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc));
  logger().flush_on(spdlog::level::trace);
}

void log_info(std::string_view event, std::initializer_list<Field> fields) {
  logger().info("{}", line_of("info", event, fields));
}
void log_warn(std::string_view event, std::initializer_list<Field> fields) {
  logger().warn("{}", line_of("warn", event, fields));
}
void log_error(std::string_view event, std::initializer_list<Field> fields) {
  logger().error("{}", line_of("error", event, fields));
}

}  // namespace barometer
