#include "analysis/rules.hpp"

#include <algorithm>
#include <set>

#include <yaml-cpp/yaml.h>

#include "analysis/inflect.hpp"
#include "analysis/statements.hpp"

namespace barometer {

namespace {

// Trouble inside the reader travels as an exception to read_rules(), which makes it a Failure: yaml-cpp throws as well.
struct Wrong {
  int line = 0;
  std::string what = {};
};

int line_of(const YAML::Node& node) { return node.Mark().line + 1; }

[[noreturn]] void refuse(const YAML::Node& node, std::string what) { throw Wrong{line_of(node), std::move(what)}; }

std::string scalar(const YAML::Node& node, const char* wanted) {
  if (!node.IsScalar()) refuse(node, std::string{"expected "} + wanted);
  return node.Scalar();
}

int number(const YAML::Node& node, int low, int high) {
  const std::string text = scalar(node, "a number");
  int value = low - 1;
  if (!text.empty() && text.size() < 4 &&
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    value = std::stoi(text);
  if (value < low || value > high)
    refuse(node, "'" + text + "' is no number from " + std::to_string(low) + " to " + std::to_string(high));
  return value;
}

std::vector<std::string> texts(const YAML::Node& node) {
  if (node.IsScalar()) return {node.Scalar()};
  if (!node.IsSequence()) refuse(node, "expected a list of texts, each after '- '");
  std::vector<std::string> all;
  for (const YAML::Node& item : node) all.push_back(scalar(item, "a text"));
  return all;
}

template <class Enum, std::size_t n>
Enum one_of(const YAML::Node& node, const char* const (&names)[n]) {
  const std::string text = scalar(node, "a word");
  std::string known;
  for (std::size_t i = 0; i < n; ++i) {
    if (text == names[i]) return static_cast<Enum>(i);
    known += (i == 0 ? "" : ", ") + std::string{names[i]};
  }
  refuse(node, "'" + text + "' is none of: " + known);
}

constexpr const char* kind_names[guard_kinds] = {"negation", "wish",          "hypothetical", "fiction",
                                                 "news",     "other_country", "not_care",     "idiom",
                                                 "past",     "hearsay",       "notice"};
constexpr const char* reach_names[] = {"after", "statement", "post"};
constexpr const char* effect_names[] = {"silence", "lower"};
constexpr const char* voice_names[] = {"unknown", "patient", "carer", "staff", "press", "politician", "organisation"};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

// Within a phrase <number> and <ordinal> stand for these alone; a pattern's slots know all.
const std::vector<std::string> small_numbers = {
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve",  "twenty", "thirty", "forty",
    "2",   "3",     "4",    "5",    "6",   "7",     "8",     "9",    "10",  "12",      "14",     "15",     "16",
    "17",  "18",    "19",   "20",   "24",  "25",    "28",    "30",   "40",  "several", "ten"};
const std::vector<std::string> small_ordinals = {"second", "third", "fourth", "fifth", "sixth", "seventh",
                                                 "2nd",    "3rd",   "4th",    "5th",   "6th",   "umpteenth"};

// The words that one piece of an entry stands for: "wash+" is its four regular forms, "it's" is "its".
std::vector<std::string> forms(std::string_view piece) {
  if (piece == "<number>") return small_numbers;
  if (piece == "<ordinal>") return small_ordinals;
  const bool inflected = piece.ends_with('+');
  if (inflected) piece.remove_suffix(1);
  const bool doubled = piece.ends_with('+');
  if (doubled) piece.remove_suffix(1);
  const std::string folded = folded_entry(piece);
  if (!inflected) return {folded};
  return inflections(folded, doubled);
}

// Every way of writing an entry: "press+ the bell+" is sixteen phrases.
std::vector<std::string> spellings(std::string_view entry) {
  std::vector<std::string> all{""};
  while (!entry.empty()) {
    const std::size_t space = std::min(entry.find_first_of(" \n"), entry.size());
    const std::string_view piece = entry.substr(0, space);
    entry.remove_prefix(std::min(space + 1, entry.size()));
    if (piece.empty()) continue;
    std::vector<std::string> longer;
    for (const std::string& begun : all)
      for (const std::string& form : forms(piece)) longer.push_back(begun.empty() ? form : begun + ' ' + form);
    all = std::move(longer);
    if (all.size() > 256) return {};
  }
  return all;
}

class Reader {
 public:
  explicit Reader(Rules& rules) : rules_{rules}, patterns_{rules.words} {}

  // The file that all else rests on.
  void read(const YAML::Node& root) {
    head(root, {"version", "author", "date", "words", "rules"},
         {"version", "author", "owner", "date", "words", "themes", "guards", "modifiers", "voices", "abuse", "rules"});
    words(root["words"]);
    if (root["themes"]) themes_of(root["themes"]);
    items(root);
    rules_.grave = rules_.words.find("grave");
    rules_.taught = rules_.words.size();
  }

  // A file of someone's own, after it.
  void add(const YAML::Node& root) {
    head(root, {"version", "author", "date", "rules"},
         {"version", "author", "owner", "date", "words", "guards", "modifiers", "voices", "abuse", "rules"});
    if (root["words"]) words(root["words"]);
    items(root);
  }

  void finish() {
    rules_.grounds.resize(rules_.words.size());
    rules_.parts = patterns_.parts();
    rules_.words.seal();
  }

 private:
  void head(const YAML::Node& root, std::initializer_list<const char*> needed,
            std::initializer_list<std::string_view> known) {
    if (!root.IsMap()) refuse(root, "expected a map with version, author, date and rules");
    allow(root, known);
    for (const char* key : needed)
      if (!root[key]) refuse(root, std::string{"'"} + key + "' is missing at the top of the file");
    const std::string version = scalar(root["version"], "a version such as 2026.1");
    rules_.version += (rules_.version.empty() ? "" : "+") + version;
    author_ = scalar(root["author"], "a name");
    owner_ = root["owner"] ? scalar(root["owner"], "a name or a role") : "";
    date_ = scalar(root["date"], "a date such as 2026-11-21");
  }

  void items(const YAML::Node& root) {
    each(root["guards"], [this](const YAML::Node& node) { guard(node); });
    each(root["modifiers"], [this](const YAML::Node& node) { modifier(node); });
    each(root["voices"], [this](const YAML::Node& node) { voice(node); });
    each(root["abuse"], [this](const YAML::Node& node) { abuse(node); });
    each(root["rules"], [this](const YAML::Node& node) { rule(node); });
  }

  template <class Each>
  void each(const YAML::Node& list, Each take) {
    if (!list) return;
    if (!list.IsSequence()) refuse(list, "expected a list, each item after '- '");
    for (const YAML::Node& node : list) {
      if (!node.IsMap()) refuse(node, "expected an item with named fields");
      take(node);
    }
  }

  void allow(const YAML::Node& node, std::initializer_list<std::string_view> keys) {
    std::set<std::string> seen;
    for (const auto& pair : node) {
      const std::string key = scalar(pair.first, "a name");
      if (std::find(keys.begin(), keys.end(), key) == keys.end())
        refuse(pair.first, "unknown field '" + key + "': remove or correct it");
      if (!seen.insert(key).second) refuse(pair.first, "'" + key + "' is there twice: join them");
    }
  }

  void words(const YAML::Node& node) {
    if (!node.IsMap()) refuse(node, "expected word classes, each as 'name: word, word'");
    // First all names, so that a class may include one that is written below it.
    for (const auto& pair : node) {
      const std::string name = scalar(pair.first, "a name");
      if (rules_.words.find(name))
        refuse(pair.first, "the word class '" + name + "' is there twice, or is a slot's name");
      rules_.words.make(name);
    }
    for (const auto& pair : node) entries(*rules_.words.find(pair.first.Scalar()), pair.second);
    for (const auto& [name, id] : {std::pair{"care", &rules_.care}, std::pair{"negator", &rules_.negator}}) {
      const auto known = rules_.words.find(name);
      if (!known) refuse(node, std::string{"the word class '"} + name + "' is missing: every file needs it");
      *id = *known;
    }
  }

  void entries(ClassId id, const YAML::Node& node) {
    const std::string list = scalar(node, "words with commas between");
    std::string_view rest = list;
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      const std::string_view entry = trimmed(rest.substr(0, comma));
      rest.remove_prefix(std::min(comma + 1, rest.size()));
      if (entry.empty()) continue;
      if (entry.front() == '<' && entry.find(' ') == std::string_view::npos) {
        const auto part = rules_.words.find(entry.substr(1, entry.size() - 2));
        if (!part || entry.back() != '>') refuse(node, "unknown word class " + std::string{entry});
        rules_.words.include(id, *part);
        continue;
      }
      const auto all = spellings(entry);
      if (all.empty() ||
          !std::all_of(all.begin(), all.end(), [&](const auto& one) { return rules_.words.add(id, one); }))
        refuse(node, "'" + std::string{entry} + "' has no word or more than " + std::to_string(Vocabulary::longest));
    }
  }

  Pattern pattern(const YAML::Node& node, std::string_view text) {
    auto read = patterns_.read(text);
    if (!read) refuse(node, read.error().detail);
    return std::move(*read);
  }

  std::vector<Pattern> match(const YAML::Node& node) {
    if (!node["match"]) refuse(node, "'match' is missing: give at least one pattern");
    std::vector<Pattern> all;
    const YAML::Node& list = node["match"];
    if (list.IsScalar()) return {pattern(list, list.Scalar())};
    if (!list.IsSequence() || list.size() == 0) refuse(list, "expected a list of patterns, each after '- '");
    for (const YAML::Node& item : list) all.push_back(pattern(item, scalar(item, "a pattern")));
    return all;
  }

  // "4 if <sores>" or "3 if <hours> & <alone>"
  std::vector<Raise> raises(const YAML::Node& node) {
    std::vector<Raise> all;
    if (!node) return all;
    if (!node.IsSequence()) refuse(node, "expected a list such as '- 4 if <sores>'");
    for (const YAML::Node& item : node) {
      const std::string text = scalar(item, "a condition such as 4 if <sores>");
      if (text.size() < 6 || text[0] < '1' || text[0] > '4' || text.substr(1, 4) != " if ")
        refuse(item, "'" + text + "' is no condition: write it as 4 if <sores>");
      all.push_back({text[0] - '0', pattern(item, std::string_view{text}.substr(5))});
    }
    return all;
  }

  Provenance about(const YAML::Node& node, const char* id_key) {
    Provenance about;
    about.line = line_of(node);
    if (!node[id_key]) refuse(node, std::string{"'"} + id_key + "' is missing: every item has an id");
    about.id = scalar(node[id_key], "an id");
    if (!ids_.insert(about.id).second)
      refuse(node[id_key], "the id '" + about.id + "' is there twice: give this one another");
    about.version = node["version"] ? number(node["version"], 1, 999) : 1;
    about.author = node["author"] ? scalar(node["author"], "a name") : author_;
    about.owner = node["owner"] ? scalar(node["owner"], "a name or a role") : owner_.empty() ? about.author : owner_;
    about.date = node["date"] ? scalar(node["date"], "a date") : date_;
    if (!node["why"]) refuse(node, "'why' is missing in '" + about.id + "': say in a sentence what it is for");
    about.why = scalar(node["why"], "a sentence");
    if (node["yes"]) about.yes = texts(node["yes"]);
    if (node["no"]) about.no = texts(node["no"]);
    return about;
  }

  Theme theme(const YAML::Node& node) {
    const auto known = theme_by_id(scalar(node, "a theme"));
    if (!known) refuse(node, "unknown theme '" + node.Scalar() + "'");
    return *known;
  }

  void themes_of(const YAML::Node& node) {
    if (!node.IsMap()) refuse(node, "expected themes, each with its 'raise' or 'grounds'");
    for (const auto& pair : node) {
      if (!pair.second.IsMap()) refuse(pair.second, "expected 'raise:' and its conditions, 'grounds:' and its words");
      allow(pair.second, {"raise", "grounds"});
      raise_of_[theme(pair.first)] = raises(pair.second["raise"]);
      if (pair.second["grounds"]) grounds(theme(pair.first), pair.second["grounds"]);
    }
  }

  // A word class of its own, so that one look-up of a statement's words finds these as well.
  void grounds(Theme theme, const YAML::Node& node) {
    const ClassId id = rules_.words.make("grounds." + std::string{info(theme).id});
    entries(id, node);
    rules_.grounds.resize(rules_.words.size());
    rules_.grounds[id] |= bit_of(theme);
  }

  void guard(const YAML::Node& node) {
    allow(node,
          {"guard", "version", "author", "owner", "date", "why", "kind", "reach", "effect", "match", "yes", "no"});
    Guard guard;
    guard.about = about(node, "guard");
    if (!node["kind"]) refuse(node, "'kind' is missing in '" + guard.about.id + "'");
    guard.kind = one_of<GuardKind>(node["kind"], kind_names);
    if (node["reach"]) guard.reach = one_of<Reach>(node["reach"], reach_names);
    if (node["effect"]) guard.effect = one_of<Effect>(node["effect"], effect_names);
    guard.match = match(node);
    guard.added = rules_.taught != 0;
    rules_.guards.push_back(std::move(guard));
  }

  void modifier(const YAML::Node& node) {
    allow(node, {"modifier", "version", "author", "owner", "date", "why", "match", "yes", "no"});
    auto written = about(node, "modifier");
    rules_.modifiers.push_back({std::move(written), match(node)});
  }

  void voice(const YAML::Node& node) {
    allow(node, {"voice", "version", "author", "owner", "date", "why", "speaker", "weight", "match", "yes", "no"});
    VoiceRule rule;
    rule.about = about(node, "voice");
    if (!node["speaker"]) refuse(node, "'speaker' is missing in '" + rule.about.id + "'");
    rule.voice = one_of<Voice>(node["speaker"], voice_names);
    if (node["weight"]) rule.weight = number(node["weight"], 1, 9);
    rule.match = match(node);
    rules_.voices.push_back(std::move(rule));
  }

  void abuse(const YAML::Node& node) {
    allow(node, {"abuse", "version", "author", "owner", "date", "why", "match", "yes", "no"});
    auto written = about(node, "abuse");
    rules_.abuse.push_back({std::move(written), match(node)});
  }

  void rule(const YAML::Node& node) {
    allow(node, {"rule", "version", "author", "owner", "date", "why", "theme", "severity", "anchored", "despite",
                 "match", "raise", "yes", "no"});
    Rule rule;
    rule.about = about(node, "rule");
    for (const char* key : {"theme", "severity"})
      if (!node[key]) refuse(node, std::string{"'"} + key + "' is missing in '" + rule.about.id + "'");
    rule.theme = theme(node["theme"]);
    rule.severity = number(node["severity"], 0, 4);
    if (node["anchored"]) rule.anchored = scalar(node["anchored"], "yes or no") == "yes";
    if (node["despite"])
      for (const YAML::Node& kind : node["despite"])
        rule.despite |= 1u << static_cast<unsigned>(one_of<GuardKind>(kind, kind_names));
    rule.match = match(node);
    rule.raise = raises(node["raise"]);
    if (const auto shared = raise_of_.find(rule.theme); shared != raise_of_.end())
      rule.raise.insert(rule.raise.end(), shared->second.begin(), shared->second.end());
    rule.added = rules_.taught != 0;
    rules_.rules.push_back(std::move(rule));
  }

  Rules& rules_;
  PatternReader patterns_;
  std::string author_ = {};
  std::string owner_ = {};
  std::string date_ = {};
  std::set<std::string> ids_ = {};
  std::map<Theme, std::vector<Raise>> raise_of_ = {};
};

Failure failure(std::string_view file, int line, const std::string& what) {
  return Failure{Remedy::ask_operator, std::string{file} + ":" + std::to_string(line) + ": " + what, {}};
}

}  // namespace

const char* name_of(GuardKind kind) { return kind_names[static_cast<std::size_t>(kind)]; }

Result<Rules> read_rules(std::string_view bytes, std::string_view file) {
  const RulesText only{bytes, file};
  return read_rules({&only, 1});
}

Result<Rules> read_rules(std::span<const RulesText> files) {
  Rules rules;
  Reader reader{rules};
  for (const RulesText& text : files) try {
      const YAML::Node root = YAML::Load(std::string{text.bytes});
      &text == &files.front() ? reader.read(root) : reader.add(root);
    } catch (const Wrong& wrong) {
      return failure(text.file, wrong.line, wrong.what);
    } catch (const YAML::Exception& trouble) {
      return failure(text.file, std::max(trouble.mark.line, 0) + 1, "not YAML: " + trouble.msg);
    }
  reader.finish();
  return rules;
}

}  // namespace barometer
