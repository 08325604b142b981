#include "analysis/compiled_rules.hpp"

#include "analysis/packed.hpp"

namespace barometer {
template <class Pack>
void fields(Pack& pack, Element& element) {
  pack(element.gap, element.any);
}

template <class Pack>
void fields(Pack& pack, Pattern::Part& part) {
  pack(part.any, part.wanted, part.anywhere, part.number);
}

template <class Pack>
void fields(Pack& pack, Pattern& pattern) {
  pack(pattern.parts);
}

template <class Pack>
void fields(Pack& pack, Provenance& about) {
  pack(about.id, about.version, about.author, about.owner, about.date, about.why, about.line);
}

template <class Pack>
void fields(Pack& pack, Raise& raise) {
  pack(raise.to, raise.when);
}

template <class Pack>
void fields(Pack& pack, Rule& rule) {
  pack(rule.about, rule.theme, rule.severity, rule.match, rule.raise, rule.anchored, rule.despite);
}

template <class Pack>
void fields(Pack& pack, Guard& guard) {
  pack(guard.about, guard.kind, guard.reach, guard.effect, guard.match);
}

template <class Pack>
void fields(Pack& pack, Modifier& modifier) {
  pack(modifier.about, modifier.match);
}

template <class Pack>
void fields(Pack& pack, VoiceRule& rule) {
  pack(rule.about, rule.voice, rule.weight, rule.match);
}

template <class Pack>
void fields(Pack& pack, AbuseRule& rule) {
  pack(rule.about, rule.match);
}

template <class Pack>
void fields(Pack& pack, Rules& rules) {
  pack(rules.version, rules.rules, rules.guards, rules.modifiers, rules.voices, rules.abuse, rules.parts, rules.care,
       rules.negator, rules.taught, rules.grounds, rules.grave);
}

std::string compile_rules(const Rules& rules) {
  Packer pack;
  rules.words.pack(pack);
  pack(rules);
  return std::move(pack.bytes);
}

Rules read_compiled_rules(std::string_view bytes) {
  Unpacker unpack(bytes);
  Rules rules;
  rules.words.unpack(unpack);
  unpack(rules);
  return rules;
}

}  // namespace barometer
