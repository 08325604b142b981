#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "analysis/issues/issue.hpp"
#include "analysis/issues/utterance.hpp"
#include "connectors/result.hpp"

namespace barometer {

// What a person orders about issues, because people know what no count can: that two are one, or one is two. The numbers are on disk.
struct IssueOrder {
  enum class Does : std::uint8_t {
    merge = 1,  // `other` goes into `issue`: its posts are that one's, and what would have joined it joins that one
    split = 2,  // `posts` leave `issue` and are an issue of their own, which is given back
  };
  Does does = Does::merge;
  std::string issue = {};            // id of an issue that stands for itself
  std::string other = {};            // merge: id of another
  std::vector<PostHash> posts = {};  // split: StoredPost::hash of some of its posts, not of all
  std::string by = {};               // name of who ordered it, as they sign in; empty: from a shell on the machine
  UtcTime at = {};
};

// The verbs of it. An order is an event like a post: it is kept, in the write that carries it out, and the same posts and orders give the
// same issues. Nobody is mailed about it: whoever ordered it knows.
class IssueOrders {
 public:
  virtual ~IssueOrders() = default;
  // Gives the issue that stays (merge) or is new (split). Fails with skip, saying what is wrong, if there is no such issue, if one is part of
  // another already, or if the posts are none or all of its posts; with ask_operator, if the disk fails.
  virtual Result<Issue> arrange(const IssueOrder& order) = 0;
  // All that were carried out, in that order; stop by returning false.
  virtual Result<void> issue_orders(const std::function<bool(const IssueOrder&)>& each) const = 0;
};

}  // namespace barometer
