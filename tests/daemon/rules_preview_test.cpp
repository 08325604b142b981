#include "daemon/rules_preview.hpp"

#include <fstream>

#include <doctest/doctest.h>

#include "daemon/assess.hpp"
#include "daemon/config.hpp"
#include "daemon/own_rules.hpp"
#include "tests/support/temp_dir.hpp"

using namespace barometer;
using namespace std::chrono_literals;
using Change = RulesPreview::Change;

namespace {

constexpr UtcTime day{std::chrono::sys_days{std::chrono::November / 21 / 2026}};

constexpr std::string_view own_rules = R"(
version: trust-1
author: Marlbeck comms
date: 2026-11-22
words:
  pods: red pods, plastic pods
guards:
  - guard: marlbeck.lantern_walk
    kind: notice
    reach: post
    why: Our lantern walk has a tableau of an operating theatre.
    match: [lantern walk]
rules:
  - rule: marlbeck.pods
    theme: environment
    severity: 3
    why: Patients were left in the red pods after they were condemned.
    match: [<pods>]
)";

class Kept {
 public:
  Kept() {
    const Rulebook rules{{}, Judge::built_in(), PseudonymKey{.bytes = std::string(32, 'k')}};
    keep(rules, "1", "Mum spent the night in one of those red pods by the ward");
    keep(rules, "2", "They operated on the wrong knee at the hospital, as seen at the lantern walk");
    keep(rules, "3", "The nurses on the ward were lovely");
  }

  RulesPreview::Counts preview(std::string_view text, std::vector<RulesPreview::Changed>* shown = nullptr) {
    RulesPreview preview(Judge::built_in(), Judge::with_own_rules(text, "own.yaml").value());
    store
        ->posts({}, true,
                [&](const StoredPost& kept) {
                  auto changed = preview.judge(kept);
                  if (changed && shown) shown->push_back(std::move(*changed));
                  return true;
                })
        .value();
    return preview.counts();
  }

  std::unique_ptr<Store> open() { return std::move(Store::open({.path = folder.path(), .sync = false}).value()); }

  TempDir folder = {};
  std::unique_ptr<Store> store = open();

 private:
  void keep(const Rulebook& rules, const std::string& id, std::string text) {
    Post post;
    post.platform = "mastodon";
    post.source = "one";
    post.id = id;
    post.author = "ann@social.example";
    post.made_at = post.seen_at = day + std::chrono::minutes{id.front()};
    post.text = std::move(text);
    const Batch batch = assess({std::move(post)}, {.source = {.name = "one"}}, rules).batch;
    store->commit({&batch, 1}).value();
  }
};

}  // namespace

TEST_CASE("a preview says what rules of our own would flag, and what they would take back") {
  Kept kept;
  std::vector<RulesPreview::Changed> shown;
  const auto counts = kept.preview(own_rules, &shown);
  CHECK(counts.judged == 3);
  CHECK(counts.text_gone == 0);
  CHECK(counts.changes.at(Change::flagged) == 1);
  CHECK(counts.changes.at(Change::unflagged) == 1);
  CHECK(counts.rules.at("marlbeck.pods").flagged == 1);
  CHECK(counts.rules.at("never_event.wrong_site").dropped == 1);
  REQUIRE(shown.size() == 2);
  for (const auto& changed : shown) {
    if (changed.what != Change::flagged) continue;
    const auto& concern = changed.added.at(0);
    CHECK(changed.text.substr(concern.begin, concern.end - concern.begin) == "red pods");
    CHECK(changed.after.severity == 3);
  }
}

TEST_CASE("a preview changes nothing in the store") {
  Kept kept;
  kept.preview(own_rules);
  std::vector<int> severities;
  kept.store
      ->posts({}, true, [&](const StoredPost& one) { return severities.push_back(one.assessment.severity), true; })
      .value();
  CHECK(severities == std::vector<int>{0, 4, 0});
  CHECK(kept.store->verify({}).value().differences.empty());
}

TEST_CASE("a post whose text is gone is not judged, and is counted") {
  Kept kept;
  StoredPost gone;
  gone.text_gone = true;
  RulesPreview preview(Judge::built_in(), Judge::with_own_rules(own_rules, "own.yaml").value());
  CHECK_FALSE(preview.judge(gone).has_value());
  CHECK(preview.counts().judged == 0);
  CHECK(preview.counts().text_gone == 1);
}

TEST_CASE("rules that repeat what is built in change nothing of what the learned part says") {
  Kept kept;
  const auto counts = kept.preview(
      "version: t\nauthor: a\ndate: 2026-11-22\nwords: {odd: \"the, was, were, mum\"}\n"
      "rules:\n  - {rule: t.none, theme: pain, severity: 2, why: w, match: [no such words here]}\n");
  CHECK(counts.changes.empty());
}

TEST_CASE("settings that name wrong rules are refused with the line and what to do") {
  const TempDir folder;
  const auto file = folder.path() / "own.yaml";
  CHECK(judge_with({}).value() == Judge::built_in());
  CHECK(judge_with(file).error().detail.find("cannot be read") != std::string::npos);
  std::ofstream(file) << "version: t\nauthor: a\ndate: 2026-11-22\nrules:\n"
                         "  - {rule: pain.not_relieved, theme: pain, severity: 2, why: w, match: [x]}\n";
  const auto judge = judge_with(file);
  REQUIRE_FALSE(judge.has_value());
  CHECK(judge.error().detail.find("own.yaml:5: the id 'pain.not_relieved' is there twice") != std::string::npos);
  const auto settings_file = folder.path() / "barometer.yaml";
  std::ofstream(settings_file) << "analysis: {rules_file: " << file.string() << "}\n";
  const auto settings = read_config(settings_file).complaints;
  CHECK(std::any_of(settings.begin(), settings.end(), [](const Complaint& complaint) {
    return complaint.line == 1 && complaint.message.find("own.yaml:5:") != std::string::npos;
  }));
}
