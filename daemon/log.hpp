#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace barometer {

// One key=value of a log line. Values are quoted where needed; never a post's text, a handle or a secret.
struct Field {
  std::string_view key = {};
  std::string value = {};
};

enum class LogFormat { logfmt, json };

// One line per event on standard error: ts, level, event, then the fields. Any thread.
void log_to_stderr(std::string_view level, LogFormat format);  // level: debug, info, warn, error
void log_info(std::string_view event, std::initializer_list<Field> fields = {});
void log_warn(std::string_view event, std::initializer_list<Field> fields = {});
void log_error(std::string_view event, std::initializer_list<Field> fields = {});

}  // namespace barometer
