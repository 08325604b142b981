#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/assessment.hpp"
#include "analysis/pattern.hpp"
#include "analysis/theme_set.hpp"

namespace barometer {

// Where a rule comes from and what shows that it does what it says.
struct Provenance {
  std::string id = {};
  int version = 1;
  std::string author = {};
  std::string owner = {};             // who answers for it and reviews it; the author where nobody is named
  std::string date = {};              // of the last change, 2026-11-21
  std::string why = {};               // rationale, for a clinical safety officer
  std::vector<std::string> yes = {};  // texts that it must flag
  std::vector<std::string> no = {};   // near misses that it must leave alone
  int line = 0;                       // in the file
};

// "3 if <hours>": the severity becomes 3 where the condition holds anywhere in the post. Never lowers.
struct Raise {
  int to = 0;
  Pattern when = {};
};

struct Rule {
  Provenance about = {};
  Theme theme = Theme::praise;
  int severity = 0;
  std::vector<Pattern> match = {};
  std::vector<Raise> raise = {};  // its theme's and its own
  bool anchored = false;          // the phrase itself says that it is about care
  std::uint32_t despite = 0;      // bit g: guard kind g does not silence it
  bool added = false;             // of a file of someone's own: the learned part never doubts it
};

// Why a statement that holds a problem phrase is no report of a problem.
enum class GuardKind : std::uint8_t {
  negation,
  wish,
  hypothetical,
  fiction,
  news,
  other_country,
  not_care,
  idiom,
  past,
  hearsay,
  notice,
};
inline constexpr int guard_kinds = 11;
const char* name_of(GuardKind kind);

enum class Reach : std::uint8_t { after, statement, post };  // after: to the end of the statement or a "but"
inline constexpr std::size_t reaches = 3;
enum class Effect : std::uint8_t { silence, lower };  // lower: one step less severe

struct Guard {
  Provenance about = {};
  GuardKind kind = GuardKind::negation;
  Reach reach = Reach::statement;
  Effect effect = Effect::silence;
  std::vector<Pattern> match = {};
  bool added = false;  // of a file of someone's own: the learned part never speaks through it
};

// What raises every care concern by one step (once, however many hold): it goes on, the person cannot speak up …
struct Modifier {
  Provenance about = {};
  std::vector<Pattern> match = {};
};

struct VoiceRule {
  Provenance about = {};
  Voice voice = Voice::unknown;
  int weight = 1;
  std::vector<Pattern> match = {};
};

// Abuse or a threat by the writer, which says nothing against a concern in the same post.
struct AbuseRule {
  Provenance about = {};
  std::vector<Pattern> match = {};
};

// A rules file, read. Built once, then shared const.
struct Rules {
  std::string version = {};
  Vocabulary words = {};
  std::vector<Rule> rules = {};
  std::vector<Guard> guards = {};
  std::vector<Modifier> modifiers = {};
  std::vector<VoiceRule> voices = {};
  std::vector<AbuseRule> abuse = {};
  std::uint32_t parts = 0;  // numbers of pattern parts run below this
  ClassId care = 0;         // the class that anchors a post in care
  ClassId negator = 0;      // "not", "never": undoes a phrase that follows within four words
  std::size_t taught = 0;   // classes from here on are of added files: the learned part has never seen them

  std::vector<ThemeSet> grounds = {};  // by class: themes that the learned part may raise on a word of it
  std::optional<ClassId> grave = {};   // without a word of it the learned part gives no red flag
};

// The text of a rules file (YAML; analysis/README.md has the manual), and what messages call it.
struct RulesText {
  std::string_view bytes = {};
  std::string_view file = {};
};

// A failure names file, line and remedy.
Result<Rules> read_rules(std::string_view bytes, std::string_view file);
// Several files as one: each may use the word classes of those before it, and adds its own words, guards and rules. It may not
// take a name or an id that is taken, nor change what a theme shares.
Result<Rules> read_rules(std::span<const RulesText> files);

// The rules carried in the binary.
std::string_view built_in_rules();

}  // namespace barometer
