#include "daemon/web/access.hpp"

#include <algorithm>

#include "connectors/digest.hpp"

namespace barometer {

namespace {

const Person* person_named(const People& people, std::string_view name) {
  for (const auto& one : people.persons)
    if (one.name == name) return &one;
  return nullptr;
}

std::string_view bearer_of(const WebRequest& request) {
  const auto header = request.header("authorization");
  constexpr std::string_view scheme = "Bearer ";
  return header.starts_with(scheme) ? header.substr(scheme.size()) : std::string_view();
}

// Lax: a link in a mail finds its reader signed in; a form of another site does not.
std::string set_cookie(const std::string& value, std::chrono::seconds age) {
  return std::string(session_cookie) + "=" + value +
         "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(age.count());
}

}  // namespace

std::string_view cookie_of(const WebRequest& request, std::string_view name) {
  auto rest = request.header("cookie");
  while (!rest.empty()) {
    const auto end = rest.find(';');
    auto pair = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
  }
  return {};
}

Access::Access(std::optional<People> people) : people_(std::move(people)) {}

bool Access::open() const {
  const std::lock_guard lock(mutex_);
  return !people_;
}

std::vector<std::string> Access::names_with(Right right) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> out;
  if (!people_) return out;
  for (const auto& person : people_->persons)
    if (const auto rights = rights_of_role(person.role); rights && may(*rights, right)) out.push_back(person.name);
  return out;
}

void Access::configure(std::optional<People> people, SignOn sign_on) {
  const std::lock_guard lock(mutex_);
  sign_on_ = std::move(sign_on);
  people_ = std::move(people);
  for (auto session = sessions_.begin(); session != sessions_.end();) {
    const auto* person = people_ ? person_named(*people_, session->second.name) : nullptr;
    const bool same = person && person->hash == session->second.hash && person->role == session->second.role;
    session = same ? std::next(session) : sessions_.erase(session);
  }
}

Viewer Access::viewer_of(const WebRequest& request, UtcTime now, bool by_itself) {
  const std::lock_guard lock(mutex_);
  if (!people_)
    return {.rights = static_cast<Rights>(static_cast<unsigned>(Right::see) | static_cast<unsigned>(Right::read_text))};
  if (const auto bearer = bearer_of(request); !bearer.empty()) {
    const auto digest = sha256_hex(bearer);
    for (const auto& token : people_->tokens)
      if (same_secret(token.digest, digest))
        return {.name = token.name, .role = token.scope, .rights = *rights_of_scope(token.scope), .token = true};
    return {};
  }
  if (const std::string name(sign_on_.name_of(request)); !name.empty()) {
    const auto* person = person_named(*people_, name);
    if (!person) return {};
    return {.name = person->name,
            .role = person->role,
            .rights = *rights_of_role(person->role),
            .form_token = sha256_hex(form_secret_ + ' ' + name),
            .by_proxy = true};
  }
  const auto found = sessions_.find(sha256_hex(cookie_of(request, session_cookie)));
  if (found == sessions_.end()) return {};
  auto& session = found->second;
  if (now - session.begun > session_at_most || now - session.used > session_idle) {
    sessions_.erase(found);
    return {};
  }
  if (!by_itself) session.used = now;
  return {.name = session.name,
          .role = session.role,
          .rights = *rights_of_role(session.role),
          .form_token = session.form_token};
}

std::optional<std::chrono::seconds> Access::wait_of(const std::string& key, UtcTime now) const {
  const auto found = failures_.find(key);
  if (found == failures_.end() || found->second.number < failures_free) return std::nullopt;
  const int doublings = std::min(found->second.number - failures_free, 10);
  const auto wait = std::min(first_wait * (1 << doublings), longest_wait);
  const auto over = found->second.last + wait;
  if (now >= over) return std::nullopt;
  return std::chrono::ceil<std::chrono::seconds>(over - now);
}

void Access::failed(const std::string& key, UtcTime now) {
  auto& failures = failures_[key];
  if (now - failures.last > longest_wait) failures.number = 0;
  ++failures.number;
  failures.last = now;
}

void Access::forget_old(UtcTime now) {
  for (auto one = failures_.begin(); one != failures_.end();)
    one = now - one->second.last > longest_wait ? failures_.erase(one) : std::next(one);
  for (auto one = sessions_.begin(); one != sessions_.end();)
    one = now - one->second.used > session_idle ? sessions_.erase(one) : std::next(one);
  while (failures_.size() > most_remembered) failures_.erase(failures_.begin());
  while (sessions_.size() > most_remembered) sessions_.erase(sessions_.begin());
}

Access::SignedIn Access::sign_in(const std::string& name, const std::string& password, const std::string& peer,
                                 UtcTime now) {
  const auto by_name = "name " + name;
  const auto by_peer = "peer " + peer;
  std::optional<Person> person;
  {
    const std::lock_guard lock(mutex_);
    if (!people_) return {};
    forget_old(now);
    for (const auto& key : {by_name, by_peer})
      if (const auto wait = wait_of(key, now)) return {.wait = wait};
    if (const auto* known = person_named(*people_, name)) person = *known;
  }
  bool right = false;
  {
    const std::lock_guard lock(hashing_);
    if (person)
      right = password_fits(person->hash, password);
    else
      pretend_to_check(password);
  }
  const std::lock_guard lock(mutex_);
  const auto* still = people_ ? person_named(*people_, name) : nullptr;  // it may have changed meanwhile
  if (!right || !still || still->hash != person->hash) {
    failed(by_name, now);
    failed(by_peer, now);
    return {};
  }
  failures_.erase(by_name);
  // A new secret for every session: what a browser brought along before means nothing.
  const auto secret = new_secret();
  sessions_[sha256_hex(secret)] = {still->name, still->role, still->hash, new_secret(), now, now};
  return {.cookie = set_cookie(secret, session_at_most)};
}

std::string Access::sign_out(const WebRequest& request) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(sha256_hex(cookie_of(request, session_cookie)));
  return set_cookie("", std::chrono::seconds{0});
}

}  // namespace barometer
