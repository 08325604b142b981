#include "connectors/pseudonym.hpp"

#include <doctest/doctest.h>

namespace barometer {

TEST_CASE("an author's token is HMAC-SHA-256 of platform and handle, and never changes") {
  const PseudonymKey key{std::string(32, 'k')};
  const auto token = pseudonym(key, "mastodon", "pat@social.example");
  // printf 'mastodon\0pat@social.example' | openssl dgst -sha256 -hmac kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk, first 32 digits
  CHECK(token == "~754e47b476c66e8f1d03b7a41384b985");
  CHECK(pseudonym(key, "mastodon", "@Pat@Social.example") == token);
  CHECK(pseudonym(key, "feed", "pat@social.example") != token);
  CHECK(pseudonym(PseudonymKey{std::string(32, 'l')}, "mastodon", "pat@social.example") != token);
}

TEST_CASE("nobody stays nobody, and a token stays a token") {
  const PseudonymKey key{std::string(32, 'k')};
  CHECK(pseudonym(key, "mastodon", "").empty());
  const auto token = pseudonym(key, "mastodon", "pat");
  CHECK(pseudonym(key, "mastodon", token) == token);
  CHECK(pseudonym(key, "mastodon", "~0123") != "~0123");
}

TEST_CASE("a post that may be stored names nobody") {
  Post post;
  post.platform = "feed";
  post.author = "Jo Bloggs";
  post.author_name = "Jo Bloggs";
  const auto stored = pseudonymised(post, PseudonymKey{"key"});
  CHECK(stored.author.starts_with("~"));
  CHECK(stored.author_name.empty());
}

}  // namespace barometer
