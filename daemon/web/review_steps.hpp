#pragma once

#include "daemon/web/visit.hpp"

namespace barometer {

// The forms by which people say what they do with an issue or a post, and the same for programs. A step is noted in the record of
// who did what before it is taken. A page goes on to the issue or post (303), a program gets where it stands now. 400: what is asked is
// not possible; 404: there is none; 409: somebody else works on it; 503: it could not be kept.
//
//   claimed   –                              moved     status [about: the issue that it repeats]
//   released  –                              routed    about: a role
//   noted     text                           made      text, made (yes: it has changed; else it is planned)
//   silenced  text: why, hours               judged    verdict, severity (regraded)
//   flagged   flagged (no: not any more)     sampled   verdict (fine, missed), about: the week
HttpReply issue_step(const Desk& desk, const Visit& visit, ReviewStep step);
HttpReply post_step(const Desk& desk, const Visit& visit, ReviewStep step);

template <ReviewStep step>
HttpReply do_with_issue(const Desk& desk, const Visit& visit) {
  return issue_step(desk, visit, step);
}
template <ReviewStep step>
HttpReply do_with_post(const Desk& desk, const Visit& visit) {
  return post_step(desk, visit, step);
}

// Those of a lead: to close, and to give an issue to the person in `about`.
HttpReply close_issue(const Desk& desk, const Visit& visit);
HttpReply reassign_issue(const Desk& desk, const Visit& visit);

}  // namespace barometer
