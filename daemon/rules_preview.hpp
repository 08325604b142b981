#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/judge.hpp"
#include "storage/store.hpp"

namespace barometer {

// What other rules would say of posts that are kept: each is judged again by both, so that only the rules differ and not the
// version that judged it when it came. Changes nothing. For one thread.
class RulesPreview {
 public:
  RulesPreview(std::shared_ptr<const Judge> before, std::shared_ptr<const Judge> after);

  // flagged: severity 2 or above, and was not; unflagged: the reverse; else by the severity, and `other` where only themes,
  // phrases or rules differ.
  enum class Change { flagged, raised, other, lowered, unflagged };

  struct Changed {
    Change what = Change::other;
    std::string text = {};  // title and text, with identifiers masked; the byte ranges of both are of this
    Assessment before = {};
    Assessment after = {};
    std::vector<Concern> added = {};    // of `after`, as `before` does not have them
    std::vector<Concern> dropped = {};  // of `before`, as `after` does not have them
  };
  // Nothing where both say the same, and where the text is gone: of such a post nobody can tell.
  std::optional<Changed> judge(const StoredPost& kept);

  struct OfRule {
    Theme theme = Theme::praise;
    std::uint64_t added = 0;    // posts in which it stands anew, or with another severity
    std::uint64_t flagged = 0;  // of these, such as were not flagged before
    std::uint64_t red = 0;      // of these, such as were no red flag before and are one now
    std::uint64_t dropped = 0;  // posts in which it stood and does not any more
  };
  struct Counts {
    std::uint64_t judged = 0;
    std::uint64_t text_gone = 0;  // not judged
    std::map<Change, std::uint64_t> changes = {};
    std::map<std::string, OfRule> rules = {};  // by id
  };
  const Counts& counts() const { return counts_; }

 private:
  void count(const Changed& changed);
  std::shared_ptr<const Judge> before_;
  std::shared_ptr<const Judge> after_;
  Counts counts_ = {};
};

std::string_view name_of(RulesPreview::Change change);

}  // namespace barometer
