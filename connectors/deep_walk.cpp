#include "connectors/deep_walk.hpp"

#include <utility>

#include "connectors/time.hpp"

namespace barometer {
namespace {

// Among Walk::notes.
const std::string is_deep = "deep";
const std::string last_deep = "deep_at";

bool goes_deep(const Walk& walk, const DeepWalkRules& rules, UtcTime now) {
  if (!walk.known) return false;  // nothing is known: there is no below
  if (walk.pages > 0) return walk.notes.contains(is_deep);
  const auto at = walk.notes.find(last_deep);
  const auto last = at == walk.notes.end() ? std::nullopt : parse_iso(at->second);
  return !last || now - *last >= rules.every;
}

}  // namespace

std::chrono::minutes overlap_of(const Walk& walk, const DeepWalkRules& rules, UtcTime now) {
  return goes_deep(walk, rules, now) ? rules.deep : rules.usual.overlap;
}

void deep_walk_on(Walk walk, const std::string& next_token, const DeepWalkRules& rules, UtcTime now, Page& page) {
  const bool deep = goes_deep(walk, rules, now);
  const bool begins = walk.pages == 0;
  if (begins) walk.notes.erase(is_deep);
  if (begins && (deep || !walk.known)) walk.notes[last_deep] = to_iso(now);
  if (begins && deep) walk.notes[is_deep] = "yes";
  auto now_rules = rules.usual;
  if (deep) now_rules.overlap = rules.deep;
  walk_on(std::move(walk), next_token, now_rules, now, page);
}

}  // namespace barometer
