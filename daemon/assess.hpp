#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analysis/judge.hpp"
#include "connectors/pseudonym.hpp"
#include "daemon/config.hpp"
#include "daemon/watch.hpp"
#include "storage/store.hpp"

namespace barometer {

// What posts are judged by. Replaced whole at a reload; pages under way keep the one that they began with.
struct Rulebook {
  Watch watch;
  std::vector<RecipientConfig> recipients;
  std::shared_ptr<const Judge> judge;
  PseudonymKey key;
};

// A page once assessed: what goes to the store, and why the rest does not.
struct Assessed {
  Batch batch = {};
  std::vector<DropReason> dropped = {};
};

// The meaning of a page: admission, masking, judgement, pseudonyms, alerts. Pure; any thread.
Assessed assess(std::vector<Post> posts, const ListenConfig& listen, const Rulebook& rules, UtcTime now);

// What analysis reads of a post: its title (if any), a line break, and its text. The byte ranges of its
// assessment are of this.
std::string text_of(const Post& post);

// The alert that a post of that severity raises for that recipient. Its id depends on the post and the recipient alone.
Alert alert_for(const Post& post, const Assessment& assessment, const RecipientConfig& recipient, UtcTime now);

}  // namespace barometer
