#include "connectors/robots.hpp"

#include <algorithm>
#include <vector>

namespace barometer {
namespace {

constexpr std::size_t longest_file = 500 * 1024;
constexpr std::size_t longest_rule = 2048;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\f\v";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

struct Rule {
  bool allow = false;
  std::string_view pattern = {};
};

struct Group {
  bool ours = false;
  bool everybodys = false;
  std::vector<Rule> rules = {};
};

// "*" stands for anything, "$" at the end for the end. Looks back to the last "*" only, so its time is the product of both
// lengths at worst.
bool matches(std::string_view pattern, std::string_view path) {
  const bool anchored = pattern.ends_with('$');
  if (anchored) pattern.remove_suffix(1);
  std::size_t p = 0;
  std::size_t at = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_at = 0;
  while (true) {
    if (p == pattern.size() && (!anchored || at == path.size())) return true;
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_at = at;
    } else if (p < pattern.size() && at < path.size() && pattern[p] == path[at]) {
      ++p;
      ++at;
    } else if (star != std::string_view::npos && star_at < path.size()) {
      p = star + 1;
      at = ++star_at;
    } else {
      return false;
    }
  }
}

// "Barometer/1.0" and "barometer" name "barometer".
bool names(std::string_view value, std::string_view agent) {
  const auto end = std::find_if_not(
      value.begin(), value.end(), [](char c) { return (lower(c) >= 'a' && lower(c) <= 'z') || c == '-' || c == '_'; });
  return same(value.substr(0, static_cast<std::size_t>(end - value.begin())), agent);
}

std::vector<Group> groups_of(std::string_view text, std::string_view agent) {
  std::vector<Group> groups;
  bool in_agents = false;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of("\n\r"), text.size());
    const auto line = text.substr(0, std::min(end, text.find('#')));
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const auto key = trimmed(line.substr(0, colon));
    const auto value = trimmed(line.substr(colon + 1));
    const bool allow = same(key, "allow");
    if (same(key, "user-agent")) {
      if (!in_agents) groups.emplace_back();
      in_agents = true;
      groups.back().ours = groups.back().ours || names(value, agent);
      groups.back().everybodys = groups.back().everybodys || value == "*";
    } else if (allow || same(key, "disallow")) {
      in_agents = false;
      if (!groups.empty() && !value.empty() && value.size() <= longest_rule)
        groups.back().rules.push_back({allow, value});
    }
  }
  return groups;
}

}  // namespace

RobotsVerdict robots_verdict(std::string_view robots_txt, std::string_view agent, std::string_view path) {
  if (robots_txt.starts_with("\xEF\xBB\xBF")) robots_txt.remove_prefix(3);
  const auto groups = groups_of(robots_txt.substr(0, longest_file), agent);
  const bool named = std::any_of(groups.begin(), groups.end(), [](const Group& g) { return g.ours; });
  const Rule* best = nullptr;
  for (const auto& group : groups) {
    if (named ? !group.ours : !group.everybodys) continue;
    for (const auto& rule : group.rules) {
      const bool better = !best || rule.pattern.size() > best->pattern.size() ||
                          (rule.pattern.size() == best->pattern.size() && rule.allow && !best->allow);
      if (better && matches(rule.pattern, path)) best = &rule;
    }
  }
  if (!best || best->allow) return RobotsVerdict::allowed;
  const bool for_all = !named && best->pattern.find_first_not_of("/*") == std::string_view::npos;
  return for_all ? RobotsVerdict::disallowed_as_all : RobotsVerdict::disallowed;
}

}  // namespace barometer
