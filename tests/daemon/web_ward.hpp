#pragma once

#include <string>

#include <boost/json.hpp>

#include "daemon/review/take_step.hpp"
#include "daemon/web/issues.hpp"
#include "tests/daemon/web_guarded.hpp"

namespace barometer {

// With one issue, opened by one post, and one post without a concern.
struct Ward : Guarded {
  std::string issue;
  std::string post;
  std::string anna = cookie("reviewer-1");
  std::string lena = cookie("lead-1");

  explicit Ward(int severity = 4) {
    auto grave = entry("a", now - std::chrono::hours{1}, severity, "and nobody came <b>to her</b>");
    Utterance heard;
    heard.made_at = heard.heard_at = now - std::chrono::hours{1};
    heard.voice = 1;
    heard.tag = "nhssm";
    heard.concerns = {{Theme::call_bell, severity, "call_bell.1"}};
    grave.utterance = heard;
    keep({grave, entry("b", now - std::chrono::days{7}, 0, "what a lovely tea")});
    const auto issues = open_issues(store(), 10).value();
    if (!issues.empty()) issue = "/issues/" + issues.front().id;
    const auto posts = boost::json::parse(get_with(tokens["posts"], "/api/v1/posts").body).at("posts").as_array();
    post = "/posts/" + std::string(posts.front().at("key").as_string());
    calm = "/posts/" + std::string(posts.back().at("key").as_string());
  }
  std::string calm;

  HttpReply does(const std::string& cookie, const std::string& path, const std::string& fields = {}) {
    return post_as(cookie, path, Fields{fields});
  }
  IssueReview review() {
    const auto found = open_issues(store(), 1).value().front();
    return review_of(store(), found, now).value();
  }
};

}  // namespace barometer
