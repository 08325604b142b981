#include "daemon/alerts/period_mail.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

#include "daemon/alerts/due_alerts.hpp"
#include "daemon/alerts/issue_words.hpp"
#include "daemon/alerts/roles.hpp"
#include "daemon/busy_hours.hpp"
#include "daemon/service_title.hpp"
#include "daemon/uk_time.hpp"

namespace barometer {
namespace {

using Counted = std::vector<std::pair<std::string, std::uint64_t>>;

Counted most_frequent(const std::map<std::string, std::uint64_t>& counts) {
  constexpr std::size_t shown = 8;
  Counted out(counts.begin(), counts.end());
  std::ranges::stable_sort(out, std::ranges::greater{}, [](const auto& row) { return row.second; });
  if (out.size() > shown) out.resize(shown);
  return out;
}

// Names of the hosts that web addresses in a text lead to, each once; nothing after the host, which could name somebody.
std::set<std::string> hosts_in(std::string_view text) {
  std::set<std::string> out;
  constexpr std::string_view begin = "https://";
  for (auto at = text.find(begin); at != text.npos; at = text.find(begin, at + 1)) {
    const auto rest = text.substr(at + begin.size());
    const auto host = rest.substr(0, rest.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-"));
    if (host.find('.') != host.npos && host.size() < 100) out.emplace(host);
  }
  return out;
}

bool chat_ended(const ChatConfig& chat, UtcTime when) {
  const auto ends = parse_clock(chat.to);
  const auto day = parse_weekday(chat.weekday.substr(0, 3));
  return ends && day && last_at(*ends, *day, when) == when;
}

std::string listed(const std::vector<std::string>& names) { return fmt::format("{}", fmt::join(names, ", ")); }

std::string heading_of(const Alert& alert, std::string_view place) {
  const auto state = alert.kind == AlertKind::closed ? "closed – " : "";
  return state + headline_of(alert.issue, place);
}

MailSection listening(const PeriodFacts& facts) {
  MailSection out{"Are we listening", {}, {}, {}};
  const auto all = facts.heard.size() + facts.silent.size();
  out.facts = {{"Sources that answer", fmt::format("{} of {}", facts.heard.size(), all)},
               {"Posts that were new", std::to_string(facts.posts)}};
  if (!facts.silent.empty()) out.facts.emplace_back("Silent at present", listed(facts.silent));
  return out;
}

MailBody framed(const Alert& alert, const PeriodFacts& facts) {
  MailBody out;
  if (!facts.page.empty()) out.buttons = {{"Open", facts.page}};
  out.footer = {"This message holds neither the words of a post nor who wrote it.",
                "Reference: " + alert.id + ". This message was made by a program; replies to it are not read."};
  return out;
}

std::string time_of(const Alert& alert) { return fmt::format("from {} to {}", uk_time(alert.from), uk_time(alert.to)); }

}  // namespace

MailBody digest_mail(const Alert& alert, const AlertsConfig& settings, const PeriodFacts& facts) {
  auto told = facts.told;
  std::ranges::stable_sort(told, std::ranges::greater{}, [](const Alert& a) { return a.issue.severity; });
  const auto worst = told.empty() ? 0 : told.front().issue.severity;
  const bool weekly = alert.to - alert.from > std::chrono::days{2};
  auto out = framed(alert, facts);
  out.badge = weekly ? "Weekly digest" : "Daily digest";
  out.severity = worst;
  out.subject = fmt::format("{}: {} {}", out.badge, told.size(), told.size() == 1 ? "issue" : "issues");
  if (worst > 0) out.subject += fmt::format(", the gravest {}", severity_name(worst));
  out.opening = fmt::format(
      "{} that you were told of {}.",
      told.size() == 1 ? "This is the issue" : fmt::format("These are the {} issues", told.size()), time_of(alert));
  for (const auto& each : told) {
    const auto& role = role_of(each.issue.theme, settings.routes);
    const auto title = facts.places.find(each.issue.place);
    const auto place = title == facts.places.end() ? each.issue.place : title->second;
    out.sections.push_back({heading_of(each, place),
                            {sentence_of(each.issue, place)},
                            {{"Acknowledged", each.acknowledged_at ? uk_time(*each.acknowledged_at) : "not yet"},
                             {"Suggested owner", capitalised(role.title)},
                             {"Reference", each.issue.id}},
                            {}});
  }
  out.sections.push_back(listening(facts));
  return out;
}

MailBody all_quiet_mail(const Alert& alert, const PeriodFacts& facts) {
  const auto all = facts.heard.size() + facts.silent.size();
  const bool whole = facts.silent.empty() && all > 0;
  auto out = framed(alert, facts);
  out.badge = whole ? "All quiet" : "Quiet, but not heard everywhere";
  out.severity = whole ? 0 : 2;
  out.subject = fmt::format("{}: {} of {} sources listening", out.badge, facts.heard.size(), all);
  out.opening = fmt::format("There was no issue to tell you of {}. {}", time_of(alert),
                            whole ? "Every source answers, so this line is alive."
                                  : "Not every source answers, so something may have been missed.");
  out.sections.push_back(listening(facts));
  return out;
}

Result<PeriodFacts> period_facts(const Store& store, const Alert& alert, const Config& config) {
  PeriodFacts facts;
  facts.page = config.web.public_url;
  const auto told = store.alerts([&](const Alert& each) {
    const bool then = each.raised_at >= alert.from && each.raised_at < alert.to;
    if (!then || each.recipient != alert.recipient || each.issue.theme == Theme{} || each.withdrawn_at) return true;
    std::erase_if(facts.told, [&](const Alert& earlier) { return earlier.thread == each.thread; });
    facts.told.push_back(each);
    return true;
  });
  if (!told) return told.error();
  for (const auto& each : facts.told) facts.places[each.issue.place] = service_title(config.services, each.issue.place);
  std::vector<std::string> blind;
  const auto gaps = store.gaps({.from = alert.to}, [&](const Gap& gap) {
    if (!gap.to) blind.push_back(gap.source);
    return true;
  });
  if (!gaps) return gaps.error();
  for (const auto& name : names_of_sources(config)) {
    const bool silent = std::ranges::find(blind, name) != blind.end();
    (silent ? facts.silent : facts.heard).push_back(name);
    const auto hours = store.tallies(name, alert.to);
    if (!hours) return hours.error();
    for (const auto& hour : *hours)
      if (hour.hour >= alert.from && hour.hour < alert.to) facts.posts += hour.stored;
  }
  return facts;
}

MailBody recap_mail(const Alert& alert, const ChatFacts& facts) {
  const auto [negative, neutral, positive] = facts.mood;
  const std::string_view mood = positive > negative && positive >= neutral   ? "mostly positive"
                                : negative > positive && negative >= neutral ? "mostly negative"
                                                                             : "mostly even";
  const auto posts = fmt::format("{} {}", facts.posts, facts.posts == 1 ? "post" : "posts");
  MailBody out;
  out.badge = "Chat recap";
  out.subject = facts.posts == 0
                    ? fmt::format("Chat recap: nothing was heard under {}", facts.tag)
                    : fmt::format("Chat recap: {} – {}, {}, {}", facts.tag, people(facts.people), posts, mood);
  out.opening = fmt::format("This was said under {} {}.", facts.tag, time_of(alert));
  if (!facts.page.empty()) out.buttons = {{"Open", facts.page}};
  out.sections.push_back({"The hour in numbers",
                          {},
                          {{"People", std::to_string(facts.people)},
                           {"Posts", std::to_string(facts.posts)},
                           {"Questions", std::to_string(facts.questions)},
                           {"Mood", fmt::format("{} positive, {} even, {} negative", positive, neutral, negative)}},
                          {}});
  const auto counted_list = [&](const char* heading, const auto& rows) {
    MailSection section{heading, {}, {}, {}};
    for (const auto& [name, number] : rows) section.points.push_back(fmt::format("{} ({})", name, number));
    if (section.points.empty()) section.sentences = {"None."};
    out.sections.push_back(std::move(section));
  };
  counted_list("Most spoken of", facts.themes);
  counted_list("Links led to", facts.hosts);
  out.footer = {"This message holds neither the words of a post nor who wrote it.",
                "Reference: " + alert.id + ". This message was made by a program; replies to it are not read."};
  return out;
}

Result<ChatFacts> chat_facts(const Store& store, const Alert& alert, const Config& config) {
  ChatFacts facts;
  facts.page = config.web.public_url;
  for (const auto& chat : config.chats)
    if (chat_ended(chat, alert.to)) facts.tag = chat.tag;
  std::set<std::string> authors;
  std::map<std::string, std::uint64_t> themes, hosts;
  const auto read =
      store.posts({.tag = facts.tag, .from = alert.from, .to = alert.to}, false, [&](const StoredPost& kept) {
        ++facts.posts;
        authors.insert(kept.post.author);
        facts.questions += kept.post.text.find('?') != std::string::npos ? 1 : 0;
        ++facts.mood.at(static_cast<std::size_t>(kept.assessment.sentiment));
        for (const auto& concern : kept.assessment.concerns) ++themes[title_of(concern.theme)];
        for (const auto& host : hosts_in(kept.post.text)) ++hosts[host];
        return true;
      });
  if (!read) return read.error();
  facts.people = authors.size();
  facts.themes = most_frequent(themes);
  facts.hosts = most_frequent(hosts);
  return facts;
}

}  // namespace barometer
