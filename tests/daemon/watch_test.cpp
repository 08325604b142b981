#include "daemon/watch.hpp"

#include <doctest/doctest.h>

using namespace barometer;

namespace {

Config watching() {
  Config config;
  config.tags = {{.name = "nhssm", .match = "#nhssm", .kind = TagKind::hashtag},
                 {.name = "trust", .match = "@NorthvaleTrust", .kind = TagKind::account},
                 {.name = "waits", .match = "Waiting Times", .kind = TagKind::phrase},
                 {.name = "cafe", .match = "#CAFÉ", .kind = TagKind::hashtag}};
  return config;
}

Post saying(std::string text, std::vector<std::string> tags = {}) {
  Post post;
  post.id = "1";
  post.text = std::move(text);
  post.tags = std::move(tags);
  return post;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a post counts under the tags that it carries or says") {
  struct Row {
    const char* fact;
    Post post;
    Names watched;
  };
  const Row rows[] = {
      {"a tag that the platform names", saying("hello", {"nhssm"}), {"nhssm"}},
      {"a tag in capitals in the text", saying("join #NHSSM tonight"), {"nhssm"}},
      {"a tag said twice counts once", saying("#nhssm #NHSsm", {"nhssm"}), {"nhssm"}},
      {"a longer tag is another tag", saying("#nhssmart ideas", {"nhssmart"}), {"other"}},
      {"a tag inside a word is none", saying("mail tag#nhssm"), {"other"}},
      {"letters with accents fold", saying("at the #café"), {"cafe"}},
      {"full-width letters fold", saying("see #ｎｈｓｓｍ"), {"nhssm"}},
      {"a full-width sign is one too", saying("see ＃nhssm"), {"nhssm"}},
      {"marks that combine make the same letter", saying("at the #cafe\u0301"), {"cafe"}},
      {"the Turkish I with its dot is another letter", saying("#NHS\u0130m #caf\u0130", {"nhsi\u0307m"}), {"other"}},
      {"a tag behind letters of another script is none", saying("\u05E9#nhssm"), {"other"}},
      {"a tag before a full stop", saying("Join #nhssm."), {"nhssm"}},
      {"a mention", saying("thank you @northvaletrust!"), {"trust"}},
      {"a phrase in other letters", saying("our WAITING times rose"), {"waits"}},
      {"words of a phrase apart are none", saying("waiting for better times"), {"other"}},
      {"several at once", saying("#nhssm on waiting times"), {"nhssm", "waits"}},
      {"none of them", saying("good morning"), {"other"}},
  };
  const Watch watch(watching());
  for (const Row& row : rows) {
    INFO(row.fact);
    const Admission admission = watch.admit(row.post, {});
    CHECK_FALSE(admission.dropped);
    CHECK(admission.watched == row.watched);
  }
}

TEST_CASE("a watched account counts when it speaks, on its own server too") {
  const Watch watch(watching());
  Post post = saying("Car park B is closed today");
  post.author = "NorthvaleTrust@social.example";
  CHECK(watch.admit(post, {}).watched == Names{"trust"});
}

TEST_CASE("a source's own tag comes first, and a source may keep only what is watched") {
  const Watch watch(watching());
  CHECK(watch.admit(saying("news"), {.tag = "board"}).watched == Names{"board"});
  CHECK(watch.admit(saying("news #nhssm"), {.tag = "board"}).watched == Names{"board", "nhssm"});
  CHECK(watch.admit(saying("news"), {.only_watched = true}).dropped == DropReason::unwatched);
  CHECK_FALSE(watch.admit(saying("news #nhssm"), {.only_watched = true}).dropped);
}

TEST_CASE("what was said long before anybody listened is not kept") {
  const Watch watch(watching());
  Post post = saying("news #nhssm");
  post.made_at = UtcTime{std::chrono::hours{100}};
  CHECK(watch.admit(post, {.not_before = UtcTime{std::chrono::hours{101}}}).dropped == DropReason::too_old);
  CHECK_FALSE(watch.admit(post, {.not_before = UtcTime{std::chrono::hours{100}}}).dropped);
  CHECK_FALSE(watch.admit(post, {}).dropped);
}

TEST_CASE("what was not said to everyone, or not to be indexed, is not kept") {
  const Watch watch(watching());
  for (const Visibility visibility : {Visibility::unlisted, Visibility::private_, Visibility::direct}) {
    Post post = saying("#nhssm");
    post.visibility = visibility;
    CHECK(watch.admit(post, {}).dropped == DropReason::not_public);
  }
  Post post = saying("#nhssm");
  post.opted_out = true;
  CHECK(watch.admit(post, {}).dropped == DropReason::opted_out);
}

TEST_CASE("a post without words, or with a megabyte of them, is not kept") {
  const Watch watch(watching());
  CHECK(watch.admit(saying(" \n\t"), {}).dropped == DropReason::empty);
  CHECK(watch.admit(saying(std::string(Watch::max_text + 1, 'a')), {}).dropped == DropReason::too_large);
}

namespace {

Config with_tag(TagConfig tag) {
  Config config;
  tag.name = "t";
  config.tags = {std::move(tag)};
  return config;
}

}  // namespace

TEST_CASE("a tag may say what must be there, and what must not") {
  struct Row {
    const char* fact;
    TagConfig tag;
    Post post;
    bool counts;
  };
  Post welsh = saying("Diolch #marlbeck");
  welsh.lang = "cy-GB";
  Post by_feed = saying("Diolch #marlbeck");
  by_feed.platform = "feed";
  by_feed.source = "blog";
  const TagConfig any{.any = {"#marlbeck", "corridor care", "@MarlbeckNHS"}};
  const TagConfig all{.all = {"#marlbeck", "\"car park\""}};
  const TagConfig none{.any = {"#marlbeck"}, .none = {"town fc", "#football"}};
  const TagConfig in_welsh{.any = {"#marlbeck"}, .lang = {"CY"}};
  const TagConfig in_english{.any = {"#marlbeck"}, .lang = {"en"}};
  const Row rows[] = {
      {"one of any", any, saying("at #Marlbeck"), true},
      {"another of any", any, saying("more Corridor-Care!"), true},
      {"a mention among any", any, saying("hello @marlbecknhs@social.example"), true},
      {"none of any", any, saying("care in the corridor"), false},
      {"match counts as one of any",
       {.match = "#nhssm", .kind = TagKind::hashtag, .any = {"ward 7"}},
       saying("#nhssm tonight"),
       true},
      {"a number belongs to its phrase", {.any = {"ward 7"}}, saying("on Ward 7 again"), true},
      {"another number is another phrase", {.any = {"ward 7"}}, saying("on ward 8, bed 7"), false},
      {"a mention parts a phrase", {.any = {"corridor care"}}, saying("corridor @jo care"), false},
      {"each of all", all, saying("the car park of #marlbeck"), true},
      {"not each of all", all, saying("the park of #marlbeck"), false},
      {"all and any together", {.any = {"wait", "waits"}, .all = {"marlbeck"}}, saying("long waits at Marlbeck"), true},
      {"nothing of none", none, saying("#marlbeck ward"), true},
      {"one of none", none, saying("#marlbeck Town FC won"), false},
      {"another of none", none, saying("#marlbeck", {"football"}), false},
      {"its language, with its country", in_welsh, welsh, true},
      {"another language", in_english, welsh, false},
      {"no language is any language", in_english, saying("#marlbeck"), true},
      {"its platform", {.match = "#marlbeck", .source = {"feed"}}, by_feed, true},
      {"its source by name", {.match = "#marlbeck", .source = {"blog"}}, by_feed, true},
      {"another source", {.match = "#marlbeck", .source = {"mastodon", "news"}}, by_feed, false},
  };
  for (const Row& row : rows) {
    INFO(row.fact);
    const Watch watch(with_tag(row.tag));
    CHECK((watch.admit(row.post, {}).watched == Names{"t"}) == row.counts);
  }
}

TEST_CASE("phrases that begin alike are all found") {
  Config config;
  config.tags = {{.name = "a", .any = {"corridor care"}},
                 {.name = "b", .any = {"corridor care at night"}},
                 {.name = "c", .any = {"care at night"}},
                 {.name = "d", .any = {"corridor"}}};
  const Watch watch(config);
  CHECK(watch.admit(saying("no more corridor care at night, please"), {}).watched == Names{"a", "b", "c", "d"});
  CHECK(watch.admit(saying("corridor care at noon"), {}).watched == Names{"a", "d"});
}

TEST_CASE("what our own accounts say is told apart, and nobody else can pass for us") {
  Config config;
  config.tags = {{.name = "ours", .us = true, .any = {"@MarlbeckNHS", "@news@marlbeck.example"}}};
  const Watch watch(config);
  const auto by = [&](const char* author) {
    Post post = saying("Visiting hours have changed");
    post.author = author;
    return watch.admit(post, {}).watched;
  };
  CHECK(by("marlbecknhs") == Names{"ours", "us"});
  CHECK(by("@News@Marlbeck.example") == Names{"ours", "us"});
  CHECK(by("marlbecknhs@elsewhere.example") == Names{"ours"});  // a namesake: matched, but not us
  CHECK(by("news@elsewhere.example") == Names{"other"});
  CHECK(watch.admit(saying("thank you @marlbecknhs"), {}).watched == Names{"ours"});
  CHECK(names_of_tags(config) == Names{"ours", "us"});
}

TEST_CASE("terms are told by their sign, and one may hold another") {
  CHECK(kind_told("#nhssm") == TagKind::hashtag);
  CHECK(kind_told("\uFF03nhssm") == TagKind::hashtag);
  CHECK(kind_told("\uFF20trust") == TagKind::account);
  CHECK(kind_told("\"#nhssm\"") == TagKind::phrase);
  CHECK(tag_term("#NHSsm") == tag_term("\uFF03nhssm"));
  CHECK(tag_term("Corridor CARE").words == Names{"corridor", "care"});
  CHECK(implies(tag_term("corridor care at night"), tag_term("care at")));
  CHECK(implies(tag_term("#nhssm"), tag_term("nhssm")));
  CHECK_FALSE(implies(tag_term("nhssm"), tag_term("#nhssm")));
  CHECK_FALSE(implies(tag_term("@nhssm"), tag_term("nhssm")));
  CHECK_FALSE(implies(tag_term("corridor"), tag_term("corridor care")));
}

TEST_CASE("with any tag allowed, a post counts under its own tags") {
  Config config;
  config.any_tag = true;
  const Watch watch(config);
  CHECK(watch.admit(saying("#Parking is full", {"parking"}), {}).watched == Names{"parking"});
  CHECK(watch.admit(saying("no tag"), {}).watched == Names{"other"});
}
