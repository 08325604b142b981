#include <algorithm>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "daemon/config_draft.hpp"
#include "daemon/config_settings.hpp"
#include "daemon/config_values.hpp"

namespace barometer {
namespace {

constexpr std::string_view secret_words[] = {"password", "passwd", "secret", "token", "api_key", "apikey", "key"};

int line_of(const YAML::Node& node, int otherwise) {
  const auto line = node.Mark().line;
  return line < 0 ? otherwise : line + 1;
}

std::string shown(const std::string& text) {
  return text.size() > 40 ? "\"" + text.substr(0, 37) + "...\"" : "\"" + text + "\"";
}

// One mapping of the file. Whoever reads it takes the keys that it knows; finish() complains about the rest.
class Mapping {
 public:
  // `place` is empty for the file itself.
  Mapping(Draft& draft, std::string place, const YAML::Node& node) : draft_{draft}, place_{std::move(place)} {
    if (node.IsNull()) return;  // a section with nothing in it is all defaults
    if (!node.IsMap()) {
      draft_.complain(
          place_, (place_.empty() ? "the file" : place_) + " is not a list of settings: write \"key: value\" lines");
      broken_ = true;
      return;
    }
    for (const auto& pair : node) add(pair.first, pair.second);
  }

  std::string place_of(std::string_view key) const {
    return place_.empty() ? std::string{key} : place_ + "." + std::string{key};
  }

  bool has(std::string_view key) const {
    return std::any_of(entries_.begin(), entries_.end(), [key](const Entry& e) { return e.key == key; });
  }

  // Null when the file does not have it.
  const YAML::Node* take(std::string_view key) {
    known_.push_back(key);
    const auto found = std::find_if(entries_.begin(), entries_.end(), [key](const Entry& e) { return e.key == key; });
    if (found == entries_.end()) return nullptr;
    found->taken = true;
    return &found->value;
  }

  // The text of one value; empty when the file has none or it is no single value.
  std::optional<std::string> take_text(std::string_view key) {
    const auto* node = take(key);
    if (node == nullptr) return {};
    if (node->IsScalar()) return node->Scalar();
    if (!node->IsNull()) {
      draft_.complain(place_of(key), place_of(key) + " holds several values: write one");
    } else if (key == "match") {
      draft_.complain(place_of(key),
                      place_of(key) + " is empty; an unquoted # begins a comment: write \"#hashtag\" in quotes");
    }
    return {};
  }

  // A list of single values; one alone stands for a list of one.
  void take_list(std::string_view key, std::vector<std::string>& into, bool may_be_empty = false) {
    const auto* node = take(key);
    if (node == nullptr) return;
    const auto place = place_of(key);
    if (node->IsScalar()) return into.push_back(node->Scalar());
    if (may_be_empty && node->IsSequence() && node->size() == 0) return;
    if (!node->IsSequence() || node->size() == 0) {
      draft_.complain(place, place + " is no list with something in it: write one as [a, b], or leave it out");
      return;
    }
    for (const auto& item : *node) {
      const auto item_place = place + "[" + std::to_string(into.size()) + "]";
      draft_.lines[item_place] = line_of(item, draft_.line_of(place));
      into.push_back(item.IsScalar() ? item.Scalar() : std::string());
      if (into.back().empty())
        draft_.complain(item_place, item_place + " is empty or no single value: write one word or phrase, in quotes");
    }
  }

  // Lists that the file has take the place of ours.
  template <class T>
  void read(T& section, std::span<const SettingList<T>> lists) {
    for (const auto& list : lists) {
      const bool told = has(list.key);
      std::vector<std::string> values;
      take_list(list.key, values, list.otherwise == "none");
      if (told) section.*list.member = std::move(values);
    }
  }

  template <class T>
  void read(T& section, std::span<const Setting<T>> settings) {
    for (const auto& setting : settings) {
      const bool present = has(setting.key);
      const auto text = take_text(setting.key);
      if (text && text->empty() && setting.required) {
        draft_.complain(place_of(setting.key), place_of(setting.key) + " is empty: " + std::string{setting.sentence});
      } else if (text) {
        const auto wrong = put_value(section, setting, *text);
        if (!wrong.empty())
          draft_.complain(place_of(setting.key), place_of(setting.key) + ": " + shown(*text) + " " + wrong);
      } else if (setting.required && !present && !broken_) {
        draft_.complain(place_, place_ + " has no " + std::string{setting.key} + ": add one (" +
                                    std::string{setting.sentence} + ")");
      }
    }
  }

  void finish() {
    for (const auto& entry : entries_) {
      if (!entry.taken) draft_.complain(place_of(entry.key), unknown(entry.key));
    }
  }

 private:
  struct Entry {
    std::string key = {};
    YAML::Node value = {};
    bool taken = false;
  };

  void add(const YAML::Node& key_node, const YAML::Node& value) {
    if (!key_node.IsScalar()) {
      draft_.complain(
          place_, (place_.empty() ? "the file" : place_) + " has a key that is not a word: write \"key: value\" lines");
      return;
    }
    const auto& key = key_node.Scalar();
    const auto place = place_of(key);
    const auto line = line_of(key_node, line_of(value, draft_.line_of(place_)));
    const bool twice = std::any_of(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.key == key; });
    if (twice) {
      draft_.complaints.push_back(
          {draft_.file, line,
           place + " is set twice, first on line " + std::to_string(draft_.lines[place]) + ": keep one of them"});
      return;
    }
    draft_.lines[place] = line;
    entries_.push_back({key, value, false});
  }

  std::string unknown(const std::string& key) const {
    const auto message = "unknown setting " + shown(place_of(key));
    for (const auto word : secret_words) {
      if (key.find(word) == std::string::npos) continue;
      const auto file = std::find_if(known_.begin(), known_.end(), [](std::string_view k) {
        return k.ends_with("_file") && k != "ca_file" && k != "proxy_login_file";
      });
      return message + "; a secret does not belong in this file: put it in a file that only barometer's user can read" +
             (file == known_.end() ? "" : " and name that file with " + std::string{*file});
    }
    if (const auto near = nearest(key, known_); !near.empty())
      return message + ": did you mean " + std::string{near} + "?";
    return message + ": remove it, or use one of " + enumerated(known_);
  }

  Draft& draft_;
  std::string place_;
  bool broken_ = false;
  std::vector<Entry> entries_;
  std::vector<std::string_view> known_;
};

// Calls each(place, node) for the items of a list.
template <class Each>
void each_item(Draft& draft, Mapping& parent, std::string_view key, Each each) {
  const auto* node = parent.take(key);
  if (node == nullptr || node->IsNull()) return;
  const auto place = parent.place_of(key);
  if (!node->IsSequence()) {
    draft.complain(place, place + " is not a list: begin each of its items with \"- \"");
    return;
  }
  std::size_t index = 0;
  for (const auto& item : *node) {
    const auto item_place = place + "[" + std::to_string(index++) + "]";
    draft.lines[item_place] = line_of(item, draft.line_of(place));
    each(item_place, item);
  }
}

void read_tag(Draft& draft, const std::string& place, const YAML::Node& node) {
  auto& tag = draft.config.tags.emplace_back();
  if (node.IsScalar()) {  // "#nhssm" alone says all that a tag needs
    tag.match = node.Scalar();
    return;
  }
  if (node.IsNull()) {
    draft.complain(place, place + " is empty; an unquoted # begins a comment: write \"#hashtag\" in quotes");
    return;
  }
  Mapping mapping{draft, place, node};
  mapping.read(tag, tag_settings());
  mapping.read(tag, tag_lists());
  mapping.finish();
}

void read_platform(Draft& draft, Mapping& mapping, ListenConfig& listen, const Connector& connector) {
  for (const auto& setting : connector.settings) {
    if (auto text = mapping.take_text(setting.key)) {
      listen.source.settings.emplace(setting.key, std::move(*text));
    } else if (setting.required) {
      const auto place = mapping.place_of(setting.key);
      draft.complain(place, place + " is missing: " + std::string{connector.name} + " needs it (" +
                                std::string{setting.sentence} + ")");
    }
  }
  mapping.finish();
}

void read_source(Draft& draft, const std::string& place, const YAML::Node& node) {
  auto& listen = draft.config.sources.emplace_back();
  Mapping mapping{draft, place, node};
  mapping.read(listen.source, source_settings());
  mapping.read(listen, listen_settings());
  // The keys of a platform that we do not know cannot be told apart from slips; check_meaning names the platform.
  if (const auto* connector = find_connector(listen.source.platform)) read_platform(draft, mapping, listen, *connector);
}

void read_match(Draft& draft, Mapping& parent, std::string_view key, IssueMatch& into) {
  const auto* node = parent.take(key);
  if (node == nullptr) return;
  Mapping mapping{draft, parent.place_of(key), *node};
  mapping.read(into, match_lists());
  mapping.finish();
}

void read_recipient(Draft& draft, const std::string& place, const YAML::Node& node) {
  auto& recipient = draft.config.mail.recipients.emplace_back();
  Mapping mapping{draft, place, node};
  mapping.read(recipient, recipient_settings());
  mapping.read(recipient, recipient_lists());
  mapping.read(recipient.wanted, match_lists());
  read_match(draft, mapping, "except", recipient.except);
  mapping.finish();
}

void read_alerts(Draft& draft, Mapping& mapping) {
  auto& alerts = draft.config.alerts;
  mapping.read(alerts, alerts_lists());
  each_item(draft, mapping, "routes", [&](const auto& place, const auto& item) {
    auto& route = alerts.routes.emplace_back();
    Mapping row{draft, place, item};
    row.read(route, route_settings());
    row.read(route, route_lists());
    row.finish();
  });
  each_item(draft, mapping, "inhibit", [&](const auto& place, const auto& item) {
    auto& rule = alerts.inhibit.emplace_back();
    Mapping row{draft, place, item};
    read_match(draft, row, "source_match", rule.source);
    read_match(draft, row, "target_match", rule.target);
    row.read(rule, inhibit_lists());
    row.finish();
  });
}

// A list in the file takes the place of ours.
void read_busy_hours(Draft& draft, Mapping& polling) {
  std::vector<BusyHoursConfig> hours;
  const bool told = polling.has("busy_hours");
  each_item(draft, polling, "busy_hours", [&](const auto& place, const auto& item) {
    Mapping mapping{draft, place, item};
    mapping.read(hours.emplace_back(), busy_hours_settings());
    mapping.finish();
  });
  if (told) draft.config.busy_hours = std::move(hours);
}

// Likewise.
void read_chats(Draft& draft, Mapping& file) {
  std::vector<ChatConfig> chats;
  const bool told = file.has("chats");
  each_item(draft, file, "chats", [&](const auto& place, const auto& item) {
    Mapping mapping{draft, place, item};
    mapping.read(chats.emplace_back(), chat_settings());
    mapping.finish();
  });
  if (told) draft.config.chats = std::move(chats);
}

void read_file(Draft& draft, const YAML::Node& root) {
  Mapping file{draft, {}, root};
  each_section(draft.config, [&](std::string_view name, std::string_view, auto& section, auto settings) {
    const auto* node = file.take(name);
    if (node == nullptr) return;
    Mapping mapping{draft, std::string{name}, *node};
    mapping.read(section, settings);
    if (name == "mail") {
      each_item(draft, mapping, "recipients",
                [&](const auto& place, const auto& item) { read_recipient(draft, place, item); });
    }
    if (name == "alerts") read_alerts(draft, mapping);
    if (name == "polling") read_busy_hours(draft, mapping);
    if (name == "retention") {
      each_item(draft, mapping, "holds", [&](const auto& item_place, const auto& item) {
        Mapping hold{draft, item_place, item};
        hold.read(draft.config.retention.holds.emplace_back(), hold_settings());
        hold.finish();
      });
    }
    mapping.finish();
  });
  each_item(draft, file, "tags", [&](const auto& place, const auto& item) { read_tag(draft, place, item); });
  each_item(draft, file, "services", [&](const auto& place, const auto& item) {
    auto& service = draft.config.services.emplace_back();
    Mapping mapping{draft, place, item};
    mapping.read(service, service_settings());
    mapping.read(service, service_lists());
    mapping.finish();
  });
  read_chats(draft, file);
  each_item(draft, file, "calendar", [&](const auto& place, const auto& item) {
    auto& event = draft.config.calendar.emplace_back();
    Mapping mapping{draft, place, item};
    mapping.read(event, event_settings());
    mapping.read(event, event_lists());
    mapping.finish();
  });
  if (const auto zone = file.take_text("timezone")) draft.config.timezone = *zone;
  each_item(draft, file, "sources", [&](const auto& place, const auto& item) { read_source(draft, place, item); });
  file.finish();
}

// Where the documents of a stream begin, and nothing of what is in them.
class DocumentMarks : public YAML::EventHandler {
 public:
  std::vector<YAML::Mark> begins = {};

  void OnDocumentStart(const YAML::Mark& mark) override { begins.push_back(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

// The first document. yaml-cpp's LoadAll never comes back from a stray ',' or ']': it sees empty documents there for ever,
// each beginning where the last one did.
YAML::Node only_document(Draft& draft, const std::string& yaml) {
  std::istringstream stream{yaml};
  YAML::Parser parser{stream};
  DocumentMarks marks;
  while (marks.begins.size() < 2 && parser.HandleNextDocument(marks)) {
  }
  if (marks.begins.size() == 2) {
    const auto& second = marks.begins[1];
    if (second.pos == marks.begins[0].pos) throw YAML::ParserException{second, "nothing can begin with this"};
    draft.complaints.push_back({draft.file, second.line + 1,
                                "a second document begins here: keep all settings in one, without a line of ---"});
  }
  return YAML::Load(yaml);
}

// False when it is no YAML.
template <class Read>
bool read_document(Draft& draft, std::string_view yaml, Read read) {
  try {
    read(only_document(draft, std::string{yaml}));
    return true;
  } catch (const YAML::Exception& trouble) {
    draft.complaints.push_back(
        {draft.file, trouble.mark.line < 0 ? 0 : trouble.mark.line + 1,
         "this is not YAML (" + trouble.msg + "): mend the quotes, brackets or indentation here or just above"});
    return false;
  }
}

}  // namespace

bool read_yaml(Draft& draft, std::string_view yaml) {
  return read_document(draft, yaml, [&](const YAML::Node& root) { read_file(draft, root); });
}

bool read_silences_yaml(Draft& draft, std::string_view yaml, std::vector<SilenceConfig>& into) {
  return read_document(draft, yaml, [&](const YAML::Node& root) {
    Mapping file{draft, {}, root};
    each_item(draft, file, "silences", [&](const auto& place, const auto& item) {
      auto& silence = into.emplace_back();
      Mapping row{draft, place, item};
      row.read(silence, silence_settings());
      row.read(silence.match, match_lists());
      row.finish();
    });
    file.finish();
  });
}

}  // namespace barometer
