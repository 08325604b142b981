#pragma once

#include <fstream>
#include <map>
#include <string>
#include <string_view>

#include "connectors/digest.hpp"
#include "connectors/url.hpp"
#include "tests/daemon/web_stage.hpp"

namespace barometer {

inline constexpr auto password = "correct horse battery";

inline bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

inline std::string header(const HttpReply& reply, std::string_view name) {
  for (const auto& [known, value] : reply.headers)
    if (known == name) return value;
  return {};
}

// One person of each role, all with the same password, and a token of each scope.
class Guarded : public Stage {
 public:
  Guarded() {
    static const std::string hash = hash_password(password);
    std::ofstream file(folder() / "users");
    for (const auto& role : role_names()) file << "user " << role << "-1 " << role << ' ' << hash << '\n';
    for (const auto& scope : scope_names()) {
      tokens[scope] = new_secret();
      file << "token " << scope << "-1 " << scope << ' ' << sha256_hex(tokens[scope]) << '\n';
    }
    file.close();
    config().web.users_file = folder() / "users";
  }

  WebRequest form(std::string path, Fields fields) {
    auto out = request(std::move(path));
    out.method = "POST";
    out.body = fields.encoded();
    out.headers.emplace_back("content-type", "application/x-www-form-urlencoded");
    out.headers.emplace_back("sec-fetch-site", "same-origin");
    return out;
  }

  HttpReply sign_in(const std::string& name, const std::string& word = password) {
    Fields fields;
    fields.set("name", name);
    fields.set("password", word);
    return site().answer(form("/sign-in", fields));
  }

  // "__Host-barometer=…", as a browser sends it.
  std::string cookie(const std::string& name) {
    const auto set = header(sign_in(name), "Set-Cookie");
    return set.substr(0, set.find(';'));
  }

  HttpReply get_as(const std::string& cookie, std::string path, std::string query = {}) {
    auto asked = request(std::move(path), std::move(query));
    asked.headers.emplace_back("cookie", cookie);
    return site().answer(asked);
  }
  HttpReply get_with(const std::string& token, std::string path) {
    auto asked = request(std::move(path));
    asked.headers.emplace_back("authorization", "Bearer " + token);
    return site().answer(asked);
  }

  // The token that the forms of this session carry.
  std::string form_token(const std::string& cookie) {
    const auto page = get_as(cookie, "/").body;
    const auto at = page.find("name=\"token\" value=\"");
    return at == std::string::npos ? "" : page.substr(at + 20, 64);
  }
  HttpReply post_as(const std::string& cookie, std::string path, Fields fields) {
    fields.set("token", form_token(cookie));
    auto sent = form(std::move(path), fields);
    sent.headers.emplace_back("cookie", cookie);
    return site().answer(sent);
  }
  HttpReply post_with(const std::string& token, std::string path, std::string json) {
    auto sent = request(std::move(path));
    sent.method = "POST";
    sent.body = std::move(json);
    sent.headers.emplace_back("content-type", "application/json");
    sent.headers.emplace_back("authorization", "Bearer " + token);
    return site().answer(sent);
  }

  std::map<std::string, std::string> tokens;
};

}  // namespace barometer
