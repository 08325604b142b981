#include <chrono>
#include <string>
#include <type_traits>
#include <variant>

#include "daemon/config_settings.hpp"
#include "daemon/config_values.hpp"

namespace barometer {
namespace {

// What may be written, after the sentence: "[duration, 100ms to 1h; default 10s]".
template <class T>
std::string bounds(const Setting<T>& setting, const T& section) {
  const auto kind = std::visit(
      [&](auto member) -> std::string {
        using Value = std::decay_t<decltype(section.*member)>;
        const auto& limits = setting.limits;
        if constexpr (std::is_same_v<Value, std::chrono::milliseconds>) {
          return "duration, " + duration_text(Value{limits.least}) + " to " + duration_text(Value{limits.most});
        } else if constexpr (std::is_same_v<Value, bool>) {
          return "true or false";
        } else if constexpr (std::is_same_v<Value, std::size_t> || std::is_same_v<Value, int>) {
          const bool bytes = setting.count == Count::bytes;
          const auto text = [bytes](std::int64_t n) {
            return bytes ? size_text(static_cast<std::size_t>(n)) : std::to_string(n);
          };
          return (bytes ? "bytes, " : "number, ") + text(limits.least) + " to " + text(limits.most);
        } else if constexpr (std::is_same_v<Value, std::filesystem::path>) {
          return "file";
        } else {
          return "text";
        }
      },
      setting.member);
  if (setting.required) return " [" + kind + "; required]";
  return " [" + kind + "; default " + value_text(section, setting) + "]";
}

template <class T>
void print_section(std::string& out, std::span<const Setting<T>> settings, const T& section) {
  for (const auto& setting : settings) {
    out += "  # " + std::string{setting.sentence} + bounds(setting, section) + "\n";
    out += "  " + std::string{setting.key} + ": " + value_text(section, setting) + "\n";
  }
}

// Settings of an item of a list, as comments: the list itself is empty by default.
template <class T>
void print_item(std::string& out, std::span<const Setting<T>> settings, const std::string& indent, bool& first) {
  const T item{};
  for (const auto& setting : settings) {
    out += indent + "  # " + std::string{setting.sentence} + bounds(setting, item) + "\n";
    out += indent + (first ? "- " : "  ") + std::string{setting.key} + ": ";
    out += (setting.example.empty() ? value_text(item, setting) : std::string{setting.example}) + "\n";
    first = false;
  }
}

template <class T>
void print_lists(std::string& out, std::span<const SettingList<T>> lists, const std::string& indent) {
  for (const auto& list : lists) {
    out += indent + "# " + std::string{list.sentence} + " [list; default: " + std::string{list.otherwise} + "]\n";
    out += indent + std::string{list.key} + ": " + std::string{list.example} + "\n";
  }
}

void print_recipients(std::string& out) {
  out += "  # Who is told, and of what. Each of them:\n";
  bool first = true;
  print_item(out, recipient_settings(), "  #  ", first);
  print_lists(out, recipient_lists(), "  #    ");
  print_lists(out, match_lists(), "  #    ");
  out += "  #    # Issues that one of these lists names are not told; red flags are.\n  #    except:\n";
  print_lists(out, match_lists(), "  #      ");
  out += "  recipients: []\n";
}

void print_alerts(std::string& out) {
  print_lists(out, alerts_lists(), "  ");
  bool first = true;
  print_item(out, route_settings(), "  #  ", first);
  print_lists(out, route_lists(), "  #    ");
  out += "  routes: []\n";
  out +=
      "  # While an issue that meets source_match is open, those that meet target_match are not told; red flags are.\n";
  out += "  #  - source_match:\n";
  print_lists(out, match_lists(), "  #      ");
  out += "  #    target_match:\n  #      kinds: [burst]\n";
  print_lists(out, inhibit_lists(), "  #    ");
  out += "  inhibit: []\n";
}

void print_busy_hours(std::string& out, const BusyHoursConfig& hours) {
  const char* begin = "    - ";
  for (const auto& setting : busy_hours_settings()) {
    out += "      # " + std::string{setting.sentence} + bounds(setting, hours) + "\n";
    out += begin + std::string{setting.key} + ": " + value_text(hours, setting) + "\n";
    begin = "      ";
  }
}

void print_chat(std::string& out, const ChatConfig& chat) {
  const char* begin = "  - ";
  for (const auto& setting : chat_settings()) {
    out += "    # " + std::string{setting.sentence} + "\n" + begin + std::string{setting.key} + ": " +
           value_text(chat, setting) + "\n";
    begin = "    ";
  }
}

void print_platform(std::string& out, const Connector& connector) {
  out += "#\n# " + std::string{connector.name} + ": " + std::string{connector.sentence} + "\n";
  SourceConfig example;
  example.name = "a name for this " + std::string{connector.name} + " source";
  example.platform = connector.name;
  out += "#  - name: \"" + example.name + "\"\n#    platform: " + example.platform + "\n";
  for (const auto& setting : connector.settings) {
    out += "#    # " + std::string{setting.sentence};
    out += setting.required ? " [required]\n" : " [default \"" + std::string{setting.fallback} + "\"]\n";
    out += "#    " + std::string{setting.key} + ": \"" + std::string{setting.fallback} + "\"\n";
  }
}

}  // namespace

std::string print_config() {
  std::string out =
      "# Barometer's settings, each with its default. Durations are written 500ms, 30s, 5m, 2h or 1d, sizes 512KiB or "
      "10MB.\n"
      "# No secret belongs in this file: settings that end in _file name the file that holds one. A name without a "
      "slash is\n"
      "# that of a credential of systemd's (LoadCredential=), where it has handed one over.\n";
  Config config;
  each_section(
      config, [&out, &config](std::string_view name, std::string_view sentence, const auto& section, auto settings) {
        out += "\n# " + std::string{sentence} + "\n" + std::string{name} + ":\n";
        print_section(out, settings, section);
        if (name == "polling") {
          out += "  # Hours of the week in which every source is asked more often.\n  busy_hours:\n";
          for (const auto& hours : config.busy_hours) print_busy_hours(out, hours);
        }
        if (name == "retention") {
          out += "  # Posts that stay as they are, with their alerts, until the hold is lifted. Each of them:\n";
          bool first_hold = true;
          print_item(out, hold_settings(), "  #  ", first_hold);
          out += "  holds: []\n";
        }
        if (name == "mail") print_recipients(out);
        if (name == "alerts") print_alerts(out);
      });
  out += "\n# What is watched. \"#nhssm\" alone is enough for a tag; in full:\n";
  bool first = true;
  print_item(out, tag_settings(), "#  ", first);
  print_lists(out, tag_lists(), "#    ");
  out += "tags: []\n\n# Services that posts may be about: trusts, hospitals, wards, clinics, practices.\n";
  first = true;
  print_item(out, service_settings(), "#  ", first);
  print_lists(out, service_lists(), "#    ");
  out += "services: []\n\n# Hours in which people meet under a tag; what is said there is expected.\nchats:\n";
  for (const auto& chat : config.chats) print_chat(out, chat);
  out += "\n# Campaigns and events of our own: an issue that began in the time of one says that it may be due to it.\n";
  first = true;
  print_item(out, event_settings(), "#  ", first);
  print_lists(out, event_lists(), "#    ");
  out += "calendar: []\n";
  out += "\n# Whose clock times are meant; there is no other yet.\ntimezone: " + config.timezone +
         "\n\n# Where to listen. Every source has these settings, and those of its platform.\n";
  first = true;
  print_item(out, source_settings(), "#  ", first);
  print_item(out, listen_settings(), "#  ", first);
  for (const auto& connector : connectors()) print_platform(out, connector);
  out += "sources: []\n";
  return out;
}

}  // namespace barometer
