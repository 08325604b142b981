#include <array>
#include <iostream>

#include "connectors/json_text.hpp"
#include "connectors/time.hpp"
#include "daemon/commands/json.hpp"
#include "daemon/commands/query.hpp"
#include "daemon/commands/rows.hpp"
#include "daemon/own_rules.hpp"
#include "daemon/rules_preview.hpp"

namespace barometer {

namespace {

using Change = RulesPreview::Change;

constexpr std::array all_changes{Change::flagged, Change::raised, Change::other, Change::lowered, Change::unflagged};

void append_concerns(std::string& json, const char* key, const RulesPreview::Changed& changed,
                     const std::vector<Concern>& concerns) {
  json.append(",\"").append(key).append("\":[");
  for (const Concern& concern : concerns) {
    json.append(json.back() == '[' ? "" : ",").append("{\"theme\":\"").append(info(concern.theme).id);
    json.append("\",\"severity\":").append(std::to_string(concern.severity)).append(",\"rule\":");
    append_json_string(json, concern.rule);
    json += ",\"phrase\":";
    append_json_string(json, changed.text.substr(concern.begin, concern.end - concern.begin));
    json += '}';
  }
  json += ']';
}

std::string changed_json(const StoredPost& kept, const RulesPreview::Changed& changed) {
  std::string json = "{\"change\":\"" + std::string(name_of(changed.what)) + "\",\"made_at\":\"" +
                     to_iso(kept.post.made_at) + "\",\"url\":";
  append_json_string(json, kept.post.url);
  json += ",\"severity_before\":" + std::to_string(changed.before.severity) +
          ",\"severity\":" + std::to_string(changed.after.severity);
  append_concerns(json, "added", changed, changed.added);
  append_concerns(json, "dropped", changed, changed.dropped);
  json += ",\"text\":";
  append_json_string(json, changed.text);
  return json += '}';
}

std::vector<std::string> changed_cells(const StoredPost& kept, const RulesPreview::Changed& changed) {
  std::string words;
  const auto list = [&](const char* sign, const std::vector<Concern>& concerns) {
    for (const Concern& concern : concerns)
      words += (words.empty() ? "" : " ") + std::string(sign) + concern.rule + ':' + std::to_string(concern.severity);
  };
  list("+", changed.added);
  list("-", changed.dropped);
  return {std::string(name_of(changed.what)),
          to_iso(kept.post.made_at),
          std::to_string(changed.before.severity),
          std::to_string(changed.after.severity),
          words,
          kept.post.url,
          changed.text};
}

// The last line: what all posts come to, by rule.
std::string counts_json(const RulesPreview::Counts& counts) {
  std::string json =
      "{\"judged\":" + std::to_string(counts.judged) + ",\"text_gone\":" + std::to_string(counts.text_gone);
  for (const Change change : all_changes) {
    const auto found = counts.changes.find(change);
    json.append(",\"").append(name_of(change)).append("\":");
    json += std::to_string(found == counts.changes.end() ? 0 : found->second);
  }
  json += ",\"rules\":[";
  for (const auto& [id, rule] : counts.rules) {
    json.append(json.back() == '[' ? "" : ",").append("{\"rule\":");
    append_json_string(json, id);
    json.append(",\"theme\":\"").append(info(rule.theme).id).append("\",\"added\":");
    json += std::to_string(rule.added) + ",\"flagged\":" + std::to_string(rule.flagged) +
            ",\"red_flags\":" + std::to_string(rule.red) + ",\"dropped\":" + std::to_string(rule.dropped) + '}';
  }
  return json += "]}";
}

void print_rules(const RulesPreview::Counts& counts) {
  Rows rows(std::cout, Format::table, {"rule", "theme", "added", "flagged", "red flags", "dropped"});
  for (const auto& [id, rule] : counts.rules)
    rows.add("", {id, std::string(info(rule.theme).id), std::to_string(rule.added), std::to_string(rule.flagged),
                  std::to_string(rule.red), std::to_string(rule.dropped)});
  rows.finish();
}

std::string in_words(const RulesPreview::Counts& counts) {
  std::string text = std::to_string(counts.judged) + " posts judged by both";
  for (const auto& [change, posts] : counts.changes)
    text.append(", ").append(std::to_string(posts)).append(" ").append(name_of(change));
  if (counts.text_gone > 0) text += "; " + std::to_string(counts.text_gone) + " not judged, since their text is gone";
  return text + '\n';
}

}  // namespace

int preview_rules_command(const PreviewRulesCommand& options) {
  PostFilter filter;
  if (!read_time(options.from, "from", filter.from) || !read_time(options.to, "to", filter.to)) return exit_usage;
  const auto config = chosen_config(options.where);
  if (!config) return exit_bad_config;
  const auto before = judge_with(config->rules_file);
  const auto after = judge_with(options.rules);
  for (const auto* judge : {&before, &after})
    if (!*judge) return report(judge->error()), exit_bad_config;
  int code = exit_done;
  const auto store = open_to_read(options.where, code);
  if (!store) return code;

  RulesPreview preview(*before, *after);
  Rows rows(std::cout, options.format, {"change", "made_at", "before", "after", "rules", "url", "text"});
  std::size_t shown = 0;
  const auto each = [&](const StoredPost& kept) {
    const auto changed = preview.judge(kept);
    if (!changed || (options.limit > 0 && shown == options.limit)) return true;
    ++shown;
    rows.add(changed_json(kept, *changed), changed_cells(kept, *changed));
    return true;
  };
  const auto read = store->posts(filter, true, each);
  rows.finish();
  if (!read) return report(read.error());
  if (options.format == Format::json) std::cout << counts_json(preview.counts()) << '\n';
  if (options.format == Format::table) print_rules(preview.counts());
  if (options.format != Format::json) std::cerr << in_words(preview.counts());
  return exit_done;
}

}  // namespace barometer
