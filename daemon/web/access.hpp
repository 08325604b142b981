#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/http_server.hpp"
#include "daemon/web/people.hpp"
#include "daemon/web/sign_on.hpp"

namespace barometer {

// Who asks, as far as we know.
struct Viewer {
  std::string name = {};  // empty: nobody is signed in
  std::string role = {};
  Rights rights = 0;
  std::string form_token = {};  // what every form must carry; of a session
  bool token = false;           // a program, by its API token
  bool by_proxy = false;        // a proxy signed them in, and only it can sign them out
};

// Sign-in, sessions, API tokens. Without people it is open: whoever reaches us may see and read, and change nothing; such a page
// listens on loopback only. Sessions are forgotten when the process ends. Any thread; a password takes a tenth of a second.
class Access {
 public:
  static constexpr std::chrono::hours session_at_most{12};
  static constexpr std::chrono::minutes session_idle{60};
  static constexpr int failures_free =
      5;  // of one name, or from one address; then each waits twice as long as the one before
  static constexpr std::chrono::seconds first_wait{10};
  static constexpr std::chrono::seconds longest_wait{900};
  static constexpr std::size_t most_remembered = 10'000;  // sessions, and failures

  explicit Access(std::optional<People> people = {});
  // Other people from now on: sessions of those who left, or whose password or role is another, end. `sign_on`: whom else to believe.
  void configure(std::optional<People> people, SignOn sign_on = {});
  bool open() const;

  std::vector<std::string> names_with(Right right) const;  // of persons, in the file's order

  // By bearer token, by what a proxy with single sign-on says, or by session cookie.
  // What a page asks for by itself (`by_itself`) keeps no session awake.
  Viewer viewer_of(const WebRequest& request, UtcTime now, bool by_itself = false);

  struct SignedIn {
    std::string cookie = {};                        // value of Set-Cookie; empty: it was refused
    std::optional<std::chrono::seconds> wait = {};  // too many failures: so long nothing is tried
  };
  SignedIn sign_in(const std::string& name, const std::string& password, const std::string& peer, UtcTime now);
  // Ends the session that the request comes with; the value of Set-Cookie.
  std::string sign_out(const WebRequest& request);

 private:
  struct Session {
    std::string name = {};
    std::string role = {};
    std::string hash = {};  // of the password that it was begun with
    std::string form_token = {};
    UtcTime begun = {};
    UtcTime used = {};
  };
  struct Failures {
    int number = 0;
    UtcTime last = {};
  };

  std::optional<std::chrono::seconds> wait_of(const std::string& key, UtcTime now) const;
  void failed(const std::string& key, UtcTime now);
  void forget_old(UtcTime now);

  mutable std::mutex mutex_;
  std::optional<People> people_;
  SignOn sign_on_;
  std::string form_secret_ = new_secret();    // makes the form tokens of those who have no session
  std::map<std::string, Session> sessions_;   // by the digest of what the cookie holds
  std::map<std::string, Failures> failures_;  // by "name …" and "peer …"
  std::mutex hashing_;                        // one password at a time: the pool is for pages too
};

// Value of the cookie of that name in the Cookie header; empty if there is none.
std::string_view cookie_of(const WebRequest& request, std::string_view name);
inline constexpr std::string_view session_cookie = "__Host-barometer";

}  // namespace barometer
