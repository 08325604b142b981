#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/result.hpp"

namespace barometer {

// Who may do what. A set of rights is the sum of some.
enum class Right : std::uint8_t {
  anybody = 0,      // who is not signed in too
  see = 1,          // figures, and posts without their words
  read_text = 2,    // what was said; each look is noted
  review = 4,       // judge, claim, route, say what came of it
  decide = 8,       // close, give work to others, silence
  administer = 16,  // settings, subscriptions, requests of people about their data
  audit = 32,       // who looked at what, and changed what
};
using Rights = std::uint8_t;
bool may(Rights rights, Right right);

// A role is what a person is here for:
//   viewer         see
//   reviewer       see, read_text, review
//   lead           see, read_text, review, decide
//   administrator  see, administer
//   auditor        see, audit
// A token for programs has scopes in the same way: figures (see), posts (see, read_text), review (and review), decide (and decide),
// administer (see, administer), audit (see, audit), metrics (nothing but /metrics and what Prometheus reads).
std::optional<Rights> rights_of_role(std::string_view role);
std::optional<Rights> rights_of_scope(std::string_view scope);
std::vector<std::string> role_names();
std::vector<std::string> scope_names();

struct Person {
  std::string name = {};
  std::string role = {};
  std::string hash = {};  // of the password: argon2id, as libsodium writes it
};

struct ApiToken {
  std::string name = {};
  std::string scope = {};
  std::string digest = {};  // sha256_hex() of the token
};

// The file of people and tokens: one a line, parts apart by blanks; '#' begins a comment.
//   user   NAME ROLE  HASH       or - in place of the hash: only web.sign_on_header signs them in
//   token  NAME SCOPE DIGEST
// Written by `barometer user` and `barometer token`. It holds no secret that can be used, but is nobody else's business.
struct People {
  std::vector<Person> persons = {};
  std::vector<ApiToken> tokens = {};
};
Result<People> parse_people(std::string_view text, const std::string& file_name);  // ask_operator, with FILE:LINE
Result<People> read_people(const std::filesystem::path& file);

// argon2id, 64 MiB, about a tenth of a second.
std::string hash_password(std::string_view password);
bool password_fits(const std::string& hash, std::string_view password);
// As much work as password_fits(), for a name that nobody has: so that the time tells nothing.
void pretend_to_check(std::string_view password);

std::string new_secret();                                  // 32 random bytes, hexadecimal
bool same_secret(std::string_view a, std::string_view b);  // in a time that does not tell where they differ

}  // namespace barometer
