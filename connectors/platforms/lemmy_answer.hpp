#pragma once

#include <string>

#include "connectors/http_message.hpp"
#include "connectors/registry.hpp"

namespace barometer {

// What one answer of Lemmy's API held. Pure, for any bytes.
struct LemmyAnswer {
  Page page = {};         // posts and tombstones in the order of the body
  std::string next = {};  // page_cursor of the next older page; empty: the last one, or a list with page numbers
  bool is_list = false;   // a page of posts, comments or both
};

// PostView and CommentView in lists, searches and alone, of v3 and v4. An error's word becomes what to do about it.
Result<LemmyAnswer> read_lemmy(const std::string& body, const ParseOptions& options);

// A status other than 200. v3 answers 400 when it is asked too often.
Failure lemmy_refusal(const HttpResponse& response, UtcTime now);

// Whether it says that there is no such post or comment.
bool lemmy_says_none(const HttpResponse& response);

}  // namespace barometer
