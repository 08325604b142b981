#include "daemon/web/administration.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "connectors/time.hpp"
#include "daemon/config_settings.hpp"
#include "daemon/config_values.hpp"
#include "daemon/json_object.hpp"
#include "daemon/uk_time.hpp"
#include "daemon/web/api.hpp"
#include "daemon/web/form_answers.hpp"
#include "daemon/web/frame.hpp"

namespace barometer {

namespace {

constexpr std::size_t proofs_shown = 50;
constexpr std::array pages = {PageLink{"/admin", "Settings"}, PageLink{"/admin/subscriptions", "Subscriptions"},
                              PageLink{"/silences", "Silences"}, PageLink{"/admin/retention", "Retention"},
                              PageLink{"/subjects", "People’s requests"}};

HttpReply page(const Visit& visit, const char* title, const char* here, const std::string& lede,
               const std::vector<Table>& tables) {
  Frame frame = frame_for(visit);
  frame.title = title;
  frame.here = "/admin";
  frame.below = here != std::string_view("/admin");
  return tables_page(frame, lede, tables, administration_links(here));
}

std::string shown_value(const std::string& value) {
  return holds_password(value) ? "(not shown: it holds a password)" : value;
}

// One table for each section of the file: key, what is in force, the default where it is another, and what it means.
std::vector<Table> settings_tables(Config config) {
  std::vector<Table> out;
  Config defaults;
  std::vector<std::vector<std::string>> standard;
  each_section(defaults, [&](std::string_view, std::string_view, const auto& section, auto settings) {
    auto& values = standard.emplace_back();
    for (const auto& setting : settings) values.push_back(value_text(section, setting));
  });
  each_section(config, [&](std::string_view name, std::string_view sentence, const auto& section, auto settings) {
    Table table{.title = std::string(name),
                .sentence = std::string(sentence),
                .columns = {"Setting", "In force", "Default", "What it does"}};
    for (const auto& setting : settings) {
      const auto value = shown_value(value_text(section, setting));
      const auto& usual = standard[out.size()][table.rows.size()];
      table.rows.push_back(
          {std::string(setting.key), value, value == usual ? "the same" : usual, std::string(setting.sentence)});
    }
    out.push_back(std::move(table));
  });
  return out;
}

std::string any_or(const std::vector<std::string>& list, const char* any) {
  return list.empty() ? any : joined(list, ", ");
}

std::string wanted(const IssueMatch& match) {
  std::vector<std::string> parts;
  const auto add = [&parts](const char* what, const std::vector<std::string>& list) {
    if (!list.empty()) parts.push_back(std::string(what) + ": " + joined(list, ", "));
  };
  add("themes", match.themes);
  add("places", match.places);
  add("tags", match.tags);
  add("kinds", match.kinds);
  return joined(parts, "; ");
}

std::vector<Table> subscription_tables(const Config& config) {
  Table people{
      .title = "Who is told",
      .sentence = "Red flags are told to whoever they are for, whatever stands here.",
      .columns = {"Name", "By", "From severity", "Answers for", "Of what", "Not of", "When", "Digest", "Board report"},
      .none = "Nobody is told of anything: add recipients under mail in the settings."};
  for (const auto& one : config.mail.recipients)
    people.rows.push_back({one.name, one.channel + (one.address.empty() ? "" : ", " + one.address),
                           std::string(severity_name(one.min_severity)), any_or(one.routes, "everything"),
                           wanted(one.wanted).empty() ? "everything" : wanted(one.wanted), wanted(one.except),
                           any_or(one.hours, "always"), one.digest, one.report});
  Table routes{.title = "Roles that answer for themes, other than as Barometer has it",
               .columns = {"Role", "Themes"},
               .none = "All themes go where Barometer suggests."};
  for (const auto& route : config.alerts.routes) routes.rows.push_back({route.route, joined(route.themes, ", ")});
  return {people, routes};
}

Table retention_table(const RetentionConfig& config) {
  Table out{.title = "In force", .columns = {"What", "How long", "From when it was first heard"}};
  for (const auto& setting : retention_settings())
    out.rows.push_back({std::string(setting.key), value_text(config, setting), std::string(setting.sentence)});
  return out;
}

Table holds_table(const std::vector<HoldConfig>& holds) {
  Table out{.title = "Held", .columns = {"Name", "Tag", "Source", "From", "To"}, .none = "Nothing is held."};
  for (const auto& hold : holds) out.rows.push_back({hold.name, hold.tag, hold.source, hold.from, hold.to});
  return out;
}

Result<std::vector<Deletion>> proofs(const Store& store) {
  std::vector<Deletion> out;
  const auto read = store.deletions([&out](const Deletion& one) { return out.push_back(one), true; });
  if (!read) return read.error();
  std::reverse(out.begin(), out.end());
  if (out.size() > proofs_shown) out.resize(proofs_shown);
  return out;
}

// What was taken away for good.
Table deletions_table(const std::vector<Deletion>& deletions) {
  Table out{.title = "Taken away",
            .columns = {"When", "Because", "Done", "Posts", "Texts", "Authors"},
            .none = "Nothing was taken away yet."};
  const auto number = [](std::uint64_t count) { return grouped(static_cast<std::int64_t>(count)); };
  for (const auto& one : deletions) {
    const bool time = one.kind == DeletionKind::retention;
    out.rows.push_back({uk_time(one.at), time ? "its time was over" : std::string("asked for by ") + name_of(one.kind),
                        one.finished ? "yes" : "not yet", number(one.taken.posts), number(one.taken.texts),
                        number(one.taken.authors)});
  }
  return out;
}

std::vector<std::string> objects(const Table& table, const std::vector<const char*>& keys) {
  std::vector<std::string> out;
  for (const auto& row : table.rows) {
    JsonObject one;
    for (std::size_t i = 0; i < keys.size(); ++i) one.text(keys[i], row[i]);
    out.push_back(one.done());
  }
  return out;
}

}  // namespace

std::vector<PageLink> administration_links(std::string_view here) {
  std::vector<PageLink> out(pages.begin(), pages.end());
  for (auto& link : out) link.here = here == link.address;
  return out;
}

HttpReply answer_settings(const Desk& desk, const Visit& visit) {
  return page(visit, "Settings in force", "/admin",
              "They are changed in their file and read again at a reload (SIGHUP); barometer check-config says what is "
              "wrong with a file before that. Passwords and keys stand in files of their own, of which only the names "
              "are here.",
              settings_tables(*desk.config));
}

HttpReply answer_subscriptions(const Desk& desk, const Visit& visit) {
  return page(visit, "Subscriptions", "/admin/subscriptions", "Who is told of which issues, how and when.",
              subscription_tables(*desk.config));
}

HttpReply answer_retention(const Desk& desk, const Visit& visit) {
  const auto gone = proofs(desk.store);
  if (!gone) return trouble_page(frame_for(visit), 500, "The proofs cannot be read", gone.error().detail);
  return page(
      visit, "Retention", "/admin/retention",
      "How long what is heard stays, and proof of what was taken away: that it was, not of whom.",
      {retention_table(desk.config->retention), holds_table(desk.config->retention.holds), deletions_table(*gone)});
}

HttpReply api_settings(const Desk& desk, const Visit&) {
  std::vector<std::string> sections;
  for (const auto& table : settings_tables(*desk.config)) {
    JsonObject one;
    one.text("section", table.title);
    one.raw("settings", json_list(objects(table, {"key", "value", "default", "sentence"})));
    sections.push_back(one.done());
  }
  return json_reply("{\"settings\":" + json_list(sections) + "}");
}

HttpReply api_subscriptions(const Desk& desk, const Visit&) {
  const auto tables = subscription_tables(*desk.config);
  const std::vector<const char*> keys{"name",   "by",    "from_severity", "routes", "wanted",
                                      "except", "hours", "digest",        "report"};
  return json_reply("{\"subscriptions\":" + json_list(objects(tables[0], keys)) +
                    ",\"routes\":" + json_list(objects(tables[1], {"route", "themes"})) + "}");
}

HttpReply api_retention(const Desk& desk, const Visit& visit) {
  const auto gone = proofs(desk.store);
  if (!gone) return form_refused(visit, gone.error());
  std::vector<std::string> deletions;
  for (const auto& one : *gone) {
    JsonObject row;
    row.time("at", one.at);
    row.text("kind", name_of(one.kind));
    row.flag("finished", one.finished);
    row.number("posts", one.taken.posts);
    row.number("texts", one.taken.texts);
    row.number("authors", one.taken.authors);
    deletions.push_back(row.done());
  }
  const auto& config = desk.config->retention;
  return json_reply(
      "{\"retention\":" + json_list(objects(retention_table(config), {"what", "lasts", "sentence"})) +
      ",\"holds\":" + json_list(objects(holds_table(config.holds), {"name", "tag", "source", "from", "to"})) +
      ",\"deletions\":" + json_list(deletions) + "}");
}

}  // namespace barometer
