#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "connectors/result.hpp"
#include "storage/post_filter.hpp"

namespace barometer {

// What is taken away for good: by an erasure, which somebody asked for, or because its time is over.

// The numbers are on disk: never reused.
enum class ErasureKind : std::uint8_t { author = 1, url = 2, source = 3 };

struct Erasure {
  ErasureKind kind = ErasureKind::author;
  std::string what =
      {};  // author: the pseudonym; url: a Post::url or Post::id; source: its name, and what it brought until now
};

// How much went. Counts only.
struct TakenAway {
  std::uint64_t posts = 0;       // whole, with their native ids
  std::uint64_t texts = 0;       // of posts that stay
  std::uint64_t authors = 0;     // likewise; with them the ids and links that can name one
  std::uint64_t references = 0;  // ids of erased posts, in replies and quotes that stay
  std::uint64_t alerts = 0;      // withdrawn, or without what points to their post, or gone
  std::uint64_t tombstones = 0;  // ids of posts that went long ago
  std::uint64_t counts = 0;      // minutes of a series whose counts went without their posts, who had gone before
  std::uint64_t sources = 0;     // rows about sources: gaps, tallies, states, cursors
  std::uint64_t reviews = 0;     // steps that people did with issues and posts

  bool operator==(const TakenAway&) const = default;
};

// The numbers are on disk: never reused.
enum class DeletionKind : std::uint8_t { author = 1, url = 2, source = 3, retention = 4, restored = 5 };
constexpr const char* name_of(DeletionKind kind) {
  switch (kind) {
    case DeletionKind::author: return "author";
    case DeletionKind::url: return "url";
    case DeletionKind::source: return "source";
    case DeletionKind::retention: return "retention";
    case DeletionKind::restored: return "restored";
  }
  return "";
}

// The proof: that it was done, not to whom.
struct Deletion {
  UtcTime at = {};
  DeletionKind kind = DeletionKind::retention;
  bool finished = false;  // all of it is taken away, and its bytes are in no file of the store
  TakenAway taken = {};
  std::vector<std::string> untold = {};  // folders of backups that could not be told; not kept
};

// How long each class of what is kept stays. Times count from when a post was first heard (Post::seen_at), not from when it
// was made: what is filled in late stays as long as the rest.
struct Retention {
  std::chrono::milliseconds text = std::chrono::days{30};    // title, text, hashtags, the places of words that spoke
  std::chrono::milliseconds author = std::chrono::days{90};  // pseudonym, and the ids and links that can name an author
  std::chrono::milliseconds labels = std::chrono::days{400};  // what was said of it: with this the post is gone
  std::chrono::milliseconds counts =
      std::chrono::milliseconds{0};  // of posts that are gone, by when they were made; 0: for ever
  // Alerts: to whom, when, about which theme. What people did with an issue, since the last step; with a post: as its labels.
  std::chrono::milliseconds audit = std::chrono::days{800};
  std::chrono::milliseconds tombstones = std::chrono::days{400};  // since a copy of a post that went was heard last
  std::vector<PostFilter> holds = {};                             // posts that stay as they are, with their alerts
};

// One slice of a pass.
struct Swept {
  TakenAway taken = {};
  std::string next = {};  // where to go on; empty: the pass is over
};

struct BackupOrder {
  std::filesystem::path to = {};         // a folder for backups alone; made if it is missing, for its owner only
  std::size_t keep = 7;                  // the newest; older ones go
  std::vector<std::string> beside = {};  // names of files in the store's folder that belong to it; those that are there
};

struct BackupMade {
  std::uint32_t number = 0;
  std::uint64_t bytes = 0;  // of this backup, shared ones included
  std::uint64_t files = 0;
  std::size_t kept = 0;  // backups in the folder now
};

struct RestoreOrder {
  std::filesystem::path from = {};
  std::uint32_t number = 0;  // of the backup; 0: the newest
  std::filesystem::path to = {};
  std::vector<std::string> beside = {};
  UtcTime now = {};
  std::function<void(std::uint64_t posts_read)> progress = {};
};

struct Restored {
  std::uint32_t number = 0;
  std::uint64_t posts = 0;
  TakenAway forgotten = {};  // what had been forgotten since the backup was made
};

}  // namespace barometer
