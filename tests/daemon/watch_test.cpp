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

TEST_CASE("with any tag allowed, a post counts under its own tags") {
  Config config;
  config.any_tag = true;
  const Watch watch(config);
  CHECK(watch.admit(saying("#Parking is full", {"parking"}), {}).watched == Names{"parking"});
  CHECK(watch.admit(saying("no tag"), {}).watched == Names{"other"});
}
