#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/issues/services.hpp"
#include "analysis/judge.hpp"
#include "connectors/pseudonym.hpp"
#include "daemon/busy_hours.hpp"
#include "daemon/config.hpp"
#include "daemon/watch.hpp"
#include "storage/store.hpp"

namespace barometer {

// What posts are judged by. Replaced whole at a reload; pages under way keep the one that they began with.
struct Rulebook {
  Rulebook(const Config& config, std::shared_ptr<const Judge> judge, PseudonymKey key);

  struct Chat {
    std::string tag = {};
    WeeklyHours hours = {};
  };
  Watch watch;
  Services services;
  std::vector<Chat> chats = {};
  std::shared_ptr<const Judge> judge;
  PseudonymKey key;
};

// A page once assessed: what goes to the store, and why the rest does not.
struct Assessed {
  Batch batch = {};
  std::vector<DropReason> dropped = {};
};

// The meaning of a page: admission, masking, judgement, pseudonyms, places. Pure; any thread.
Assessed assess(std::vector<Post> posts, const ListenConfig& listen, const Rulebook& rules);

// What analysis reads of a post: its title (if any), a line break, and its text. The byte ranges of its
// assessment are of this.
std::string text_of(const Post& post);

// What the tracker of issues is to hear of a judged post. Empty where it raises no concern about care, or one that is only suggested to
// people; where it is ours, or a journalist's, a politician's or an organisation's; where its feeling is positive and it gives thanks, or
// only grumbles; and where it belongs to a chat, which is expected, and names no place.
std::optional<Utterance> utterance_of(const Entry& entry, const Rulebook& rules);

// How a judged post counts for a change of direction: by its feeling, if it is about a place, or else about care. Empty for what is passed on,
// ours, a journalist's, a politician's or an organisation's.
std::optional<Tone> tone_of(const Entry& entry);

}  // namespace barometer
