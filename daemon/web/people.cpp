#include "daemon/web/people.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <sodium.h>
#include <sstream>
#include <stdexcept>

#include "connectors/digest.hpp"

namespace barometer {

namespace {

constexpr Rights rights(std::initializer_list<Right> list) {
  unsigned sum = 0;
  for (const auto right : list) sum |= static_cast<unsigned>(right);
  return static_cast<Rights>(sum);
}

struct Named {
  std::string_view name;
  Rights rights;
};

constexpr std::array roles = {
    Named{"viewer", rights({Right::see})},
    Named{"reviewer", rights({Right::see, Right::read_text, Right::review})},
    Named{"lead", rights({Right::see, Right::read_text, Right::review, Right::decide})},
    Named{"administrator", rights({Right::see, Right::administer})},
    Named{"auditor", rights({Right::see, Right::audit})},
};
constexpr std::array scopes = {
    Named{"figures", rights({Right::see})},
    Named{"posts", rights({Right::see, Right::read_text})},
    Named{"review", rights({Right::see, Right::read_text, Right::review})},
    Named{"decide", rights({Right::see, Right::read_text, Right::review, Right::decide})},
    Named{"administer", rights({Right::see, Right::administer})},
    Named{"audit", rights({Right::see, Right::audit})},
    Named{"metrics", rights({})},
};

template <std::size_t N>
std::optional<Rights> rights_named(std::string_view name, const std::array<Named, N>& all) {
  for (const auto& one : all)
    if (one.name == name) return one.rights;
  return std::nullopt;
}

template <std::size_t N>
std::vector<std::string> names(const std::array<Named, N>& all) {
  std::vector<std::string> out;
  for (const auto& one : all) out.emplace_back(one.name);
  return out;
}

void begin_sodium() {
  static const bool begun = sodium_init() >= 0;
  if (!begun) throw std::runtime_error("libsodium cannot begin: the system gives no random bytes");
}

std::vector<std::string> words(std::string_view line) {
  std::istringstream in{std::string(line.substr(0, line.find('#')))};
  return {std::istream_iterator<std::string>(in), {}};
}

// What is wrong with one line; empty when nothing is.
std::string take_line(const std::vector<std::string>& word, People& people) {
  if (word.size() != 4) return "a line has four parts: user NAME ROLE HASH, or token NAME SCOPE DIGEST";
  if (word[0] == "user") {
    if (!rights_of_role(word[2]))
      return "\"" + word[2] + "\" is no role: viewer, reviewer, lead, administrator or auditor";
    if (!word[3].starts_with("$argon2id$") && word[3] != "-")
      return "the password is not a hash: make the line with `barometer user`, or write - if a proxy signs them in";
    const auto same = [&](const Person& one) { return one.name == word[1]; };
    if (std::any_of(people.persons.begin(), people.persons.end(), same)) return "\"" + word[1] + "\" is there twice";
    people.persons.push_back({word[1], word[2], word[3]});
    return {};
  }
  if (word[0] == "token") {
    if (!rights_of_scope(word[2])) return "\"" + word[2] + "\" is no scope: figures, posts or metrics";
    if (word[3].size() != 64) return "the token is not a digest: make the line with `barometer token`";
    people.tokens.push_back({word[1], word[2], word[3]});
    return {};
  }
  return "\"" + word[0] + "\" is neither user nor token";
}

}  // namespace

bool may(Rights rights_held, Right right) {
  const auto wanted = static_cast<Rights>(right);
  return (rights_held & wanted) == wanted;
}

std::optional<Rights> rights_of_role(std::string_view role) { return rights_named(role, roles); }
std::optional<Rights> rights_of_scope(std::string_view scope) { return rights_named(scope, scopes); }
std::vector<std::string> role_names() { return names(roles); }
std::vector<std::string> scope_names() { return names(scopes); }

Result<People> parse_people(std::string_view text, const std::string& file_name) {
  People people;
  std::istringstream lines{std::string(text)};
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const auto parts = words(line);
    if (parts.empty()) continue;
    const auto wrong = take_line(parts, people);
    if (!wrong.empty())
      return Failure{Remedy::ask_operator, file_name + ":" + std::to_string(number) + ": " + wrong, {}};
  }
  if (people.persons.empty())
    return Failure{
        Remedy::ask_operator, file_name + ": nobody is in it: add a line with `barometer user NAME --role lead`", {}};
  return people;
}

Result<People> read_people(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in)
    return Failure{
        Remedy::ask_operator, file.string() + ": cannot be read: check web.users_file and who may read it", {}};
  return parse_people(text.str(), file.string());
}

std::string hash_password(std::string_view password) {
  begin_sodium();
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                            crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) != 0)
    throw std::runtime_error("a password needs 64 MiB of memory to be hashed, and there is not so much");
  return out.data();
}

bool password_fits(const std::string& hash, std::string_view password) {
  begin_sodium();
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

void pretend_to_check(std::string_view password) {
  static const std::string hash = hash_password(new_secret());
  password_fits(hash, password);
}

std::string new_secret() {
  begin_sodium();
  std::string bytes(32, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return to_hex(bytes);
}

bool same_secret(std::string_view a, std::string_view b) {
  begin_sodium();
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace barometer
